#!/usr/bin/env python3
"""Trains han2020: the residual autoencoder, iterated, and the post-processing network, together.

    python3 models/training/train.py --data .training/train --out .training/han2020 --minutes 90

Data comes from models/training/dataset.ts. Runs on PyTorch 1.13 and later, CPU or CUDA; a run that is started again
with the same --out goes on from its last checkpoint. Loss: mean squared error of PQ values, in units of each picture's
residual so that every JPEG quality weighs the same.
"""
import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from networks import RESIDUAL_SIGMAS, Binarizer, Han2020


# Energy, in units of the picture's mean, below which a block's error is weighed as it is.
FLOOR = 0.3


class Blocks:
    """Non-overlapping 256x256 blocks of every picture; a sample is an aligned crop of one, flipped and turned."""

    def __init__(self, folder, crop, block=256):
        self.crop, self.block = crop, block
        folder = Path(folder)
        self.blocks, self.planes = [], {}
        for picture in json.loads((folder / "index.json").read_text()):
            h, w = picture["height"], picture["width"]
            for name in [picture["reference"]] + [p["file"] for p in picture["predictions"]]:
                self.planes[name] = np.memmap(folder / name, "<u2", "r", shape=(3, h, w))
            for y in range(0, max(h - block, 0) + 1, block):
                for x in range(0, max(w - block, 0) + 1, block):
                    self.blocks.append((picture, y, x, min(block, h - y), min(block, w - x)))

    def batch(self, n, rng):
        pictures, predictions, rms = [], [], []
        for _ in range(n):
            picture, y, x, h, w = self.blocks[rng.integers(len(self.blocks))]
            prediction = picture["predictions"][rng.integers(len(picture["predictions"]))]
            # The code's grid is the JPEG's grid of 16x16 units, in training as in use.
            y += 16 * rng.integers((h - self.crop) // 16 + 1)
            x += 16 * rng.integers((w - self.crop) // 16 + 1)
            turn, flip = rng.integers(4), rng.integers(2)
            for name, out in ((picture["reference"], pictures), (prediction["file"], predictions)):
                a = self.planes[name][:, y : y + self.crop, x : x + self.crop].astype(np.float32) / 65535
                a = np.rot90(a, turn, (1, 2))
                out.append(a[:, :, ::-1] if flip else a)
            rms.append(prediction["rms"])
        as_tensor = lambda a: torch.from_numpy(np.ascontiguousarray(np.stack(a)))
        return as_tensor(pictures), as_tensor(predictions), torch.tensor(rms, dtype=torch.float32).view(-1, 1, 1, 1)


def iterate(model, residual, rms, ratios, layers, noise, update):
    """Rate control by iteration: layer k codes what layers 1...k-1 left. Yields per layer the energy per
    sample before and after it, its contribution and its share of ones.
    `ratios[k]` follows the ratio of the RMS that is left to that of the first residual: each pass sees unit variance."""
    left = residual
    for k in range(layers):
        if update:
            with torch.no_grad():
                now = float(torch.sqrt(((left / rms) ** 2).mean()))
                ratios[k] += 0.02 * (now - ratios[k])
        span = RESIDUAL_SIGMAS * rms * ratios[k]
        code = Binarizer.apply(model.encoder((left / span).clamp(-1, 1)), noise)
        decoded = model.decoder(code) * span
        energy = ((left / (rms * ratios[k])) ** 2).mean((1, 2, 3))
        error = (((left - decoded) / (rms * ratios[k])) ** 2).mean((1, 2, 3))
        decoded = decoded.detach()
        left = left - decoded
        yield energy, error, decoded, code.mean()


@torch.no_grad()
def validate(model, blocks, ratios, layers, n, seed=7):
    """PSNR of PQ values by number of layers, without and with post-processing, on a fixed draw of crops."""
    rng = np.random.default_rng(seed)
    plain, post = np.zeros(layers + 1), np.zeros(layers + 1)
    for _ in range(n):
        picture, prediction, rms = blocks.batch(4, rng)
        restored = prediction
        residuals = [d for _, _, d, _ in iterate(model, picture - prediction, rms, ratios, layers, 0, False)]
        for k in range(layers + 1):
            if k > 0:
                restored = restored + residuals[k - 1]
            psnr = lambda x: float((-10 * torch.log10(((x - picture) ** 2).mean((1, 2, 3)))).mean())
            plain[k] += psnr(restored) / n
            post[k] += psnr(model.post(restored.clamp(0, 1)).clamp(0, 1)) / n
    return plain.round(3).tolist(), post.round(3).tolist()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True)
    p.add_argument("--validation", help="a second set, for the log's figures; never trained on")
    p.add_argument("--out", required=True)
    p.add_argument("--minutes", type=float, default=60, help="of this run")
    p.add_argument("--steps", type=int, default=20000, help="of the whole schedule")
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--crop", type=int, default=128)
    p.add_argument("--layers", type=int, default=4)
    p.add_argument("--lr", type=float, default=6e-4)
    p.add_argument("--warmup", type=int, default=200, help="steps in which the learning rate rises")
    p.add_argument("--rate", type=float, default=0.02, help="price of a layer of ones: codes stay zero where nothing is to be said, and the arithmetic coder takes those for nothing")
    p.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    p.add_argument("--by-time", action="store_true", help="anneal the learning rate over --minutes instead of --steps")
    o = p.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    if device == "cpu":
        import os

        # The cores that this process may use; with more threads than cores they wait for each other.
        torch.set_num_threads(len(os.sched_getaffinity(0)))
    blocks = Blocks(o.data, o.crop)
    held_out = Blocks(o.validation, o.crop) if o.validation else None
    model = Han2020().to(device)
    average = Han2020().to(device)
    average.load_state_dict(model.state_dict())
    parts = [{"params": [*model.encoder.parameters(), *model.decoder.parameters()], "scale": 1.0}, {"params": model.post.parameters(), "scale": 0.4}]
    optimiser = torch.optim.Adam(parts, lr=o.lr)
    ratios = [0.9**k for k in range(o.layers)]
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    step, minutes = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, minutes, ratios = saved["step"], saved["minutes"], saved["ratios"]
        print(f"goes on from step {step}", flush=True)
    rng = np.random.default_rng(1000 + step)
    log = (out / "log.jsonl").open("a")
    start = time.time()
    totals, count = np.zeros(o.layers + 1), 0
    done = False
    while not done:
        elapsed = (time.time() - start) / 60
        progress = elapsed / o.minutes if o.by_time else step / o.steps
        for group in optimiser.param_groups:
            group["lr"] = group["scale"] * o.lr * min(1, (step + 1) / o.warmup) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(progress, 1))))
        noise = max(0.0, 0.3 - 2 * progress)

        picture, prediction, rms = (t.to(device) for t in blocks.batch(o.batch, rng))
        optimiser.zero_grad()
        losses, density, states = [], [], [prediction]
        for energy, error, decoded, ones in iterate(model, picture - prediction, rms, ratios, o.layers, noise, True):
            # Residuals are heavy-tailed: a block weighs less than its energy, or few blocks would be all of the gradient.
            ((error / (FLOOR + energy)).mean() + o.rate * ones).backward()
            losses.append((error.sum() / energy.sum()).item())
            density.append(ones.item())
            states.append(states[-1] + decoded)
        # Post-processing learns on a different number of layers for every sample.
        k = torch.randint(0, o.layers + 1, (o.batch,))
        mixed = torch.stack([states[k[i]][i] for i in range(o.batch)]).clamp(0, 1)
        energy = (((mixed - picture) / rms) ** 2).mean((1, 2, 3))
        error = (((model.post(mixed) - picture) / rms) ** 2).mean((1, 2, 3))
        (error / (FLOOR + energy)).mean().backward()
        losses.append((error.sum() / energy.sum()).item())
        torch.nn.utils.clip_grad_norm_(model.encoder.parameters(), 1.0)
        torch.nn.utils.clip_grad_norm_(model.decoder.parameters(), 1.0)
        torch.nn.utils.clip_grad_norm_(model.post.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():
            decay = min(0.999, (step + 1) / (step + 10))
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step += 1
        totals += losses
        count += 1
        done = (time.time() - start) / 60 >= o.minutes or step >= o.steps
        if step % 50 == 0 or done:
            entry = {"step": step, "minutes": round(minutes + (time.time() - start) / 60, 2), "loss": (totals / count).round(4).tolist(), "ones": round(sum(density) / len(density), 3), "ratios": [round(r, 4) for r in ratios]}
            if held_out and (step % o.every == 0 or done):
                entry["psnr"], entry["psnr_post"] = validate(average.cpu(), held_out, ratios, o.layers, 12)
                average.to(device)
            print(json.dumps(entry), flush=True)
            print(json.dumps(entry), file=log, flush=True)
            totals, count = np.zeros(o.layers + 1), 0
        if step % o.every == 0 or done:
            state = dict(model=model.state_dict(), average=average.state_dict(), optimiser=optimiser.state_dict(), step=step,
                         minutes=minutes + (time.time() - start) / 60, ratios=ratios)
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)


if __name__ == "__main__":
    main()
