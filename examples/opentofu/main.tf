# The same provider, with OpenTofu. What only OpenTofu knows lies in encryption.tofu, which Terraform does not read.
terraform {
  required_providers {
    cronofy = {
      source  = "ou-link/cronofy"
      version = "~> 0.1.0"
    }
  }
}

# With a link service: it comes from OU_LINK_SERVICE_URL, as the rest does from the environment.
provider "cronofy" {
  data_center = "us"
}

# Not for links: it keys the state's encryption in encryption.tofu.
variable "state_passphrase" {
  description = "Passphrase of the state, at least 16 characters."
  type        = string
  sensitive   = true
}

# By an invitation, which works until the link is made.
resource "cronofy_organizational_unit_link" "acme" {
  service_account_id = "ser_64b17f9b8090ea21640c9151"
}

# By a URL, which works for minutes. Without a link service, give it a redirect_uri.
resource "cronofy_organizational_unit_link" "globex" {
  service_account_id = "ser_5f1d7f3b2c9a8e0012ab34cd"
  authorize_with     = "url"
}

output "acme_invitation_url" {
  value     = cronofy_organizational_unit_link.acme.invitation_url
  sensitive = true # tofu output -raw acme_invitation_url
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
