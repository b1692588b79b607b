"""How a face is turned and what it does: a ConvNeXt V2 (Woo et al. 2023) that finds keypoints."""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.liveportrait.settings import OUTPUTS, Settings

EPSILON = 1e-6


class ChannelNorm(nn.Module):
    """Normalisation over the channels of each pixel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        """Normalised features."""
        moved = F.layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, EPSILON)
        return moved.permute(0, 3, 1, 2)


class GlobalResponseNorm(nn.Module):
    """Channels weighed by how strong each is in the whole picture."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 1, 1, channels))
        self.beta = nn.Parameter(torch.zeros(1, 1, 1, channels))

    def forward(self, x: Float[Tensor, "B H W C"]) -> Float[Tensor, "B H W C"]:
        """Weighed features."""
        strength = x.square().sum((1, 2), keepdim=True).sqrt()
        return self.gamma * (x * strength / (strength.mean(-1, keepdim=True) + EPSILON)) + self.beta + x


class Block(nn.Module):
    """A depthwise convolution and two layers for each pixel, added to what came in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=EPSILON)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.grn = GlobalResponseNorm(4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B C H W"]:
        """Features of the same size."""
        inner = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        return x + self.pwconv2(self.grn(F.gelu(self.pwconv1(inner)))).permute(0, 3, 1, 2)


class Detector(nn.Module):
    """The ConvNeXt V2 with a linear layer for each thing it finds."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        widths = settings.extractor_channels
        stem = nn.Sequential(nn.Conv2d(3, widths[0], 4, stride=4), ChannelNorm(widths[0]))
        halvings = [
            nn.Sequential(ChannelNorm(given), nn.Conv2d(given, made, 2, stride=2)) for given, made in pairwise(widths)
        ]
        self.downsample_layers = nn.ModuleList([stem, *halvings])
        self.stages = nn.ModuleList(
            nn.Sequential(*(Block(width) for _ in range(depth)))
            for width, depth in zip(widths, settings.extractor_depths, strict=True)
        )
        self.norm = nn.LayerNorm(widths[-1], eps=EPSILON)
        for name, values in OUTPUTS.items():
            self.add_module(f"fc_{name}", nn.Linear(widths[-1], values))

    def forward(self, picture: Float[Tensor, "B 3 H W"]) -> dict[str, Float[Tensor, "B _"]]:
        """All of `OUTPUTS` by name."""
        x = picture
        for down, stage in zip(self.downsample_layers, self.stages, strict=True):
            x = stage(down(x))
        x = self.norm(x.mean((-2, -1)))
        return {name: self.get_submodule(f"fc_{name}")(x) for name in OUTPUTS}


class MotionExtractor(nn.Module):
    """M of the paper: keypoints without pose and expression, the pose, and the expression's displacements."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.detector = Detector(settings)

    def forward(self, picture: Float[Tensor, "B 3 H W"]) -> dict[str, Float[Tensor, "B _"]]:
        """What is found.

        Args:
            picture: sRGB, 0..1.

        Returns:
            Angles as scores of their bins, translation, displacements, scale and keypoints: `OUTPUTS`.
        """
        return self.detector(picture)
