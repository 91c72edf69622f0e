import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";

type Values = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Texts;
  readonly with?: Texts;
  readonly "continue-on-error"?: boolean;
}

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: { readonly include: readonly Texts[] } };
  readonly environment?: string;
  readonly permissions?: unknown;
  readonly steps: readonly Step[];
}

/** A workflow's file. */
export interface Workflow {
  readonly permissions: unknown;
  readonly env?: Texts;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** How a job ended. */
export type Outcome = "success" | "failure" | "skipped";

/** What there is around a workflow. */
export interface GitHub {
  /** The checkout. */
  readonly work: string;
  /** A folder for what is the runner's own. */
  readonly temporary: string;
  /** What a machine has: PATH, and what a test puts into it. */
  readonly env: NodeJS.ProcessEnv;
  /** The `github` context. */
  readonly github: Values;
  readonly vars: Texts;
  /** Those of the repository; and of each environment, which its jobs get as well. */
  readonly secrets: { readonly repository: Texts; readonly environments: Readonly<Record<string, Texts>> };
  /** Actions that fail, such as an upload that is refused, by how their names begin. */
  readonly failing?: readonly string[];
  /** Called with what each step prints. */
  readonly onOutput: (text: string) => void;
}

/**
 * Runs a workflow's jobs in order, each in a checkout of its own, as far as its conditions let it. The shell is run for real;
 * of actions only those that hand files on do something.
 */
export async function runWorkflow(file: string, around: GitHub): Promise<Readonly<Record<string, Outcome>>> {
  const workflow = parse(await readFile(path.join(around.work, ".github/workflows", file), "utf8")) as Workflow;
  const outcomes: Record<string, Outcome> = {};
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const scope = new Scope(around, {}, false);
    const isDue = job.if === undefined || scope.value(job.if) === true;
    const isBlocked = [job.needs ?? []].flat().some((needed) => outcomes[needed] !== "success");
    outcomes[name] = !isDue || isBlocked ? "skipped" : await runJob(workflow, job, around);
  }
  return outcomes;
}

async function runJob({ env = {} }: Workflow, job: Job, around: GitHub): Promise<Outcome> {
  const { work, secrets } = around;
  let isGood = true;
  for (const matrix of job.strategy?.matrix.include ?? [{}]) {
    for (const left of ["release", "report", ".terraform-plugins"]) {
      await rm(path.join(work, left), { recursive: true, force: true });
    }
    const contexts: Record<string, unknown> = {
      secrets: { ...secrets.repository, ...secrets.environments[job.environment ?? ""] },
      matrix,
      runner: { os: matrix["on"]?.startsWith("ubuntu") === false ? "another" : "Linux" },
      steps: {},
    };
    contexts["env"] = new Scope(around, contexts, false).texts(env);
    if (!(await runSteps(job.steps, around, contexts))) isGood = false;
  }
  return isGood ? "success" : "failure";
}

/** @returns whether all went well, or was allowed not to */
async function runSteps(steps: readonly Step[], around: GitHub, contexts: Record<string, unknown>): Promise<boolean> {
  let isGood = true;
  for (const step of steps) {
    const scope = new Scope(around, contexts, !isGood);
    // What asks for nothing else is run where all went well before.
    const condition = step.if ?? "success()";
    const isDue = /cancelled\(\)|always\(\)/.test(condition) || isGood;
    if (!isDue || scope.value(condition) !== true) continue;
    const went = await (step.run === undefined
      ? runAction(step, around, contexts, scope)
      : runShell(step, around, contexts, scope));
    if (!went && step["continue-on-error"] !== true) isGood = false;
  }
  return isGood;
}

async function runShell(
  { id, run = "", env = {} }: Step,
  { work, temporary, env: machine, onOutput }: GitHub,
  contexts: Record<string, unknown>,
  scope: Scope,
): Promise<boolean> {
  const output = path.join(temporary, "output");
  await writeFile(output, "");
  const child = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", run], {
    cwd: work,
    env: {
      ...machine,
      ...(contexts["env"] as Texts),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: path.join(temporary, "summary"),
      ...scope.texts(env),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", onOutput);
  const [exitCode] = (await once(child, "close")) as [number | null];
  if (id !== undefined) {
    const lines = (await readFile(output, "utf8")).trimEnd().split("\n");
    const outputs = Object.fromEntries(lines.map((line) => line.split("=", 2) as [string, string]));
    contexts["steps"] = { ...(contexts["steps"] as Values), [id]: { outputs } };
  }
  return exitCode === 0;
}

async function runAction(
  { uses = "", with: given = {} }: Step,
  around: GitHub,
  contexts: Record<string, unknown>,
  scope: Scope,
): Promise<boolean> {
  if (around.failing?.some((name) => uses.startsWith(name))) return false;
  const inputs = scope.texts(given);
  const artifact = path.join(around.temporary, "artifacts", inputs["name"] ?? "");
  const file = path.join(around.work, inputs["path"] ?? "");
  if (uses.startsWith("./")) {
    const action = parse(await readFile(path.join(around.work, uses, "action.yml"), "utf8")) as {
      runs: { steps: readonly Step[] };
    };
    return runSteps(action.runs.steps, around, { ...contexts, inputs: { role: "", ...inputs } });
  }
  // An upload of nothing warns.
  if (uses.startsWith("actions/upload-artifact") && existsSync(file)) await cp(file, artifact, { recursive: true });
  if (uses.startsWith("actions/download-artifact")) await cp(artifact, file, { recursive: true });
  return true;
}

/** Reads expressions: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions */
class Scope {
  constructor(
    private readonly around: GitHub,
    private readonly contexts: Values,
    private readonly hasFailed: boolean,
  ) {}

  /** What an expression comes to, with or without its braces. */
  value(expression: string): unknown {
    const { github, vars, work } = this.around;
    const contexts = { github, vars, ...this.contexts };
    const literals = expression
      .replace(/^\$\{\{(.*)\}\}$/s, "$1")
      .replace(/'[^']*'|(\w+)\((?:'([^']*)')?\)|[a-zA-Z_][\w.-]*/g, (text, name?: string, argument?: string) => {
        if (text.startsWith("'")) return text;
        switch (name) {
          case "success":
            return String(!this.hasFailed);
          case "cancelled":
            return "false";
          case "hashFiles":
            return existsSync(path.join(work, argument ?? "")) ? "'a hash'" : "''";
          case undefined:
            return JSON.stringify(at(contexts, text.split(".")) ?? "");
          default:
            throw new Error(`The runner of the tests knows no ${name}().`);
        }
      });
    return runInNewContext(literals);
  }

  /** Texts, with what stands in braces put in. */
  texts(texts: Texts): Record<string, string> {
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        String(text).replace(/\$\{\{.*?\}\}/g, (expression) => String(this.value(expression))),
      ]),
    );
  }
}

function at(values: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((value, name) => (value as Values | undefined)?.[name], values);
}
