"""Laughs, sighs, breaths, coughs and crying on top of a generated motion. Authored, not learned.

What the face does is taken from:
- laugh: Ruch & Ekman 2001, The expressive pattern of laughter, in Kaszniak (ed.), Emotion, Qualia, and Consciousness,
  426-443 (action units 6+12 with 25 and 26, narrowed eyes, the head thrown back, about 5 pulses a second); Provine &
  Yong 1991, Ethology 89:115 (notes of 75 ms, 210 ms apart);
- sigh: Vlemincx et al. 2013, Biol Psychol 93:24 (a deep breath in, then a long one out); breath: the head and
  shoulders rise with the chest, and the nostrils widen (action unit 38);
- cough: Widdicombe & Fontana 2006, Eur Respir J 28:10 (breath in, closed larynx, bursts out); the eyes are squeezed
  shut (6+7+43);
- cry: Darwin 1872, The Expression of the Emotions, ch. 6 (muscles around the eyes contracted, corners of the mouth
  drawn down, sobs), and the action units of sadness, 1+4+15+17, of Ekman, Friesen & Hager 2002.

When jaw and head move within one is heard in the sound: they follow its level. How far each shape and the head move is
this project's own choice, made by looking at the head; ARKit has no nostrils, so the nose is wrinkled a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, suggest
from ksdiff.layers.rest import smoothstep
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, MotionSpace
from ksdiff.numerics.filters import gaussian_filter1d

SOUNDS = ("laugh", "sigh", "breath", "cough", "cry")
LEVEL_STEP = 0.01  # s from one level of the sound to the next
MOUTH_FADE = 0.2  # s before one and after it in which the mouth leaves speech and returns to it
_LEAVE = 0.3  # s within one in which shapes that it has no use for, such as a smile, go and come back
ATTACK, DECAY = 0.5, 0.7  # s in which the rest of the face and the head come before one and go after it
LONGEST = 3600.0  # s
_RANGE = 25.0  # dB from the loudest within one to what counts as nothing
_QUIETEST = -60.0  # dB of full scale
_BURST, _BREATH = 0.025, 0.15  # s, standard deviations of the smoothed level: single bursts; the course of a breath
_QUIVER = 5.5  # Hz of a chin that quivers


@dataclass(frozen=True)
class Vocalization:
    """A sound of the voice that is not speech, for a while.

    Attributes:
        sound: ``laugh``, ``sigh``, ``breath``, ``cough`` or ``cry``.
        start: When it begins, s.
        end: When it ends, s.
        intensity: How far the face moves, 0..1.
    """

    sound: str
    start: float
    end: float
    intensity: float = 1.0

    def __post_init__(self) -> None:
        check_sound(self.sound)
        if not 0 <= self.start < self.end <= self.start + LONGEST:
            raise InputError(f"a {self.sound} goes from {self.start} to {self.end} s: the end must be after the start")
        if not 0 <= self.intensity <= 1:
            raise InputError(f"the intensity of a {self.sound} is {self.intensity}; it must be 0 to 1")


@dataclass(frozen=True)
class _Pattern:
    """What a face does, as ARKit weights (a name without side means both sides), degrees and metres.

    Attributes:
        held: All along.
        breath: In proportion to the slow course of the level.
        bursts: In proportion to each burst of it.
        pitch: Of the head, positive lowers the nose: held, with the breath, with the bursts.
        forward: Of the head, m: with the bursts.
        rise: How long the mouth is on its way within the sound, s, at its start and at its end.
        turn: How long the head is, s: it is heavier, and does not bob with the first and the last burst.
        quiver: Added and taken away a few times a second.
    """

    held: dict[str, float]
    breath: dict[str, float]
    bursts: dict[str, float]
    pitch: tuple[float, float, float]
    forward: float = 0.0
    rise: float = 0.15
    turn: float = 0.4
    quiver: dict[str, float] | None = None


_PATTERNS = {
    "laugh": _Pattern(
        held={"mouthSmile": 0.75, "cheekSquint": 0.6, "eyeSquint": 0.45, "mouthUpperUp": 0.25, "mouthLowerDown": 0.2,
              "jawOpen": 0.17},
        breath={"jawOpen": 0.2, "mouthSmile": 0.1, "cheekSquint": 0.25, "eyeSquint": 0.2, "noseSneer": 0.15},
        bursts={"jawOpen": 0.2, "mouthLowerDown": 0.1},
        pitch=(-3.0, -4.0, 1.0),
    ),
    "sigh": _Pattern(
        held={"jawOpen": 0.06, "browInnerUp": 0.25},
        breath={"jawOpen": 0.12, "mouthFunnel": 0.15, "eyeBlink": 0.35, "mouthFrown": 0.1},
        bursts={},
        pitch=(-2.0, 8.0, 0.0),
    ),
    "breath": _Pattern(
        held={"jawOpen": 0.07, "browInnerUp": 0.08},
        breath={"jawOpen": 0.08, "noseSneer": 0.15, "mouthUpperUp": 0.06},
        bursts={},
        pitch=(0.0, -3.5, 0.0),
    ),
    "cough": _Pattern(
        held={"jawOpen": 0.05, "eyeBlink": 0.3, "browDown": 0.3, "eyeSquint": 0.4, "cheekSquint": 0.3,
              "mouthPress": 0.1},
        breath={"eyeBlink": 0.9, "browDown": 0.3, "eyeSquint": 0.4, "cheekSquint": 0.4, "noseSneer": 0.3},
        bursts={"jawOpen": 0.42, "mouthFunnel": 0.2, "mouthLowerDown": 0.15},
        pitch=(2.0, 5.0, 2.0),
        forward=0.008,
        rise=0.1,
        turn=0.25,
    ),
    "cry": _Pattern(
        held={"browInnerUp": 0.8, "browDown": 0.3, "mouthFrown": 0.48, "mouthShrugLower": 0.4, "eyeSquint": 0.35,
              "eyeBlink": 0.2, "cheekSquint": 0.25, "jawOpen": 0.04},
        breath={"mouthStretch": 0.3, "eyeSquint": 0.3, "eyeBlink": 0.25, "cheekSquint": 0.3, "jawOpen": 0.08},
        bursts={"jawOpen": 0.12, "mouthLowerDown": 0.1},
        pitch=(6.0, 2.0, -1.5),
        rise=0.5,
        quiver={"mouthShrugLower": 0.08},
    ),
}  # fmt: skip
_FACE = len(ARKIT.expression)
_OPEN_LIDS = [ARKIT.index(f"{name}{side}") for name in ("eyeWide", "eyeSquint") for side in ("Left", "Right")]
_LIDS = [ARKIT.index(f"eyeBlink{side}") for side in ("Left", "Right")] * 2


def check_sound(sound: str) -> str:
    """Return ``sound``, or say which there are.

    Raises:
        InputError: There is no such sound.
    """
    if sound not in SOUNDS:
        raise InputError(f"unknown sound {sound[:80]!r}: {suggest(sound[:80], SOUNDS)}")
    return sound


def check_vocalization_space(space: MotionSpace) -> None:
    """See that laughs and the like can be put on motion of a space.

    Raises:
        InputError: It is not `arkit`.
    """
    if space != ARKIT:
        raise InputError(
            f"laughs and other sounds are made of ARKit shapes, but these weights make {space.name} motion: leave them "
            "out, or use weights of the arkit space"
        )


def add_vocalizations_to_head(
    motion: Motion, vocalizations: Sequence[Vocalization], level: Float[np.ndarray, " S"]
) -> Motion:
    """Move the head as laughs and the like do; see `add_vocalizations_to_face`."""
    if not vocalizations:
        return motion
    check_vocalization_space(motion.space)
    head = np.array(motion.head)
    for one in vocalizations:
        inside = _reached(one, motion, ATTACK, DECAY)
        head[inside] += _head(one, motion.times[inside], level).astype(head.dtype)
    return replace(motion, head=head)


def add_vocalizations_to_face(
    motion: Motion, vocalizations: Sequence[Vocalization], level: Float[np.ndarray, " S"]
) -> Motion:
    """Let a face laugh, sigh, breathe, cough or cry.

    The mouth leaves what the model made of the sound; everything else is added to it. Frames further than the fades
    from every range stay as they are, bit for bit.

    Args:
        motion: The motion to start from, with blinks and gaze.
        vocalizations: What the voice does.
        level: Of the sound, dB of full scale, every 10 ms.

    Raises:
        InputError: The motion is not in the `arkit` space.
    """
    if not vocalizations:
        return motion
    check_vocalization_space(motion.space)
    mouth = np.zeros(_FACE, bool)
    mouth[ARKIT.mouth_indices] = True
    expression = np.array(motion.expression)
    for one in vocalizations:
        inside = _reached(one, motion, ATTACK, DECAY)
        times, before = motion.times[inside], expression[inside]
        target = _target(one, times, level)
        rise = _PATTERNS[one.sound].rise
        quick, slow = (_weight(one, times, MOUTH_FADE, MOUTH_FADE, each)[:, None] for each in (rise, max(rise, _LEAVE)))
        spoken = np.where(target.any(axis=0), quick, slow)
        rest = _weight(one, times, ATTACK, DECAY)[:, None]
        after = np.where(
            mouth,
            before + spoken * one.intensity * (target - before),
            before + rest * one.intensity * target * (1 - before),
        )
        after[:, _OPEN_LIDS] *= 1 - rest * one.intensity * target[:, _LIDS]  # lids that are shut are not squinted
        expression[inside] = after.astype(expression.dtype)
    return replace(motion, expression=expression)


def bursts(level: Float[np.ndarray, " S"], start: float, end: float, width: float = _BURST) -> Float[np.ndarray, " S"]:
    """Course of the level of a sound within a range, 0..1, every 10 ms: 1 where it is loudest in there.

    Args:
        level: dB of full scale, every 10 ms.
        start: Start of the range, s.
        end: Its end, s.
        width: Standard deviation of the Gaussian that smooths it, s.
    """
    times = np.arange(len(level)) * LEVEL_STEP
    within = (times >= start) & (times <= end)
    loudest = float(level[within].max(initial=_QUIETEST - _RANGE))
    course = np.clip((level - loudest) / _RANGE + 1, 0, 1) ** 2 if loudest > _QUIETEST else np.zeros(len(level))
    return gaussian_filter1d(np.where(within, course, 0.0), width / LEVEL_STEP)


def _target(
    one: Vocalization, times: Float[np.ndarray, " T"], level: Float[np.ndarray, " S"]
) -> Float[np.ndarray, "T 51"]:
    """Weights of a face at the height of it, following the sound."""
    pattern = _PATTERNS[one.sound]
    breath, burst = _courses(one, times, level)
    result = np.zeros((len(times), _FACE))
    for shapes, course in ((pattern.held, np.ones(len(times))), (pattern.breath, breath), (pattern.bursts, burst)):
        for shape, weight in shapes.items():
            result[:, _channels(shape)] += weight * course[:, None]
    for shape, weight in (pattern.quiver or {}).items():
        wave = np.sin(2 * np.pi * _QUIVER * (times - one.start)) * breath
        result[:, _channels(shape)] += weight * wave[:, None]
    return np.clip(result, 0, 1)


def _head(
    one: Vocalization, times: Float[np.ndarray, " T"], level: Float[np.ndarray, " S"]
) -> Float[np.ndarray, "T 6"]:
    """What the head does of its own, following the sound; it comes and goes."""
    pattern = _PATTERNS[one.sound]
    breath, burst = _courses(one, times, level)
    held, slow, fast = pattern.pitch
    coming, bobbing = (_weight(one, times, *around, pattern.turn) for around in ((ATTACK, DECAY), (0.0, 0.0)))
    result = np.zeros((len(times), len(ARKIT.head)))
    result[:, 0] = np.radians(one.intensity * (coming * (held + slow * breath) + bobbing * fast * burst))
    result[:, 5] = one.intensity * bobbing * pattern.forward * burst
    return result


def _courses(
    one: Vocalization, times: Float[np.ndarray, " T"], level: Float[np.ndarray, " S"]
) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    """How much is breathed, and the single bursts, 0..1."""
    grid = np.arange(len(level)) * LEVEL_STEP
    breath, burst = (np.interp(times, grid, bursts(level, one.start, one.end, width)) for width in (_BREATH, _BURST))
    return breath, burst


def _weight(
    one: Vocalization, times: Float[np.ndarray, " T"], attack: float, decay: float, inside: float = 0.0
) -> Float[np.ndarray, " T"]:
    """How far it is there at each instant, 0..1: from the attack before it, or some way inside, to the decay after."""
    inside = min(inside, (one.end - one.start) / 2)
    coming = smoothstep((times - one.start + attack) / (attack + inside))
    return coming * smoothstep((one.end + decay - times) / (decay + inside))


def _reached(one: Vocalization, motion: Motion, attack: float, decay: float) -> slice:
    """Frames that it may change."""
    first, last = np.searchsorted(motion.times, [one.start - attack, one.end + decay])
    return slice(int(first), int(last))


def _channels(shape: str) -> list[int]:
    """Channels of a shape: itself, or its two sides."""
    return [ARKIT.index(name) for name in ([shape] if shape in ARKIT.expression else [f"{shape}Left", f"{shape}Right"])]
