# What the quick start declares in TypeScript, in plain HCL.
terraform {
  required_providers {
    cronofy = {
      source  = "ou-link/cronofy"
      version = "~> 0.1.0"
    }
  }
}

# The environment holds the rest: CRONOFY_CLIENT_ID, CRONOFY_CLIENT_SECRET, OU_LINK_STORE_FILE.
provider "cronofy" {
  data_center = "us"
}

variable "redirect_uri" {
  description = "Where the link service takes the administrator's return."
  type        = string
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "ser_64b17f9b8090ea21640c9151"
  redirect_uri               = var.redirect_uri
  conferencing_provider_name = "zoom_enterprise"
}

output "authorization_url" {
  value     = cronofy_organizational_unit_link.acme.authorization_url
  sensitive = true # terraform output -raw authorization_url
}

output "status" {
  value = cronofy_organizational_unit_link.acme.status
}

# Tells of a customer who is not linked, in every plan, without failing it.
check "acme_is_linked" {
  assert {
    condition     = contains(["linked", "pending"], cronofy_organizational_unit_link.acme.status)
    error_message = "acme: ${cronofy_organizational_unit_link.acme.next_action}"
  }
}
