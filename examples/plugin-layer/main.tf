terraform {
  required_providers {
    tinydb = {
      source = "example/tinydb"
    }
  }
}

variable "url" {
  type = string
}

variable "name" {
  type    = string
  default = "orders"
}

variable "size" {
  type    = string
  default = "small"
}

variable "every" {
  type    = string
  default = "1h"
}

variable "password" {
  type      = string
  ephemeral = true
  default   = "correct horse battery staple"
}

provider "tinydb" {
  url = var.url
}

resource "tinydb_database" "orders" {
  region           = "eu"
  name             = var.name
  size             = var.size
  backups          = { every = var.every }
  password         = var.password
  password_version = 1
}

data "tinydb_sizes" "all" {}

ephemeral "tinydb_login" "migration" {
  database_id = tinydb_database.orders.id
}

output "sizes" {
  value = data.tinydb_sizes.all.sizes
}

output "url" {
  value = provider::tinydb::connection_url("eu", tinydb_database.orders.name)
}
