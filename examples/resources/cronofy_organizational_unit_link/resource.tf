# By an invitation, where the provider has a link_service_url: it works until the link is made.
resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "ser_64b17f9b8090ea21640c9151"
  conferencing_provider_name = "zoom_enterprise"
}

# For the administrator: terraform output -raw acme_invitation_url
output "acme_invitation_url" {
  value     = cronofy_organizational_unit_link.acme.invitation_url
  sensitive = true
}

# By a URL, without a link service or beside it: minted by apply, it works for minutes.
resource "cronofy_organizational_unit_link" "globex" {
  service_account_id = "ser_5f1d7f3b2c9a8e0012ab34cd"
  authorize_with     = "url"
  redirect_uri       = "https://app.example.com/cronofy/callback"
}

output "globex_authorization_url" {
  value     = cronofy_organizational_unit_link.globex.authorization_url
  sensitive = true
}

# What has to happen next, for whoever runs Terraform.
output "next_actions" {
  value = {
    acme   = cronofy_organizational_unit_link.acme.next_action
    globex = cronofy_organizational_unit_link.globex.next_action
  }
}
