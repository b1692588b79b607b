"""What the morph targets of other people's heads are called, and what each of them does, told in ARKit weights.

`SHAPES` is the one table: each shape that an avatar may have, and the ARKit weights that look like it. Three kinds:

- the 52 ARKit shapes themselves;
- both sides at once (``eyeBlink``, ``mouthSmile``), the four directions of the eyes in VRM, ``mouthOpen``;
- the visemes of Oculus, of which VRM's five vowels are a part (VRM names Japanese ones: its ``ih`` is that of "see").

Visemes follow what lips and jaw do: closed and pressed for PP; the lower lip at the upper teeth for FF; spread for SS
and ih; rounded and pushed forward for CH, RR, oh and ou; the jaw opens ever wider from ih over E to aa.
``docs/exports/avatar.md`` shows them on the head of this package. Names of Oculus and VRM:
https://developers.meta.com/horizon/documentation/unity/audio-ovrlipsync-viseme-reference/
https://github.com/vrm-c/vrm-specification/blob/master/specification/VRMC_vrm-1.0/expressions.md
"""

import re
from dataclasses import dataclass

from ksdiff.motion.space import ARKIT_SHAPES


def _both(**weights: float) -> dict[str, float]:
    """Weights by shape, where a shape that has a left and a right side stands for both."""
    sides = {name: [side for side in (f"{name}Left", f"{name}Right") if side in ARKIT_SHAPES] for name in weights}
    return {shape: weight for name, weight in weights.items() for shape in sides[name] or [name]}


VISEMES: dict[str, dict[str, float]] = {
    "PP": _both(mouthPress=0.35, mouthRollUpper=0.25, mouthRollLower=0.3),
    "FF": _both(jawOpen=0.06, mouthRollLower=0.6, mouthUpperUp=0.12, mouthShrugLower=0.1),
    "TH": _both(jawOpen=0.16, mouthLowerDown=0.25, mouthUpperUp=0.2, tongueOut=0.3),
    "DD": _both(jawOpen=0.08, mouthLowerDown=0.25, mouthUpperUp=0.2, mouthStretch=0.1),
    "kk": _both(jawOpen=0.2, mouthLowerDown=0.1, mouthUpperUp=0.2),
    "CH": _both(jawOpen=0.06, mouthFunnel=0.6, mouthPucker=0.1, mouthLowerDown=0.15, mouthUpperUp=0.1),
    "SS": _both(jawOpen=0.03, mouthLowerDown=0.3, mouthUpperUp=0.25, mouthStretch=0.35),
    "nn": _both(jawOpen=0.14, mouthLowerDown=0.15, mouthUpperUp=0.1),
    "RR": _both(jawOpen=0.12, mouthFunnel=0.35, mouthPucker=0.3),
    "aa": _both(jawOpen=0.6, mouthLowerDown=0.25, mouthUpperUp=0.25),
    "E": _both(jawOpen=0.32, mouthLowerDown=0.3, mouthUpperUp=0.3, mouthStretch=0.4),
    "ih": _both(jawOpen=0.12, mouthLowerDown=0.2, mouthUpperUp=0.2, mouthStretch=0.6),
    "oh": _both(jawOpen=0.45, mouthFunnel=0.55, mouthPucker=0.15),
    "ou": _both(jawOpen=0.1, mouthFunnel=0.3, mouthPucker=0.7),
}  # sil is the face at rest and needs no weight

_PAIRS = sorted({name.removesuffix("Left") for name in ARKIT_SHAPES if name.endswith("Left")} - {"jaw", "mouth"})

SHAPES: dict[str, dict[str, float]] = {
    **{name: {name: 1.0} for name in ARKIT_SHAPES},
    **{name: _both(**{name: 1.0}) for name in _PAIRS},
    "mouthOpen": {"jawOpen": 1.0},
    "lookLeft": {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0},
    "lookRight": {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0},
    **VISEMES,
}

# Names of VRM's preset expressions: 1.0, then 0.x.
VRM_PRESETS = {
    "aa": "aa", "ih": "ih", "ou": "ou", "ee": "E", "oh": "oh", "blink": "eyeBlink", "blinkLeft": "eyeBlinkLeft",
    "blinkRight": "eyeBlinkRight", "lookUp": "eyeLookUp", "lookDown": "eyeLookDown", "lookLeft": "lookLeft",
    "lookRight": "lookRight",
    "a": "aa", "i": "ih", "u": "ou", "e": "E", "o": "oh", "blink_l": "eyeBlinkLeft", "blink_r": "eyeBlinkRight",
    "lookup": "eyeLookUp", "lookdown": "eyeLookDown", "lookleft": "lookLeft", "lookright": "lookRight",
}  # fmt: skip

# Further names of the same shapes, without case and separators: Ready Player Me, VRoid, MikuMikuDance.
_OTHER_NAMES = {
    "eyesclosed": "eyeBlink", "eyeslookup": "eyeLookUp", "eyeslookdown": "eyeLookDown",
    "visemei": "ih", "visemee": "E", "visemeo": "oh", "visemeu": "ou",
    "fclmtha": "aa", "fclmthi": "ih", "fclmthu": "ou", "fclmthe": "E", "fclmtho": "oh",
    "fcleyeclose": "eyeBlink", "fcleyeclosel": "eyeBlinkLeft", "fcleyecloser": "eyeBlinkRight",
    "あ": "aa", "い": "ih", "う": "ou", "え": "E", "お": "oh", "まばたき": "eyeBlink",
}  # fmt: skip
# Halves of shapes that ARKit has whole.
_HALVES = {
    f"{name.lower()}{ending}": (name, side)
    for name in ("browInnerUp", "cheekPuff")
    for side in ("left", "right")
    for ending in (side, side[0])
}
_EXACT, _SHORT, _OTHER = range(3)


@dataclass(frozen=True)
class Meaning:
    """What the name of a morph target means.

    Attributes:
        shape: A name of `SHAPES`.
        rank: 0 where it is that name itself, 1 where it is written otherwise, 2 where it is another name for it.
        half: ``left`` or ``right`` where it is that half of a shape that ARKit has whole, or "".
    """

    shape: str
    rank: int = _EXACT
    half: str = ""


def _keys() -> dict[str, Meaning]:
    keys = {key: Meaning(name, _OTHER) for key, name in _OTHER_NAMES.items()}
    keys |= {key: Meaning(name, _OTHER, half) for key, (name, half) in _HALVES.items()}
    for name in SHAPES:
        if name in VISEMES:
            keys |= {f"v{name}".lower(): Meaning(name, _SHORT), f"viseme{name}".lower(): Meaning(name)}
        else:
            keys[re.sub("(Left|Right)$", lambda side: side[0][0], name).lower()] = Meaning(name, _SHORT)
            keys[name.lower()] = Meaning(name)
    return keys


_KEYS = _keys()


def meaning_of(label: str) -> Meaning | None:
    """What a morph target's name means; None if it is no shape of `SHAPES`.

    Case and separators do not matter, nor does what stands before a separator (``blendShape1.jawOpen``,
    ``Face_JAW_OPEN``), nor a number at the end (``jawOpen.001``); sides may be one letter (``eyeBlink_L``).
    """
    parts = [part.lower() for part in re.split(r"[\W_]+", label) if part]
    while parts and parts[-1].isdigit():
        parts.pop()
    return next((_KEYS[key] for first in range(len(parts)) if (key := "".join(parts[first:])) in _KEYS), None)


def shape_of(label: str) -> str | None:
    """The shape of `SHAPES` that a morph target's name means, or None; see `meaning_of`."""
    meaning = meaning_of(label)
    return None if meaning is None else meaning.shape
