import {
  to = cronofy_organizational_unit_link.acme
  identity = {
    service_account_id = "ser_64b17f9b8090ea21640c9151"
    data_center        = "us"
  }
}
