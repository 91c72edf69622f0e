import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import type { Readable } from "node:stream";
import { StepError } from "./step-error";

const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;

/** An `ou-link` command that serves, in a process of its own. */
export class Service {
  private constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    private readonly log: Interface,
  ) {}

  /**
   * Starts `ou-link <args>`, whose first line is JSON that says where it serves.
   *
   * @param cli path of the command line's entry
   * @returns the service, and what it said
   * @throws StepError when it ends first, or stays silent
   */
  static async start<Announcement>(
    cli: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{ service: Service; announcement: Announcement }> {
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const log = createInterface({ input: child.stderr });
    const service = new Service(child, log);
    const complaints: string[] = [];
    log.on("line", (line) => complaints.push(line));

    const ended = new AbortController();
    child.once("error", (error) => complaints.push(error.message));
    child.once("close", () => ended.abort());
    const within = AbortSignal.any([signal, ended.signal, AbortSignal.timeout(START_TIMEOUT)]);
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), "line", { signal: within })) as [string];
      return { service, announcement: JSON.parse(line) as Announcement };
    } catch (cause) {
      await service.stop();
      signal.throwIfAborted();
      const reason = complaints.join("\n") || (ended.signal.aborted ? "it ended at once" : "it said nothing for 30 s");
      throw new StepError(`ou-link ${args[0]} did not start: ${reason}`, "Run `npm ci` and try again.", { cause });
    }
  }

  /** The first line of its log, from now on, that matches. */
  async logged(pattern: RegExp, signal: AbortSignal): Promise<string> {
    for (;;) {
      const [line] = (await once(this.log, "line", { signal })) as [string];
      if (pattern.test(line)) return line;
    }
  }

  /** Ends the process, and resolves when it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const killing = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT);
    await exit;
    clearTimeout(killing);
  }
}
