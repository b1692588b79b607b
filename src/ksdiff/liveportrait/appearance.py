"""What a photo looks like: a volume of features."""

from jaxtyping import Float
from torch import Tensor, nn

from ksdiff.liveportrait.blocks import DownBlock2d, ResBlock3d, SameBlock2d
from ksdiff.liveportrait.settings import Settings


class AppearanceFeatureExtractor(nn.Module):
    """F of the paper: from a picture to a volume that a face can be turned in."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        widths = [min(settings.channels * 2**index, settings.max_channels) for index in range(3)]
        self.shape = settings.volume_channels, settings.depth
        self.first = SameBlock2d(3, widths[0])
        self.down_blocks = nn.ModuleList(DownBlock2d(widths[index], widths[index + 1]) for index in range(2))
        self.second = nn.Conv2d(widths[2], settings.max_channels, 1)
        self.resblocks_3d = nn.Sequential()
        for index in range(settings.volume_blocks):
            self.resblocks_3d.add_module(f"3dr{index}", ResBlock3d(settings.volume_channels))

    def forward(self, picture: Float[Tensor, "B 3 H W"]) -> Float[Tensor, "B C D H/4 W/4"]:
        """The volume.

        Args:
            picture: sRGB, 0..1.
        """
        x = self.first(picture)
        for block in self.down_blocks:
            x = block(x)
        return self.resblocks_3d(self.second(x).unflatten(1, self.shape))
