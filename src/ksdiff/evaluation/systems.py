"""What can be evaluated: anything that makes motion from speech."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.dataset import Corpus
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import NEUTRAL_STYLE, Checkpoint
from ksdiff.model.network import Network
from ksdiff.model.sampling import COMMIT, OVERLAP, WINDOW, Generated, SamplingOptions, Speech, generate_all
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

NO_KEYFRAMES: Mapping[str, np.ndarray] = MappingProxyType({})
PRIOR_REACH = 20  # frames to each side of its own that the regression prior sees, and more
# Of one clip: by path, frames at which one window of the sampler takes over from another.
Seams = tuple[int, ...]


@runtime_checkable
class System(Protocol):
    """Makes motion from speech.

    Attributes:
        paths: The paths that it moves; what it leaves out is not scored.
        keyframes: Whether it predicts keyframes.
    """

    @property
    def paths(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def keyframes(self) -> bool: ...  # noqa: D102

    def generate(self, speech: Speech, seed: int = 0) -> Generated:
        """Motion of a sound; expression relative to the neutral face. Systems without chance ignore the seed."""
        ...

    def seams(self, frames: int) -> Seams:
        """Frames at which pieces of the motion meet."""
        ...


@dataclass(frozen=True)
class ModelSystem:
    """Trained weights, animating as the neutral average.

    Attributes:
        checkpoint: The weights.
        options: How to sample; as calibrated if None.
        text: Whether the model may read the transcript.
        gains: Whether the amplitudes are restored that `calibrate` found too small.
    """

    checkpoint: Checkpoint
    options: SamplingOptions | None = None
    text: bool = True
    gains: bool = True

    @property
    def paths(self) -> tuple[str, ...]:
        """Those that the model learned."""
        return self.checkpoint.model.paths

    @property
    def keyframes(self) -> bool:
        """Whether the model has predictors."""
        return self.checkpoint.model.config.keyframes

    def generate(
        self, speech: Speech, seed: int = 0, keyframes: Mapping[str, Float[np.ndarray, " T"]] = NO_KEYFRAMES
    ) -> Generated:
        """Sample the model; ``keyframes`` are strengths to use in place of predicted ones, by path."""
        options = self.options or self.checkpoint.sampling
        options = replace(options, head_seed=options.head_seed + seed, expression_seed=options.expression_seed + seed)
        speech = speech if self.text else replace(speech, words=())
        return generate_all(self._model, speech, options, self.checkpoint.style(NEUTRAL_STYLE), keyframes)

    @property
    def _model(self) -> Network:
        return self.checkpoint.model if self.gains else self.checkpoint.model.without_gains()

    def seams(self, frames: int) -> Seams:
        """Both ends of the frames over which one window takes over from another."""
        starts = range(COMMIT, frames - OVERLAP - 2, COMMIT)
        return tuple(edge for start in starts for edge in (start, start + OVERLAP))

    def check(self, corpus: Corpus) -> None:
        """See that the model can hear and speak the language of a corpus.

        Raises:
            InputError: The corpus was prepared with another speech encoder or holds another kind of motion.
        """
        name = self.checkpoint.name
        if corpus.space != self.checkpoint.model.space:
            raise InputError(
                f"{corpus.path} holds {corpus.space.name} motion, {name} makes {self.checkpoint.model.space.name}: "
                "choose weights of that space"
            )
        if corpus.encoder != self.checkpoint.encoder:
            raise InputError(f"{corpus.path} was prepared with another speech encoder than {name}: prepare it again")


@dataclass(frozen=True)
class PriorSystem:
    """The regression inside a model, alone: without diffusion and gains.

    Attributes:
        checkpoint: Weights that have one.

    Raises:
        InputError: The weights have none.
    """

    checkpoint: Checkpoint
    paths: tuple[str, ...] = (EXPRESSION,)
    keyframes: bool = False

    def __post_init__(self) -> None:
        if not self.checkpoint.model.config.regression_prior:
            raise InputError(f"{self.checkpoint.name} has no regression prior: leave its row out")

    def generate(self, speech: Speech, seed: int = 0) -> Generated:
        """Expression of a whole sound, window by window; the head keeps still."""
        del seed
        model = self.checkpoint.model.without_gains()
        normalised = np.zeros((speech.frames, model.channels[EXPRESSION]), np.float32)
        for start in range(0, speech.frames, WINDOW - 2 * PRIOR_REACH):
            prior = model.encode(speech.window(start - PRIOR_REACH, WINDOW, model.num_styles), WINDOW).prior
            assert prior is not None
            made = normalised[start : start + WINDOW - 2 * PRIOR_REACH]
            made[:] = prior[0, PRIOR_REACH : PRIOR_REACH + len(made)]
        return Generated(
            {
                EXPRESSION: model.denormalise(normalised, EXPRESSION),
                HEAD: np.zeros((speech.frames, model.channels[HEAD]), np.float32),
            },
            {path: np.zeros(speech.frames, np.float32) for path in PATHS},
        )

    def seams(self, frames: int) -> Seams:
        """It has none."""
        del frames
        return ()


@dataclass(frozen=True)
class StillFace:
    """The lower bound: one face that never moves.

    Attributes:
        expression: Its expression relative to the neutral face, [E].
        head: Channels of the head.
    """

    expression: np.ndarray
    head: int
    paths: tuple[str, ...] = PATHS
    keyframes: bool = False

    def generate(self, speech: Speech, seed: int = 0) -> Generated:
        """The same face at every frame."""
        del seed
        return Generated(
            {
                EXPRESSION: np.tile(self.expression, (speech.frames, 1)).astype(np.float32),
                HEAD: np.zeros((speech.frames, self.head), np.float32),
            },
            {path: np.zeros(speech.frames, np.float32) for path in PATHS},
        )

    def seams(self, frames: int) -> Seams:
        """It has none."""
        del frames
        return ()
