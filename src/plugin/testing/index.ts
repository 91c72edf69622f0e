export { TerraformNotFoundError, findTerraform } from "./find-terraform";
export type { Terraform } from "./find-terraform";
export { TerraformWorkspace } from "./terraform-workspace";
export type {
  TerraformChange,
  TerraformOutput,
  TerraformPlan,
  TerraformResourceChange,
  TerraformRun,
  TerraformRunOptions,
  TerraformState,
  TerraformStateResource,
  TerraformWorkspaceOptions,
} from "./terraform-workspace";
