"""Pictures of warped features: SPADE's decoder (Park et al. 2019)."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import remove_spectral_norm, spectral_norm

from ksdiff.liveportrait.settings import Settings

SLOPE = 0.2
MIDDLE = 6  # blocks before the picture is enlarged


class Spade(nn.Module):
    """Normalisation whose scale and shift other features decide, pixel by pixel."""

    def __init__(self, channels: int, deciding: int, shared: int) -> None:
        super().__init__()
        self.mlp_shared = nn.Sequential(nn.Conv2d(deciding, shared, 3, padding=1), nn.ReLU())
        self.mlp_gamma = nn.Conv2d(shared, channels, 3, padding=1)
        self.mlp_beta = nn.Conv2d(shared, channels, 3, padding=1)

    def forward(self, x: Float[Tensor, "B C H W"], deciding: Float[Tensor, "B D _ _"]) -> Float[Tensor, "B C H W"]:
        """Normalised features."""
        inner = self.mlp_shared(F.interpolate(deciding, size=x.shape[2:], mode="nearest"))
        return F.instance_norm(x) * (1 + self.mlp_gamma(inner)) + self.mlp_beta(inner)


class SpadeBlock(nn.Module):
    """Two normalised convolutions, added to what came in."""

    def __init__(self, given: int, made: int, deciding: int, shared: int) -> None:
        super().__init__()
        least = min(given, made)
        self.conv_0 = spectral_norm(nn.Conv2d(given, least, 3, padding=1))
        self.conv_1 = spectral_norm(nn.Conv2d(least, made, 3, padding=1))
        self.norm_0 = Spade(given, deciding, shared)
        self.norm_1 = Spade(least, deciding, shared)
        if given != made:
            self.conv_s = spectral_norm(nn.Conv2d(given, made, 1, bias=False))
            self.norm_s = Spade(given, deciding, shared)

    def forward(self, x: Float[Tensor, "B C H W"], deciding: Float[Tensor, "B D _ _"]) -> Float[Tensor, "B E H W"]:
        """Features of the same size."""
        inner = self.conv_0(F.leaky_relu(self.norm_0(x, deciding), SLOPE))
        inner = self.conv_1(F.leaky_relu(self.norm_1(inner, deciding), SLOPE))
        return inner + (self.conv_s(self.norm_s(x, deciding)) if hasattr(self, "conv_s") else x)

    def fold(self) -> None:
        """Divide the weights by their greatest singular values once, in place of at each use."""
        for name in ("conv_0", "conv_1", "conv_s"):
            if hasattr(self, name):
                remove_spectral_norm(getattr(self, name))


class SpadeDecoder(nn.Module):
    """G of the paper: features become a picture of eight times their size."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        deciding = min(settings.max_channels, 4 * settings.channels)
        wide, shared = 2 * deciding, settings.shared
        self.fc = nn.Conv2d(deciding, wide, 3, padding=1)
        for index in range(MIDDLE):
            self.add_module(f"G_middle_{index}", SpadeBlock(wide, wide, deciding, shared))
        self.up_0 = SpadeBlock(wide, deciding, deciding, shared)
        self.up_1 = SpadeBlock(deciding, settings.channels, deciding, shared)
        self.conv_img = nn.Sequential(nn.Conv2d(settings.channels, 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, features: Float[Tensor, "B C H W"]) -> Float[Tensor, "B 3 8*H 8*W"]:
        """The picture, sRGB, 0..1."""
        x = self.fc(features)
        for index in range(MIDDLE):
            x = self.get_submodule(f"G_middle_{index}")(x, features)
        x = self.up_0(F.interpolate(x, scale_factor=2.0), features)
        x = self.up_1(F.interpolate(x, scale_factor=2.0), features)
        return self.conv_img(F.leaky_relu(x, SLOPE)).sigmoid()

    def fold(self) -> None:
        """See `SpadeBlock.fold`: to be called once the weights are loaded."""
        for module in self.modules():
            if isinstance(module, SpadeBlock):
                module.fold()
