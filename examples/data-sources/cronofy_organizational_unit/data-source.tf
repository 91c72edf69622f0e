data "cronofy_organizational_unit" "acme" {
  service_account_id = "ser_64b17f9b8090ea21640c9151"
}

# Warns in every plan for as long as the link does not work.
check "acme_is_linked" {
  assert {
    condition     = data.cronofy_organizational_unit.acme.linked
    error_message = "Acme is ${data.cronofy_organizational_unit.acme.status}."
  }
}
