data "cronofy_data_centers" "all" {}

output "api_urls" {
  value = {
    for each in data.cronofy_data_centers.all.data_centers : each.id => each.api_url
  }
}
