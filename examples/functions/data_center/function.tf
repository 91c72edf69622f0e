output "api_url" {
  value = provider::cronofy::data_center("uk").api_url
}
