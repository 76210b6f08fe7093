variable "account_id" {
  description = "The account at Cloudflare."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{32}$", var.account_id))
    error_message = "account_id is 32 hexadecimal digits."
  }
}

variable "environment" {
  description = "As in wrangler.toml. One state for each: terraform workspace select staging."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment is staging or production."
  }
}

variable "location" {
  description = "Where the buckets are made, as a hint; null leaves it to Cloudflare."
  type        = string
  default     = null

  validation {
    condition     = var.location == null || contains(["apac", "eeur", "enam", "oc", "weur", "wnam"], coalesce(var.location, "weur"))
    error_message = "location is one of apac, eeur, enam, oc, weur and wnam."
  }
}

variable "rendition_days" {
  description = "Days after which renditions are deleted, and rendered anew when they are asked for; null keeps them as long as their picture."
  type        = number
  default     = null

  validation {
    condition     = var.rendition_days == null || coalesce(var.rendition_days, 0) >= 1
    error_message = "rendition_days is at least 1."
  }
}

variable "remote_days" {
  description = "Days after which what is known of a source of /fetch/ is forgotten, and fetched anew when it is asked for."
  type        = number
  default     = 30

  validation {
    condition     = var.remote_days >= 1
    error_message = "remote_days is at least 1."
  }
}
