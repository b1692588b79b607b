"""Training that begins from weights: all of them, or some parts while the others stay as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from ksdiff.corpus.dataset import Corpus, Split
from ksdiff.errors import InputError, suggest
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.config import KEYFRAMES
from ksdiff.model.graphs import POSE_WEIGHTS
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import EXPRESSION, HEAD

# What can be trained alone, and what the names of its weights begin with. The speech encoder is not among them:
# generators and predictors of both paths read it.
PARTS = {EXPRESSION: f"generators.{EXPRESSION}.", HEAD: f"generators.{HEAD}.", KEYFRAMES: "predictors."}


@dataclass(frozen=True)
class Init:
    """What a run begins from.

    Attributes:
        checkpoint: Weights that torch computes.
        only: Those of `PARTS` that are trained, while all else stays as it is; none for all of the model.
        anew: Whether these parts begin from chance, and not from the weights.

    Raises:
        InputError: There is no such part, the model does not have it, or all of it would begin anew.
    """

    checkpoint: Checkpoint
    only: Sequence[str] = ()
    anew: bool = False

    def __post_init__(self) -> None:
        if self.anew and not self.only:
            raise InputError("nothing would be left of the weights: name the parts that begin anew, or leave them out")
        names = list(_module(self.checkpoint).state_dict())
        for part in self.only:
            if part not in PARTS:
                raise InputError(f"unknown part {part!r}: {suggest(part, tuple(PARTS))}")
            if not any(name.startswith(PARTS[part]) for name in names):
                raise InputError(f"{self.checkpoint.name} has no part {part!r} of its own: train all of it")

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What the names of the weights that are trained begin with."""
        return tuple(PARTS[part] for part in self.only)

    def record(self) -> dict[str, object]:
        """What is to be known of it, for settings and for the facts of a checkpoint."""
        return {"sha256": self.checkpoint.sha256, "only": list(self.only), "anew": self.anew}


def split_of(checkpoint: Checkpoint, corpus: Corpus) -> Split:
    """The speakers that weights were trained, validated and tested on.

    Raises:
        InputError: They do not say, or the corpus lacks some that they were trained on.
    """
    known = checkpoint.facts.get("speakers", {})
    missing = sorted(set(checkpoint.styles) - set(corpus.speakers))
    if not known or missing:
        lacks = f"speakers of theirs, such as {missing[0]}" if missing else "what they say of their speakers"
        raise InputError(
            f"{checkpoint.name} was trained on another corpus: {corpus.path} lacks {lacks}; choose weights that were "
            f"trained on it"
        )
    held = {
        part: tuple(name for name in known.get(part, ()) if name in corpus.speakers) for part in ("validation", "test")
    }
    return Split(checkpoint.styles, held["validation"], held["test"])


def knows(checkpoint: Checkpoint, corpus: Corpus) -> bool:
    """Whether a corpus holds all the speakers that weights were trained on."""
    return bool(checkpoint.facts.get("speakers")) and set(checkpoint.styles) <= set(corpus.speakers)


def begin_from(model: KSDiff, init: Init, styles: Mapping[str, int]) -> None:
    """Take weights over, and leave nothing to train but the parts that were asked for.

    Speakers that the weights do not know begin with the average style. Normalisation stays that of the weights, and so
    does the average face; the neutral faces of new speakers are those that the model has.

    Args:
        model: With its statistics (`ksdiff.training.statistics.fit_statistics`).
        init: The weights, and what of them is trained.
        styles: Numbers of the speakers of ``model``.

    Raises:
        InputError: The model has other parts than the weights, or parts of other shapes.
    """
    checkpoint = init.checkpoint
    numbers = {name: number for number, name in enumerate(checkpoint.styles)}
    average = len(checkpoint.styles)
    rows = [numbers.get(name, average) for name in styles] + [average]
    own = model.state_dict()
    for name, value in _module(checkpoint).state_dict().items():
        if init.anew and name.startswith(init.prefixes):
            continue
        if name == "neutrals":
            new = torch.tensor([row == average for row in rows[:-1]] + [False])
            own[name] = torch.where(new[:, None], own[name], value[rows])
        elif name.endswith(".style.weight"):
            own[name] = value[rows]
        elif name in own:
            own[name] = value
    try:
        model.load_state_dict(own)
    except RuntimeError as error:
        raise InputError(
            f"{checkpoint.name} has weights of other shapes than were asked for: leave settings that change these out"
        ) from error
    if init.only:
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name.startswith(init.prefixes))
    else:  # poses are trained for weights that stay as they are
        model.pose_generators.requires_grad_(False)


def freeze_all_but_poses(model: KSDiff, checkpoint: Checkpoint) -> None:
    """Take the weights of a checkpoint over, and leave nothing to train but the generators of poses."""
    own = {n: v for n, v in _module(checkpoint).state_dict().items() if not n.startswith(POSE_WEIGHTS)}
    model.load_state_dict({**model.state_dict(), **own})
    model.requires_grad_(False)
    model.pose_generators.requires_grad_(True)


def _module(checkpoint: Checkpoint) -> KSDiff:
    assert isinstance(checkpoint.model, TorchNetwork)
    return checkpoint.model.module
