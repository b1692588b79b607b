"""What keyframes with poses say of a channel: where it is held, at what, and how far around that it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from ksdiff.editing.gestures import PosedGesture
from ksdiff.editing.schema import Ease
from ksdiff.editing.takes import Keyframe
from ksdiff.layers.rest import smoothstep
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import HEAD
from ksdiff.numerics.filters import gaussian_filter1d

# How far a pose reaches, s: of the head, of what speech moves, and of the rest of the face, which is slower.
HEAD_FADE, SPEECH_FADE, FACE_FADE = 0.56, 0.16, 0.4
_MOODS = ("mouthSmile", "mouthFrown", "mouthDimple")

SAME_POSE = 1e-3  # weights, rad, m: values that differ by less are held from one pose to the next
BETWEEN_SAME = 3 * MOTION_RATE  # frames; same values further apart are not held
ROOM = 8  # frames that a hold leaves free before another pose
SLOW = 6.0  # frames, deviation of the Gaussian that parts the movement of speech from what a hold holds
SETTLE = 5  # frames over which the movement of speech comes back after a pose is met
HELD_WEIGHT = 0.08  # how far a held channel may move, as a share of how far it is from rest
HELD_ANGLE, HELD_DISTANCE = np.radians(0.8), 0.002  # the same of a head: rad, m


@dataclass(frozen=True)
class Hold:
    """A channel that is held.

    Attributes:
        first: First frame.
        last: Last frame, the first one for a pose that is only met.
        value: At what.
        attack: How many frames before, the channel leaves for it; None leaves it to the model.
        release: How many frames after, the channel is back; None leaves it to the model.
        ease: Course of both, where they are given.
    """

    first: int
    last: int
    value: float
    attack: int | None = None
    release: int | None = None
    ease: Ease = "smooth"


def way(ease: Ease, done: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """How far along an attack is, where so much of its time is over: from 0 to 1, and beyond in an overshoot."""
    if ease == "linear":
        return done
    if ease == "ease_in":
        return done**2
    if ease == "ease_out":
        return 1 - (1 - done) ** 2
    if ease == "overshoot":  # Penner's: by a tenth
        return 1 + 2.70158 * (done - 1) ** 3 + 1.70158 * (done - 1) ** 2
    return smoothstep(done)


def speech_moves(path: str, channel: str) -> bool:
    """Whether speech moves a channel: jaw and lips, but not what smiles and frowns."""
    return path != HEAD and channel.startswith(("jaw", "mouth")) and not channel.startswith(_MOODS)


def holds(keyframes: Sequence[Keyframe], path: str, channel: str, rest: float) -> list[Hold]:
    """Where the poses of keyframes hold a channel, in order.

    A hold ends before the next pose of the channel. Between two poses with the same value the channel stays there, but
    not between two gestures.

    Args:
        keyframes: In order.
        path: ``expression`` or ``head``.
        channel: Its name.
        rest: Value of the channel at rest; strengths below 1 lie between it and the pose.
    """
    naming = [one for one in keyframes if channel in one.pose]
    result: list[Hold] = []
    for index, one in enumerate(naming):
        last = one.frame + one.hold
        if index + 1 < len(naming):
            last = max(one.frame, min(last, naming[index + 1].frame - ROOM))
        value = rest + one.strength * (one.pose[channel] - rest)
        hold = Hold(one.frame, last, value, one.attack, one.release, one.ease)
        before = result[-1] if result else None
        gesture = isinstance(one, PosedGesture) or isinstance(naming[index - 1], PosedGesture)
        if before is None or gesture or not _stays(before, hold):
            result.append(hold)
        else:
            result[-1] = replace(before, last=hold.last, release=hold.release)
    return result


def _stays(one: Hold, other: Hold) -> bool:
    """Whether a channel stays where it is from a hold to the next."""
    return abs(one.value - other.value) < SAME_POSE and other.first - one.last <= BETWEEN_SAME


def held_curve(
    hold: Hold, path: str, channel: str, rest: float, reference: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " S"]:
    """A channel from the first frame of a hold to its last, with the movement that speech makes around it.

    The movement is the fast part of the first take's, so that an edit elsewhere does not change it. Jaw and lips keep
    all of it, else nobody could speak in a pose.

    Args:
        hold: The hold.
        path: ``expression`` or ``head``.
        channel: Its name.
        rest: Its value at rest.
        reference: The channel in the first take as it was first made.
    """
    own = reference[hold.first : hold.last + 1].astype(np.float64)
    if len(own) < 3:
        return np.full(len(own), hold.value)
    moving = own - gaussian_filter1d(own, SLOW, mode="nearest")
    since = np.minimum(np.arange(len(own)), np.arange(len(own))[::-1]) / SETTLE
    moving *= 0.5 - 0.5 * np.cos(np.pi * np.minimum(since, 1.0))
    if not speech_moves(path, channel):
        turning = channel.startswith("rotation")
        most = (HELD_ANGLE if turning else HELD_DISTANCE) if path == HEAD else HELD_WEIGHT * abs(hold.value - rest)
        moving *= min(1.0, most / max(np.abs(moving).max(), 1e-9))
    return hold.value + moving


def pose_fade(path: str, channel: str) -> float:
    """How far the pose of a channel reaches, s; all lie within the reach of an edit."""
    if path == HEAD:
        return HEAD_FADE
    return SPEECH_FADE if speech_moves(path, channel) else FACE_FADE


def pose_weights(holds: Sequence[Hold], times: Float[np.ndarray, " T"], fade: float) -> Float[np.ndarray, "P T"]:
    """Weight of each hold at each instant: 1 in it, by a raised cosine to 0, at the latest where the next one is.

    Args:
        holds: The holds of a channel, in order.
        times: Instants, s.
        fade: How far a pose reaches at most, s; an attack or a release may be shorter.
    """
    starts, ends = np.array([(hold.first, hold.last) for hold in holds]).T / MOTION_RATE
    before = np.minimum(starts - np.array([-np.inf, *ends[:-1]]), [_way(hold.attack, fade) for hold in holds])
    after = np.minimum(np.array([*starts[1:], np.inf]) - ends, [_way(hold.release, fade) for hold in holds])
    distance = np.maximum((starts[:, None] - times) / before[:, None], (times - ends[:, None]) / after[:, None])
    return 0.5 + 0.5 * np.cos(np.pi * np.clip(distance, 0.0, 1.0))


def _way(frames: int | None, fade: float) -> float:
    """How far a hold reaches to one side, s."""
    return fade if frames is None else min(fade, frames / MOTION_RATE)
