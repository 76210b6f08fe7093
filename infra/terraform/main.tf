# What the edge is bound to: buckets, queues, the notification of uploads, and what expires. The names are those of
# wrangler.toml, which deploys the worker, its Durable Object, its cron trigger and the queues' consumers.

locals {
  name = var.environment == "production" ? "afterglow" : "afterglow-${var.environment}"
  day  = 24 * 60 * 60
}

resource "cloudflare_r2_bucket" "masters" {
  account_id = var.account_id
  name       = "${local.name}-masters"
  location   = var.location

  lifecycle {
    prevent_destroy = true
  }
}

resource "cloudflare_r2_bucket" "renditions" {
  account_id = var.account_id
  name       = "${local.name}-renditions"
  location   = var.location
}

resource "cloudflare_queue" "encode" {
  account_id = var.account_id
  queue_name = "${local.name}-encode"
}

resource "cloudflare_queue" "dead_letters" {
  account_id = var.account_id
  queue_name = "${local.name}-dead-letters"
}

# Masters that others put into the bucket under uploads/ become pictures.
resource "cloudflare_r2_bucket_event_notification" "uploads" {
  account_id  = var.account_id
  bucket_name = cloudflare_r2_bucket.masters.name
  queue_id    = cloudflare_queue.encode.queue_id

  rules = [{
    actions     = ["PutObject", "CopyObject", "CompleteMultipartUpload"]
    description = "Uploads become pictures"
    prefix      = "uploads/"
  }]
}

# Pictures and their pointers never expire. Records of jobs are the worker's own to delete (JOB_DAYS).
resource "cloudflare_r2_bucket_lifecycle" "masters" {
  account_id  = var.account_id
  bucket_name = cloudflare_r2_bucket.masters.name

  rules = [
    {
      id         = "Uploads that were given up"
      enabled    = true
      conditions = { prefix = "" }
      abort_multipart_uploads_transition = {
        condition = { type = "Age", max_age = local.day }
      }
    },
    {
      id         = "Remote sources"
      enabled    = true
      conditions = { prefix = "remote/" }
      delete_objects_transition = {
        condition = { type = "Age", max_age = var.remote_days * local.day }
      }
    },
  ]
}

resource "cloudflare_r2_bucket_lifecycle" "renditions" {
  account_id  = var.account_id
  bucket_name = cloudflare_r2_bucket.renditions.name

  rules = concat(
    [{
      id         = "Renditions that were given up"
      enabled    = true
      conditions = { prefix = "" }
      abort_multipart_uploads_transition = {
        condition = { type = "Age", max_age = local.day }
      }
      delete_objects_transition = null
    }],
    var.rendition_days == null ? [] : [{
      id                                 = "Old renditions"
      enabled                            = true
      conditions                         = { prefix = "" }
      abort_multipart_uploads_transition = null
      delete_objects_transition = {
        condition = { type = "Age", max_age = coalesce(var.rendition_days, 1) * local.day }
      }
    }],
  )
}
