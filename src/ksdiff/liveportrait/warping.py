"""The volume of a photo warped to other keypoints: a flow from a few points (Wang et al. 2021)."""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.liveportrait.blocks import DownBlock3d, SameBlock2d, UpBlock3d
from ksdiff.liveportrait.settings import Settings
from ksdiff.motion.space import NUM_KEYPOINTS

VARIANCE = 0.01  # of the blob that stands for a keypoint; the volume reaches from -1 to 1


def grid(size: tuple[int, int, int], like: Tensor) -> Float[Tensor, "D H W 3"]:
    """Where each cell of a volume lies, -1..1: x to the right, y down, z inwards."""
    depth, height, width = (torch.linspace(-1, 1, count, dtype=like.dtype, device=like.device) for count in size)
    z, y, x = torch.meshgrid(depth, height, width, indexing="ij")
    return torch.stack([x, y, z], dim=-1)


def blobs(points: Float[Tensor, "B K 3"], cells: Float[Tensor, "D H W 3"]) -> Float[Tensor, "B K D H W"]:
    """A Gaussian about each keypoint."""
    distance = (cells - points[:, :, None, None, None]).square().sum(-1)
    return torch.exp(-0.5 * distance / VARIANCE)


class Encoder(nn.Module):
    """Halves a volume several times."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        self.down_blocks = nn.ModuleList(DownBlock3d(given, made) for given, made in pairwise(widths))

    def forward(self, x: Float[Tensor, "B C D H W"]) -> list[Float[Tensor, "B _ D _ _"]]:
        """The volume, and it after each halving."""
        sizes = [x]
        for block in self.down_blocks:
            sizes.append(block(sizes[-1]))
        return sizes


class Decoder(nn.Module):
    """Doubles it again, with what there was of each size."""

    def __init__(self, widths: list[int], channels: int) -> None:
        super().__init__()
        made = [channels, *widths[1:-1]]  # after each doubling, the last first
        self.up_blocks = nn.ModuleList(
            UpBlock3d(widths[index + 1] * (1 if index == len(made) - 1 else 2), made[index])
            for index in reversed(range(len(made)))
        )
        self.out_filters = channels + widths[0]
        self.conv = nn.Conv3d(self.out_filters, self.out_filters, 3, padding=1)
        self.norm = nn.BatchNorm3d(self.out_filters)

    def forward(self, sizes: list[Float[Tensor, "B _ D _ _"]]) -> Float[Tensor, "B C D H W"]:
        """Features of the size of the first volume."""
        x = sizes[-1]
        for block, skipped in zip(self.up_blocks, reversed(sizes[:-1]), strict=True):
            x = torch.cat([block(x), skipped], dim=1)
        return F.relu(self.norm(self.conv(x)))


class Hourglass(nn.Module):
    """Features that see the whole volume."""

    def __init__(self, settings: Settings, given: int) -> None:
        super().__init__()
        wide = [
            min(settings.motion_channels * 2 ** (index + 1), settings.motion_max_channels)
            for index in range(settings.motion_blocks)
        ]
        self.encoder = Encoder([given, *wide])
        self.decoder = Decoder([given, *wide], settings.motion_channels)
        self.out_filters = self.decoder.out_filters

    def forward(self, x: Float[Tensor, "B C D H W"]) -> Float[Tensor, "B E D H W"]:
        """Features of the same size."""
        return self.decoder(self.encoder(x))


class DenseMotionNetwork(nn.Module):
    """Where each cell of the warped volume comes from, and how much of it the photo shows."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        compress, regions = settings.motion_compress, NUM_KEYPOINTS + 1  # the last is what stays in place
        self.hourglass = Hourglass(settings, regions * (compress + 1))
        self.mask = nn.Conv3d(self.hourglass.out_filters, regions, 7, padding=3)
        self.compress = nn.Conv3d(settings.volume_channels, compress, 1)
        self.norm = nn.BatchNorm3d(compress)
        self.occlusion = nn.Conv2d(self.hourglass.out_filters * settings.depth, 1, 7, padding=3)

    def forward(
        self,
        volume: Float[Tensor, "B C D H W"],
        driving: Float[Tensor, "B K 3"],
        source: Float[Tensor, "B K 3"],
    ) -> tuple[Float[Tensor, "B D H W 3"], Float[Tensor, "B 1 H W"]]:
        """The flow, -1..1, and how much is seen, 0..1."""
        small = F.relu(self.norm(self.compress(volume)))
        batch, channels, *size = map(int, small.shape)
        cells = grid((size[0], size[1], size[2]), source)
        moved = cells + (source - driving)[:, :, None, None, None]  # as if all moved like one keypoint
        moved = torch.cat([cells.expand(batch, 1, *cells.shape), moved], dim=1)
        regions = moved.shape[1]
        copies = small[:, None].expand(-1, regions, -1, -1, -1, -1).flatten(0, 1)
        warped = F.grid_sample(copies, moved.flatten(0, 1).to(small.dtype), align_corners=False)
        change = blobs(driving, cells) - blobs(source, cells)
        change = torch.cat([torch.zeros_like(change[:, :1]), change], dim=1)[:, :, None]
        seen = torch.cat([change.to(small.dtype), warped.view(batch, regions, channels, *size)], dim=2)
        features = self.hourglass(seen.flatten(1, 2))
        share = self.mask(features).softmax(dim=1)
        flow = (share[..., None] * moved).sum(dim=1)
        return flow, self.occlusion(features.flatten(1, 2)).sigmoid()


class WarpingNetwork(nn.Module):
    """W of the paper."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        made = 4 * settings.channels
        self.dense_motion_network = DenseMotionNetwork(settings)
        self.third = SameBlock2d(settings.max_channels, made, leaky=True)
        self.fourth = nn.Conv2d(made, made, 1)

    def forward(
        self,
        volume: Float[Tensor, "B C D H W"],
        driving: Float[Tensor, "B K 3"],
        source: Float[Tensor, "B K 3"],
    ) -> Float[Tensor, "B E H W"]:
        """Features of the picture to draw.

        Args:
            volume: Of the photo.
            driving: Where the keypoints shall be.
            source: Where they are in the photo.
        """
        flow, seen = self.dense_motion_network(volume, driving, source)
        warped = F.grid_sample(volume, flow.to(volume.dtype), align_corners=False)
        return self.fourth(self.third(warped.flatten(1, 2))) * seen
