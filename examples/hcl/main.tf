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
  data_center      = "us"
  link_service_url = var.link_service_url
}

variable "link_service_url" {
  description = "The address of the link service, to which administrators are invited."
  type        = string
}

variable "redirect_uri" {
  description = "Where whoever was sent a URL returns: the link service's callback, or an address of your own application."
  type        = string
}

# By an invitation, since there is a link service: it works until the link is made.
resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "ser_64b17f9b8090ea21640c9151"
  conferencing_provider_name = "zoom_enterprise"
}

# By a URL, which is minted by apply and works for minutes: the way where there is no link service.
resource "cronofy_organizational_unit_link" "globex" {
  service_account_id = "ser_5f1d7f3b2c9a8e0012ab34cd"
  authorize_with     = "url"
  redirect_uri       = var.redirect_uri
}

output "acme_invitation_url" {
  value     = cronofy_organizational_unit_link.acme.invitation_url
  sensitive = true # terraform output -raw acme_invitation_url
}

output "globex_authorization_url" {
  value     = cronofy_organizational_unit_link.globex.authorization_url
  sensitive = true
}

output "statuses" {
  value = {
    acme   = cronofy_organizational_unit_link.acme.status
    globex = cronofy_organizational_unit_link.globex.status
  }
}

# Tells of a customer who is not linked, in every plan, without failing it.
check "acme_is_linked" {
  assert {
    condition     = contains(["linked", "pending"], cronofy_organizational_unit_link.acme.status)
    error_message = "acme: ${cronofy_organizational_unit_link.acme.next_action}"
  }
}
