"""Looking at something: when gaze goes where, how much of a turn the head takes, and when.

What is taken from the literature, in kind:
- small shifts of gaze are the eyes' alone; beyond a range that differs from person to person, the head takes nearly
  all of the rest, so that the eyes come to lie well within their own range: Stahl 1999, Exp Brain Res 126:41;
- the eyes leave first, the head follows some tens of milliseconds later since it is heavy: Bizzi, Kalil & Tagliasco
  1971, Science 173:452; it moves longer and faster the further it turns: Guitton & Volle 1987, J Neurophysiol 58:427;
- while the head still turns the eyes turn back in it, so that gaze rests: the vestibulo-ocular reflex. This needs no
  rule of its own: `ksdiff.layers.eyes` aims the eyes in the head as it is at each instant.

The figures below are authored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.layers.fades import check_span
from ksdiff.motion import Motion
from ksdiff.motion.rotation import continuous
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.rotation import Rotation

MAX_YAW, MAX_PITCH = 1.5, 1.0  # rad: beyond them neither neck nor eyes reach
MAX_DISTANCE, MIN_DISTANCE = 1000.0, 0.15  # m
# The eyes' share tends to these, sideways, up and down, rad: half of what our head's eyes can turn.
EYE_SIDEWAYS, EYE_UP, EYE_DOWN = np.radians([13.0, 8.0, 10.0])
# How far the neck turns at most, rad; less than it could, since nobody turns it to its end to look.
NECK_SIDEWAYS, NECK_UP, NECK_DOWN = np.radians([60.0, 35.0, 35.0])
HEAD_LATENCY = 0.05  # s from when the eyes go to when the head does
HEAD_TIME, HEAD_PACE = 0.35, 0.0065  # s, and s for each degree, that the head takes
EYE_TIME, EYE_PACE = 0.021, 0.0022  # the same of a saccade: Carpenter, Movements of the Eyes, 1988
REST = 0.1  # s: a target that begins so soon after another is looked at from there, and not from the viewer
# The eyes relative to the point about which the head turns, m: left and right.
EYES = np.array([[0.029, 0.039, 0.074], [-0.029, 0.039, 0.074]])


@dataclass(frozen=True)
class GazeTarget:
    """Where somebody looks for a while, instead of at the viewer: a direction or a point in space.

    Attributes:
        start: When gaze goes there, s.
        end: When it leaves, s.
        yaw: Direction from the neutral head, positive to the face's own left, rad.
        pitch: The same, positive up, rad.
        position: A point in place of a direction, m: x to the face's own left, y up, z out of the face, from the joint
            about which the head turns, in the axes of the neutral head.
        head: How much of its natural part in the turn the head takes, 0 (the eyes alone) to 1.
    """

    start: float
    end: float
    yaw: float | None = None
    pitch: float | None = None
    position: tuple[float, float, float] | None = None
    head: float = 0.0

    def __post_init__(self) -> None:
        check_span("a look", self.start, self.end, {})
        if (self.position is None) == (self.yaw is None and self.pitch is None):
            raise InputError("a look needs either a direction (yaw, pitch) or a position")
        for name, most in (("yaw", MAX_YAW), ("pitch", MAX_PITCH)):
            if not abs(getattr(self, name) or 0.0) <= most:
                raise InputError(f"{name} is {getattr(self, name)} rad; it must be within ±{most:g}")
        if not 0 <= self.head <= 1:
            raise InputError(f"head is {self.head}; it must be 0 (the eyes alone) to 1")
        if self.position is not None:
            distance = float(np.linalg.norm(np.array(self.position) - EYES.mean(axis=0)))
            if not MIN_DISTANCE <= distance <= MAX_DISTANCE:
                raise InputError(
                    f"position is {distance:.2f} m from the eyes; it must be {MIN_DISTANCE:g} to {MAX_DISTANCE:g} m"
                )

    def gaze(self, distance: float) -> Float[np.ndarray, "3"]:
        """Yaw and pitch from between the eyes of the neutral head, rad, and distance, m.

        ``distance`` is that of a target that is a direction.
        """
        if self.position is None:
            return np.array([self.yaw or 0.0, self.pitch or 0.0, distance])
        return to_gaze(np.array(self.position)[None] - EYES.mean(axis=0))[0]


def to_gaze(points: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """Yaw and pitch, rad, and distance of points, m."""
    x, y, z = points.T
    return np.stack([np.arctan2(x, z), np.arctan2(y, np.hypot(x, z)), np.linalg.norm(points, axis=1)], axis=1)


def from_gaze(gaze: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """Points, m, whose `to_gaze` is given."""
    yaw, pitch, distance = gaze.T
    flat = np.cos(pitch)
    return distance[:, None] * np.stack([np.sin(yaw) * flat, np.sin(pitch), np.cos(yaw) * flat], axis=1)


@dataclass(frozen=True)
class Shift:
    """Gaze goes from one thing to another.

    Attributes:
        time: When, s.
        target: Where to; None for the viewer.
        angle: How far, degrees.
    """

    time: float
    target: GazeTarget | None
    angle: float


def shifts(targets: Sequence[GazeTarget], distance: float) -> tuple[Shift, ...]:
    """When gaze goes where. Of targets that overlap, the later one in the sequence is looked at.

    Args:
        targets: What is looked at.
        distance: Of the viewer, and of targets that are directions, m.
    """
    edges = sorted({edge for one in targets for edge in (one.start, one.end)})
    found: list[Shift] = []
    here: GazeTarget | None = None
    for edge in edges:
        there = next((one for one in reversed(targets) if one.start <= edge < one.end), None)
        if there is None and any(edge <= one.start <= edge + REST for one in targets):
            continue
        if there is not here:
            one, other = (np.zeros(2) if each is None else each.gaze(distance)[:2] for each in (here, there))
            found.append(Shift(edge, there, float(np.degrees(_angle(one, other)))))
            here = there
    return tuple(found)


def arrival(
    times: Float[np.ndarray, " T"],
    start: float | Float[np.ndarray, " T"],
    seconds: float | Float[np.ndarray, " T"],
) -> Float[np.ndarray, " T"]:
    """From 0 to 1 within some seconds from a start on, with least jerk (Flash & Hogan 1985, J Neurosci 5:1688)."""
    progress = np.clip((times - start) / seconds, 0, 1)
    return progress**3 * (10 - 15 * progress + 6 * progress**2)


def head_turn(
    targets: Sequence[GazeTarget], times: Float[np.ndarray, " T"], distance: float
) -> Float[np.ndarray, "T 3"]:
    """The head's part in the turns to targets: rotation vectors, rad, exactly 0 where it takes none.

    Args:
        targets: What is looked at.
        times: Instants, s.
        distance: Of targets that are directions, m.
    """
    angles = np.zeros((len(times), 2))
    before = np.zeros(2)
    for shift in shifts(targets, distance):
        after = np.zeros(2) if shift.target is None else shift.target.head * head_share(shift.target.gaze(distance)[:2])
        seconds = HEAD_TIME + HEAD_PACE * float(np.degrees(_angle(before, after)))
        angles += (after - angles) * arrival(times, shift.time + HEAD_LATENCY, seconds)[:, None]
        before = after
    angles[np.abs(angles).max(axis=1) < 1e-9] = 0.0
    if not angles.any():
        return np.zeros((len(times), 3))
    return continuous(Rotation.from_euler("YX", angles * [1, -1]).as_rotvec())  # looking up is negative about x


def turn_head(motion: Motion, turn: Float[np.ndarray, "T 3"]) -> Motion:
    """Turn the head; what it does of its own goes on about the turned direction. Unturned frames stay as they are."""
    if motion.space != ARKIT or not turn.any():
        return motion
    own = Rotation.from_rotvec(motion.head[:, ARKIT.rotation])
    head = np.array(motion.head)
    turned = continuous((Rotation.from_rotvec(turn) * own).as_rotvec())
    frames = turn.any(axis=1)
    head[frames, ARKIT.rotation] = turned[frames]
    return replace(motion, head=head)


def head_share(gaze: Float[np.ndarray, "2"]) -> Float[np.ndarray, "2"]:
    """Yaw and pitch of a head that looks in a direction, rad: what the eyes leave of it, as far as the neck goes."""
    yaw, pitch = gaze
    eye = EYE_UP if pitch > 0 else EYE_DOWN
    left = [
        angle - angle / (1 + (abs(angle) / most) ** 4) ** 0.25 for angle, most in ((yaw, EYE_SIDEWAYS), (pitch, eye))
    ]
    return np.clip(left, [-NECK_SIDEWAYS, -NECK_DOWN], [NECK_SIDEWAYS, NECK_UP])


def _angle(one: Float[np.ndarray, "2"], other: Float[np.ndarray, "2"]) -> float:
    """Angle between two directions, rad."""
    vectors = [from_gaze(np.array([[*each, 1.0]]))[0] for each in (one, other)]
    return float(np.arccos(np.clip(vectors[0] @ vectors[1], -1, 1)))
