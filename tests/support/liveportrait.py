"""LivePortrait's networks with random weights: small ones, and files as they are published."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import save_file

from ksdiff.liveportrait.settings import STITCHING, Settings
from ksdiff.liveportrait.torch_networks import outlines

SMALL = Settings(
    picture=64, channels=4, max_channels=16, volume_channels=4, depth=4, volume_blocks=1, motion_channels=4,
    motion_max_channels=16, motion_blocks=2, motion_compress=2, extractor_depths=(1, 1, 1, 1),
    extractor_channels=(4, 8, 8, 16), shared=4,
)  # fmt: skip
Tensors = dict[str, torch.Tensor]
Change = Callable[[str, Tensors], None]


def random_weights(settings: Settings = SMALL) -> dict[str, Tensors]:
    """Tensors of each network by name, the same at each call."""
    return {name: dict(tensors) for name, tensors in _random(settings).items()}


@cache
def _random(settings: Settings) -> dict[str, Tensors]:
    generator = torch.Generator().manual_seed(0)

    def value(name: str, like: torch.Tensor) -> torch.Tensor:
        if like.dtype == torch.int64:
            return torch.zeros(like.shape, dtype=like.dtype)
        if name.endswith("running_var"):
            return torch.rand(like.shape, generator=generator) + 0.5
        spread = min(0.2, like[0].numel() ** -0.5) if like.ndim > 1 else 0.1
        return spread * torch.randn(like.shape, generator=generator)

    made = {
        name: {key: value(key, like) for key, like in network.state_dict().items()}
        for name, network in outlines(settings).items()
    }
    made["motion_extractor"]["detector.fc_scale.bias"][:] = 1.2
    made["motion_extractor"]["detector.fc_kp.bias"][:] = 0.3 * torch.randn(63, generator=generator)
    return made


def save_published(folder: Path, settings: Settings = SMALL, change: Change = lambda name, tensors: None) -> Path:
    """Write random weights in the layout and under the names of the published ones."""
    for name, tensors in random_weights(settings).items():
        change(name, tensors)
        inner = "retargeting_models" if name == STITCHING else "base_models"
        path = folder / "liveportrait" / inner / f"{name}.pth"
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(nested(tensors) if name == STITCHING else tensors, path)
    return folder


def nested(tensors: Mapping[str, torch.Tensor]) -> dict[str, Tensors]:
    """As the published file of the stitching networks has them."""
    result: dict[str, Tensors] = {}
    for key, value in tensors.items():
        network, name = key.split(".", 1)
        result.setdefault(network, {})[f"module.{name}"] = value
    return result


def save_safetensors(folder: Path, settings: Settings = SMALL, change: Change = lambda name, tensors: None) -> Path:
    """Write random weights as safetensors, the stitching networks under the names in use for them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, tensors in random_weights(settings).items():
        change(name, tensors)
        if name == STITCHING:
            tensors = {key.replace(".", "_module.", 1): value for key, value in tensors.items()}
        save_file(tensors, folder / f"{name}.safetensors")
    return folder
