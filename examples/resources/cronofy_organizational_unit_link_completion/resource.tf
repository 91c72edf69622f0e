resource "cronofy_organizational_unit_link" "acme" {
  service_account_id = "ser_64b17f9b8090ea21640c9151"
}

resource "cronofy_organizational_unit_link_completion" "acme" {
  link_id = cronofy_organizational_unit_link.acme.id

  timeouts = {
    create = "10m"
  }
}

# Made once the administrator has authorized, and not before.
resource "terraform_data" "acme_is_live" {
  input = cronofy_organizational_unit_link_completion.acme.linked_at
}
