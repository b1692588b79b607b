"""LivePortrait's networks computed by torch, on the processor or a GPU."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from safetensors.torch import load_file
from torch import Tensor, nn

from ksdiff.errors import InputError, UnavailableError
from ksdiff.liveportrait import files
from ksdiff.liveportrait.appearance import AppearanceFeatureExtractor
from ksdiff.liveportrait.files import WeightFiles, check_archive, check_tensors, plain_name, read_safetensors_header
from ksdiff.liveportrait.generator import SpadeDecoder
from ksdiff.liveportrait.motion_extractor import MotionExtractor
from ksdiff.liveportrait.networks import Networks, Points
from ksdiff.liveportrait.settings import APPEARANCE, GENERATOR, MOTION, NETWORKS, STITCHING, WARPING, Settings
from ksdiff.liveportrait.stitching import StitchingRetargeting
from ksdiff.liveportrait.warping import WarpingNetwork
from ksdiff.model.torch_network import NoInitialisation

KINDS = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
}  # fmt: skip


def outlines(settings: Settings) -> dict[str, nn.Module]:
    """The networks by name, with shapes and without memory for values."""
    kinds: dict[str, Callable[[], nn.Module]] = {
        APPEARANCE: lambda: AppearanceFeatureExtractor(settings),
        MOTION: lambda: MotionExtractor(settings),
        WARPING: lambda: WarpingNetwork(settings),
        GENERATOR: lambda: SpadeDecoder(settings),
        STITCHING: StitchingRetargeting,
    }
    with torch.device("meta"), NoInitialisation():
        return {name: kinds[name]() for name in NETWORKS}


def manifest(network: nn.Module) -> dict[str, files.Tensor]:
    """Names, shapes and types of the tensors that a network's weights consist of."""
    return {name: _described(value) for name, value in network.state_dict().items()}


def _described(value: Tensor) -> files.Tensor:
    return files.Tensor(tuple(value.shape), KINDS.get(value.dtype, str(value.dtype).removeprefix("torch.")))


class TorchNetworks(Networks):
    """The networks with their weights. On a GPU they compute with half the precision, as LivePortrait does.

    Attributes:
        device: Where.
        modules: By name.
    """

    def __init__(self, modules: Mapping[str, nn.Module], settings: Settings, source: str, device: str) -> None:
        """``modules``: with weights, by name."""
        self.settings, self.source, self.device = settings, source, device
        self.modules = {name: module.eval().requires_grad_(False).to(device) for name, module in modules.items()}
        generator = self.modules[GENERATOR]
        assert isinstance(generator, SpadeDecoder)
        generator.fold()

    @classmethod
    def load(cls, weights: WeightFiles, settings: Settings, source: str, device: str = "auto") -> "TorchNetworks":
        """Read the weights; see `ksdiff.liveportrait.load.load_networks`."""
        device = check_device(device)
        return cls(read_modules(weights, settings), settings, source, device)

    def features(self, picture: UInt8[np.ndarray, "H W 3"]) -> Tensor:
        """The volume of features of a photo."""
        return self._run(APPEARANCE, self._tensor(picture)).float()

    def _found(self, picture: UInt8[np.ndarray, "H W 3"]) -> dict[str, Float[np.ndarray, " _"]]:
        # In full precision: it is computed once, and keypoints tell a hair's breadth.
        with torch.inference_mode():
            found = self.modules[MOTION](self._tensor(picture))
        return {name: values[0].float().cpu().numpy() for name, values in found.items()}

    def _correction(self, name: str, given: Float[np.ndarray, " I"]) -> Float[np.ndarray, " O"]:
        network = self.modules[STITCHING].get_submodule(name)
        with torch.inference_mode():
            return network(self._floats(given[None]))[0].cpu().numpy().astype(np.float64)

    def draw(self, features: Any, source: Points, driving: Points) -> UInt8[np.ndarray, "S S 3"]:
        """A photo whose keypoints have moved."""
        warped = self._run(WARPING, features, self._floats(driving[None]), self._floats(source[None]))
        picture = self._run(GENERATOR, warped)[0].float()
        return (picture.clamp(0, 1) * 255).round().byte().movedim(0, -1).cpu().numpy()

    def _run(self, name: str, *given: Tensor) -> Tensor:
        with torch.inference_mode(), torch.autocast("cuda", torch.float16, enabled=self.device.startswith("cuda")):
            return self.modules[name](*given)

    def _tensor(self, picture: UInt8[np.ndarray, "H W 3"]) -> Tensor:
        return self._floats(picture[None]).movedim(-1, 1) / 255

    def _floats(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)).to(self.device)


def check_device(name: str) -> str:
    """The device that a name means; ``auto`` is a GPU where there is one.

    Raises:
        UnavailableError: There is no such device.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.zeros(1, device=name)
    except Exception as error:  # torch raises many kinds
        raise UnavailableError(f"torch cannot compute on the device {name!r}: {error}") from error
    return name


def read_modules(weights: WeightFiles, settings: Settings) -> dict[str, nn.Module]:
    """The networks with weights from files of torch, by name.

    Raises:
        InputError: A file is damaged, or lacks a tensor, or has another of other shape; found before any is read.
    """
    modules = outlines(settings)
    opened = {name: _Opened(name, path) for name, path in weights.paths.items()}
    for name, file in opened.items():
        check_tensors(file.path, file.header, manifest(modules[name]))
    for name, file in opened.items():
        modules[name].load_state_dict(file.tensors(), assign=True)
    return modules


class _Opened:
    """A file of weights, of which first only the header is read."""

    def __init__(self, network: str, path: Path) -> None:
        self.path = path
        self._network = network
        self._mapped: dict[str, Tensor] | None = None
        if path.suffix == ".safetensors":
            self.header = read_safetensors_header(network, path)
        else:
            self._mapped = _map(network, path)
            self.header = {name: _described(value) for name, value in self._mapped.items()}

    def tensors(self) -> dict[str, Tensor]:
        """Tensors by name; floating-point ones in single precision."""
        tensors = self._mapped
        if tensors is None:
            tensors = {plain_name(self._network, name): value for name, value in load_file(self.path).items()}
        return {
            name: value.to(torch.float32 if value.is_floating_point() else value.dtype, copy=True)
            for name, value in tensors.items()
        }


def _map(network: str, path: Path) -> dict[str, Tensor]:
    """Tensors of a ``.pth`` file; what they hold stays on the disk until it is used, and nothing in the file is run."""
    check_archive(path)
    try:
        content = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except Exception as error:  # a damaged archive or pickle raises nearly anything
        reason = str(error).strip().splitlines()
        raise InputError(f"{path} cannot be read as weights of torch: {reason[0] if reason else 'damaged'}") from error
    flat: dict[str, Any] = {}
    for name, value in content.items() if isinstance(content, Mapping) else ():
        inner = value.items() if isinstance(value, Mapping) else ((None, value),)
        flat |= {str(name) if key is None else f"{name}.{key}": each for key, each in inner}
    if not flat or not all(isinstance(value, Tensor) for value in flat.values()):
        raise InputError(f"{path} holds no weights: it must be a dictionary of tensors")
    return {plain_name(network, name): value for name, value in flat.items()}
