"""What a system did with a clip, beside what the real face did: all that the figures of merit are taken from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace


@dataclass(frozen=True, eq=False)
class Performance:
    """One clip at 25 frames/s (`MOTION_RATE`): generated and real.

    The generated expression lies on the *real* speaker's face at rest: who makes it adds ``neutral`` to motion relative
    to rest. So shapes are compared with both faces at rest taken away, as the published metrics do when they animate
    the real subject's own template; an error of the neutral face is no error of motion.

    Attributes:
        clip: Name of the clip.
        speaker: Who speaks; clips of a speaker are not independent.
        expression: Generated expression [T, E], absolute.
        head: Generated head [T, H]: rotation vector (rad), translation (m) in the `arkit` space.
        keyframes: Strength of the predicted keyframe at each frame [T], 0 where there is none, by path; a path is
            missing where the system predicts none.
        real_expression: What was tracked [T, E], absolute.
        real_head: What was tracked [T, H].
        real_keyframes: Those of the real motion [T], by path.
        known: Where each path was tracked [T]; only these frames are compared.
        neutral: The real speaker's face at rest [E].
        silent: Where there is no sound [T].
        phones: Label, start and end of each phone, s; empty without an alignment.
        audio_beats: Beats of the sound, s (`ksdiff.evaluation.metrics.beats.audio_beats`).
        space: What the channels are.
        loudness: Root mean square of the sound in each frame [T]; None where nobody heard it.

    Axes: T frames, E expression channels, H head channels, checked here so that users can read what is wrong.

    Raises:
        InputError: A length or width does not fit, or motion is not finite.
    """

    clip: str
    speaker: str
    expression: Float[np.ndarray, "_ _"]
    head: Float[np.ndarray, "_ _"]
    keyframes: Mapping[str, Float[np.ndarray, " _"]]
    real_expression: Float[np.ndarray, "_ _"]
    real_head: Float[np.ndarray, "_ _"]
    real_keyframes: Mapping[str, Float[np.ndarray, " _"]]
    known: Mapping[str, Bool[np.ndarray, " _"]]
    neutral: Float[np.ndarray, " _"]
    silent: Bool[np.ndarray, " _"]
    phones: Sequence[Sequence[Any]]
    audio_beats: Float[np.ndarray, " _"]
    space: MotionSpace
    loudness: Float[np.ndarray, " _"] | None = None

    def __post_init__(self) -> None:
        frames = len(self.real_expression)
        if frames == 0:
            raise InputError(f"clip {self.clip}: it has no frame; leave it out")
        expression, head = len(self.space.expression), len(self.space.head)
        for name, array, shape in (
            ("the generated expression", self.expression, (frames, expression)),
            ("the generated head motion", self.head, (frames, head)),
            ("the real expression", self.real_expression, (frames, expression)),
            ("the real head motion", self.real_head, (frames, head)),
            ("the face at rest", self.neutral, (expression,)),
            ("silent", self.silent, (frames,)),
        ):
            self._check(name, array, shape)
        if self.loudness is not None:
            self._check("the loudness", self.loudness, (frames,))
        if self.audio_beats.ndim != 1 or not np.isfinite(self.audio_beats).all():
            raise InputError(f"clip {self.clip}: the audio beats are not a list of times in seconds")
        for name, tracks in (
            ("generated keyframes", self.keyframes),
            ("real keyframes", self.real_keyframes),
            ("known frames", self.known),
        ):
            for path, track in tracks.items():
                if path not in PATHS:
                    raise InputError(f"clip {self.clip}: {name} of {path!r}; the paths are {' and '.join(PATHS)}")
                self._check(f"{name} of the {path}", track, (frames,))
        for path in (EXPRESSION, HEAD):
            if path not in self.known:
                raise InputError(f"clip {self.clip}: which frames of the {path} are known is not given")

    def motion(self) -> Motion:
        """What was generated, as a motion that can be drawn and written."""
        nothing = np.zeros(len(self.expression), np.float32)
        return Motion(
            expression=self.expression.astype(np.float32),
            head=self.head.astype(np.float32),
            keyframes_expression=self.keyframes.get(EXPRESSION, nothing).astype(np.float32),
            keyframes_head=self.keyframes.get(HEAD, nothing).astype(np.float32),
            fps=float(MOTION_RATE),
            space=self.space,
        )

    def _check(self, name: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
        if array.shape != shape:
            raise InputError(
                f"clip {self.clip}: {name} has shape {array.shape}, but {self.space.name} motion of "
                f"{len(self.real_expression)} frames needs {shape}: compare equal lengths in one space"
            )
        if not np.isfinite(array).all():
            raise InputError(f"clip {self.clip}: {name} has values that are not finite numbers")
