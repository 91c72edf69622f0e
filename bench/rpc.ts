/** `tsx bench/rpc.ts`: how many calls a second the plugin layer answers, as a process of its own behind mutual TLS. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Client } from "@grpc/grpc-js";
import { TerraformSide, answerOf } from "../test/plugin/server/terraform-side";
import { bunRuntime } from "../tools/bun-runtime";
import { compileExecutable } from "../tools/compile-executable";
import { CALLS, CONFIGURE } from "./rpc-calls";
import type { RpcCall } from "./rpc-calls";
import { processUsage } from "./rpc-process-usage";
import { rpcTable } from "./rpc-table";

const ROOT = path.resolve(__dirname, "..");
const ENTRY = "bench/rpc-provider.ts";

/** Of each call, at each concurrency. */
const COUNT = 20_000;
const CONCURRENCIES = [1, 10, 50];
const WARM_UP = 10_000;

/** Calls a second at a concurrency of 10. */
const RATE_BUDGET = 2_000;

/** Bytes between the end of the warm-up and the end of all calls. */
const GROWTH_BUDGET = 10 * 1024 * 1024;

/** What came of one kind of call at one concurrency. */
export interface RpcRun {
  readonly call: string;
  /** Bytes. */
  readonly requestSize: number;
  readonly concurrency: number;
  readonly callsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How much of one processor the provider and we who call it took; null where the system does not tell. */
  readonly providerLoad: number | null;
  readonly callerLoad: number;
  /** Milliseconds of processor time that the provider takes for a call, however busy the machine is. */
  readonly providerCpu: number | null;
  /** Whether it is fast enough, where that is asked of it. */
  readonly kept?: boolean;
}

/** What came of all calls to a provider on one runtime. */
export interface RpcResult {
  readonly runtime: string;
  readonly runs: readonly RpcRun[];
  /** Bytes resident after the warm-up and at the end; null where the system does not tell. */
  readonly memory: { readonly before: number; readonly after: number; readonly kept: boolean } | null;
}

/**
 * Calls a provider that does nothing, on each runtime. Requests are encoded beforehand and answers left as they are, so
 * that the caller is not what takes the time; its share is told.
 */
export async function rpc(count = COUNT): Promise<RpcResult[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "rpc-"));
  try {
    const runtime = await bunRuntime(path.join(ROOT, "node_modules"), (line) => console.warn(line));
    const packed = path.join(folder, "provider");
    compileExecutable(ENTRY, packed, runtime);
    // One file, for Node loads no TypeScript.
    const bundle = path.join(folder, "provider.js");
    const args = ["build", ENTRY, "--target=node", "--format=cjs", `--outfile=${bundle}`];
    execFileSync(runtime.compiler, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    return [
      await measure("Node", [process.execPath, bundle], count),
      await measure("The packed executable", [packed], count),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether every budget is kept. */
export function rpcWithinBudget(results: readonly RpcResult[]): boolean {
  return results.every(({ runs, memory }) => memory?.kept !== false && runs.every(({ kept }) => kept !== false));
}

async function measure(runtime: string, command: string[], count: number): Promise<RpcResult> {
  const terraform = new TerraformSide();
  try {
    const { launched, provider } = await terraform.start({ provider: command });
    const { pid } = launched.child;
    if (pid === undefined) throw new Error(`${runtime} does not start.`);
    await send(provider, CONFIGURE);
    for (const call of CALLS) await many(provider, call, WARM_UP, 50);
    const before = processUsage(pid);
    const runs: RpcRun[] = [];
    for (const concurrency of CONCURRENCIES) {
      for (const call of CALLS) runs.push(await oneRun(provider, pid, call, count, concurrency));
    }
    const after = processUsage(pid);
    const memory = before &&
      after && { before: before.rss, after: after.rss, kept: after.rss - before.rss < GROWTH_BUDGET };
    return { runtime, runs, memory };
  } finally {
    await terraform.end();
  }
}

async function oneRun(client: Client, pid: number, call: RpcCall, count: number, concurrency: number): Promise<RpcRun> {
  const start = { time: performance.now(), own: process.cpuUsage(), provider: processUsage(pid) };
  const latencies = await many(client, call, count, concurrency);
  const elapsed = performance.now() - start.time;
  const own = process.cpuUsage(start.own);
  const provider = processUsage(pid);
  const providerTime = provider && start.provider && provider.cpu - start.provider.cpu;
  const callsPerSecond = (count / elapsed) * 1_000;
  return {
    call: call.name,
    requestSize: call.request.length,
    concurrency,
    callsPerSecond,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    providerLoad: providerTime && providerTime / elapsed,
    providerCpu: providerTime && providerTime / count,
    callerLoad: (own.user + own.system) / 1_000 / elapsed,
    ...(concurrency === 10 && { kept: callsPerSecond >= RATE_BUDGET }),
  };
}

/** @returns how long each call took, in milliseconds. */
async function many(client: Client, call: RpcCall, count: number, concurrency: number): Promise<number[]> {
  const latencies: number[] = [];
  let left = count;
  const caller = async () => {
    while (left-- > 0) {
      const start = performance.now();
      await send(client, call);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return latencies;
}

function send(client: Client, { path, request }: RpcCall): Promise<Buffer> {
  return answerOf<Buffer>((done) =>
    client.makeUnaryRequest(path, same, same, request, (error, answer) => done(error, answer ?? Buffer.alloc(0))),
  );
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

if (require.main === module) {
  rpc(Number(process.argv[2] ?? COUNT)).then(
    (results) => console.log(rpcTable(results)),
    (error: unknown) => {
      console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    },
  );
}
