#!/usr/bin/env python3
"""Trains glow2026's `enhance` for a few steps, exports it, and says what PyTorch gives for inputs of several sizes.

    python3 models/training/check_enhance.py DATA FOLDER

DATA: made by models/training/bases.ts. FOLDER gets the run, the exported model under models/, and shapes.json.
"""
import json
import subprocess
import sys
from pathlib import Path

import torch

from enhance_network import HALO, Enhance
from export import vector
from export_enhance import test_inputs
from train_enhance import load_average

HERE = Path(__file__).resolve().parent
# Smaller than the window of the mean, several pictures at once, higher than wide.
SHAPES = ((1, 3, 8, 8), (3, 3, 16, 24), (1, 3, 200, 104))


@torch.no_grad()
def tile_error(side=32):
    """How far a tile with its halo is from the same place of the whole, with random weights in every layer."""
    network = Enhance()
    for w in network.parameters():
        torch.nn.init.normal_(w, 0, 0.1)
    whole = 2 * HALO + 2 * side
    inputs = test_inputs((1, 3, whole, whole))
    # Not at the whole's border, and cut at multiples of 8 that are none of 16.
    at = HALO + 8
    tile = [x[:, :, at - HALO : at + side + HALO, at - HALO : at + side + HALO] for x in inputs.values()]
    expected = network(*inputs.values())[:, :, at : at + side, at : at + side]
    return float((network(*tile)[:, :, HALO:-HALO, HALO:-HALO] - expected).abs().max() / expected.abs().max())


def main():
    data, folder = sys.argv[1], Path(sys.argv[2])
    torch.manual_seed(0)
    train = [sys.executable, str(HERE / "train_enhance.py"), "--data", data, "--validation", data, "--out", str(folder / "run"),
             "--minutes", "10", "--batch", "2", "--crop", "64", "--warmup", "5", "--every", "15"]
    subprocess.run(train + ["--steps", "15"], check=True)
    subprocess.run(train + ["--steps", "30"], check=True)  # goes on from the checkpoint
    log = [json.loads(line) for line in (folder / "run/log.jsonl").read_text().splitlines()]
    checkpoint, models = folder / "run/checkpoint.pt", folder / "models"
    subprocess.run([sys.executable, str(HERE / "export_enhance.py"), "--checkpoint", str(checkpoint), "--models", str(models)], check=True)

    network = Enhance()
    network.load_state_dict(load_average(checkpoint))
    (folder / "shapes.json").write_text(json.dumps([vector(network, test_inputs(shape)) for shape in SHAPES]))
    print(json.dumps({"steps": log[-1]["step"], "validations": [e["validation"] for e in log if "validation" in e], "tileError": tile_error()}))


if __name__ == "__main__":
    main()
