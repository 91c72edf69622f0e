# The same provider, with OpenTofu. What only OpenTofu knows lies in encryption.tofu, which Terraform does not read.
terraform {
  required_providers {
    cronofy = {
      source  = "ou-link/cronofy"
      version = "~> 0.1.0"
    }
  }
}

provider "cronofy" {
  data_center = "us"
}

variable "redirect_uri" {
  description = "Where the link service takes the administrator's return."
  type        = string
}

# Not for links: it keys the state's encryption in encryption.tofu.
variable "state_passphrase" {
  description = "Passphrase of the state, at least 16 characters."
  type        = string
  sensitive   = true
}

resource "cronofy_organizational_unit_link" "acme" {
  service_account_id = "ser_64b17f9b8090ea21640c9151"
  redirect_uri       = var.redirect_uri
}

output "authorization_url" {
  value     = cronofy_organizational_unit_link.acme.authorization_url
  sensitive = true # tofu output -raw authorization_url
}

output "status" {
  value = cronofy_organizational_unit_link.acme.status
}
