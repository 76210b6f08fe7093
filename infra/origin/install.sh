#!/bin/sh
# Installs what the origin needs at run time into the folder that it is run in, which holds package.json and
# package-lock.json. ONNXRUNTIME_CUDA=cuda12 fetches the CUDA execution provider, too; `skip` leaves it out.
set -eu

cuda=${ONNXRUNTIME_CUDA:-skip}

# No script of a package runs: the builds of sharp and onnxruntime-node come in their packages.
npm ci --omit=dev --ignore-scripts --no-audit --no-fund

if [ "$cuda" != skip ]; then
  ONNXRUNTIME_NODE_INSTALL=$cuda node node_modules/onnxruntime-node/script/install.js
  # The script ends well where it finds nothing to do.
  test -s node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so || {
    echo 'The CUDA execution provider was not installed.' >&2
    exit 1
  }
fi
