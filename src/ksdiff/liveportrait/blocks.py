"""Layers that several of LivePortrait's networks are made of.

Modules have the names of the published weights, which therefore load as they are.
"""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


class SameBlock2d(nn.Module):
    """Convolution, normalisation, rectifier."""

    def __init__(self, given: int, made: int, leaky: bool = False) -> None:
        super().__init__()
        self.conv = nn.Conv2d(given, made, 3, padding=1)
        self.norm = nn.BatchNorm2d(made)
        self.slope = 0.01 if leaky else 0.0

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D H W"]:
        """Features of the same size."""
        return F.leaky_relu(self.norm(self.conv(x)), self.slope)


class DownBlock2d(nn.Module):
    """Convolution, normalisation, rectifier, and the mean of four pixels each."""

    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(given, made, 3, padding=1)
        self.norm = nn.BatchNorm2d(made)

    def forward(self, x: Float[Tensor, "B C H W"]) -> Float[Tensor, "B D H/2 W/2"]:
        """Features of half the size."""
        return F.avg_pool2d(F.relu(self.norm(self.conv(x))), 2)


class ResBlock3d(nn.Module):
    """Two convolutions of a volume, added to it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv3d(channels, channels, 3, padding=1)
        self.norm1 = nn.BatchNorm3d(channels)
        self.norm2 = nn.BatchNorm3d(channels)

    def forward(self, x: Float[Tensor, "B C D H W"]) -> Float[Tensor, "B C D H W"]:
        """Features of the same size."""
        return x + self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))


class DownBlock3d(nn.Module):
    """Convolution of a volume, and half its height and width."""

    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(given, made, 3, padding=1)
        self.norm = nn.BatchNorm3d(made)

    def forward(self, x: Float[Tensor, "B C D H W"]) -> Float[Tensor, "B E D H/2 W/2"]:
        """Features of half the size."""
        return F.avg_pool3d(F.relu(self.norm(self.conv(x))), (1, 2, 2))


class UpBlock3d(nn.Module):
    """Twice the height and width of a volume, and a convolution."""

    def __init__(self, given: int, made: int) -> None:
        super().__init__()
        self.conv = nn.Conv3d(given, made, 3, padding=1)
        self.norm = nn.BatchNorm3d(made)

    def forward(self, x: Float[Tensor, "B C D H W"]) -> Float[Tensor, "B E D 2*H 2*W"]:
        """Features of twice the size."""
        return F.relu(self.norm(self.conv(F.interpolate(x, scale_factor=(1.0, 2.0, 2.0)))))
