/** The kind of resource that runs a link's hooks. */
export enum HookEngine {
  /** `null_resource` of hashicorp/null, which Terraform downloads. It is added to the stack where it is missing. */
  NULL = "null",
  /** `terraform_data`, which is built into Terraform 1.4 and later, and into OpenTofu: nothing is downloaded. */
  TERRAFORM_DATA = "terraform_data",
}
