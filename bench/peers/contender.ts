import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import path from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { countingProgram, treeUsage } from "../process-tree";
import type { TreeUsage } from "../process-tree";
import { succeeded } from "../stage";
import type { Stage } from "../stage";
import type { Subject } from "../subject";

/** What somebody may want of their links. */
export const COMMANDS = ["init", "validate", "plan", "apply", "no-op plan", "refresh", "destroy"] as const;
export type Command = (typeof COMMANDS)[number];

/** A way to bring about links. */
export interface Contender {
  readonly name: string;
  /** Prepares so many links. */
  open(stage: Stage, count: number): Promise<Declared>;
}

/** Links that are declared by a contender. */
export interface Declared {
  /** @returns null where there is no such command */
  run(command: Command, options?: RunOptions): Promise<(TreeUsage & { readonly output: string }) | null>;
  /** Bytes that Terraform keeps. */
  stateSize(): Promise<number>;
}

export interface RunOptions {
  /** How many links are worked on at once. @default 10, as Terraform's */
  readonly parallelism?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const PARALLELISM = 10;
const execute = promisify(execFile);

/** What is declared in Terraform. */
export function inTerraform(subject: Subject, reattach?: string): Contender {
  return {
    name: subject.name,
    async open(stage, count) {
      const workspace = await stage.workspace(subject, count, reattach);
      const { directory } = workspace;
      return {
        async run(command, { parallelism = PARALLELISM, env = {} } = {}) {
          if (command === "init") {
            for (const made of [".terraform", ".terraform.lock.hcl"]) {
              await rm(path.join(directory, made), { recursive: true, force: true });
            }
          }
          let output = "";
          const usage = await treeUsage(directory, async () => {
            const run = await workspace.run(argumentsOf(command, parallelism), { env });
            succeeded(run);
            output = run.stdout;
          });
          return { ...usage, output };
        },
        stateSize: async () => (await stat(path.join(directory, "terraform.tfstate"))).size,
      };
    },
  };
}

/** The script on the official npm package, which knows three of the commands. */
export const SCRIPT: Contender = {
  name: "script",
  async open(stage, count) {
    const node = await countingProgram(stage.folder, process.execPath);
    await mkdir(stage.store(SCRIPT), { recursive: true });
    const cwd = await mkdtemp(path.join(stage.folder, "script-"));
    return {
      async run(command, { parallelism = PARALLELISM, env = {} } = {}) {
        if (command !== "apply" && command !== "refresh" && command !== "destroy") return null;
        const script = path.join(__dirname, "cronofy-script.cjs");
        let output = "";
        const usage = await treeUsage(cwd, async () => {
          const run = await execute(node, [script, command, String(count), String(parallelism)], {
            cwd,
            env: { PATH: process.env["PATH"], ...stage.env(SCRIPT), ...env },
            maxBuffer: 100_000_000,
          });
          output = run.stdout;
        });
        return { ...usage, output };
      },
      stateSize: () => Promise.resolve(0),
    };
  },
};

function argumentsOf(command: Command, parallelism: number): string[] {
  switch (command) {
    case "init":
      return ["init", "-input=false"];
    case "validate":
      return ["validate"];
    case "plan":
    case "no-op plan":
      return ["plan", "-input=false", `-parallelism=${parallelism}`];
    case "apply":
      return ["apply", "-input=false", "-auto-approve", `-parallelism=${parallelism}`];
    case "refresh":
      return ["apply", "-refresh-only", "-input=false", "-auto-approve", `-parallelism=${parallelism}`];
    case "destroy":
      return ["apply", "-destroy", "-input=false", "-auto-approve", `-parallelism=${parallelism}`];
  }
}
