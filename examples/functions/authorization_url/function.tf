variable "ou_link_token" {
  type        = string
  sensitive   = true
  description = "A link token that an application of your own has minted."
}

output "authorization_url" {
  value = provider::cronofy::authorization_url(
    "uk",
    "V1StGXR8_Z5jdHi6B-myT7v2",
    "https://app.example.com/cronofy/callback",
    "customer-4711",
    var.ou_link_token,
    "ms_teams",
  )
  sensitive = true
}
