"""Checkpoints: safetensors with settings, statistics and provenance inside; never a pickle."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError, deserialize, safe_open
from safetensors.numpy import save_file

from ksdiff.errors import InputError, UnavailableError, suggest
from ksdiff.extras import require
from ksdiff.files import atomic_write
from ksdiff.model.graphs import Graphs
from ksdiff.model.header import FORMAT, RENAMED_MODULES, Header, read_header
from ksdiff.model.network import Network, Outline
from ksdiff.model.onnx_network import OnnxOutline
from ksdiff.model.sampling import SamplingOptions
from ksdiff.motion.space import ARKIT, KEYPOINTS, MotionSpace, get_space

if TYPE_CHECKING:
    from ksdiff.model.ksdiff import KSDiff

MAX_SIZE = 4 * 2**30  # bytes of a file; the preset `paper` has 145 MB
DTYPES = {"F16": "float16", "BF16": "bfloat16", "F32": "float32"}
DEFAULT_MODEL = "base"
# The weights inside the package, by name, with the sha256 of the file.
PACKAGED = {
    "base": "905fe20c3a4859f6a54204e858c723f7e1f06e65df51af665899d77f89064992",
    "open": "3aab4d835fcf123c590498eac78e90b198f529f750518e3a82c1b2ea22533463",
}
NEUTRAL_STYLE = "neutral"


@dataclass(frozen=True)
class Checkpoint:
    """A model and what is known about it.

    Attributes:
        model: The network.
        encoder: Record of the frozen speech encoder that it was trained with.
        styles: Names of the training speakers, in the order of their numbers.
        facts: Provenance and calibration, as written.
        name: Name or file it was loaded from.
        sha256: Of that file.
    """

    model: Network
    encoder: dict[str, Any]
    styles: tuple[str, ...]
    facts: dict[str, Any]
    name: str
    sha256: str

    @property
    def sampling(self) -> SamplingOptions:
        """How to sample this model: as it was calibrated, or by default."""
        return SamplingOptions(**self.facts.get("sampling", {}))

    @property
    def space(self) -> MotionSpace:
        """What the motion is written as: that of the model, but keypoints as the ARKit weights that they look like."""
        return ARKIT if self.model.space == KEYPOINTS else self.model.space

    def style(self, name: str) -> int:
        """Number of a style: a training speaker's, or that of the neutral average.

        Raises:
            InputError: No style has this name.
        """
        if name == NEUTRAL_STYLE:
            return self.model.num_styles
        if name not in self.styles:
            raise InputError(f"unknown style {name!r}: {suggest(name, (NEUTRAL_STYLE, *self.styles))}")
        return self.styles.index(name)


@dataclass(frozen=True)
class _Tensor:
    """A stored tensor: its type by the name that safetensors has for it, and its bytes."""

    dtype: str
    shape: list[int]
    data: bytes

    @property
    def values(self) -> np.ndarray:
        """In single precision."""
        if self.dtype == "BF16":  # the first half of the bits of single precision
            return (np.frombuffer(self.data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(self.shape)
        return np.frombuffer(self.data, DTYPES[self.dtype]).astype(np.float32).reshape(self.shape)


def digest(tensors: Mapping[str, np.ndarray]) -> str:
    """Sha256 over names, types, shapes and values of tensors, in the order of their names."""
    names = {np.dtype(name): stored for stored, name in DTYPES.items() if stored != "BF16"}
    return _digest({name: _Tensor(names[t.dtype], list(t.shape), t.tobytes()) for name, t in tensors.items()})


def _digest(tensors: Mapping[str, _Tensor]) -> str:
    result = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        result.update(f"{name} torch.{DTYPES[tensor.dtype]} {tensor.shape}\n".encode())
        result.update(tensor.data)
    return result.hexdigest()


def save_model(model: "KSDiff", path: Path, encoder: dict[str, Any], styles: list[str], facts: dict[str, Any]) -> None:
    """Write a model: weights as fp16, statistics as fp32."""
    statistics = {name for name, _ in model.named_buffers()}
    tensors = {
        name: value.detach().cpu().numpy().astype(np.float32 if name in statistics else np.float16)
        for name, value in model.state_dict().items()
    }
    header = {
        "format": FORMAT,
        "config": model.config.to_dict(),
        "space": model.space.name,
        "encoder": encoder,
        "styles": styles,
        "facts": facts,
        "sha256": digest(tensors),
    }
    with atomic_write(path) as temporary:
        save_file(tensors, temporary, {"ksdiff": json.dumps(header, sort_keys=True)})


def load_model(
    source: str | Path = DEFAULT_MODEL, space: MotionSpace | None = None, device: str | None = None
) -> Checkpoint:
    """Load weights that come with the package, by name, or from a file.

    A file is trusted with nothing: its header is checked against a schema with bounds, and its tensors against the
    header, before any of them is read.

    Args:
        source: A name such as ``base``, or the path of a ``.safetensors`` file.
        space: The motion space that the caller needs, if it matters.
        device: Device of torch to compute on, such as ``cpu`` or ``cuda``. If None, onnxruntime computes, on the
            processor and without torch; for settings that the package has no graphs for (docs/runtime.md), torch does.

    Raises:
        InputError: There are no such weights, they are damaged, of another version, or of another motion space.
        UnavailableError: They need torch, which is not installed.
    """
    path = _find(source)
    try:
        with safe_open(path, "np") as file:
            text = (file.metadata() or {})["ksdiff"]
            header = read_header(text, str(path))
            found = get_space(header.space)
            if space is not None and found != space:
                raise InputError(
                    f"{path} holds a model of {found.name} motion, but {space.name} motion is needed: choose other "
                    f"weights"
                )
            outline = _outline(header, found, device, path)
            stored = {_current_name(name): file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
            _check_tensors(outline.shapes(), stored, path)
        content = path.read_bytes()
        tensors = {
            _current_name(name): _Tensor(each["dtype"], list(each["shape"]), bytes(each["data"]))
            for name, each in deserialize(content)
        }
    except (InputError, UnavailableError):
        raise
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged or not a ksdiff checkpoint: {error}") from error
    if header.sha256 is not None and _digest(tensors) != header.sha256:
        raise InputError(f"{path} is damaged: its tensors are not those that were saved; copy or download it again")
    weights = {name: tensor.values for name, tensor in tensors.items()}
    for name, values in weights.items():
        if not np.isfinite(values).all() or (name.endswith("_std") and not (values > 0).all()):
            raise InputError(f"{path} is damaged: {name} has values that cannot be; copy or download it again")
    return Checkpoint(
        outline.network(weights), header.encoder.model_dump(), tuple(header.styles), header.facts, str(source),
        hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def _outline(header: Header, space: MotionSpace, device: str | None, path: Path) -> Outline:
    """What will compute the network of a checkpoint."""
    given = header.config, space, header.encoder.width, len(header.styles)
    graphs = Graphs.find(header.config, header.encoder.stride) if device is None else None
    if graphs is not None:
        return OnnxOutline(*given, graphs)
    try:
        require("torch", "torch")
    except UnavailableError as error:
        if device is not None:
            raise UnavailableError(f"the device {device!r} is one of torch: {error}") from error
        raise UnavailableError(f"{path} has settings that ksdiff comes with no graphs for: {error}") from error
    from ksdiff.model.torch_network import TorchOutline

    return TorchOutline(*given, device or "cpu")


def _find(source: str | Path) -> Path:
    if str(source) in PACKAGED:
        path = Path(str(files("ksdiff").joinpath(f"assets/{source}.safetensors")))
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != PACKAGED[str(source)]:
            raise InputError(f"the weights {source!r} inside ksdiff are missing or damaged: install the package again")
        return path
    path = Path(source)
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is not None:
            path.open("rb").close()
    except OSError as error:
        raise InputError(f"cannot read the weights {str(source)!r}: {error.strerror}") from error
    except ValueError as error:  # such as a null character
        raise InputError(f"{str(source)!r} cannot be the name of a file: {error}") from error
    if size is None:
        raise InputError(f"there are no weights {str(source)!r}: {suggest(str(source), tuple(PACKAGED))}, or a file")
    if size > MAX_SIZE:
        raise InputError(f"{path} has {size} bytes; checkpoints of up to {MAX_SIZE} are read")
    return path


def _current_name(stored: str) -> str:
    for before, now in RENAMED_MODULES.items():
        if stored.startswith(before):
            return now + stored.removeprefix(before)
    return stored


def _check_tensors(expected: Mapping[str, list[int]], slices: Mapping[str, Any], path: Path) -> None:
    """Compare names, shapes and types of stored tensors with what the settings ask for."""
    stored = {name: list(each.get_shape()) for name, each in slices.items()}
    if stored != expected:
        different = sorted(name for name in {*stored, *expected} if stored.get(name) != expected.get(name))
        raise InputError(
            f"{path} does not fit its own settings: {len(different)} tensors, such as {different[0]}, are missing, "
            f"unknown or of another shape"
        )
    for name, each in slices.items():
        if each.get_dtype() not in DTYPES:
            raise InputError(f"{path} holds {name} as {each.get_dtype()}; {', '.join(DTYPES)} are read")
