"""LivePortrait's published weights as safetensors, which hold nothing that runs; or as ONNX, which needs no torch."""

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import torch
from jaxtyping import Float
from safetensors.torch import save
from torch import Tensor, nn

from ksdiff.errors import InputError, UnavailableError
from ksdiff.files import atomic_write, check_folder, make_folder, refuse_overwriting
from ksdiff.liveportrait.files import find_weights
from ksdiff.liveportrait.onnx_networks import CORRECTORS
from ksdiff.liveportrait.settings import (
    APPEARANCE,
    GENERATOR,
    MOTION,
    NETWORKS,
    ONNX_FILES,
    OUTPUTS,
    PUBLISHED,
    RETARGETING,
    STITCHING,
    WARPING,
    Settings,
)  # fmt: skip
from ksdiff.liveportrait.torch_networks import TorchNetworks, read_modules

OPSET = 20  # the first that samples volumes
Progress = Callable[[str, float], None]


def convert(
    folder: Path,
    out: Path,
    onnx: bool = False,
    settings: Settings = PUBLISHED,
    progress: Progress = lambda name, share: None,
) -> list[Path]:
    """Write weights anew.

    Args:
        folder: Holds them as ``.pth`` or safetensors.
        out: Folder for the results, which have the names of the networks.
        onnx: Write graphs in place of safetensors.
        settings: Sizes of the networks.
        progress: Told which file is made, and how much of all is done.

    Returns:
        The files written.

    Raises:
        InputError: Weights are missing, damaged, of another network, or already ONNX; or a result would replace one.
        UnavailableError: The package onnx is not installed, and graphs are wanted.
    """
    if onnx and find_spec("onnx") is None:
        raise UnavailableError("writing ONNX needs the package 'onnx', which is not installed: run pip install onnx")
    weights = find_weights(folder)
    if weights.kind == "onnx":
        raise InputError(f"{folder} holds ONNX graphs already: name a folder with .pth or .safetensors files")
    paths = [out / (f"{name}.onnx" if onnx else f"{name}.safetensors") for name in (ONNX_FILES if onnx else NETWORKS)]
    refuse_overwriting(weights.paths.values(), paths)
    check_folder(out)
    modules = read_modules(weights, settings)
    make_folder(out)
    if onnx:
        networks = TorchNetworks(modules, settings, str(folder), "cpu")
        _write_graphs(networks, paths, progress)
        return paths
    for index, (name, path) in enumerate(zip(NETWORKS, paths, strict=True)):
        progress(path.name, index / len(paths))
        content = save({key: value.contiguous() for key, value in modules[name].state_dict().items()})
        with atomic_write(path) as temporary:
            temporary.write_bytes(content)
    return paths


class _Named(nn.Module):
    """The motion extractor with its outputs in their order."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, picture: Float[Tensor, "B 3 H W"]) -> tuple[Tensor, ...]:
        found = self.inner(picture)
        return tuple(found[name] for name in OUTPUTS)


class _Drawing(nn.Module):
    """From features and keypoints to the picture, at once."""

    def __init__(self, warping: nn.Module, generator: nn.Module) -> None:
        super().__init__()
        self.warping, self.generator = warping, generator

    def forward(
        self,
        feature_3d: Float[Tensor, "B C D H W"],
        kp_driving: Float[Tensor, "B K 3"],
        kp_source: Float[Tensor, "B K 3"],
    ) -> Float[Tensor, "B 3 S S"]:
        return self.generator(self.warping(feature_3d, kp_driving, kp_source))


def _write_graphs(networks: TorchNetworks, paths: list[Path], progress: Progress) -> None:
    settings, modules = networks.settings, networks.modules
    picture, points = (1, 3, settings.picture, settings.picture), (1, 21, 3)
    volume = (1, *settings.volume)
    graphs: dict[str, tuple[nn.Module, dict[str, tuple[int, ...]], list[str]]] = {
        APPEARANCE: (modules[APPEARANCE], {"img": picture}, ["output"]),
        MOTION: (_Named(modules[MOTION]), {"img": picture}, list(OUTPUTS)),
        "warping_spade": (
            _Drawing(modules[WARPING], modules[GENERATOR]),
            {"feature_3d": volume, "kp_driving": points, "kp_source": points},
            ["out"],
        ),
    }
    for name, graph in CORRECTORS.items():
        corrector = modules[STITCHING].get_submodule(name)
        graphs[graph] = corrector, {"input": (1, RETARGETING[name][0])}, ["output"]
    for index, path in enumerate(paths):
        progress(path.name, index / len(paths))
        module, inputs, outputs = graphs[path.stem]
        given = tuple(torch.rand(shape) for shape in inputs.values())
        with atomic_write(path) as temporary, warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # of a newer exporter, and of shapes that are constant here
            torch.onnx.export(
                module.eval(), given, temporary, input_names=list(inputs), output_names=outputs, opset_version=OPSET,
                dynamo=False,
            )  # fmt: skip
