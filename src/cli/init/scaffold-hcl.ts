import { REDIRECT_URI, SANDBOX } from "./scaffold-sandbox";

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

# The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, and the store.
provider "cronofy" {
  data_center = "us"
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "${SANDBOX.serviceAccountId}"
  redirect_uri               = "${REDIRECT_URI}"
  conferencing_provider_name = "zoom_enterprise"
}

output "status" {
  value = cronofy_organizational_unit_link.acme.status
}

# For the administrator: terraform output -raw authorization_url
output "authorization_url" {
  value     = cronofy_organizational_unit_link.acme.authorization_url
  sensitive = true
}
`,
  };
}
