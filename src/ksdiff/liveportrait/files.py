"""The files that LivePortrait's weights are read from: where they lie in a folder, and what they must hold."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from safetensors import SafetensorError, safe_open

from ksdiff.errors import InputError
from ksdiff.files import check_exists
from ksdiff.liveportrait.settings import NETWORKS, ONNX_FILES, RETARGETING, STITCHING

SOURCE = (
    "ksdiff does not bring LivePortrait's weights: get them yourself, and read their terms. The authors publish them "
    "as huggingface.co/KlingTeam/LivePortrait, under the MIT licence; their InsightFace models, which are for research "
    "that is not commercial, are not needed"
)
MAX_FILE = 1 << 30  # bytes: the largest has 220 MB
# Where the published folder has them, looked for in the folder that is named.
FOLDERS = ("", "base_models", "retargeting_models")
PARENTS = ("", "liveportrait", "pretrained_weights/liveportrait", "liveportrait_onnx")
FLOATS = ("F64", "F32", "F16", "BF16")  # types of weights
LISTED = 4  # names in a message


@dataclass(frozen=True)
class WeightFiles:
    """Files of one set of weights.

    Attributes:
        kind: ``torch`` for tensors by name, ``onnx`` for graphs.
        paths: By the name of the network.
    """

    kind: Literal["torch", "onnx"]
    paths: Mapping[str, Path]


@dataclass(frozen=True)
class Tensor:
    """What a file says about a tensor.

    Attributes:
        shape: Its shape.
        kind: Its type, as safetensors names it.
    """

    shape: tuple[int, ...]
    kind: str


Tensors = Mapping[str, Tensor]  # by name


def find_weights(folder: Path) -> WeightFiles:
    """Find the files of all networks in a folder, or below it where the published ones lie.

    Safetensors are preferred to ``.pth``, and both to ONNX.

    Raises:
        InputError: There is no such folder, a file is missing or is too large.
    """
    if folder.is_file():
        raise InputError(f"{folder} is a file: name the folder that holds LivePortrait's weights. {SOURCE}")
    check_exists(folder, "folder with LivePortrait's weights")
    torch = _look(folder, NETWORKS, (".safetensors", ".pth"))
    onnx = _look(folder, ONNX_FILES, (".onnx",))
    if len(torch) == len(NETWORKS):
        return WeightFiles("torch", torch)
    if len(onnx) == len(ONNX_FILES):
        return WeightFiles("onnx", onnx)
    if len(onnx) > len(torch):
        missing = [f"{name}.onnx" for name in ONNX_FILES if name not in onnx]
    else:
        missing = [f"{name}.safetensors or .pth" for name in NETWORKS if name not in torch]
    raise InputError(f"{folder} lacks {', '.join(missing)}. {SOURCE}")


def _look(folder: Path, names: tuple[str, ...], suffixes: tuple[str, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in names:
        places = (
            folder / parent / inner / f"{name}{suffix}"
            for suffix in suffixes
            for parent in PARENTS
            for inner in FOLDERS
        )
        path = next((place for place in places if place.is_file()), None)
        if path is not None:
            if path.stat().st_size > MAX_FILE:
                raise InputError(f"{path} has more than {MAX_FILE >> 20} MB; weights of LivePortrait have 220 at most")
            found[name] = path
    return found


def plain_name(network: str, name: str) -> str:
    """The name of a tensor here, whichever of the usual forms a file has it in.

    The published file of the stitching network holds three dictionaries with names that begin with ``module.``; as
    safetensors it is common with ``retarget_mouth_module.`` before each name.
    """
    if network != STITCHING:
        return name
    for prefix in RETARGETING:
        if name.startswith(prefix):
            return f"{prefix}.{name[len(prefix) :].lstrip('._').removeprefix('module.')}"
    return name


def read_safetensors_header(network: str, path: Path) -> dict[str, Tensor]:
    """What tensors a file holds, by the names that they have here; none is read.

    Raises:
        InputError: It is damaged.
    """
    try:
        with safe_open(path, framework="np") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (it is no mapping)
            return {
                plain_name(network, name): Tensor(tuple(each.get_shape()), each.get_dtype())
                for name, each in slices.items()
            }
    except (SafetensorError, OSError) as error:
        raise InputError(f"{path} is damaged or no safetensors file: {error}") from error


def check_archive(path: Path) -> None:
    """See that a ``.pth`` file is an archive, as torch has written since 2020, and unpacks to no more than it should.

    Raises:
        InputError: It is not.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{path} is damaged or no .pth file of torch: {error}") from error
    if size > MAX_FILE:
        raise InputError(f"{path} unpacks to more than {MAX_FILE >> 20} MB")


def check_tensors(path: Path, found: Tensors, expected: Tensors) -> None:
    """See that a file holds what a network needs.

    Args:
        path: The file, for messages.
        found: What it holds.
        expected: What it must hold: all of it, and nothing else.

    Raises:
        InputError: A tensor is missing, superfluous, or of another shape or type.
    """
    advice = f"is it LivePortrait's file for people, not for animals? {SOURCE}"
    missing = [name for name in expected if name not in found]
    if missing:
        raise InputError(f"{path} lacks {_some(missing)}: {advice}")
    other = [name for name in found if name not in expected]
    if other:
        raise InputError(f"{path} holds {_some(other)}, which this network has not: {advice}")
    for name, tensor in expected.items():
        if found[name].shape != tensor.shape:
            raise InputError(f"{path}: {name} has the shape {found[name].shape}; it must be {tensor.shape}: {advice}")
        if (found[name].kind in FLOATS) != (tensor.kind in FLOATS):
            raise InputError(f"{path}: {name} is of the type {found[name].kind}; it must be {tensor.kind}")


def _some(names: list[str]) -> str:
    shown = ", ".join(name[:80] for name in names[:LISTED])
    return shown + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")
