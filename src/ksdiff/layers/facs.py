"""What an emotion looks like, by tables of facial action units (AU). Authored, not learned.

Which action units an emotion has is taken from:
- Ekman & Friesen 1983, EMFACS-7, and Ekman, Friesen & Hager 2002, FACS Investigator's Guide: happiness 6+12, sadness
  1+4+15, surprise 1+2+5+26, fear 1+2+4+5+7+20+26, anger 4+5+7+23, disgust 9+15+16, contempt R12A+R14A;
- Du, Tao & Martinez 2014, Compound facial expressions of emotion, PNAS 111(15):E1454, table 1, for what most people
  show beside it: 25 with happiness, 17 with sadness, 24 with anger, 10 and 17 with disgust; happily surprised
  (1+2+12+25) and sadly fearful (1+4+20+25) for the plane;
- Russell 1980, A circumplex model of affect, J Pers Soc Psychol 39(6):1161: eight concepts 45° apart on the plane of
  valence and arousal, and the angles of 28 words on it;
- Livingstone & Palmer 2016, Head movements encode emotions during speech and song, Emotion 16(3):365: the head is
  raised in happiness and lowered in sadness.

How strong each action unit is, how it is made of ARKit shapes, and the other tilts of the head are this project's own
choice, made by looking at the head.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, suggest
from ksdiff.motion.space import ARKIT

# Action unit to ARKit shapes at its greatest intensity; a name without side means both sides.
ACTION_UNITS: Mapping[str, Mapping[str, float]] = {
    "1": {"browInnerUp": 1.0},  # inner brow raiser
    "2": {"browOuterUp": 1.0},  # outer brow raiser
    "4": {"browDown": 1.0},  # brow lowerer
    "5": {"eyeWide": 1.0},  # upper lid raiser
    "6": {"cheekSquint": 1.0, "eyeSquint": 0.65},  # cheek raiser
    "7": {"eyeSquint": 1.0},  # lid tightener
    "9": {"noseSneer": 1.0, "browDown": 0.2},  # nose wrinkler
    "10": {"mouthUpperUp": 1.0},  # upper lip raiser
    "12": {"mouthSmile": 1.0},  # lip corner puller
    "14": {"mouthDimple": 1.0},  # dimpler
    "15": {"mouthFrown": 1.0},  # lip corner depressor
    "16": {"mouthLowerDown": 1.0},  # lower lip depressor
    "17": {"mouthShrugLower": 1.0},  # chin raiser
    "20": {"mouthStretch": 1.0},  # lip stretcher
    "23": {"mouthRollUpper": 0.5, "mouthRollLower": 0.5},  # lip tightener
    "24": {"mouthPress": 1.0},  # lip pressor
    "25": {"mouthLowerDown": 0.6, "mouthUpperUp": 0.4},  # lips part
    "26": {"jawOpen": 0.5},  # jaw drop
    "43": {"eyeBlink": 0.45},  # lids droop
}

# Rotation of the head, degrees: pitch (positive lowers the nose) and roll (towards the face's own right).
Tilt = tuple[float, float]
STILL: Tilt = (0.0, 0.0)

# Intensities of action units, 0..1, and tilt of the head.
Face = tuple[Mapping[str, float], Tilt]

# Those with a face of their own. An R stands for one side.
PROTOTYPES: Mapping[str, Face] = {
    "happy": ({"6": 0.85, "12": 0.85, "25": 0.8}, (-3.0, 1.5)),
    "sad": ({"1": 0.9, "4": 0.4, "15": 0.8, "17": 0.4, "43": 0.3}, (7.0, 2.0)),
    "angry": ({"4": 1.0, "5": 0.25, "7": 0.75, "9": 0.4, "15": 0.2, "17": 0.25, "23": 0.4, "24": 0.5}, (6.0, 0.0)),
    "afraid": ({"1": 1.0, "2": 0.2, "4": 0.7, "5": 1.0, "15": 0.2, "20": 1.0, "25": 0.6, "26": 0.2}, (-3.0, 0.0)),
    "surprised": ({"1": 1.0, "2": 1.0, "5": 0.75, "25": 0.2, "26": 0.75}, (-3.0, 0.0)),
    "disgusted": ({"4": 0.3, "6": 0.3, "7": 0.4, "9": 1.0, "10": 0.6, "15": 0.5, "16": 0.2, "17": 0.3}, (-2.0, -3.0)),
    "contempt": ({"R12": 0.6, "R14": 0.9, "R6": 0.2, "7": 0.2}, (-5.0, 3.0)),
}

# Around the plane, 45° apart from pleasure (0°) on. On it, anger cannot be told from fear: name them.
CIRCUMPLEX: tuple[Face, ...] = (
    ({"6": 0.5, "12": 0.65, "25": 0.25}, (-2.0, 1.0)),  # pleasure
    ({"1": 0.3, "2": 0.6, "5": 0.4, "6": 0.45, "12": 0.8, "25": 0.6, "26": 0.3}, (-4.0, 0.0)),  # excitement
    ({"1": 0.5, "2": 0.6, "5": 0.8, "25": 0.3}, (-2.0, 0.0)),  # arousal
    ({"1": 0.9, "4": 0.6, "5": 0.4, "7": 0.2, "20": 0.6, "25": 0.3}, (-1.0, 0.0)),  # distress
    ({"1": 0.6, "4": 0.5, "15": 0.7, "17": 0.4}, (3.0, 0.0)),  # displeasure
    ({"1": 0.7, "15": 0.6, "43": 0.45}, (8.0, 2.0)),  # depression
    ({"43": 0.9}, (6.0, 3.0)),  # sleepiness
    ({"6": 0.25, "12": 0.4, "43": 0.3}, (1.0, 2.0)),  # relaxation
)

# Angles of further words on the plane, degrees (Russell 1980), on its rim.
NAMED_POINTS: Mapping[str, float] = {
    "delighted": 24.9, "excited": 48.6, "astonished": 69.8, "aroused": 73.8, "tense": 92.8, "alarmed": 96.5,
    "annoyed": 123.0, "distressed": 138.0, "frustrated": 141.0, "miserable": 188.7, "gloomy": 209.0,
    "depressed": 211.0, "bored": 242.0, "droopy": 256.6, "tired": 267.7, "sleepy": 271.9, "calm": 316.2,
    "relaxed": 318.0, "satisfied": 319.0, "at_ease": 321.0, "content": 323.0, "serene": 328.6, "glad": 349.0,
    "pleased": 353.2,
}  # fmt: skip
# Those of them that are a shade of an emotion with a face of its own, which the plane does not show: how strong.
SHADES: Mapping[str, Mapping[str, float]] = {
    "astonished": {"surprised": 0.9},
    "alarmed": {"afraid": 0.6, "surprised": 0.3},
    "annoyed": {"angry": 0.5},
    "frustrated": {"angry": 0.5, "sad": 0.35},
}
EMOTIONS = (*PROTOTYPES, *NAMED_POINTS)

# Shapes that work against each other: an emotion with one of them takes the other back.
_OPPOSED = (
    ("mouthSmile", "mouthFrown"),
    ("mouthSmile", "browDown"),  # a voice that smiles would let anger, fear and disgust grin
    ("mouthSmile", "noseSneer"),
    ("browOuterUp", "browDown"),
    ("eyeWide", "eyeSquint"),
)
# A dimple of one side takes these back on the other: a voice that smiles would let contempt seem happy.
_ONE_SIDED = ("mouthSmile", "mouthDimple")
# Channels of both: what is taken back, and by what.
ANTAGONISTS = tuple(
    (ARKIT.index(one), ARKIT.index(other))
    for side, across in (("Left", "Right"), ("Right", "Left"))
    for one, other in (
        *((f"{one}{side}", f"{other}{side}") for one, other in _OPPOSED),
        *((f"{other}{side}", f"{one}{side}") for one, other in _OPPOSED),
        *((f"{one}{side}", f"mouthDimple{across}") for one in _ONE_SIDED),
    )
)


def check_emotion(name: str) -> str:
    """Return ``name``, or say which emotions there are.

    Raises:
        InputError: There is no such emotion.
    """
    if name not in EMOTIONS:
        raise InputError(f"unknown emotion {name[:80]!r}: {suggest(name[:80], EMOTIONS)}")
    return name


def place(name: str) -> tuple[float, float] | None:
    """Valence and arousal of a named point on the plane; None for a name with a face of its own."""
    if name not in NAMED_POINTS:
        return None
    angle = np.radians(NAMED_POINTS[name])
    return float(np.cos(angle)), float(np.sin(angle))


def named_face(name: str, seed: int = 0) -> Float[np.ndarray, "57"]:
    """Face of a named emotion at full intensity: 51 weights, and 6 head channels, rad and m.

    Args:
        name: One of `EMOTIONS`.
        seed: Chooses the side of what is one-sided: the right for even ones, the left for odd ones.

    Raises:
        InputError: There is no such emotion.
    """
    check_emotion(name)
    if name in PROTOTYPES:
        return _face(PROTOTYPES[name], seed % 2 == 1)
    if name in SHADES:
        return np.sum([share * named_face(other, seed) for other, share in SHADES[name].items()], axis=0)
    return plane_face(*(place(name) or (0.0, 0.0)))


def plane_face(valence: float, arousal: float) -> Float[np.ndarray, "57"]:
    """Face of a point of the plane: between the two of `CIRCUMPLEX` beside it, as strong as it is far from the middle.

    Args:
        valence: -1..1.
        arousal: -1..1.
    """
    at = np.arctan2(arousal, valence) % (2 * np.pi) / (2 * np.pi) * len(CIRCUMPLEX)
    before = int(at) % len(CIRCUMPLEX)
    share = at - int(at)
    after = CIRCUMPLEX[(before + 1) % len(CIRCUMPLEX)]
    strength = min(float(np.hypot(valence, arousal)), 1.0)
    return strength * ((1 - share) * _face(CIRCUMPLEX[before]) + share * _face(after))


def action_unit_weights(units: Mapping[str, float], left: bool = False) -> Float[np.ndarray, "51"]:
    """Weights of a face that shows action units.

    Args:
        units: Intensity of each of `ACTION_UNITS`, 0..1; an R before it stands for one side alone.
        left: That side is the left one, not the right.
    """
    weights = np.zeros(len(ARKIT.expression))
    for unit, intensity in units.items():
        sided = unit.startswith("R")
        for shape, weight in ACTION_UNITS[unit.removeprefix("R")].items():
            for name, channel in _channels(shape).items():
                if not sided or name.endswith("Left" if left else "Right"):
                    weights[channel] += intensity * weight
    return np.minimum(weights, 1.0)


def _face(face: Face, left: bool = False) -> Float[np.ndarray, "57"]:
    units, (pitch, roll) = face
    head = np.zeros(len(ARKIT.head))
    head[[0, 2]] = np.radians([pitch, -roll if left else roll])
    return np.concatenate([action_unit_weights(units, left), head])


@cache
def _channels(shape: str) -> Mapping[str, int]:
    """Channels of a shape: itself, or its two sides."""
    names = [shape] if shape in ARKIT.expression else [f"{shape}Left", f"{shape}Right"]
    return MappingProxyType({name: ARKIT.index(name) for name in names})
