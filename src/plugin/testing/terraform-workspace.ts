import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Terraform } from "./find-terraform";

/** What a workspace is made of. */
export interface TerraformWorkspaceOptions {
  readonly terraform: Terraform;
  /** The workspace's own folder: made if it is not there, and the only place that is written to. */
  readonly directory: string;
  /** File name → content: the configuration, and whatever lies beside it. */
  readonly files?: Readonly<Record<string, string>>;
  /** Content of the CLI configuration, such as a `provider_installation` block. @default none: that of the user is not read */
  readonly cliConfiguration?: string;
  /** `TF_REATTACH_PROVIDERS`, for a provider that already runs. */
  readonly reattach?: string;
  /** Variables for Terraform and the providers, beside the few (`PATH`, …) that any program needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long one run may take, in milliseconds. @default 120000 */
  readonly timeout?: number;
  /** Interrupts whatever runs. */
  readonly signal?: AbortSignal;
}

/** For one run, on top of the workspace's own. */
export interface TerraformRunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Interrupts this run as Ctrl-C would: Terraform ends what is in flight and keeps what it knows. */
  readonly signal?: AbortSignal;
}

/** How a run ended. */
export interface TerraformRun {
  /** Null when it was killed. `plan` answers 2 for "there are changes". */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A plan. The part of `terraform show -json` that tests ask about; the rest is there too. */
export interface TerraformPlan {
  readonly resource_changes?: readonly TerraformResourceChange[];
  readonly resource_drift?: readonly TerraformResourceChange[];
  readonly output_changes?: Readonly<Record<string, TerraformChange>>;
}

/** What is to happen to one resource, or has happened to it behind Terraform's back. */
export interface TerraformResourceChange {
  readonly address: string;
  /** Where the state has it so far, if a `moved` block moves it. */
  readonly previous_address?: string;
  readonly change: TerraformChange<Readonly<Record<string, unknown>> | null>;
}

/**
 * A value before and after. The fields are those of Terraform's change representation:
 * https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export interface TerraformChange<T = unknown> {
  /** `["no-op"]`, `["create"]`, `["update"]`, `["delete", "create"]`, … */
  readonly actions: readonly string[];
  readonly before: T;
  readonly after: T;
  /** `true` in place of each part that is not known yet. */
  readonly after_unknown: unknown;
  /** `true` in place of each part that is sensitive. */
  readonly before_sensitive?: unknown;
  readonly after_sensitive?: unknown;
  /** There when an `import` block takes an object that exists already. */
  readonly importing?: object;
  /** The paths that make Terraform replace the resource. */
  readonly replace_paths?: readonly (readonly (string | number)[])[];
}

/** A state. The part of `terraform show -json` that tests ask about; the rest is there too. */
export interface TerraformState {
  /** Absent when the state is empty. */
  readonly values?: {
    readonly outputs?: Readonly<Record<string, TerraformOutput>>;
    readonly root_module?: TerraformStateModule;
  };
}

/** A module's resources and data sources, and the modules inside it. */
export interface TerraformStateModule {
  readonly resources?: readonly TerraformStateResource[];
  readonly child_modules?: readonly TerraformStateModule[];
}

export interface TerraformStateResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface TerraformOutput {
  readonly sensitive: boolean;
  readonly value: unknown;
}

const DEFAULT_TIMEOUT = 120_000;

/** How long an interrupted Terraform may take to end what is in flight, before it is killed. */
const INTERRUPTION_GRACE = 15_000;

const SAVED_PLAN = "saved.tfplan";

/** What any program needs to run; nothing else is inherited, so that no setting of the user's changes a result. */
const INHERITED = ["PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LANG", "LC_ALL"];

/** A folder in which real Terraform runs, cut off from the user's own settings, plugins and state. */
export class TerraformWorkspace {
  private constructor(private readonly options: TerraformWorkspaceOptions) {}

  /** Makes the folder with its files. */
  static async create(options: TerraformWorkspaceOptions): Promise<TerraformWorkspace> {
    const workspace = new TerraformWorkspace(options);
    await mkdir(options.directory, { recursive: true });
    await writeFile(workspace.cliConfigurationFile, options.cliConfiguration ?? "");
    await workspace.write(options.files ?? {});
    return workspace;
  }

  get directory(): string {
    return this.options.directory;
  }

  /** What Terraform runs in, for another program that runs it here. */
  get environment(): Readonly<Record<string, string>> {
    const inherited = INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(inherited),
      HOME: this.directory,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      // A run of a test is short: to collect garbage costs it a quarter of its time.
      GOGC: "off",
      GOMEMLIMIT: "1GiB",
      TF_CLI_ARGS: "-no-color",
      TF_CLI_CONFIG_FILE: this.cliConfigurationFile,
      ...(this.options.reattach === undefined ? {} : { TF_REATTACH_PROVIDERS: this.options.reattach }),
      ...this.options.env,
    };
  }

  /** Adds or replaces files. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.directory, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  /** Removes the folder with everything in it. */
  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  init(args: readonly string[] = [], options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.run(["init", "-input=false", ...args], options);
  }

  validate(args: readonly string[] = [], options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.run(["validate", ...args], options);
  }

  /** @returns exit code 0 for no changes, 2 for changes; and the plan, or null when there is none */
  async plan(
    args: readonly string[] = [],
    options?: TerraformRunOptions,
  ): Promise<TerraformRun & { readonly plan: TerraformPlan | null }> {
    const run = await this.savePlan(args, options);
    if (run.exitCode !== 0 && run.exitCode !== 2) return { ...run, plan: null };
    return { ...run, plan: await this.showPlan(options) };
  }

  /** Plans without reading the plan: half the time of {@link plan}, and the same exit codes. */
  savePlan(args: readonly string[] = [], options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.run(["plan", "-input=false", "-detailed-exitcode", `-out=${SAVED_PLAN}`, ...args], options);
  }

  /**
   * Reads what was planned last.
   *
   * @throws Error with what Terraform says when there is no plan
   */
  async showPlan(options?: TerraformRunOptions): Promise<TerraformPlan> {
    const { exitCode, stdout, stderr } = await this.run(["show", "-json", SAVED_PLAN], options);
    if (exitCode !== 0) throw new Error(`terraform show failed: ${stderr}`);
    return JSON.parse(stdout) as TerraformPlan;
  }

  apply(args: readonly string[] = [], options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.run(["apply", "-input=false", "-auto-approve", ...args], options);
  }

  /** Carries out what was planned last, and nothing else. */
  applyPlan(options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.run(["apply", "-input=false", SAVED_PLAN], options);
  }

  /** Takes what providers read into the state, and changes nothing else. */
  refresh(args: readonly string[] = [], options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.apply(["-refresh-only", ...args], options);
  }

  destroy(args: readonly string[] = [], options?: TerraformRunOptions): Promise<TerraformRun> {
    return this.apply(["-destroy", ...args], options);
  }

  /** @param id what the provider takes as the id of `address` */
  import(
    address: string,
    id: string,
    args: readonly string[] = [],
    options?: TerraformRunOptions,
  ): Promise<TerraformRun> {
    return this.run(["import", "-input=false", ...args, address, id], options);
  }

  /** @returns the state, or null when it cannot be read */
  async show(options?: TerraformRunOptions): Promise<TerraformRun & { readonly state: TerraformState | null }> {
    const run = await this.run(["show", "-json"], options);
    return { ...run, state: run.exitCode === 0 ? (JSON.parse(run.stdout) as TerraformState) : null };
  }

  /** @returns the outputs, sensitive ones in clear, or null when they cannot be read */
  async output(
    options?: TerraformRunOptions,
  ): Promise<TerraformRun & { readonly outputs: Readonly<Record<string, TerraformOutput>> | null }> {
    const run = await this.run(["output", "-json"], options);
    const outputs = run.exitCode === 0 ? (JSON.parse(run.stdout) as Record<string, TerraformOutput>) : null;
    return { ...run, outputs };
  }

  /**
   * Runs `terraform <args>` to its end, whatever that is.
   *
   * @throws Error when the program cannot be started, or takes longer than the timeout
   */
  run(args: readonly string[], { env = {}, signal }: TerraformRunOptions = {}): Promise<TerraformRun> {
    const { terraform, timeout = DEFAULT_TIMEOUT } = this.options;
    const signals = [this.options.signal, signal].filter((each) => each !== undefined);
    return new Promise((resolve, reject) => {
      for (const each of signals) {
        if (each.aborted) return reject(new Error(`terraform ${args[0]} was not started: interrupted.`));
      }
      const child = spawn(terraform.path, args, {
        cwd: this.directory,
        env: { ...this.environment, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        // A Ctrl-C at the terminal would reach it once from there and once from us, and two make it drop everything.
        detached: process.platform !== "win32",
        windowsHide: true,
      });
      const stdout = collect(child.stdout);
      const stderr = collect(child.stderr);

      let timedOut = false;
      let killing: NodeJS.Timeout | undefined;
      const interrupt = () => {
        if (killing !== undefined) return;
        child.kill("SIGINT");
        killing = setTimeout(() => child.kill("SIGKILL"), INTERRUPTION_GRACE);
      };
      const limit = setTimeout(() => {
        timedOut = true;
        interrupt();
      }, timeout);
      for (const each of signals) each.addEventListener("abort", interrupt);
      const settle = () => {
        clearTimeout(limit);
        clearTimeout(killing);
        for (const each of signals) each.removeEventListener("abort", interrupt);
      };

      child.once("error", (error) => {
        settle();
        reject(new Error(`${terraform.path} cannot be started: ${error.message}`, { cause: error }));
      });
      child.once("close", (exitCode) => {
        settle();
        if (timedOut) reject(new Error(`terraform ${args[0]} took longer than ${timeout / 1000} s.\n${stderr()}`));
        else resolve({ exitCode, stdout: stdout(), stderr: stderr() });
      });
    });
  }

  private get cliConfigurationFile(): string {
    return path.join(this.directory, "terraform.tfrc");
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
