"""Networks from a folder of weights."""

from pathlib import Path

from ksdiff.extras import require
from ksdiff.liveportrait.files import find_weights
from ksdiff.liveportrait.networks import Networks
from ksdiff.liveportrait.onnx_networks import OnnxNetworks
from ksdiff.liveportrait.settings import PUBLISHED, Settings


def load_networks(folder: Path | str, device: str = "auto", settings: Settings = PUBLISHED) -> Networks:
    """Load LivePortrait's networks.

    Args:
        folder: Holds the weights as they are published (``.pth``), as safetensors, or as ONNX.
        device: Of torch: ``auto``, ``cpu``, ``cuda``. onnxruntime takes the GPU where it can.
        settings: Sizes of the networks.

    Raises:
        InputError: A file is missing, damaged, or not LivePortrait's.
        UnavailableError: Weights of torch, and torch is not installed; or there is no such device.
    """
    weights = find_weights(Path(folder))
    if weights.kind == "onnx":
        return OnnxNetworks(weights, settings, str(folder))
    require("torch", "torch")
    from ksdiff.liveportrait.torch_networks import TorchNetworks

    return TorchNetworks.load(weights, settings, str(folder), device)
