export { attachProviders } from "./attach-providers";
export type { AttachedProviders } from "./attach-providers";
export { ECHO_ADDRESS, echoProvider } from "./echo-provider";
export { FakeClock } from "./fake-clock";
export { TerraformNotFoundError, findTerraform } from "./find-terraform";
export type { Terraform } from "./find-terraform";
export { Plan, UnexpectedPlanError } from "./plan";
export type { PlannedAction, PlannedActions } from "./plan";
export { State } from "./state";
export { TerraformTest } from "./terraform-test";
export type { TerraformTestOptions } from "./terraform-test";
export { TerraformWorkspace } from "./terraform-workspace";
export type {
  TerraformChange,
  TerraformOutput,
  TerraformPlan,
  TerraformResourceChange,
  TerraformRun,
  TerraformRunOptions,
  TerraformState,
  TerraformStateModule,
  TerraformStateResource,
  TerraformWorkspaceOptions,
} from "./terraform-workspace";
export { TerraformFailedError } from "./test-step";
export type {
  ApplyStep,
  DestroyStep,
  ExpectedNextPlan,
  ExpectedPlan,
  FailingStep,
  ImportStep,
  PlanResult,
  PlanStep,
  RefreshStep,
  Step,
  StepOutput,
} from "./test-step";
