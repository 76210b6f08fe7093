#!/bin/sh
# Starts the origin in the folder that it is run in, open to other machines. `exec`, so that signals reach it.
set -eu

if [ -z "${ORIGIN_SECRET:-}" ]; then
  echo 'ORIGIN_SECRET is not set: the secret that the edge signs its requests with, at least 16 characters.' >&2
  exit 2
fi

# Pictures come from pages of their own, which go back to the system with them; glibc would keep what it has seen freed once.
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-4194304}"
export ORIGIN_HOST="${ORIGIN_HOST:-0.0.0.0}"
exec node --enable-source-maps dist/origin/main.js
