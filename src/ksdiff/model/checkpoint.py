"""Checkpoints: safetensors with settings, statistics and provenance inside; never a pickle."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.overrides import TorchFunctionMode

from ksdiff.errors import InputError, suggest
from ksdiff.files import atomic_write
from ksdiff.model.header import FORMAT, RENAMED_MODULES, read_header
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import SamplingOptions
from ksdiff.motion.space import MotionSpace, get_space

MAX_SIZE = 4 * 2**30  # bytes of a file; the preset `paper` has 145 MB
DTYPES = ("F16", "BF16", "F32")
DEFAULT_MODEL = "base"
# The weights inside the package, by name, with the sha256 of the file.
PACKAGED = {
    "base": "f5d34185ff51f84313a3bda63013406d5c590d0196a8e47333f2b4378ceb2403",
    "open": "69c26167eec4360abb30cd301f8892297cad99d08fe20b126f82fd90037bb2f0",
}
NEUTRAL_STYLE = "neutral"


@dataclass(frozen=True)
class Checkpoint:
    """A model and what is known about it.

    Attributes:
        model: In evaluation mode, fp32.
        encoder: Record of the frozen speech encoder that it was trained with.
        styles: Names of the training speakers, in the order of their numbers.
        facts: Provenance and calibration, as written.
        name: Name or file it was loaded from.
    """

    model: KSDiff
    encoder: dict[str, Any]
    styles: tuple[str, ...]
    facts: dict[str, Any]
    name: str

    @property
    def sampling(self) -> SamplingOptions:
        """How to sample this model: as it was calibrated, or by default."""
        return SamplingOptions(**self.facts.get("sampling", {}))

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


class NoInitialisation(TorchFunctionMode):
    """Modules made in this context are not given random weights: others will take their place.

    Random numbers for a tensor without memory also make torch load its compiler, which takes a second.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """What a function of torch returns; the tensor itself for those of `torch.nn.init`."""
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def digest(tensors: Mapping[str, Tensor]) -> str:
    """Sha256 over names, types, shapes and values of tensors on the processor, in the order of their names."""
    result = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        result.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        result.update(tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return result.hexdigest()


def save_model(model: KSDiff, path: Path, encoder: dict[str, Any], styles: list[str], facts: dict[str, Any]) -> None:
    """Write a model: weights as fp16, statistics as fp32."""
    statistics = {name for name, _ in model.named_buffers()}
    tensors = {
        name: value.detach().cpu().to(torch.float32 if name in statistics else torch.float16).contiguous()
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


def load_model(source: str | Path = DEFAULT_MODEL, space: MotionSpace | None = None) -> Checkpoint:
    """Load weights that come with the package, by name, or from a file.

    A file is trusted with nothing: its header is checked against a schema with bounds, and its tensors against the
    header, before any of them is allocated.

    Args:
        source: A name such as ``base``, or the path of a ``.safetensors`` file.
        space: The motion space that the caller needs, if it matters.

    Raises:
        InputError: There are no such weights, they are damaged, of another version, or of another motion space.
    """
    path = _find(source)
    try:
        with safe_open(path, "pt") as file:
            text = (file.metadata() or {})["ksdiff"]
            header = read_header(text, str(path))
            found = get_space(header.space)
            if space is not None and found != space:
                raise InputError(
                    f"{path} holds a model of {found.name} motion, but {space.name} motion is needed: choose other "
                    f"weights"
                )
            with torch.device("meta"), NoInitialisation():  # has shapes and no values
                model = KSDiff(header.config, found, header.encoder.width, len(header.styles))
            names = {_current_name(name): name for name in file.keys()}  # noqa: SIM118 (not a mapping)
            _check_tensors(model, {name: file.get_slice(stored) for name, stored in names.items()}, path)
            tensors = {name: file.get_tensor(stored) for name, stored in names.items()}
    except InputError:
        raise
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged or not a ksdiff checkpoint: {error}") from error
    if header.sha256 is not None and digest(tensors) != header.sha256:
        raise InputError(f"{path} is damaged: its tensors are not those that were saved; copy or download it again")
    tensors = {name: tensor.float() for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all() or (name.endswith("_std") and not (tensor > 0).all()):
            raise InputError(f"{path} is damaged: {name} has values that cannot be; copy or download it again")
    model.load_state_dict(tensors, assign=True)
    return Checkpoint(
        model.eval().requires_grad_(False),
        header.encoder.model_dump(),
        tuple(header.styles),
        header.facts,
        str(source),
    )


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


def _check_tensors(model: KSDiff, slices: Mapping[str, Any], path: Path) -> None:
    """Compare names, shapes and types of stored tensors with those of a model that has no values yet."""
    expected = {name: list(value.shape) for name, value in model.state_dict().items()}
    stored = {name: each.get_shape() for name, each in slices.items()}
    if stored != expected:
        different = sorted(name for name in {*stored, *expected} if stored.get(name) != expected.get(name))
        raise InputError(
            f"{path} does not fit its own settings: {len(different)} tensors, such as {different[0]}, are missing, "
            f"unknown or of another shape"
        )
    for name, each in slices.items():
        if each.get_dtype() not in DTYPES:
            raise InputError(f"{path} holds {name} as {each.get_dtype()}; {', '.join(DTYPES)} are read")
