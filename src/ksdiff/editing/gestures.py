"""Kinds of keyframes: what a nod or a brow flash is made of, as poses that the model fills in between.

Authored: which action units move is taken from `ksdiff.layers.facs`; angles and times are this project's own choice,
within what is reported of heads in conversation (nods of some 5 to 20° at 2 to 4 Hz, shakes slower and wider).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ksdiff.editing.takes import Keyframe
from ksdiff.errors import InputError, suggest
from ksdiff.layers.facs import action_unit_weights
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD

TEMPO = 0.12  # by how much a seed makes a gesture faster or slower, as a share
SIZE = 0.15  # the same of its amplitude
ASYMMETRY = 0.08  # by how much left and right differ, as a share


@dataclass(frozen=True)
class GestureKey:
    """One pose of a gesture.

    Attributes:
        first: Its first frame, from the keyframe on.
        last: Its last frame, up to which it is held.
        values: Weights of an expression; of a head what is added to the motion around it, rad.
    """

    first: int
    last: int
    values: Mapping[str, float]


# Seconds from the keyframe on, and degrees. Positive pitch lowers the nose.
_HEAD: Mapping[str, Sequence[tuple[float, Mapping[str, float]]]] = MappingProxyType(
    {
        "emphasis": ((-0.28, {"rotationX": -1.5}), (0.0, {"rotationX": 5.0}), (0.32, {"rotationX": -0.5})),
        "nod": (
            (-0.26, {"rotationX": -1.2}), (0.0, {"rotationX": 8.0}), (0.24, {"rotationX": -0.8}),
            (0.48, {"rotationX": 4.5}), (0.72, {"rotationX": -0.4}),
        ),
        "shake": (
            (0.0, {"rotationY": 7.0}), (0.28, {"rotationY": -7.5}), (0.56, {"rotationY": 5.5}),
            (0.84, {"rotationY": -3.0}),
        ),
        "tilt": ((0.0, {"rotationZ": 9.0, "rotationX": 1.0}), (0.6, {"rotationZ": 9.0, "rotationX": 1.0})),
        "turn": ((0.0, {"rotationY": 16.0}), (0.6, {"rotationY": 16.0})),
    }
)  # fmt: skip
_HELD = ("tilt", "turn")  # from their first key to their last
_EITHER_SIDE = ("shake", "tilt", "turn")  # the seed chooses the side

# Action units at the height of a gesture, and how long that lasts, s.
_FACE: Mapping[str, tuple[Mapping[str, float], float]] = MappingProxyType(
    {
        "emphasis": ({"1": 0.35, "2": 0.45, "5": 0.15}, 0.12),
        "brow_flash": ({"1": 0.75, "2": 0.85, "5": 0.3}, 0.16),
        "smile": ({"6": 0.5, "12": 0.65}, 0.8),
        "frown": ({"4": 0.8, "7": 0.2, "15": 0.35}, 0.6),
    }
)

GESTURES: Mapping[str, tuple[str, ...]] = MappingProxyType({EXPRESSION: tuple(_FACE), HEAD: tuple(_HEAD)})


def check_gesture(path: str, name: str) -> str:
    """Return ``name``, or say which gestures a path has.

    Raises:
        InputError: The path has no such gesture.
    """
    if name not in GESTURES[path]:
        raise InputError(f"the {path} has no gesture {name[:80]!r}: {suggest(name[:80], GESTURES[path])}")
    return name


def gesture_keys(path: str, name: str, strength: float = 1.0, seed: int = 0) -> tuple[GestureKey, ...]:
    """The poses of a gesture.

    Args:
        path: ``expression`` or ``head``.
        name: One of `GESTURES`.
        strength: Its amplitude, 0..1.
        seed: Of its size, its tempo, its side, and the differences between left and right.

    Raises:
        InputError: The path has no such gesture.
    """
    check_gesture(path, name)
    random = np.random.default_rng(seed)
    tempo, size = 1 + TEMPO * random.uniform(-1, 1), strength * (1 + SIZE * random.uniform(-1, 1))
    if path == EXPRESSION:
        units, seconds = _FACE[name]
        left, right = size * (1 + ASYMMETRY * random.uniform(-1, 1, 2))
        values = {
            channel: min(1.0, float(value * (left if channel.endswith("Left") else right)))
            for channel, value in zip(ARKIT.expression, action_unit_weights(units), strict=True)
            if value
        }
        return (GestureKey(0, round(seconds * tempo * MOTION_RATE), values),)
    side = 1 if name not in _EITHER_SIDE or random.random() < 0.5 else -1
    keys = []
    for seconds, angles in _HEAD[name]:
        at = round(seconds * tempo * MOTION_RATE)
        uneven = 1 + ASYMMETRY * random.uniform(-1, 1)
        turned = {
            channel: np.radians(angle) * size * uneven * (1 if channel == "rotationX" else side)
            for channel, angle in angles.items()
        }
        keys.append(GestureKey(at, at, turned))
    return (GestureKey(keys[0].first, keys[-1].last, keys[0].values),) if name in _HELD else tuple(keys)


@dataclass(frozen=True)
class PosedGesture(Keyframe):
    """A gesture of the face as the pose that it is."""


def as_pose(path: str, keyframe: Keyframe) -> Keyframe:
    """A gesture of the face as the pose that it is, held; any other keyframe as it is."""
    if path != EXPRESSION or keyframe.gesture is None:
        return keyframe
    (key,) = gesture_keys(path, keyframe.gesture, keyframe.strength, keyframe.seed)
    return PosedGesture(keyframe.frame, 1.0, key.values, hold=key.last)


def extent(path: str, keyframe: Keyframe) -> tuple[int, int]:
    """First and last frame at which a keyframe says what the motion is: its hold, or its gesture."""
    if keyframe.gesture is None:
        return keyframe.frame, keyframe.frame + keyframe.hold
    keys = gesture_keys(path, keyframe.gesture, keyframe.strength, keyframe.seed)
    return keyframe.frame + keys[0].first, keyframe.frame + keys[-1].last
