output "buckets" {
  description = "Names of the buckets, as wrangler.toml binds them."
  value = {
    MASTERS    = cloudflare_r2_bucket.masters.name
    RENDITIONS = cloudflare_r2_bucket.renditions.name
  }
}

output "queues" {
  description = "Ids of the queues, for alerts and for replaying dead letters."
  value = {
    encode       = cloudflare_queue.encode.queue_id
    dead_letters = cloudflare_queue.dead_letters.queue_id
  }
}
