"""How far jaw and lips move in speech, by phones or words: muttered or mouthed, with the jaw or with the lips.

After JALI (Edwards, Landreth, Fiume & Singh 2016, JALI: an animator-centric viseme model for expressive lip
synchronization, ACM Trans Graph 35(4):127): the same speech can be spoken with more or less of the jaw and, apart from
that, of the lips. Here both are scales of what the model made, about the face at rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.face.lips import lip_gaps
from ksdiff.layers.fades import check_span
from ksdiff.layers.rest import smoothstep
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT

MAX_ARTICULATION = 3.0
BLEND = 0.05  # s on both sides of a border over which one scale goes over into the next: half a phone
# Lips that are nowhere further apart than this are closing, m: the nearer, the less is scaled; closed ones are not.
CLOSING = 0.003
_MOODS = ("mouthSmile", "mouthFrown", "mouthDimple")  # not the speech's
JAW = tuple(name for name in ARKIT.expression if name.startswith("jaw") or name == "mouthClose")
LIPS = tuple(
    name for name in ARKIT.expression if name.startswith("mouth") and name not in JAW and not name.startswith(_MOODS)
)


@dataclass(frozen=True)
class Articulation:
    """How far jaw and lips move for a while, in speech.

    Attributes:
        start: From when on, s.
        end: Until when, s.
        jaw: Scale of what the jaw does, 0..3; 1 leaves it.
        lips: Scale of what the lips do apart from that, 0..3.
    """

    start: float
    end: float
    jaw: float = 1.0
    lips: float = 1.0

    def __post_init__(self) -> None:
        check_span("an articulation", self.start, self.end, {})
        for name in ("jaw", "lips"):
            if not 0 <= getattr(self, name) <= MAX_ARTICULATION:
                raise InputError(
                    f"{name} of an articulation is {getattr(self, name)}; it must be 0 to {MAX_ARTICULATION:g}, and 1 "
                    "is none"
                )

    def weight(self, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """How far it is there at each instant, 0..1: by half at its borders. Weights of neighbours sum to 1."""
        come, go = (smoothstep((times - border + BLEND) / (2 * BLEND)) for border in (self.start, self.end))
        return come - go


def articulation_gains(
    ranges: Sequence[Articulation], channels: Sequence[str], times: Float[np.ndarray, " T"]
) -> Float[np.ndarray, "T C"]:
    """By how much each channel is scaled at each instant, before lips are kept closed; ranges must not overlap."""
    gains = np.ones((len(times), len(channels)))
    of_jaw, of_lips = ([name in own for name in channels] for own in (JAW, LIPS))
    for one in ranges:
        gains += one.weight(times)[:, None] * ((one.jaw - 1) * np.array(of_jaw) + (one.lips - 1) * np.array(of_lips))
    return gains


def articulate(
    motion: Motion, neutral: Float[np.ndarray, " E"], ranges: Sequence[Articulation]
) -> Float[np.ndarray, "T E"]:
    """Scale what jaw and lips do about the face at rest; lips that the speech closes stay as closed as they are.

    Frames without any stay as they are, bit for bit, and so does a motion of another space than `arkit`.
    """
    if not ranges or motion.space != ARKIT:
        return motion.expression
    before = motion.expression
    gains = articulation_gains(ranges, ARKIT.expression, motion.times)
    gains = 1 + (gains - 1) * smoothstep(lip_gaps(before).max(axis=1) / CLOSING)[:, None]
    scaled = neutral + (before - neutral) * gains
    return np.where(np.abs(gains - 1) < 1e-9, before, scaled.astype(before.dtype))
