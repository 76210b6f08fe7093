"""The network of glow2026: a small U-net that restores the inverse tone-mapped base, told how coarsely it was quantised.

It works at half, a quarter and an eighth of the picture's resolution (pixel-unshuffle), where a multiply-accumulate
reaches farther, and adds to the picture what it takes for the quantiser's doing, in units of the quantisation noise:
the same weights serve every quality, and where nothing was lost little is changed.
"""
import torch
from torch import nn
from torch.nn import functional as F

# Width of the window, pixels, whose mean a pixel's detail is the difference to.
WINDOW = 9
# Keeps noise of flat stretches of a tone curve (0.5e-5 at least) from blowing detail up; PQ.
NOISE_FLOOR = 1e-4
# Brings normalised detail and the logarithm of the noise to about the picture's range.
INPUT_SCALE = 0.25
# A pixel's surroundings that its restored value depends on, pixels on each side, rounded up to 16: the halo of tiles.
HALO = 96


class Block(nn.Module):
    """Residual block; it starts as the identity."""

    def __init__(self, channels):
        super().__init__()
        self.a = nn.Conv2d(channels, channels, 3, padding=1)
        self.b = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.b.bias)

    def forward(self, x):
        return x + self.b(F.leaky_relu(self.a(x), 0.1))


def blocks(channels, n):
    return nn.Sequential(*(Block(channels) for _ in range(n)))


class Enhance(nn.Module):
    """picture [n, 3, h, w], PQ in [0, 1]: the base, inverse tone-mapped.
    noise [n, 3, h, w], PQ: how far a value may be off, half the quantisation step times the slope of the inverse tone curve.
    -> restored [n, 3, h, w], PQ, not clamped. h and w are multiples of 8, and the JPEG's blocks start at multiples of 8.
    """

    def __init__(self, widths=(32, 64, 96), depths=(1, 1, 3, 1, 1)):
        super().__init__()
        half, quarter, eighth = widths
        # 12 of the picture, 12 of its detail, 3 of the noise and the first of these again: onnxruntime-web 1.30 computes a
        # convolution wrongly on WebGPU when its input channels are no multiple of 4.
        self.head = nn.Conv2d(28, half, 3, padding=1)
        self.e1, self.d1 = blocks(half, depths[0]), nn.Conv2d(4 * half, quarter, 1)
        self.e2, self.d2 = blocks(quarter, depths[1]), nn.Conv2d(4 * quarter, eighth, 1)
        self.m = blocks(eighth, depths[2])
        self.u2, self.f2 = nn.Conv2d(eighth, 4 * quarter, 1), blocks(quarter, depths[3])
        self.u1, self.f1 = nn.Conv2d(quarter, 4 * half, 1), blocks(half, depths[4])
        self.tail = nn.Conv2d(half, 12, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def forward(self, picture, noise):
        # At borders the mean is of the pixels that there are.
        mean = F.avg_pool2d(picture, WINDOW, stride=1, padding=WINDOW // 2, count_include_pad=False)
        detail = F.pixel_unshuffle((picture - mean) / (noise + NOISE_FLOOR), 2)
        level = torch.log(F.avg_pool2d(noise, 2, count_include_pad=False) + NOISE_FLOOR)
        level = level * INPUT_SCALE
        x = self.head(torch.cat([F.pixel_unshuffle(picture, 2), detail * INPUT_SCALE, level, level[:, :1]], 1))
        half = self.e1(x)
        quarter = self.e2(self.d1(F.pixel_unshuffle(half, 2)))
        x = self.m(self.d2(F.pixel_unshuffle(quarter, 2)))
        x = self.f2(quarter + F.pixel_shuffle(self.u2(x), 2))
        x = self.f1(half + F.pixel_shuffle(self.u1(x), 2))
        return picture + F.pixel_shuffle(self.tail(x) * F.pixel_unshuffle(noise, 2), 2)


@torch.no_grad()
def macs_per_pixel(network):
    """Multiply-accumulates of all convolutions per pixel of the picture."""
    side, macs = 64, 0

    def count(conv, _, output):
        nonlocal macs
        macs += conv.weight.numel() * output.shape[2] * output.shape[3]

    convs = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    hooks = [conv.register_forward_hook(count) for conv in convs]
    picture = torch.full((1, 3, side, side), 0.5, device=convs[0].weight.device)
    network(picture, picture)
    for hook in hooks:
        hook.remove()
    return macs / side**2
