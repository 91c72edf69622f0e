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

  # Where the link service stores what administrators authorize.
  link_store = {
    file = "./links"
  }
}
