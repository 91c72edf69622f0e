import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ProviderHandlers } from "../wire/handlers";
import { attachProviders, openTofuAddress } from "./attach-providers";
import type { AttachedProviders } from "./attach-providers";
import { findTerraform } from "./find-terraform";
import type { Terraform } from "./find-terraform";
import { Plan, requireActions, requirePlan } from "./plan";
import type { PlannedActions } from "./plan";
import { State } from "./state";
import { TerraformWorkspace } from "./terraform-workspace";
import type { TerraformRun } from "./terraform-workspace";
import { TerraformFailedError, stepOutput } from "./test-step";
import type {
  ApplyStep,
  DestroyStep,
  ExpectedNextPlan,
  FailingStep,
  ImportStep,
  PlanResult,
  PlanStep,
  RefreshStep,
  Step,
  StepOutput,
} from "./test-step";

/** What a test is made of. A provider is attached or comes from a mirror; a test may have some of each. */
export interface TerraformTestOptions {
  /** Handlers by registry address, of the providers that this process serves, with whatever clock they were given. */
  readonly attached?: Readonly<Record<string, ProviderHandlers>>;
  /**
   * A folder with packed providers, laid out as a filesystem mirror; nothing is then installed from anywhere else.
   * https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
   *
   * @default the registry
   */
  readonly mirror?: string;
  /** What every step starts from: a text is `main.tf`, else content by file name. Steps replace files of that name. */
  readonly configuration?: string | Readonly<Record<string, string>>;
  /** Values of input variables, until a step gives others. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Variables for Terraform and for providers from a mirror; nothing of the user's is inherited but `PATH` and its like. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default the one that {@link findTerraform} finds */
  readonly terraform?: Terraform;
  /** Where Terraform runs. It is left in place. @default a new temporary folder, removed by `close` */
  readonly directory?: string;
  /** How long one run of Terraform may take, in milliseconds. @default 120000 */
  readonly timeout?: number;
}

/**
 * A test of providers through real Terraform, one step after the other in one folder. Each step is what
 * terraform-plugin-testing calls a `TestStep`: it runs Terraform, throws an error when that fails, and then lets
 * Terraform plan once more, which must propose nothing.
 *
 * @example
 * const test = await TerraformTest.create({ attached: { [address]: createHandlers(notes) }, configuration: TWO_NOTES });
 * await test.apply({ expectActions: { "notes_note.a": "create", "notes_note.b": "create" } });
 * const { title } = (await test.state()).resource("notes_note.a").values;
 * await test.plan({ configuration: BAD, expectError: /No title/ });
 * await test.destroy();
 * await test.close();
 */
export class TerraformTest {
  private constructor(
    /** The folder, for whatever no step does. */
    readonly workspace: TerraformWorkspace,
    private readonly attached: AttachedProviders,
    private readonly temporaryFolder: string | undefined,
    /** Whether Terraform can run. Attached providers need no `terraform init`; those from a mirror do. */
    private isInitialized: boolean,
  ) {}

  /** Attaches the providers and makes the folder. Terraform first runs in the first step. */
  static async create(options: TerraformTestOptions): Promise<TerraformTest> {
    const { mirror, env, timeout } = options;
    const terraform = options.terraform ?? findTerraform(process.env);
    const temporaryFolder =
      options.directory === undefined ? await mkdtemp(path.join(tmpdir(), "terraform-test-")) : undefined;
    const attached = await attachProviders(options.attached ?? {});
    const workspace = await TerraformWorkspace.create({
      terraform,
      directory: options.directory ?? (temporaryFolder as string),
      reattach: attached.env.TF_REATTACH_PROVIDERS,
      files: filesOf(options),
      ...(mirror !== undefined && { cliConfiguration: mirrorConfiguration(mirror) }),
      ...(env !== undefined && { env }),
      ...(timeout !== undefined && { timeout }),
    }).catch(async (error: unknown) => {
      await attached.close();
      throw error;
    });
    return new TerraformTest(workspace, attached, temporaryFolder, mirror === undefined);
  }

  /**
   * Plans, and requires the plan to be as expected: empty unless said otherwise. Nothing is changed.
   *
   * @returns the plan too where something is expected of it: an empty one is not read
   */
  plan(step: PlanStep & (Planning | Required<Pick<PlanStep, "expectNonEmptyPlan">>)): Promise<PlanResult>;
  plan(step?: FailingStep | PlanStep): Promise<StepOutput>;
  async plan(step: FailingStep | PlanStep = {}): Promise<StepOutput> {
    await this.prepare(step);
    const run = () => this.savedPlan("plan", step, step.args ?? []);
    if (mustFail(step)) return this.failing("plan", step, run);
    const { output, isEmpty } = await run();
    const plan = await this.expectedPlan("The plan", step, isEmpty, step.expectActions);
    return { ...output, ...(plan !== undefined && { plan }) };
  }

  /**
   * Applies the configuration; where actions are expected, plans first, and carries out the plan that has them. The next
   * plan must be empty unless said otherwise.
   */
  apply(step: ApplyStep & Planning): Promise<PlanResult>;
  apply(step?: FailingStep | ApplyStep): Promise<StepOutput>;
  async apply(step: FailingStep | ApplyStep = {}): Promise<StepOutput> {
    if (mustFail(step)) return this.failing("apply", step, () => this.applied(step, "apply"));
    return this.followed("apply", step, await this.applied(step, "apply", step.expectActions));
  }

  /**
   * Takes what the providers read into the state, and changes nothing. The next plan must be empty unless said
   * otherwise.
   */
  async refresh(step: FailingStep | RefreshStep = {}): Promise<StepOutput> {
    await this.prepare(step);
    const run = () => this.ran("refresh", step, () => this.workspace.refresh(step.args, step));
    return mustFail(step) ? this.failing("refresh", step, run) : this.followed("refresh", step, await run());
  }

  /**
   * Takes an object that exists already into the state. The next plan must be empty unless said otherwise.
   *
   * @param address of a resource in the configuration
   * @param id what its provider takes as an id
   */
  async import(address: string, id: string, step: FailingStep | ImportStep = {}): Promise<StepOutput> {
    await this.prepare(step);
    const run = () => this.ran("import", step, () => this.workspace.import(address, id, step.args, step));
    return mustFail(step) ? this.failing("import", step, run) : this.followed("import", step, await run());
  }

  /** Destroys all that the state holds; where actions are expected, plans first, as {@link apply} does. */
  destroy(step: DestroyStep & Planning): Promise<PlanResult>;
  destroy(step?: FailingStep | DestroyStep): Promise<StepOutput>;
  async destroy(step: FailingStep | DestroyStep = {}): Promise<StepOutput> {
    if (mustFail(step)) return this.failing("destroy", step, () => this.applied(step, "destroy"));
    return this.applied(step, "destroy", step.expectActions);
  }

  /** The state as it was written last. This is no step: no provider is asked. */
  async state(): Promise<State> {
    const { state, ...run } = await this.workspace.show();
    if (state === null) throw new TerraformFailedError("show", run.exitCode, stepOutput(run));
    return new State(state);
  }

  /**
   * A provider's schema as Terraform understands it, in the form of `terraform providers schema -json`. No step.
   *
   * @param address of a provider that the configuration requires
   */
  async providerSchema(address: string): Promise<unknown> {
    const { stdout } = await this.ran("providers schema", {}, () =>
      this.workspace.run(["providers", "schema", "-json"]),
    );
    const { provider_schemas } = JSON.parse(stdout) as {
      readonly provider_schemas?: Readonly<Record<string, unknown>>;
    };
    const schema = provider_schemas?.[address] ?? provider_schemas?.[openTofuAddress(address)];
    if (schema === undefined) throw new Error(`The configuration does not require ${address}.`);
    return schema;
  }

  /** Detaches the providers and removes the temporary folder. What was made and not destroyed stays. */
  async close(): Promise<void> {
    await this.attached.close();
    if (this.temporaryFolder !== undefined) await rm(this.temporaryFolder, { recursive: true, force: true });
  }

  private async applied(
    step: Step,
    command: "apply" | "destroy",
    expected?: PlannedActions,
  ): Promise<StepOutput & Partial<PlanResult>> {
    await this.prepare(step);
    const args = step.args ?? [];
    if (expected === undefined) return this.ran(command, step, () => this.workspace[command](args, step));
    const planning = await this.savedPlan(command, step, command === "destroy" ? ["-destroy", ...args] : args);
    const plan = new Plan(await this.workspace.showPlan(step), planning.isEmpty);
    requireActions(`The plan of terraform ${command}`, plan, expected);
    const applying = await this.ran(command, step, () => this.workspace.applyPlan(step));
    return { ...stepOutput(planning.output, applying), plan };
  }

  /** What a step said, once the plan that follows it is as expected. */
  private async followed(command: string, step: Step & ExpectedNextPlan, output: StepOutput): Promise<StepOutput> {
    const { isEmpty } = await this.savedPlan(`plan after terraform ${command}`, step, []);
    await this.expectedPlan(`The plan after terraform ${command}`, step, isEmpty, step.expectNextActions);
    return output;
  }

  /** The plan that was saved, if it is as expected; the usual one, which is empty and has to be, is not read. */
  private async expectedPlan(
    what: string,
    step: Step & { readonly expectNonEmptyPlan?: true },
    isEmpty: boolean,
    actions: PlannedActions | undefined,
  ): Promise<Plan | undefined> {
    const { expectNonEmptyPlan: nonEmpty } = step;
    if (isEmpty && actions === undefined && !nonEmpty) return undefined;
    const plan = new Plan(await this.workspace.showPlan(step), isEmpty);
    requirePlan(what, plan, { actions, nonEmpty });
    return plan;
  }

  private async savedPlan(command: string, step: Step, args: readonly string[]) {
    const run = await this.run(command, step, () => this.workspace.savePlan(args, step));
    const output = stepOutput(run);
    if (run.exitCode !== 0 && run.exitCode !== 2) throw new TerraformFailedError(command, run.exitCode, output);
    return { output, isEmpty: run.exitCode === 0 };
  }

  private async ran(command: string, step: Step, run: () => Promise<TerraformRun>): Promise<StepOutput> {
    const { exitCode, ...output } = await this.run(command, step, run);
    if (exitCode !== 0) throw new TerraformFailedError(command, exitCode, stepOutput(output));
    return stepOutput(output);
  }

  /** Runs Terraform, after `terraform init` where it asks for that, as for a new module. */
  private async run(command: string, step: Step, run: () => Promise<TerraformRun>): Promise<TerraformRun> {
    if (this.isInitialized) {
      const ended = await run();
      if (!asksForInit(ended)) return ended;
    }
    this.isInitialized = false;
    const { exitCode, ...init } = await this.workspace.init([], step);
    if (exitCode !== 0) throw new TerraformFailedError(`init before terraform ${command}`, exitCode, stepOutput(init));
    this.isInitialized = true;
    return run();
  }

  private async failing(command: string, { expectError }: FailingStep, run: () => Promise<unknown>) {
    try {
      await run();
    } catch (error) {
      // To be killed, or not to be found, is no failure that a test can expect.
      if (!(error instanceof TerraformFailedError) || error.exitCode === null) throw error;
      if (error.output.message.search(expectError) >= 0) return error.output;
      throw new Error(`Terraform should fail with ${String(expectError)}. ${error.message}`);
    }
    throw new Error(`terraform ${command} should fail with ${String(expectError)}, and succeeded.`);
  }

  private async prepare(step: Step): Promise<void> {
    await this.workspace.write(filesOf(step));
  }
}

/** Terraform asks for it before it does anything else, so what it was run for can be run again. */
function asksForInit({ exitCode, stdout, stderr }: TerraformRun): boolean {
  return exitCode === 1 && stdout === "" && /\b(terraform|tofu) init\b/.test(stderr);
}

/** What makes a step plan first. */
type Planning = Required<Pick<ApplyStep, "expectActions">>;

/** Terraform reads it without being told to. */
const VARIABLES = "test.auto.tfvars.json";

function filesOf({ configuration = {}, variables }: Pick<Step, "configuration" | "variables">): Record<string, string> {
  return {
    ...(typeof configuration === "string" ? { "main.tf": configuration } : configuration),
    ...(variables !== undefined && { [VARIABLES]: JSON.stringify(variables) }),
  };
}

function mirrorConfiguration(folder: string): string {
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(folder)}\n  }\n}\n`;
}

function mustFail(step: Step): step is FailingStep {
  return (step as Partial<FailingStep>).expectError !== undefined;
}
