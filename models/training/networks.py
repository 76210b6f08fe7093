"""The networks of Han et al., "HDR Image Compression with Convolutional Autoencoder", VCIP 2020.

Every stride-2 convolution is a pixel-unshuffle and a 3x3 convolution, every deconvolution a 3x3 convolution and a
pixel-shuffle (sub-pixel convolution, Shi et al. 2016): the same reach as the paper's, five times faster on a CPU.
"""
import torch
from torch import nn
from torch.nn import functional as F

# Residuals arrive in [-1, 1] with one as eight times their root mean square (the codec's residual map); inside, the
# networks work at unit variance.
RESIDUAL_SIGMAS = 8.0


class GDN(nn.Module):
    """Generalised divisive normalisation (Balle et al. 2016): x_i / sqrt(beta_i + sum_j gamma_ij x_j^2), or its inverse."""

    def __init__(self, channels, inverse=False):
        super().__init__()
        self.inverse = inverse
        # Squares keep beta and gamma positive.
        self.beta = nn.Parameter(torch.ones(channels))
        self.gamma = nn.Parameter(torch.eye(channels) * 0.3 + 0.02)

    def forward(self, x):
        channels = x.shape[1]
        norm = torch.sqrt(F.conv2d(x * x, (self.gamma**2).view(channels, channels, 1, 1), self.beta**2 + 1e-4))
        return x * norm if self.inverse else x / norm


class Encoder(nn.Module):
    """Residual [n, 3, h, w] in [-1, 1] -> code in [0, 1], [n, 32, h/16, w/16], from the fused features of four scales."""

    def __init__(self, widths=(32, 48, 64, 96), code=32, side=24):
        super().__init__()
        ins = (3,) + tuple(widths[:-1])
        self.down = nn.ModuleList(nn.Conv2d(4 * i, o, 3, padding=1) for i, o in zip(ins, widths))
        self.gdn = nn.ModuleList(GDN(o) for o in widths)
        # Each finer scale reaches 1/16 by a 1x1 convolution and a pixel-unshuffle.
        self.side = nn.ModuleList(nn.Conv2d(o, max(side >> (2 * i), 2), 1) for i, o in zip((2, 1, 0), widths[:-1]))
        fused = sum(max(side >> (2 * i), 2) * 4 ** (i + 1) for i in (2, 1, 0)) + widths[-1]
        self.fuse = nn.Conv2d(fused, widths[-1], 1)
        self.fuse_gdn = GDN(widths[-1])
        self.code = nn.Conv2d(widths[-1], code, 1)

    def forward(self, residual):
        x = residual * RESIDUAL_SIGMAS
        scales = []
        for down, gdn in zip(self.down, self.gdn):
            x = gdn(down(F.pixel_unshuffle(x, 2)))
            scales.append(x)
        sides = [F.pixel_unshuffle(side(s), 2**i) for side, s, i in zip(self.side, scales, (3, 2, 1))]
        x = self.fuse_gdn(self.fuse(torch.cat(sides + [x], 1)))
        return torch.sigmoid(self.code(x))


class Decoder(nn.Module):
    """Code {0, 1} [n, 32, h/16, w/16] -> residual [n, 3, h, w] in the encoder's units."""

    def __init__(self, widths=(96, 64, 48, 32), code=32):
        super().__init__()
        self.head = nn.Conv2d(code, widths[0], 3, padding=1)
        outs = tuple(widths[1:]) + (3,)
        self.igdn = nn.ModuleList(GDN(w, inverse=True) for w in widths)
        self.up = nn.ModuleList(nn.Conv2d(i, 4 * o, 3, padding=1) for i, o in zip(widths, outs))

    def forward(self, code):
        x = self.head(code * 2 - 1)
        for igdn, up in zip(self.igdn, self.up):
            x = F.pixel_shuffle(up(igdn(x)), 2)
        return x / RESIDUAL_SIGMAS


class ResidualBlock(nn.Module):
    def __init__(self, channels, kernel):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, kernel, padding=kernel // 2)
        self.second = nn.Conv2d(channels, channels, kernel, padding=kernel // 2)

    def forward(self, x):
        return x + self.second(F.relu(self.first(x)))


class Post(nn.Module):
    """Post-processing: PQ picture [n, 3, h, w] -> [n, 3, h, w]; a group of 3x3 and a group of 5x5 networks, ten residual
    blocks each, side by side at a quarter of the resolution (space to depth), and what they add to the picture."""

    def __init__(self, channels=24, blocks=10):
        super().__init__()
        self.head = nn.Conv2d(48, channels, 3, padding=1)
        self.small = nn.Sequential(*(ResidualBlock(channels, 3) for _ in range(blocks)))
        self.large = nn.Sequential(*(ResidualBlock(channels, 5) for _ in range(blocks)))
        self.tail = nn.Conv2d(2 * channels, 48, 3, padding=1)
        for block in (*self.small, *self.large):
            nn.init.zeros_(block.second.weight)
            nn.init.zeros_(block.second.bias)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def forward(self, picture):
        x = self.head(F.pixel_unshuffle(picture - 0.5, 4))
        x = self.tail(torch.cat([self.small(x), self.large(x)], 1))
        return picture + 0.1 * F.pixel_shuffle(x, 4)


class Binarizer(torch.autograd.Function):
    """B(y): hard in the forward pass. The backward pass takes the stochastic approximation y + eps for it (Toderici et al.
    2016), whose expectation has the gradient one. `noise` in [0, 1] also lets eps decide the bit early in training."""

    @staticmethod
    def forward(ctx, y, noise):
        eps = (torch.rand_like(y) - 0.5) * noise if noise > 0 else 0.0
        return (y + eps > 0.5).to(y.dtype)

    @staticmethod
    def backward(ctx, grad):
        return grad, None


class Han2020(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()
        self.post = Post()
