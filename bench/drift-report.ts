import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { markdownTable } from "./markdown-table";
import { verdict } from "./run-parts";
import type { Part } from "./run-parts";

/** How many resources a plan has, and the milliseconds and bytes that its report may take. */
const PLANS = [
  { resources: 10_000, time: 3_000, memory: 500e6 },
  // A hundred megabytes: in proportion, and in no more memory.
  { resources: 21_000, time: 6_000, memory: 500e6 },
] as const;
const FOLDERS = 100;

/** Compiled, as users run it. */
const OU_LINK = path.resolve("bin/ou-link.js");

/** What came of one run of `ou-link drift`. */
interface DriftRun {
  readonly what: string;
  /** Milliseconds, from start to end of the process. */
  readonly time: number;
  /** Bytes that were resident at most; null where there is no /proc. */
  readonly memory: number | null;
  /** What was to be kept, in words. */
  readonly budget: string;
  readonly kept: boolean;
}

/** What a report of a big plan takes in all formats, and planning in many folders at once. */
export const driftReport: Part = {
  name: "drift-report",
  async run({ quick }) {
    const folder = await mkdtemp(path.join(tmpdir(), "bench-drift-"));
    try {
      const runs: DriftRun[] = [];
      for (const plan of quick ? PLANS.slice(0, 1) : PLANS) runs.push(await reportOnPlan(folder, plan));
      const folders = quick ? 10 : FOLDERS;
      const { atOnce, ...parallel } = await planInFolders(folder, folders);
      const cores = availableParallelism();
      runs.push({
        what: `${folders} folders, ${cores} cores`,
        ...parallel,
        budget: `${atOnce} at once, ≤ cores`,
        kept: atOnce <= cores,
      });
      const rows = runs.map(({ what, time, memory, budget, kept }) => [
        what,
        `${(time / 1000).toFixed(1)} s`,
        memory === null ? "" : `${(memory / 1e6).toFixed(0)} MB`,
        verdict(budget, kept),
      ]);
      const text = `Drift reports\n\n${markdownTable(["what", "time", "memory", "budget"], rows)}`;
      return { text, kept: runs.every(({ kept }) => kept) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function reportOnPlan(folder: string, budget: (typeof PLANS)[number]): Promise<DriftRun> {
  const plan = path.join(folder, "plan.json");
  await writePlan(plan, budget.resources);
  const size = `${((await stat(plan)).size / 1e6).toFixed(0)} MB`;
  const formats = ["markdown", "json", "junit", "sarif", "html"].flatMap((format) => [
    "--output",
    `${format}=${path.join(folder, format)}`,
  ]);
  const { time, memory } = await measure(["drift", plan, ...formats], folder);
  return {
    what: `a plan of ${budget.resources} resources (${size}), six formats`,
    time,
    memory,
    budget: `< ${budget.time / 1000} s, < ${budget.memory / 1e6} MB`,
    kept: time < budget.time && (memory ?? 0) < budget.memory,
  };
}

/** A plan in which a tenth are links, a tenth of which have gone, and every tenth of the rest has drifted. */
async function writePlan(file: string, resources: number): Promise<void> {
  const out = createWriteStream(file);
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, "drain");
  };
  const entries = function* (onlyDrift: boolean) {
    for (let index = 0; index < resources; index++) {
      const isDrift = index % 10 === 3 || index % 100 === 0;
      if (onlyDrift && !isDrift) continue;
      yield JSON.stringify(entry(index, onlyDrift));
    }
  };
  const list = async (onlyDrift: boolean) => {
    let separator = "";
    for (const text of entries(onlyDrift)) {
      await write(separator + text);
      separator = ",";
    }
  };
  await write(
    '{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"resource_drift":[',
  );
  await list(true);
  await write('],"resource_changes":[');
  await list(false);
  await write('],"prior_state":{"format_version":"1.0","values":{"root_module":{"resources":[');
  await list(false);
  await write(']}}},"timestamp":"2026-03-01T12:00:00Z"}');
  out.end();
  await once(out, "finish");
}

function entry(index: number, isDrift: boolean): object {
  const isLink = index % 10 === 0;
  const padding = Object.fromEntries(Array.from({ length: 10 }, (_, each) => [`attribute_${each}`, "x".repeat(80)]));
  const values = isLink
    ? {
        ...padding,
        id: `uk/ser_${index}`,
        service_account_id: `ser_${index}`,
        status: "linked",
        next_action: "Nothing to do.",
      }
    : { ...padding, id: `i-${index}`, password: `secret-of-${index}` };
  const gone = isLink ? { ...values, status: "unlinked" } : { ...values, attribute_0: "changed" };
  const isGone = isLink && index % 100 === 0;
  const [before, after] = isDrift ? [values, gone] : isGone ? [gone, gone] : [values, values];
  return {
    address: isLink ? `cronofy_organizational_unit_link.all["customer-${index}"]` : `demo_server.s${index}`,
    mode: "managed",
    type: isLink ? "cronofy_organizational_unit_link" : "demo_server",
    name: isLink ? "all" : `s${index}`,
    change: {
      actions: [isDrift ? "update" : "no-op"],
      before,
      after,
      after_unknown: {},
      before_sensitive: { password: true },
      after_sensitive: { password: true },
    },
  };
}

/** Many root modules, and a Terraform that counts itself. */
async function planInFolders(
  folder: string,
  folders: number,
): Promise<Pick<DriftRun, "time" | "memory"> & { atOnce: number }> {
  const { findTerraform } = await import("../src/plugin/testing");
  const terraform = findTerraform(process.env).path;
  const fleet = path.join(folder, "fleet");
  for (let index = 0; index < folders; index++) {
    const root = path.join(fleet, String(index).padStart(3, "0"));
    await mkdir(path.join(root, ".terraform"), { recursive: true });
    await writeFile(path.join(root, "main.tf"), 'resource "terraform_data" "a" {}\n');
  }
  const log = path.join(folder, "log");
  const counting = path.join(folder, "terraform");
  await writeFile(
    counting,
    `#!/bin/sh\necho + >> '${log}'\n'${terraform}' "$@"\nstatus=$?\necho - >> '${log}'\nexit $status\n`,
    { mode: 0o755 },
  );
  const run = await measure(["drift", "--recursive", fleet], folder, { TERRAFORM_BINARY_NAME: counting });
  let running = 0;
  let atOnce = 0;
  for (const line of (await readFile(log, "utf8")).split("\n")) {
    running += line === "+" ? 1 : line === "-" ? -1 : 0;
    atOnce = Math.max(atOnce, running);
  }
  return { ...run, atOnce };
}

async function measure(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  const start = performance.now();
  const child = spawn(process.execPath, [OU_LINK, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  let memory: number | null = null;
  const look = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, "utf8").then(
      (status) => (memory = Math.max(memory ?? 0, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024)),
      () => undefined,
    );
  }, 20);
  const [exitCode] = (await once(child, "close")) as [number | null];
  clearInterval(look);
  if (exitCode !== 0 && exitCode !== 2) throw new Error(`ou-link ${args[0]} ended with ${exitCode}: ${stderr}`);
  return { time: performance.now() - start, memory };
}
