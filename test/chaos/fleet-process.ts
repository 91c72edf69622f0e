import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** What a link's configuration says. */
export interface Wanted {
  readonly address: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether what takes another's place is made before that one is destroyed. */
  readonly createsFirst: boolean;
}

/** What a Terraform process is told to do to a link. */
export interface Call {
  /** `look` reads it back as a plan in a pull request does, and keeps nothing of it. */
  readonly what: "look" | "refresh" | "apply";
  readonly account: string;
  /** Null where the link is to be destroyed. */
  readonly wanted: Wanted | null;
}

/** What Terraform says of it. */
export interface Told {
  /** The link's state; empty where there is none. */
  readonly link: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  readonly isChanged: boolean;
}

/** How a request at a link service ended, as its log has it. */
export interface Logged {
  readonly outcome: string;
  readonly link: string | null;
  readonly detail: string | null;
}

/** The process was killed before it answered. */
export class Killed extends Error {
  override readonly name = "Killed";
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One of our processes, as long as it lives. */
export class FleetProcess {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  isAlive = true;
  /** What it said when it was ready. */
  told: unknown = null;

  private constructor(
    /** Such as `terraform-2`. */
    readonly name: string,
    private readonly child: ChildProcess,
    onLog: (line: Logged) => void,
  ) {
    child.on("message", (message: Answer) => {
      if ("log" in message) return onLog(message.log);
      const waiting = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if ("error" in message) waiting?.reject(new Error(message.error));
      else waiting?.resolve(message.answer);
    });
    child.once("exit", () => {
      this.isAlive = false;
      for (const { reject } of this.waiting.values()) reject(new Killed(`${name} was killed.`));
      this.waiting.clear();
    });
  }

  /** Starts a script of this folder; it is ready when this resolves. */
  static async start(
    name: string,
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    now: number,
    onLog: (line: Logged) => void = () => {},
  ): Promise<FleetProcess> {
    const child = fork(path.join(__dirname, script), [...args], {
      execArgv: ["--require", "tsx/cjs"],
      env: { PATH: process.env["PATH"], ...env },
      serialization: "json",
    });
    const started = new FleetProcess(name, child, onLog);
    started.setClock(now);
    started.told = await started.call({});
    return started;
  }

  /** @throws Killed; an Error with what the process said. */
  call<T>(question: object): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.isAlive) return reject(new Killed(`${this.name} was killed.`));
      const id = ++this.asked;
      this.waiting.set(id, { resolve: (answer) => resolve(answer as T), reject });
      this.child.send({ id, question }, () => {});
    });
  }

  /** The simulated time, which goes on from there. */
  setClock(now: number): void {
    if (this.isAlive) this.child.send({ now }, () => {});
  }

  async kill(): Promise<void> {
    this.isAlive = false;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exit;
  }
}

type Question = { readonly now: number } | { readonly id: number; readonly question: object };
type Answer =
  | { readonly log: Logged }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly answer: unknown };

/**
 * The other side, in the process.
 *
 * @param start begins to work by that clock, and gives what answers. The first question is empty: it asks whether it has
 *   begun.
 */
export function answerParent(start: (now: () => Date) => Promise<(call: Call) => Promise<unknown>>): void {
  let base = 0;
  let since = performance.now();
  const now = () => new Date(base + performance.now() - since);
  let started: ReturnType<typeof start> | undefined;
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message: Question) => {
    if ("now" in message) {
      base = message.now;
      since = performance.now();
      return;
    }
    const { id, question } = message;
    started ??= start(now);
    void started
      .then((answer) => answer(question as Call))
      .then(
        (answer) => tellParent({ id, answer }),
        (error: unknown) => tellParent({ id, error: error instanceof Error ? error.message : String(error) }),
      );
  });
}

/** A parent that is gone hears nothing, and that ends nobody with an error. */
export function tellParent(message: Answer): void {
  process.send?.(message, undefined, undefined, () => {});
}
