"""Settings of the layers on top of a performance. They change nothing that lies below them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, ClassVar

import numpy as np
from jaxtyping import Float
from pydantic import ConfigDict, Field

from ksdiff.editing.layer_ranges import (
    LayerRange,
    check_gain,
    check_gains,
    check_offsets,
    check_smoothing,
    gain_of,
    over_time,
)
from ksdiff.editing.schema import MAX_FRAMES, MAX_PHONES, MAX_SEED, STRICT
from ksdiff.errors import InputError, suggest
from ksdiff.layers.articulation import Articulation, articulation_gains
from ksdiff.layers.curves import Curve, undone_by
from ksdiff.layers.emotion import EmotionRange, check_emotion_space
from ksdiff.layers.eyes import NATURAL, EyeBehaviour
from ksdiff.layers.look_at import GazeTarget, head_turn
from ksdiff.layers.vocalizations import Vocalization, check_vocalization_space
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, MotionSpace

MAX_BLINKS = 120.0  # a minute
MAX_EYES = 1000.0  # of any other time, length or rate of the eyes
MAX_EMOTIONS = 10_000
MAX_VOCALIZATIONS = 10_000
MAX_RANGES = 10_000
MAX_SPREAD = 2.0  # of the logarithm of the time between blinks; beyond it, most of them would come at once


@dataclass(frozen=True)
class Layers:
    """What is done to the generated motion, in this order, each time it is rendered.

    Attributes:
        rest: Let the mouth come to rest where nobody speaks.
        gains: Amplitude of each region of `REGIONS` about the neutral face; 1 where none is named.
        head_amplitude: Amplitude of the head's rotation and translation about the neutral pose.
        expression_smoothing: Standard deviation of a Gaussian over time, s; eyes are not smoothed.
        head_smoothing: The same for the head.
        eyes: How blinks and gaze behave; None keeps those of the generated motion.
        eyes_seed: Chooses the times of blinks and saccades.
        gaze: What head and eyes look at at certain times, instead of at the viewer.
        emotions: Emotions over ranges of time, in order; later ones cover earlier ones.
        vocalizations: Laughs and other sounds of the voice that are not speech, in order.
        offsets: What is added to a channel, by its name, in its unit.
        articulation: How far jaw and lips move in ranges of speech, in order; they do not overlap.
        curves: What is put over channels and angles of the head, in order.
        ranges: Where gains, amplitude, smoothing and offsets are others than these, in order.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    rest: bool = True
    gains: Mapping[str, float] = field(default_factory=dict)
    head_amplitude: float = 1.0
    expression_smoothing: float = 0.0
    head_smoothing: float = 0.0
    eyes: EyeBehaviour | None = NATURAL
    eyes_seed: int = 0
    gaze: Annotated[tuple[GazeTarget, ...], Field(max_length=MAX_RANGES)] = ()
    emotions: Annotated[tuple[EmotionRange, ...], Field(max_length=MAX_EMOTIONS)] = ()
    vocalizations: Annotated[tuple[Vocalization, ...], Field(max_length=MAX_VOCALIZATIONS)] = ()
    offsets: Mapping[str, float] = field(default_factory=dict)
    articulation: Annotated[tuple[Articulation, ...], Field(max_length=MAX_PHONES)] = ()
    curves: Annotated[tuple[Curve, ...], Field(max_length=MAX_RANGES)] = ()
    ranges: Annotated[tuple[LayerRange, ...], Field(max_length=MAX_RANGES)] = ()

    def __post_init__(self) -> None:
        check_gains(self.gains)
        check_gain("head", self.head_amplitude)
        for name in ("expression_smoothing", "head_smoothing"):
            check_smoothing(name, getattr(self, name))
        check_offsets(self.offsets)
        if self.eyes is not None:
            for name, value in vars(self.eyes).items():
                most = {"blinks_per_minute": MAX_BLINKS, "interval_spread": MAX_SPREAD}.get(name, MAX_EYES)
                if not value <= most:
                    raise InputError(f"{name} of the eyes is {value}; it must be at most {most:g}")
        last = MAX_FRAMES / MOTION_RATE
        for one in self.vocalizations:
            if not one.end <= last:
                raise InputError(f"a {one.sound} ends at {one.end} s, beyond the end of any project")
        for what, ranges in (
            ("an emotion", self.emotions),
            ("a range of layers", self.ranges),
            ("a look", self.gaze),
            ("a curve", self.curves),
            ("an articulation", self.articulation),
        ):
            for one in ranges:
                if not one.end <= last:
                    raise InputError(f"{what} ends at {one.end} s, beyond the end of any project")
        if any(one.end > other.start + 1e-6 for one, other in pairwise(self.articulation)):
            raise InputError("articulations overlap: give each range of time one")
        if not 0 <= self.eyes_seed <= MAX_SEED:
            raise InputError(f"eyes_seed is {self.eyes_seed}; it must be 0 to 2^63 - 1")

    def gains_at(
        self, path: str, channels: tuple[str, ...], times: Float[np.ndarray, " T"]
    ) -> Float[np.ndarray, "T C"]:
        """Gain of each channel of a path at each instant."""
        if path == HEAD:
            count = len(channels)
            return over_time(
                [self.head_amplitude] * count, self.ranges, lambda one: [one.head_amplitude] * count, times
            )

        def own(one: LayerRange) -> list[float | None]:
            gains = {**self.gains, **one.gains}
            return [gain_of(gains, name) if one.gains else None for name in channels]

        return over_time([gain_of(self.gains, name) for name in channels], self.ranges, own, times)

    def offsets_at(self, channels: tuple[str, ...], times: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T C"]:
        """What is added to each channel at each instant."""
        whole = [self.offsets.get(name, 0.0) for name in channels]
        return over_time(whole, self.ranges, lambda one: [one.offsets.get(name) for name in channels], times)

    def undone(
        self, space: MotionSpace, path: str, times: Float[np.ndarray, " T"]
    ) -> tuple[Float[np.ndarray, "T C"], Float[np.ndarray, "T C"]]:
        """Gain of each channel of a path at each instant and what is added to it by layers that can be undone, nearly.

        Those are gains, offsets, looks and curves; a target t about a neutral value n is met, before poses are drawn
        to it, by n + (t - n - offset) / gain.
        """
        channels = space.channels(path)
        gains, offsets = self.gains_at(path, channels, times), self.offsets_at(channels, times)
        if path == HEAD and space == ARKIT and self.gaze:
            offsets = np.array(offsets)
            offsets[:, ARKIT.rotation] += self.turn_at(times)  # rotation vectors of this size nearly add up
        if path == EXPRESSION and self.articulation:
            gains = gains * articulation_gains(self.articulation, channels, times)
        return undone_by(self.curves, channels, times, gains, offsets)

    def turn_at(self, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T 3"]:
        """How looking at targets turns the head: rotation vectors, rad; 0 where eyes are not this layer's."""
        if self.eyes is None or not self.gaze:
            return np.zeros((len(times), 3))
        return head_turn(self.gaze, times, self.eyes.viewer_distance)

    def check(self, space: MotionSpace) -> None:
        """See that offsets, emotions and sounds fit a motion space.

        Raises:
            InputError: An offset names a channel that the space does not have, or it has no emotions or laughs.
        """
        if self.vocalizations:
            check_vocalization_space(space)
        if self.emotions:
            check_emotion_space(space)
        for curve in self.curves:
            curve.check(space)
        channels = (*space.expression, *space.head)
        for channel in {*self.offsets, *(name for one in self.ranges for name in one.offsets)}:
            if channel not in channels:
                raise InputError(f"{space.name} has no channel {channel!r}: {suggest(channel, channels)}")
