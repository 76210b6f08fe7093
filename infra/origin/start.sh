#!/bin/sh
# Starts the origin in the folder that it is run in, open to other machines. `exec`, so that signals reach it.
set -eu

if [ -z "${ORIGIN_SECRET:-}" ]; then
  echo 'ORIGIN_SECRET is not set: the secret that the edge signs its requests with, at least 16 characters.' >&2
  exit 2
fi

export ORIGIN_HOST="${ORIGIN_HOST:-0.0.0.0}"
exec node --enable-source-maps dist/origin/main.js
