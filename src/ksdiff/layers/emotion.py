"""Emotion, put on top of a generated motion. Authored from tables (`ksdiff.layers.facs`), not learned.

An emotion rises before its range, holds through it, and decays after it; where ranges meet, one turns into the next.
Onset and decay are authored: together they and a word last at least the two thirds of a second that Ekman & Friesen
1982, Felt, false, and miserable smiles, J Nonverbal Behav 6:238, give for the shortest felt smile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.errors import InputError
from ksdiff.layers.emotion_mouth import with_speech
from ksdiff.layers.facs import ANTAGONISTS, check_emotion, named_face, plane_face
from ksdiff.layers.fades import check_span, fade_weight
from ksdiff.layers.limits import limit
from ksdiff.layers.rest import pause_weights
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.space import ARKIT, MotionSpace

ONSET, DECAY = 0.35, 0.6  # s
LOUDER = 0.15  # share by which an emotion is stronger in loud speech, and weaker in soft speech
ASYMMETRY = 0.07  # share by which a side may differ from the table

_FACE = len(ARKIT.expression)
_LIDS = [ARKIT.index(f"eyeBlink{side}") for side in ("Left", "Right")]
_OPEN_LIDS = [[ARKIT.index(f"{name}{side}") for side in ("Left", "Right")] for name in ("eyeWide", "eyeSquint")]


@dataclass(frozen=True)
class EmotionRange:
    """An emotion for a while: by its name, or by its place on the plane of valence and arousal.

    Attributes:
        start: When it is fully there, s.
        end: Until when, s; infinite for good.
        emotion: Its name, one of `ksdiff.layers.facs.EMOTIONS`.
        intensity: 0..1.
        valence: How pleasant, -1..1, in place of a name.
        arousal: How stirred, -1..1, in place of a name.
        onset: How long it takes to come before the start, s.
        decay: How long it takes to go after the end, s.
        seed: Of the small differences between left and right; contempt is on the right for even ones.
    """

    start: float
    end: float
    emotion: str | None = None
    intensity: float = 1.0
    valence: float | None = None
    arousal: float | None = None
    onset: float = ONSET
    decay: float = DECAY
    seed: int = 0

    def __post_init__(self) -> None:
        check_span("an emotion", self.start, self.end, {"onset": self.onset, "decay": self.decay})
        if not 0 <= self.intensity <= 1:
            raise InputError(f"the intensity of an emotion is {self.intensity}; it must be 0 to 1")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"the seed of an emotion is {self.seed}; it must be 0 to 2^63 - 1")
        if (self.emotion is None) == (self.valence is None and self.arousal is None):
            raise InputError("an emotion needs either a name (emotion) or valence and arousal")
        if self.emotion is not None:
            check_emotion(self.emotion)
        for name in ("valence", "arousal"):
            value = getattr(self, name)
            if value is not None and not -1 <= value <= 1:
                raise InputError(f"{name} is {value}; it must be -1 to 1")

    def face(self) -> Float[np.ndarray, "57"]:
        """51 weights and 6 head channels at its height."""
        if self.emotion is not None:
            face = named_face(self.emotion, self.seed)
        else:
            face = plane_face(self.valence or 0.0, self.arousal or 0.0)
        return self.intensity * face * _sides(self.seed)

    def weight(self, times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        """How far it is there at each instant, 0..1; exactly 0 before its onset and after its decay."""
        return fade_weight(times, self.start, self.end, self.onset, self.decay)


def check_emotion_space(space: MotionSpace) -> None:
    """See that emotions can be put on motion of a space.

    Raises:
        InputError: It is not `arkit`.
    """
    if space != ARKIT:
        raise InputError(
            f"emotions are made of ARKit shapes, but these weights make {space.name} motion: leave emotions out, or "
            "use weights of the arkit space"
        )


def emotion_curves(ranges: Sequence[EmotionRange], times: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T 57"]:
    """What emotions add at each instant: 51 weights and 6 head channels; later ranges cover earlier ones."""
    result = np.zeros((len(times), _FACE + len(ARKIT.head)))
    for one in ranges:
        weight = one.weight(times)[:, None]
        result += weight * (one.face() - result)
    return result


def add_emotion_to_head(motion: Motion, ranges: Sequence[EmotionRange]) -> Motion:
    """Tilt the head as emotions do. The motion itself comes back where there is none.

    Raises:
        InputError: The motion is not in the `arkit` space.
    """
    if not ranges:
        return motion
    check_emotion_space(motion.space)
    added = emotion_curves(ranges, motion.times)[:, _FACE:]
    return replace(motion, head=_where_added(motion.head, motion.head + added, added))


def add_emotion_to_face(
    motion: Motion,
    ranges: Sequence[EmotionRange],
    loudness: Float[np.ndarray, " S"] | None = None,
    silent: Bool[np.ndarray, " S"] | None = None,
) -> Motion:
    """Give a face its emotions: brows, lids, cheeks, nose and mouth. Frames without any stay as they are, bit for bit.

    Lips that speech closes stay closed (`ksdiff.layers.emotion_mouth`). Blinks still close the lids.

    Args:
        motion: The motion to start from, with blinks and gaze.
        ranges: The emotions; later ones cover earlier ones.
        loudness: Of the voice, relative to itself, -1..1, at 25 frames/s.
        silent: Where nobody speaks, at 25 frames/s; in long pauses lips part as the emotion wants.

    Raises:
        InputError: The motion is not in the `arkit` space.
    """
    if not ranges:
        return motion
    check_emotion_space(motion.space)
    added = emotion_curves(ranges, motion.times)[:, :_FACE]
    if loudness is not None:
        added = added * (1 + LOUDER * np.clip(_at(motion.times, loudness), -1, 1))[:, None]
    added = np.clip(added, 0, 1)
    before = np.asarray(limit(motion).expression, dtype=np.float64)
    # Wherever a closed lid is, nothing else shapes the eye.
    opened = 1 - before[:, _LIDS]
    for lids in _OPEN_LIDS:
        added[:, lids] *= opened
    after = np.array(before)
    for channel, against in ANTAGONISTS:
        after[:, channel] *= 1 - np.clip(added[:, against] - added[:, channel], 0, 1)
    after += added * (1 - after)
    # Held again a little before the sound comes back: lips close for a first m before it is heard.
    pauses = np.zeros(1) if silent is None else np.maximum(2 * pause_weights(silent, float(MOTION_RATE)) - 1, 0)
    after[:, ARKIT.mouth_indices] = with_speech(before, after, _at(motion.times, pauses), motion.fps)[
        :, ARKIT.mouth_indices
    ]
    return replace(motion, expression=_where_added(motion.expression, after, added))


def _at(times: Float[np.ndarray, " T"], values: Float[np.ndarray, " S"]) -> Float[np.ndarray, " T"]:
    return np.interp(times, np.arange(len(values)) / MOTION_RATE, values)


def _where_added(
    before: Float[np.ndarray, "T C"], after: Float[np.ndarray, "T C"], added: Float[np.ndarray, "T C"]
) -> Float[np.ndarray, "T C"]:
    """The new values where something was added, and the old ones, bit for bit, where nothing was."""
    return np.where(added.any(axis=1, keepdims=True), after.astype(before.dtype), before)


@cache
def _sides(seed: int) -> Float[np.ndarray, "57"]:
    """Factors by which the sides of a face differ."""
    factors = np.ones(_FACE + len(ARKIT.head))
    random = np.random.default_rng([seed, 2])
    for left, right in ARKIT.pairs:
        by = random.uniform(-ASYMMETRY, ASYMMETRY)
        factors[left], factors[right] = 1 + by, 1 - by
    factors.setflags(write=False)
    return factors
