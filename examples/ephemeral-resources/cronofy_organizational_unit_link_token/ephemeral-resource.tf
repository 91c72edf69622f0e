variable "send_invitation" {
  type        = string
  description = "A command that sends the administrator the address in AUTHORIZATION_URL."
}

ephemeral "cronofy_organizational_unit_link_token" "acme" {
  service_account_id = "ser_64b17f9b8090ea21640c9151"
  redirect_uri       = "https://links.example.com/callback"
}

# Sent once. Nothing of the address is stored.
resource "terraform_data" "invitation" {
  provisioner "local-exec" {
    command = var.send_invitation
    environment = {
      AUTHORIZATION_URL = ephemeral.cronofy_organizational_unit_link_token.acme.authorization_url
    }
  }
}
