"""The sound that a project performs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.editing.schema import MAX_SOUND
from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.audio import SAMPLE_RATE, frame_count
from ksdiff.speech.loudness import relative_loudness
from ksdiff.speech.vad import level_track, nobody_speaks


@dataclass(frozen=True, eq=False)
class Voice:
    """The sound that is performed.

    Attributes:
        samples: Mono sound at 16 kHz.
        name: Of the file that it came from.
    """

    samples: Float[np.ndarray, " N"]
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.samples) > MAX_SOUND * SAMPLE_RATE:
            raise InputError(
                f"the sound is {len(self.samples) / SAMPLE_RATE:.0f} s long; a project holds up to "
                f"{MAX_SOUND:.0f} s: cut it"
            )

    @property
    def seconds(self) -> float:
        """Length, s."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def frames(self) -> int:
        """Motion frames of the sound."""
        return frame_count(len(self.samples))

    @cached_property
    def loudness(self) -> Float[np.ndarray, " T"]:
        """How loud the voice is at each frame, relative to itself, -1..1."""
        return relative_loudness(self.samples, self.frames)

    @cached_property
    def level(self) -> Float[np.ndarray, " A"]:
        """Level every 10 ms, dB of full scale."""
        return level_track(self.samples)

    @cached_property
    def quiet(self) -> Bool[np.ndarray, " T"]:
        """Where nobody speaks or sings."""
        return nobody_speaks(self.samples, self.frames, float(MOTION_RATE))
