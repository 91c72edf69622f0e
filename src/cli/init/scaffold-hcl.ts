import { SANDBOX } from "./scaffold-sandbox";

/** A project in Terraform's language. File → text. */
export function hclProjectFiles(): Readonly<Record<string, string>> {
  return {
    "main.tf": `terraform {
  required_version = ">= 1.0"

  required_providers {
    cronofy = {
      source = "ou-link/cronofy"
    }
  }
}

# The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, the store, and the link service.
provider "cronofy" {
  data_center = "us"
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "${SANDBOX.serviceAccountId}"
  conferencing_provider_name = "zoom_enterprise"
}

output "status" {
  value = cronofy_organizational_unit_link.acme.status
}

# For the administrator: terraform output -raw invitation_url
output "invitation_url" {
  value     = cronofy_organizational_unit_link.acme.invitation_url
  sensitive = true
}
`,
  };
}
