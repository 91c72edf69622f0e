terraform {
  required_providers {
    cronofy = {
      source  = "ou-link/cronofy"
      version = "~> 0.1"
    }
  }
}

# The client secret is read from CRONOFY_CLIENT_SECRET.
provider "cronofy" {
  data_center = "us"
  client_id   = "V1StGXR8_Z5jdHi6B-myT7v2"

  # To which administrators are invited. Leave it out where you have no link service: they are sent a URL then.
  link_service_url = "https://links.example.com"

  # Where links are kept, by the link service as well.
  link_store = {
    file = "/var/lib/ou-link/links"
  }
}
