"""Blinks and gaze, put on top of a generated motion.

Figures are taken from:
- blink rate: Bentivoglio et al. 1997, Movement Disorders 12(6):1028 (17 a minute at rest, 26 in conversation,
  skewed);
- course of a blink: VanderWerf et al. 2003, J Neurophysiol 89:2784, and Evinger et al. 1991, Invest
  Ophthalmol Vis Sci 32:387 (closing takes about 100 ms, opening twice as long and ever slower, both lids
  nearly together);
- when blinks come: Nakano & Kitazawa 2010, Exp Brain Res 205:577 (breaks in speech), Cummins 2012, Lang Cogn
  Process 27(10):1525, and Evinger et al. 1994, Exp Brain Res 100:337 (with large shifts of gaze);
- saccades: Bahill et al. 1975, Math Biosci 24:191, and Carpenter, Movements of the Eyes, 1988 (21 ms + 2.2 ms
  per degree);
- looking away while talking: Lee, Badler & Badler 2002, Eyes Alive, ACM Trans Graph 21(3):637;
- eyes against the head's rotation: Collewijn & Smeets 2000, J Neurophysiol 84:376 (gain near 1, delay about
  10 ms);
- lids with vertical gaze: Becker & Fuchs 1988, J Neurophysiol 60:1227.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.layers.look_at import EYE_PACE, EYE_TIME, EYES, GazeTarget, arrival, from_gaze, shifts, to_gaze
from ksdiff.motion import Motion, Word
from ksdiff.motion.rotation import relative_angles
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.filters import gaussian_filter1d
from ksdiff.numerics.rotation import Rotation

# By how much an eyeLook shape of the head turns the eye at weight 1, rad.
EYE_ROTATION_SIDEWAYS = np.radians(25.0)
EYE_ROTATION_UP = np.radians(16.0)
EYE_ROTATION_DOWN = np.radians(20.0)
MAX_RESTING = 0.15  # how far lids are closed at rest, at most: more is somebody sleepy, or a track gone wrong
BLINK_SURELY, BLINK_NEVER = 35.0, 15.0  # degrees of a shift of gaze that a blink goes with, and goes not with
FIXATION = 0.15  # share of the wandering over a viewer's face with which the eyes wander about a target

BLINK = [ARKIT.index(f"eyeBlink{side}") for side in ("Left", "Right")]
_WIDE = [ARKIT.index(f"eyeWide{side}") for side in ("Left", "Right")]
_UP = [ARKIT.index(f"eyeLookUp{side}") for side in ("Left", "Right")]
_DOWN = [ARKIT.index(f"eyeLookDown{side}") for side in ("Left", "Right")]
# Looking to the face's own left is outward for the left eye and inward for the right one.
_LEFTWARD = [ARKIT.index("eyeLookOutLeft"), ARKIT.index("eyeLookInRight")]
_RIGHTWARD = [ARKIT.index("eyeLookInLeft"), ARKIT.index("eyeLookOutRight")]


@dataclass(frozen=True)
class EyeBehaviour:
    """How the eyes behave.

    Attributes:
        blinks_per_minute: Mean rate of blinks; 0 for none.
        interval_spread: Standard deviation of the logarithm of the time between blinks.
        closing: Time a lid takes to close, s.
        closed: Time it stays closed, s; one frame at 25 frames/s, so that every blink shows.
        opening: Time it takes to open again, s.
        double_blinks: Share of blinks that are followed at once by another.
        pause_factor: How much likelier a blink is in a pause than in speech.
        viewer_distance: Distance from the eyes to whom they look at, m.
        fixation: Mean time that the eyes rest on one point of the viewer's face, s.
        wander: Scale of the small saccades over the viewer's face; 0 fixes a point between the viewer's eyes.
        aversions_per_minute: How often the eyes leave the viewer; 0 for never.
        aversion: Mean time for which they leave, s.
        aversion_angle: Mean angle by which they leave, rad.
        compensation: Part of the head's rotation that the eyes undo, 0..1.
    """

    blinks_per_minute: float = 18.0
    interval_spread: float = 0.6
    closing: float = 0.10
    closed: float = 0.04
    opening: float = 0.20
    double_blinks: float = 0.06
    pause_factor: float = 4.0
    viewer_distance: float = 1.0
    fixation: float = 0.9
    wander: float = 1.0
    aversions_per_minute: float = 5.0
    aversion: float = 1.0
    aversion_angle: float = float(np.radians(8.0))
    compensation: float = 1.0

    def __post_init__(self) -> None:
        for name in ("closing", "closed", "opening", "viewer_distance", "fixation", "aversion"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} is {getattr(self, name)}; it must be positive")
        for name in (
            "blinks_per_minute",
            "interval_spread",
            "wander",
            "aversions_per_minute",
            "aversion_angle",
        ):
            if not getattr(self, name) >= 0:
                raise InputError(f"{name} is {getattr(self, name)}; it must not be negative")
        for name in ("double_blinks", "compensation"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{name} is {getattr(self, name)}; it must be between 0 and 1")
        if not self.pause_factor >= 1:
            raise InputError(f"pause_factor is {self.pause_factor}; it must be at least 1")


NATURAL = EyeBehaviour()


def seed_with_sound(seed: int, sound: int) -> int:
    """A seed for `add_blinks_and_gaze` that differs from sound to sound.

    Pauses and turns of the head move blinks only a little: with the same seed, two voices in one scene would blink
    together.

    Args:
        seed: The user's, 0 to 2^63 - 1.
        sound: From `ksdiff.speech.loudness.sound_number`; 0 leaves the seed as it is.
    """
    return sound << 64 | seed


def add_blinks_and_gaze(
    motion: Motion,
    seed: int,
    behaviour: EyeBehaviour = NATURAL,
    pauses: Float[np.ndarray, " T"] | None = None,
    timing: Motion | None = None,
    targets: Sequence[GazeTarget] = (),
    turn: Float[np.ndarray, "T 3"] | None = None,
) -> Motion:
    """Give a motion blinks and gaze: its eyeBlink and eyeLook channels are replaced, eyeWide is adjusted.

    The eyes look at a viewer straight ahead of the neutral pose, against the head's own rotation, with small
    saccades over the viewer's face and now and then away from it. Blinks prefer pauses and large shifts of
    the gaze. Of the motion's own eyeBlink only the resting level stays. The same seed gives the same eyes. A
    motion of another space comes back unchanged.

    Args:
        motion: The motion to start from.
        seed: Chooses the times of blinks and saccades.
        behaviour: How the eyes behave.
        pauses: How surely nobody speaks at each frame, 0..1; by default taken from the motion's words.
        timing: The motion that the times of blinks and the resting level are taken from, as long as the motion, which
            it is by default: with another, a change of the motion at one moment moves no blink at another.
        targets: What is looked at at certain times; later ones win. A large shift of gaze brings a blink with it.
        turn: What of the head's rotation is its part in looking at targets, by `ksdiff.layers.look_at.head_turn`; the
            eyes undo all of it, whatever their compensation.
    """
    if motion.space != ARKIT:
        return motion
    timing = motion if timing is None else timing
    times = np.arange(len(motion.expression)) / motion.fps
    # Streams of their own, so that a change of one behaviour leaves the other as it was.
    gaze_random, blink_random = (np.random.default_rng([seed, stream]) for stream in (0, 1))
    if pauses is None:
        pauses = _pauses(timing.words, times)
    wander = _wandering(times, gaze_random, behaviour)
    points = wander + _aversions(times, gaze_random, behaviour)
    points = np.concatenate([points, np.zeros((len(points), 1))], axis=1)
    timed = gaze_to(points, timing.head, behaviour)
    blinks = _blinks(times, timing.head, timed, pauses, blink_random, behaviour)
    if targets:
        points = _directed(points, wander, times, targets, behaviour)
        _blink_with_shifts(blinks, times, targets, seed, behaviour)
    gaze = gaze_to(points, motion.head, behaviour, turn)
    expression = np.array(motion.expression)
    # The tracker's lids never rest at 0.
    resting = np.minimum(np.quantile(np.array(timing.expression)[:, BLINK], 0.25, axis=0), MAX_RESTING)
    write_eyes(expression, gaze, blinks, resting)
    return replace(motion, expression=np.clip(expression, 0, 1).astype(motion.expression.dtype))


def write_eyes(
    expression: Float[np.ndarray, "T 51"],
    gaze: Float[np.ndarray, "T 2 2"],
    blinks: Float[np.ndarray, "T 2"],
    resting: Float[np.ndarray, "*#T 2"],
) -> None:
    """Put gaze and lids into an expression.

    Args:
        expression: Is changed in place.
        gaze: Angles of the eyes in the head, as `gaze_angles` has them, rad.
        blinks: How far blinks close the lids.
        resting: How far the lids are closed between blinks.
    """
    write_gaze(expression, gaze)
    following = 0.25 * expression[:, _DOWN]
    expression[:, BLINK] = 1 - (1 - resting) * (1 - following) * (1 - blinks)
    expression[:, _WIDE] = np.maximum(expression[:, _WIDE], 0.2 * expression[:, _UP]) * (1 - blinks)


def gaze_angles(expression: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 2 2"]:
    """Angles of the eyes in the head by their eyeLook channels, rad.

    Axes: T frames; left eye, right eye; yaw (positive: to the face's own left), pitch (positive: up).
    """
    yaw = (expression[:, _LEFTWARD] - expression[:, _RIGHTWARD]) * EYE_ROTATION_SIDEWAYS
    pitch = expression[:, _UP] * EYE_ROTATION_UP - expression[:, _DOWN] * EYE_ROTATION_DOWN
    return np.stack([yaw, pitch], axis=2)


# Where on the viewer's face one looks, m from between the viewer's eyes, and how often: eyes, nose, mouth.
_POINTS = np.array([[0.032, 0.0], [-0.032, 0.0], [0.0, -0.03], [0.0, -0.065]])
FIRST_POINT = _POINTS[0]
_POINT_SHARES = np.array([0.38, 0.38, 0.12, 0.12])


def _pauses(words: Sequence[Word], times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    if not words:
        return np.zeros(len(times))
    pauses = np.ones(len(times))
    for word in words:
        pauses[_between(times, word.start - 0.05, word.end + 0.05)] = 0
    return pauses


def _between(times: Float[np.ndarray, " T"], start: float, end: float) -> slice:
    return slice(*np.searchsorted(times, [start, end]))


def gaze_to(
    points: Float[np.ndarray, "T 3"],
    head: Float[np.ndarray, "T 6"],
    behaviour: EyeBehaviour,
    turn: Float[np.ndarray, "T 3"] | None = None,
) -> Float[np.ndarray, "T 2 2"]:
    """Yaw (to the face's left) and pitch (up) of both eyes in the head when they look at points, rad.

    The points are relative to one between the viewer's eyes, m.
    """
    target = points + (EYES.mean(axis=0) + np.array([0, 0, behaviour.viewer_distance]))
    if turn is None or behaviour.compensation == 1:
        pose = Rotation.from_rotvec(head[:, ARKIT.rotation] * behaviour.compensation)
    else:
        turned = Rotation.from_rotvec(turn)
        own = turned.inv() * Rotation.from_rotvec(head[:, ARKIT.rotation])
        pose = turned * Rotation.from_rotvec(own.as_rotvec() * behaviour.compensation)
    angles = np.zeros((len(points), 2, 2))
    for eye, position in enumerate(EYES):
        # The neutral head's eyes are parallel, so looking straight at someone near makes them converge a
        # little.
        angles[:, eye] = to_gaze(pose.inv().apply(target - head[:, 3:] - pose.apply(position)))[:, :2]
    return angles


def _wandering(times: Float[np.ndarray, " T"], random: np.random.Generator, behaviour: EyeBehaviour) -> np.ndarray:
    """Points of the viewer's face on which the eyes rest, one after another, m."""
    starts, points = [0.0], [FIRST_POINT]
    at = 0
    while starts[-1] < times[-1]:
        at, point, length = next_fixation(at, random, behaviour)
        points.append(point)
        starts.append(starts[-1] + length)
    return saccades(times, np.array(starts), np.array(points) * behaviour.wander, behaviour.viewer_distance)


def next_fixation(
    at: int, random: np.random.Generator, behaviour: EyeBehaviour
) -> tuple[int, Float[np.ndarray, " 2"], float]:
    """The next point of the viewer's face to look at: its number, where it is, m, and how long the last one lasted, s.

    Args:
        at: Number of the last one; the first is 0, at `FIRST_POINT`.
        random: Where chance comes from.
        behaviour: How the eyes behave.
    """
    shares = np.where(np.arange(len(_POINTS)) == at, 0, _POINT_SHARES)
    at = int(random.choice(len(_POINTS), p=shares / shares.sum()))
    point = _POINTS[at] + random.normal(0, 0.004, 2)
    return at, point, 0.2 + random.gamma(2.0, max(behaviour.fixation - 0.2, 0.01) / 2)


def _aversions(times: Float[np.ndarray, " T"], random: np.random.Generator, behaviour: EyeBehaviour) -> np.ndarray:
    """Displacement of the point looked at while the eyes leave the viewer, m."""
    starts, points = [0.0], [np.zeros(2)]
    time = 0.0
    while averts(behaviour):
        wait, offset, length = next_aversion(random, behaviour)
        time += wait
        if time > times[-1]:
            break
        starts += [time, time + length]
        points += [offset, np.zeros(2)]
        time = starts[-1]
    return saccades(times, np.array(starts), np.array(points), behaviour.viewer_distance)


def averts(behaviour: EyeBehaviour) -> bool:
    """Whether the eyes ever leave the viewer."""
    return behaviour.aversions_per_minute > 0 and behaviour.aversion_angle > 0


def next_aversion(random: np.random.Generator, behaviour: EyeBehaviour) -> tuple[float, Float[np.ndarray, " 2"], float]:
    """The next time that the eyes leave the viewer: how long until then, s, by how much, m, and for how long, s."""
    wait = 0.5 + random.exponential(max(60 / behaviour.aversions_per_minute - 0.5 - behaviour.aversion, 0.1))
    angle = min(behaviour.aversion_angle * random.gamma(4.0, 1 / 4.0), 2 * behaviour.aversion_angle)
    # Mostly sideways, more often down than up.
    direction = random.choice([0.0, np.pi]) + random.normal(0, np.radians(25))
    offset = np.tan(angle) * behaviour.viewer_distance * np.array([np.cos(direction), np.sin(direction)])
    offset[1] -= 0.25 * abs(offset[0])
    return wait, offset, 0.25 + random.gamma(3.0, max(behaviour.aversion - 0.25, 0.01) / 3)


def _directed(
    points: Float[np.ndarray, "T 3"],
    wander: Float[np.ndarray, "T 2"],
    times: Float[np.ndarray, " T"],
    targets: Sequence[GazeTarget],
    behaviour: EyeBehaviour,
) -> Float[np.ndarray, "T 3"]:
    """Points looked at, m, with those that are asked for in place of others; saccades lead there and back."""
    distance = behaviour.viewer_distance
    ahead = np.array([0, 0, distance])
    viewer = to_gaze(points + ahead)
    small = to_gaze(np.concatenate([wander, np.full((len(wander), 1), distance)], axis=1)) * [FIXATION, FIXATION, 0]
    gaze, away = np.array(viewer), np.zeros(len(times), dtype=bool)
    for shift in shifts(targets, distance):
        there = viewer if shift.target is None else shift.target.gaze(distance) + small
        share = arrival(times, shift.time, EYE_TIME + EYE_PACE * shift.angle)[:, None]
        gaze = np.where(share == 1, there, gaze + (there - gaze) * share)
        away = np.where(share[:, 0] > 0, (share[:, 0] < 1) | (shift.target is not None), away)
    return np.where(away[:, None], from_gaze(gaze) - ahead, points)


def _blink_with_shifts(
    closed: Float[np.ndarray, "T 2"],
    times: Float[np.ndarray, " T"],
    targets: Sequence[GazeTarget],
    seed: int,
    behaviour: EyeBehaviour,
) -> None:
    """Let blinks go with large shifts of gaze, unless one is there already; the larger, the likelier."""
    if behaviour.blinks_per_minute == 0:
        return
    for shift in shifts(targets, behaviour.viewer_distance):
        # A stream of its own: another target elsewhere changes nothing here.
        random = np.random.default_rng([seed, 3, round(shift.time * 1000)])
        likely = (shift.angle - BLINK_NEVER) / (BLINK_SURELY - BLINK_NEVER)
        near = closed[_between(times, shift.time - 0.25, shift.time + 0.4)]
        if random.random() < likely and near.size > 0 and near.max() < 0.1:
            _add_blink(closed, times, shift.time + random.uniform(0.0, 0.04), random, behaviour)


def saccades(
    times: Float[np.ndarray, " T"], starts: Float[np.ndarray, " N"], points: Float[np.ndarray, "N D"], distance: float
) -> Float[np.ndarray, "T D"]:
    """Rest on each point, m, from its start, s, on, and go to it as fast as the eye does."""
    index = np.searchsorted(starts, times, side="right") - 1
    before, after = points[np.maximum(index - 1, 0)], points[index]
    angle = np.degrees(np.linalg.norm(after - before, axis=1) / distance)
    progress = arrival(times, starts[index], EYE_TIME + EYE_PACE * angle)
    return before + (after - before) * progress[:, None]


def _blinks(
    times: Float[np.ndarray, " T"],
    head: Float[np.ndarray, "T 6"],
    gaze: Float[np.ndarray, "T 2 2"],
    pauses: Float[np.ndarray, " T"],
    random: np.random.Generator,
    behaviour: EyeBehaviour,
) -> Float[np.ndarray, "T 2"]:
    """How far blinks close both lids, 0..1."""
    closed = np.zeros((len(times), 2))
    if behaviour.blinks_per_minute == 0:
        return closed
    step = times[1] - times[0] if len(times) > 1 else 1.0
    likelihood = 1 + (behaviour.pause_factor - 1) * np.clip(pauses, 0, 1)
    turning = relative_angles(head[:, ARKIT.rotation]) / step
    shifting = np.abs(np.diff(gaze.mean(axis=1), axis=0, prepend=gaze[:1].mean(axis=1))).max(axis=1)
    # A saccade of 10 degrees doubles the likelihood for about 0.15 s; a head that turns by 60 degrees/s
    # doubles it too.
    saccade = gaussian_filter1d(shifting / np.radians(10), 0.06 / step) * 0.15 / step
    likelihood = likelihood * (1 + saccade + np.minimum(turning / np.radians(60), 3))
    # Intervals are drawn in a time that runs faster where blinks are likelier, and as fast as the clock on
    # average.
    elapsed = np.cumsum(likelihood / likelihood.mean()) * step
    mean = (1 + behaviour.double_blinks) * 60 / behaviour.blinks_per_minute
    spread = behaviour.interval_spread
    # The sound begins somewhere within an interval, and longer intervals hold more of the time.
    at = mean * random.uniform() * random.lognormal(spread**2 / 2, spread)
    last = -1.0
    while at < elapsed[-1]:
        start = max(float(np.interp(at, elapsed, times)), last + 0.45)
        _add_blink(closed, times, start, random, behaviour)
        last = start
        if random.random() < behaviour.double_blinks:
            last = start + random.uniform(0.32, 0.42)
            _add_blink(closed, times, last, random, behaviour)
        at += mean * random.lognormal(-(spread**2) / 2, spread)
    return closed


def _add_blink(
    closed: Float[np.ndarray, "T 2"],
    times: np.ndarray,
    start: float,
    random: np.random.Generator,
    behaviour: EyeBehaviour,
) -> None:
    blink = next_blink(start, random)
    near = _between(times, start - 0.1, start + 3 * (behaviour.closing + behaviour.closed + behaviour.opening))
    closed[near] = np.maximum(closed[near], blink.closed(times[near], behaviour))


@dataclass(frozen=True)
class Blink:
    """One blink.

    Attributes:
        starts: When each lid begins to close, s.
        depths: How far each closes, 0..1.
        pace: How slow it is: 1 takes the times of the behaviour.
    """

    starts: tuple[float, float]
    depths: tuple[float, float]
    pace: float

    def closed(self, times: Float[np.ndarray, " T"], behaviour: EyeBehaviour) -> Float[np.ndarray, "T 2"]:
        """How far it closes both lids, 0..1."""
        since = times[:, None] - np.array(self.starts)
        closing, opening = behaviour.closing * self.pace, behaviour.opening * self.pace
        falling = np.clip(since / closing, 0, 1)
        rising = np.clip((since - closing - behaviour.closed) / opening, 0, 1)
        falling = falling**2 * (3 - 2 * falling)
        rising = 1 - (1 - rising) ** 2  # fast at first, then ever slower
        rising = rising**2 * (3 - 2 * rising)
        return np.array(self.depths) * falling * (1 - rising)


def next_blink(start: float, random: np.random.Generator) -> Blink:
    """A blink at an instant, s. Some stay incomplete; the lids differ by some milliseconds and percent."""
    depth = random.uniform(0.6, 0.85) if random.random() < 0.1 else random.uniform(0.95, 1.0)
    pace = random.lognormal(0, 0.1)
    starts, depths = [], []
    for _ in range(2):
        starts.append(start + random.normal(0, 0.004))
        depths.append(depth * random.uniform(0.97, 1.0))
    return Blink((starts[0], starts[1]), (depths[0], depths[1]), pace)


def write_gaze(expression: Float[np.ndarray, "T 51"], angles: Float[np.ndarray, "T 2 2"]) -> None:
    """Put angles of the eyes in the head, rad, as `gaze_angles` has them, into the eyeLook channels."""
    yaw, pitch = angles[..., 0] / EYE_ROTATION_SIDEWAYS, angles[..., 1]
    pitch = np.where(pitch > 0, pitch / EYE_ROTATION_UP, pitch / EYE_ROTATION_DOWN)
    # Rests at the end of the eye's range instead of stopping dead at it.
    yaw, pitch = (value / (1 + np.abs(value) ** 6) ** (1 / 6) for value in (yaw, pitch))
    expression[:, _LEFTWARD], expression[:, _RIGHTWARD] = np.maximum(yaw, 0), np.maximum(-yaw, 0)
    expression[:, _UP], expression[:, _DOWN] = np.maximum(pitch, 0), np.maximum(-pitch, 0)
