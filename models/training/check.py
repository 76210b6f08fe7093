#!/usr/bin/env python3
"""Trains for a few steps on made-up blocks, exports, and compares every ONNX file with PyTorch on random input.

    python3 models/training/check.py FOLDER     writes a made-up data set and the exported model there
"""
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

from export import NETWORKS, test_input
from networks import Han2020

HERE = Path(__file__).resolve().parent


def main():
    folder = Path(sys.argv[1])
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    h, w = 256, 320
    picture = rng.integers(20000, 40000, (3, h, w))
    noise = rng.normal(0, 600, (3, h // 8, w // 8)).repeat(8, 1).repeat(8, 2)
    (data / "a.u16").write_bytes(picture.astype("<u2").tobytes())
    (data / "b.u16").write_bytes((picture + noise).astype("<u2").tobytes())
    rms = float(np.sqrt(((noise / 65535) ** 2).mean()))
    index = [{"name": "a", "width": w, "height": h, "reference": "a.u16", "predictions": [{"quality": 75, "file": "b.u16", "rms": rms}]}]
    (data / "index.json").write_text(json.dumps(index))

    train = [sys.executable, str(HERE / "train.py"), "--data", str(data), "--out", str(folder / "run"), "--batch", "2", "--crop", "64",
             "--layers", "2", "--every", "10", "--warmup", "5"]
    subprocess.run(train + ["--steps", "20"], check=True)
    subprocess.run(train + ["--steps", "40"], check=True)  # goes on from the checkpoint
    log = [json.loads(line) for line in (folder / "run/log.jsonl").read_text().splitlines()]
    models = folder / "models"
    checkpoint = folder / "run/checkpoint.pt"
    subprocess.run([sys.executable, str(HERE / "export.py"), "--checkpoint", str(checkpoint), "--models", str(models)], check=True)

    model = Han2020()
    model.load_state_dict(torch.load(checkpoint)["average"])
    vectors = json.loads((models / "han2020/vectors.json").read_text())
    for name, _, _, channels, side in NETWORKS:
        with torch.no_grad():
            y = getattr(model, name)(test_input(name, channels, side)).numpy().ravel()
        assert np.abs(y[vectors[name]["at"]] - vectors[name]["values"]).max() < 1e-5, name
    print(json.dumps({"steps": log[-1]["step"], "first": log[0]["loss"], "last": log[-1]["loss"]}))


if __name__ == "__main__":
    main()
