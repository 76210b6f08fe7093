"""What pictures are measured by, as functions with gradients: tensors [n, 3, h, w] of PQ values."""
import torch
from torch.nn import functional as F

# SMPTE ST 2084
M1, M2 = 2610 / 16384, 2523 / 32
C1, C2, C3 = 3424 / 4096, 2413 / 128, 2392 / 128
# PU21 (Mantiuk and Azimi 2021), "banding and glare"
PU21 = (0.353487901, 0.3734658629, 8.277049286e-05, 0.9062562627, 0.09150303166, 0.9099517204, 596.3148142)
# PU21 units that 100 cd/m2 come to; what the measures take for the peak of an 8-bit picture.
PEAK = 256.0
LUMA_BT709 = (0.2126, 0.7152, 0.0722)
# What is measured, cd/m2.
DARKEST, BRIGHTEST = 0.005, 4000.0


def nits(pq):
    """PQ values -> cd/m2. Below 1e-4, where PQ's slope has no bound, there is no gradient."""
    p = pq.clamp(1e-4, 1).pow(1 / M2)
    return 1e4 * ((p - C1).clamp(min=1e-7) / (C2 - C3 * p)).pow(1 / M1)


def pu21(y):
    t = y.clamp(0.005, 1e4).pow(PU21[3])
    return PU21[6] * (((PU21[0] + PU21[1] * t) / (1 + PU21[2] * t)).pow(PU21[4]) - PU21[5])


def pu_luminance(pq):
    """[n, 1, h, w], in units of the peak."""
    light = nits(pq).clamp(DARKEST, BRIGHTEST)
    r, g, b = LUMA_BT709
    return pu21(r * light[:, 0:1] + g * light[:, 1:2] + b * light[:, 2:3]) / PEAK


def ssim(a, b):
    """Mean SSIM per picture [n] of [n, 1, h, w] with a peak of 1: Gaussian window of 11 pixels, sigma 1.5 (Wang et al. 2004)."""
    kernel = torch.exp(-0.5 * ((torch.arange(11, device=a.device) - 5) / 1.5) ** 2)
    kernel = kernel / kernel.sum()
    blur = lambda x: F.conv2d(F.conv2d(x, kernel.view(1, 1, 11, 1)), kernel.view(1, 1, 1, 11))
    ma, mb = blur(a), blur(b)
    va, vb, covariance = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    c1, c2 = 1e-4, 9e-4
    return ((2 * ma * mb + c1) * (2 * covariance + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean((1, 2, 3))
