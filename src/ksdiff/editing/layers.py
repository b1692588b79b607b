"""Settings of the layers on top of a performance. They change nothing that lies below them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from ksdiff.editing.schema import MAX_FRAMES, MAX_SEED, MAX_VALUE, STRICT
from ksdiff.errors import InputError, suggest
from ksdiff.layers.emotion import EmotionRange, check_emotion_space
from ksdiff.layers.eyes import NATURAL, EyeBehaviour, GazeTarget
from ksdiff.layers.vocalizations import Vocalization, check_vocalization_space
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import MotionSpace

# Regions of the face by how the names of their channels begin.
REGIONS = {"jaw": "jaw", "mouth": "mouth", "cheeks": ("cheek", "nose"), "brows": "brow", "eyes": "eye"}
MAX_GAIN = 4.0
MAX_SMOOTHING = 1.0  # s
MAX_BLINKS = 120.0  # a minute
MAX_EYES = 1000.0  # of any other time, length or rate of the eyes
MAX_EMOTIONS = 10_000
MAX_VOCALIZATIONS = 10_000
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
        gaze: Where the eyes look at certain times, instead of at the viewer.
        emotions: Emotions over ranges of time, in order; later ones cover earlier ones.
        vocalizations: Laughs and other sounds of the voice that are not speech, in order.
        offsets: What is added to a channel, by its name, in its unit.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    rest: bool = True
    gains: Mapping[str, float] = field(default_factory=dict)
    head_amplitude: float = 1.0
    expression_smoothing: float = 0.0
    head_smoothing: float = 0.0
    eyes: EyeBehaviour | None = NATURAL
    eyes_seed: int = 0
    gaze: tuple[GazeTarget, ...] = ()
    emotions: Annotated[tuple[EmotionRange, ...], Field(max_length=MAX_EMOTIONS)] = ()
    vocalizations: Annotated[tuple[Vocalization, ...], Field(max_length=MAX_VOCALIZATIONS)] = ()
    offsets: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for region, gain in {**self.gains, "head": self.head_amplitude}.items():
            if region not in {*REGIONS, "head"}:
                raise InputError(f"there is no region {region!r}: {suggest(region, tuple(REGIONS))}")
            if not 0 <= gain <= MAX_GAIN:
                raise InputError(f"the gain of {region} is {gain}; it must be 0 to {MAX_GAIN:g}, and 1 is none")
        for name in ("expression_smoothing", "head_smoothing"):
            if not 0 <= getattr(self, name) <= MAX_SMOOTHING:
                raise InputError(f"{name} is {getattr(self, name)}; it must be 0 to {MAX_SMOOTHING:g} s")
        for channel, offset in self.offsets.items():
            if not abs(offset) <= MAX_VALUE:
                raise InputError(f"the offset of {channel} is {offset}; it must be within ±{MAX_VALUE:g}")
        if self.eyes is not None:
            for name, value in vars(self.eyes).items():
                most = {"blinks_per_minute": MAX_BLINKS, "interval_spread": MAX_SPREAD}.get(name, MAX_EYES)
                if not value <= most:
                    raise InputError(f"{name} of the eyes is {value}; it must be at most {most:g}")
        for one in self.vocalizations:
            if not one.end <= MAX_FRAMES / MOTION_RATE:
                raise InputError(f"a {one.sound} ends at {one.end} s, beyond the end of any project")
        for one in self.emotions:
            if not one.end <= MAX_FRAMES / MOTION_RATE:
                raise InputError(f"an emotion ends at {one.end} s, beyond the end of any project")
        if not 0 <= self.eyes_seed <= MAX_SEED:
            raise InputError(f"eyes_seed is {self.eyes_seed}; it must be 0 to 2^63 - 1")

    def gain(self, channel: str) -> float:
        """Gain of an expression channel."""
        return math.prod(
            (gain for region, gain in self.gains.items() if channel.startswith(REGIONS[region])), start=1.0
        )

    def check(self, space: MotionSpace) -> None:
        """See that offsets, emotions and sounds fit a motion space.

        Raises:
            InputError: An offset names a channel that the space does not have, or it has no emotions or laughs.
        """
        if self.vocalizations:
            check_vocalization_space(space)
        if self.emotions:
            check_emotion_space(space)
        channels = (*space.expression, *space.head)
        for channel in self.offsets:
            if channel not in channels:
                raise InputError(f"{space.name} has no channel {channel!r}: {suggest(channel, channels)}")
