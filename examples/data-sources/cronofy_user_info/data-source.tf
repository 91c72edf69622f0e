variable "access_token" {
  type        = string
  sensitive   = true
  description = "Of an account or service account. It ends up in the state."
}

data "cronofy_user_info" "someone" {
  access_token = var.access_token
}

output "sub" {
  value = data.cronofy_user_info.someone.sub
}

output "connected_conferencing_services" {
  value = [
    for profile in data.cronofy_user_info.someone.conferencing_profiles : profile.provider_name
    if profile.profile_connected
  ]
}
