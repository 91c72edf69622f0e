variable "callback_url" {
  type        = string
  sensitive   = true
  description = "The address with which the administrator came back."
}

locals {
  callback = provider::cronofy::parse_callback_url(var.callback_url)
}

output "outcome" {
  value = nonsensitive(coalesce(local.callback.error, "approved"))
}
