resource "cronofy_organizational_unit_link" "acme" {
  service_account_id = "ser_64b17f9b8090ea21640c9151"
}

# Ask Acme's administrator anew, when you say so:
#   terraform apply -invoke=action.cronofy_ask_again.acme
action "cronofy_ask_again" "acme" {
  config {
    service_account_id = cronofy_organizational_unit_link.acme.service_account_id
  }
}
