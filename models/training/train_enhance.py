#!/usr/bin/env python3
"""Trains glow2026's `enhance` network on bases that models/training/bases.ts made.

    python3 models/training/train_enhance.py --data .training/bases --validation .training/bases-validation \\
        --out .training/glow2026 --minutes 120

Runs on PyTorch 1.13 and later, CPU or CUDA; a run that is started again with the same --out goes on from its last
checkpoint. Loss per crop: what is left of the squared PU21 error of luminance, of the squared PQ error of the channels and
of 1 - SSIM, as ratios, so that every picture and quality weighs the same; no ratio counts above 2, or crops that are all
but perfect already would be all of the gradient.
"""
import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch

from enhance_network import Enhance, macs_per_pixel
from measures import pu_luminance, ssim

# Weights of colour and structure beside luminance.
COLOUR, STRUCTURE = 0.3, 0.4
MOST = 2.0
# Errors below these are no errors: squared PU21 and PQ, 1 - SSIM.
LEAST_SQUARE, LEAST_LOSS = 1e-7, 1e-4
# Code values on each side over which a curve's slope is taken, and the least slope; as in src/codec/glow2026/enhance.ts.
REACH, LEAST_SLOPE = 2, 1e-5
# Bands of JPEG quality, by their upper ends, that validation is told in.
BANDS = (35, 65, 100)


def slopes(table):
    """[3, 256] PQ per code value of inverse tone tables: a difference over REACH on both sides, held at the ends."""
    at = np.clip(np.arange(256), REACH, 255 - REACH)
    return np.maximum((table[:, at + REACH] - table[:, at - REACH]) / (2 * REACH), LEAST_SLOPE).astype(np.float32)


class Bases:
    """Every picture of a data set with its bases; a sample is a crop of one on the JPEG's grid of 8 x 8 blocks."""

    def __init__(self, folder):
        folder = Path(folder)
        self.pictures = []
        for index in sorted(folder.glob("index*.json")):
            for p in json.loads(index.read_text()):
                h, w = p["height"], p["width"]
                reference = np.memmap(folder / p["reference"], "<u2", "r", shape=(3, h, w))
                bases = []
                for b in p["bases"]:
                    table = np.array(b["tables"], np.float32)
                    codes = np.memmap(folder / b["file"], "u1", "r", shape=(h, w, 3))
                    bases.append((b["quality"], codes, table, 0.5 * b["step"] * slopes(table)))
                self.pictures.append((reference, bases))
        # By the square root of their size: large pictures have more to show, but small ones count too.
        sizes = np.sqrt([float(reference.size) for reference, _ in self.pictures])
        self.shares = sizes / sizes.sum()

    def crop(self, reference, base, y, x, side):
        """picture, noise and original, [3, side, side] each"""
        _, codes, table, noise = base
        c = codes[y : y + side, x : x + side]
        original = reference[:, y : y + side, x : x + side].astype(np.float32) / 65535
        return np.stack([table[k][c[..., k]] for k in range(3)]), np.stack([noise[k][c[..., k]] for k in range(3)]), original

    def place(self, reference, side, rng):
        h, w = reference.shape[1:]
        return 8 * rng.integers((h - side) // 8 + 1), 8 * rng.integers((w - side) // 8 + 1)

    def batch(self, n, side, rng):
        samples = []
        for _ in range(n):
            reference, bases = self.pictures[rng.choice(len(self.pictures), p=self.shares)]
            planes = self.crop(reference, bases[rng.integers(len(bases))], *self.place(reference, side, rng), side)
            # A crop of whole blocks, flipped or transposed, is one of whole blocks.
            if rng.random() < 0.5:
                planes = [a[:, :, ::-1] for a in planes]
            if rng.random() < 0.5:
                planes = [a[:, ::-1] for a in planes]
            if rng.random() < 0.5:
                planes = [a.swapaxes(1, 2) for a in planes]
            samples.append(planes)
        return [torch.from_numpy(np.stack(a).astype(np.float32)) for a in zip(*samples)]

    def validation(self, side, seed=7):
        """The same crops each time, one of every picture in every band: (band, picture, noise, original)."""
        rng = np.random.default_rng(seed)
        crops = []
        for reference, bases in self.pictures:
            # Small pictures show what they have, in whole blocks of 16.
            fitting = min(side, *(n // 16 * 16 for n in reference.shape[1:]))
            for band, top in enumerate(BANDS):
                bottom = BANDS[band - 1] if band > 0 else 0
                within = [b for b in bases if bottom < b[0] <= top]
                if within:
                    base = within[rng.integers(len(within))]
                    planes = self.crop(reference, base, *self.place(reference, fitting, rng), fitting)
                    crops.append((band, *(torch.from_numpy(a[None].astype(np.float32)) for a in planes)))
        return crops


def remainders(restored, picture, original):
    """Per crop, what is left of the errors of luminance, of the channels, and of structure: three ratios [n]."""
    after, before, wanted = pu_luminance(restored), pu_luminance(picture), pu_luminance(original)
    square = lambda a, b: ((a - b) ** 2).mean((1, 2, 3)) + LEAST_SQUARE
    luminance = square(after, wanted) / square(before, wanted)
    colour = square(restored, original) / square(picture, original)
    structure = (1 - ssim(after, wanted) + LEAST_LOSS) / (1 - ssim(before, wanted) + LEAST_LOSS)
    return luminance, colour, structure


@torch.no_grad()
def validate(network, crops, device):
    """Per band of quality: mean gain in PU21-PSNR, dB, and what is left of 1 - SSIM, over the same crops each time."""
    gains = [[] for _ in BANDS]
    for band, *planes in crops:
        picture, noise, original = (t.to(device) for t in planes)
        luminance, _, structure = remainders(network(picture, noise).clamp(0, 1), picture, original)
        gains[band].append((-10 * math.log10(luminance.item()), structure.item()))
    bottoms = (0, *BANDS)
    return {f"q{bottom + 1}-{top}": np.mean(g, 0).round(3).tolist() for bottom, top, g in zip(bottoms, BANDS, gains) if g}


def load_average(path, device="cpu"):
    """The averaged weights of a checkpoint: ours under `average`; `ema` is what others call them."""
    saved = torch.load(path, map_location=device)
    return saved["average"] if "average" in saved else saved["ema"]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True)
    p.add_argument("--validation", help="a second set, for the log's figures; never trained on")
    p.add_argument("--out", required=True)
    p.add_argument("--init", help="start from the averaged weights of this checkpoint")
    p.add_argument("--minutes", type=float, default=60, help="of the whole schedule, earlier runs into --out included; the learning rate falls over it")
    p.add_argument("--steps", type=int, default=10**9, help="stop after so many, if time has not run out")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--crop", type=int, default=128, help="side, a multiple of 8")
    p.add_argument("--rate", type=float, default=1e-3, help="learning rate")
    p.add_argument("--warmup", type=int, default=100, help="steps in which the learning rate rises")
    p.add_argument("--every", type=int, default=500, help="steps between checkpoints and validations")
    p.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="of the CPU")
    o = p.parse_args()

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    torch.set_num_threads(o.threads)
    bases = Bases(o.data)
    held_out = Bases(o.validation).validation(256) if o.validation else []
    network, average = Enhance().to(device), Enhance().to(device)
    if o.init:
        network.load_state_dict(load_average(o.init, device))
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.Adam(network.parameters(), lr=o.rate, betas=(0.9, 0.99))
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    step, minutes = 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        network.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, minutes = saved["step"], saved["minutes"]
        print(f"goes on from step {step}", flush=True)
    count = sum(w.numel() for w in network.parameters())
    print(f"{len(bases.pictures)} pictures, {count} weights, {macs_per_pixel(network) / 1000:.1f} kMAC per pixel", flush=True)
    rng = np.random.default_rng(1000 + step)
    log = (out / "log.jsonl").open("a")
    start = time.time()
    elapsed = lambda: minutes + (time.time() - start) / 60
    totals = []

    def report(entry):
        print(json.dumps(entry), flush=True)
        print(json.dumps(entry), file=log, flush=True)

    if held_out and step == 0:
        report({"step": 0, "validation": validate(average, held_out, device)})
    done = elapsed() >= o.minutes or step >= o.steps
    while not done:
        rate = o.rate * min(1, (step + 1) / o.warmup) * 0.5 * (1 + math.cos(math.pi * min(elapsed() / o.minutes, 1)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        picture, noise, original = (t.to(device) for t in bases.batch(o.batch, o.crop, rng))
        luminance, colour, structure = remainders(network(picture, noise), picture, original)
        loss = (luminance.clamp(max=MOST) + COLOUR * colour.clamp(max=MOST) + STRUCTURE * structure.clamp(max=MOST)).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimiser.step()
        step += 1
        with torch.no_grad():
            decay = min(0.999, (step + 1) / (step + 10))
            for slow, fast in zip(average.parameters(), network.parameters()):
                slow.lerp_(fast, 1 - decay)
        totals.append([-10 * luminance.log10().mean().item(), -10 * colour.log10().mean().item(), structure.mean().item(), loss.item()])
        done = elapsed() >= o.minutes or step >= o.steps
        due = step % o.every == 0 or done
        if step % 100 == 0 or due:
            dB, dB_colour, left, mean_loss = np.mean(totals, 0).round(4).tolist()
            totals = []
            entry = {"step": step, "minutes": round(elapsed(), 2), "loss": mean_loss, "dB": dB, "dB_colour": dB_colour, "ssim_left": left}
            if due and held_out:
                entry["validation"] = validate(average, held_out, device)
            report(entry)
        if due:
            state = dict(model=network.state_dict(), average=average.state_dict(), optimiser=optimiser.state_dict(), step=step, minutes=elapsed())
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)


if __name__ == "__main__":
    main()
