"""Checkpoints: safetensors with settings, statistics and provenance inside; never a pickle."""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ksdiff.errors import InputError, suggest
from ksdiff.files import atomic_write
from ksdiff.model.config import ModelConfig
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import SamplingOptions
from ksdiff.motion.space import MotionSpace, get_space

FORMAT = "ksdiff-1"
DEFAULT_MODEL = "base"
# The weights inside the package, by name, with the sha256 of the file.
PACKAGED = {"base": "d8ab5c5449cbd2c6596c4ece0cadf097fb0b44ad038716b7e32cf1770e897797"}
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
            return self.model.styles
        if name not in self.styles:
            raise InputError(f"unknown style {name!r}: {suggest(name, (NEUTRAL_STYLE, *self.styles))}")
        return self.styles.index(name)


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
    }
    with atomic_write(path) as temporary:
        save_file(tensors, temporary, {"ksdiff": json.dumps(header, sort_keys=True)})


def load_model(source: str | Path = DEFAULT_MODEL, space: MotionSpace | None = None) -> Checkpoint:
    """Load weights that come with the package, by name, or from a file.

    Args:
        source: A name such as ``base``, or the path of a ``.safetensors`` file.
        space: The motion space that the caller needs, if it matters.

    Raises:
        InputError: There are no such weights, they are damaged, of another version, or of another motion space.
    """
    if str(source) in PACKAGED:
        path = Path(str(files("ksdiff").joinpath(f"assets/{source}.safetensors")))
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != PACKAGED[str(source)]:
            raise InputError(f"the weights {source!r} inside ksdiff are missing or damaged: install the package again")
    else:
        path = Path(source)
        if not path.is_file():
            raise InputError(
                f"there are no weights {str(source)!r}: {suggest(str(source), tuple(PACKAGED))}, or a file"
            )
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {})["ksdiff"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged or not a ksdiff checkpoint: {error}") from error
    if header["format"] != FORMAT:
        raise InputError(f"{path} has the format {header['format']!r}; this ksdiff reads {FORMAT!r}")
    found = get_space(header["space"])
    if space is not None and found != space:
        raise InputError(f"{path} makes {found.name} motion, but {space.name} motion is needed: choose other weights")
    model = KSDiff(ModelConfig.from_dict(header["config"]), found, header["encoder"]["width"], len(header["styles"]))
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:
        raise InputError(f"{path} does not fit its own settings: {error}") from error
    return Checkpoint(
        model.eval().requires_grad_(False),
        header["encoder"],
        tuple(header["styles"]),
        header["facts"],
        str(source),
    )
