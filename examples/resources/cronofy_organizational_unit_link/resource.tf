resource "cronofy_organizational_unit_link" "acme" {
  service_account_id         = "ser_64b17f9b8090ea21640c9151"
  redirect_uri               = "https://links.example.com/callback"
  conferencing_provider_name = "zoom_enterprise"
}

# For the administrator: terraform output -raw acme_authorization_url
output "acme_authorization_url" {
  value     = cronofy_organizational_unit_link.acme.authorization_url
  sensitive = true
}

output "acme_next_action" {
  value = cronofy_organizational_unit_link.acme.next_action
}
