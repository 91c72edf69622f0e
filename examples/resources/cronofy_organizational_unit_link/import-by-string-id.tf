import {
  to = cronofy_organizational_unit_link.acme
  id = "us/ser_64b17f9b8090ea21640c9151"
}
