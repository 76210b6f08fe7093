#!/usr/bin/env python3
"""Exports a checkpoint of glow2026's `enhance` to ONNX (opset 16; weights of float16, arithmetic of float32), checks vectors against PyTorch into
models/glow2026/vectors.json, and writes the model's entry into models/manifest.json.

    python3 models/training/export_enhance.py --checkpoint .training/glow2026/checkpoint.pt --models models
"""
import argparse
import json
from pathlib import Path

import torch

from enhance_network import HALO, Enhance
from export import lcg, round_weights, vector, write_model, write_onnx
from train_enhance import load_average

# Sides of the test input, no two alike.
SHAPE = (1, 3, 48, 80)


def test_inputs(shape=SHAPE, seed=1):
    """Picture: numbers in [0, 1) from the seed; noise: from the next seed, 1e-5 ... 0.02."""
    n, c, h, w = shape
    u, v = (torch.from_numpy(lcg(n * c * h * w, s)).reshape(shape) for s in (seed, seed + 1))
    return {"picture": u, "noise": 1e-5 + 0.02 * v}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--checkpoint", help="absent: untrained weights")
    p.add_argument("--models", default=str(Path(__file__).resolve().parents[1]))
    p.add_argument("--id", default="glow2026")
    o = p.parse_args()
    torch.manual_seed(0)
    network = Enhance()
    if o.checkpoint:
        network.load_state_dict(load_average(o.checkpoint))
    round_weights(network)
    network.eval()
    folder = Path(o.models) / o.id
    folder.mkdir(parents=True, exist_ok=True)
    inputs = test_inputs()
    file = write_onnx(network, inputs, "restored", folder / "enhance.onnx", half_weights=True)
    write_model(Path(o.models), o.id, {"enhance": vector(network, inputs)}, {
        "family": "glow2026",
        "files": {"enhance": file},
        "stride": 8,
        "tile": 1024,
        "overlap": {"encoder": 0, "decoder": 0, "post": HALO},
    })
    print(json.dumps({"enhance": file["bytes"]}))


if __name__ == "__main__":
    main()
