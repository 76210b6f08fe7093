terraform {
  required_version = ">= 1.6.0"

  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.11"
    }
  }
}

# Reads the token from CLOUDFLARE_API_TOKEN: Workers R2 Storage Write and Queues Write are enough.
provider "cloudflare" {}
