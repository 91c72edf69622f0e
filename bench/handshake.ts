import { spawn } from "node:child_process";
import { once } from "node:events";
import { createIdentity } from "../src/plugin/server/certificate";
import { median } from "./measurement";
import type { Measurement } from "./measurement";

const RUNS = 25;
const TIMEOUT = 10_000;

/** From exec to the line by which Terraform finds the server, with mutual TLS as Terraform asks for it. */
export async function handshake(executable: string): Promise<Measurement> {
  const env = {
    PATH: process.env["PATH"],
    TMPDIR: process.env["TMPDIR"],
    TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    PLUGIN_PROTOCOL_VERSIONS: "5,6",
    PLUGIN_CLIENT_CERT: createIdentity({ curve: "P-521" }).certificatePem,
  };
  const times: number[] = [];
  await oneStart(executable, env);
  for (let run = 0; run < RUNS; run++) times.push(await oneStart(executable, env));
  return {
    what: `exec → handshake, median of ${RUNS}`,
    ours: median(times),
    budget: { kind: "at-most", milliseconds: 40 },
  };
}

async function oneStart(executable: string, env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now();
  const child = spawn(executable, { env, stdio: ["ignore", "pipe", "ignore"] });
  const exit = once(child, "exit");
  try {
    const [line] = (await once(child.stdout, "data", { signal: AbortSignal.timeout(TIMEOUT) })) as [Buffer];
    const end = performance.now();
    if (!line.toString().startsWith("1|6|"))
      throw new Error("The executable printed something else than its handshake.");
    return end - start;
  } finally {
    child.kill();
    await exit;
  }
}
