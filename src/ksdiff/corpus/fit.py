"""From what the tracker saw to motion: shots, pose, expression, at the model's frame rate."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.corpus.inverse import solve_face, views
from ksdiff.corpus.solve import solve_mouth
from ksdiff.corpus.tracker import Track
from ksdiff.extras import needs
from ksdiff.face.keypoints import keypoints
from ksdiff.motion.rotation import continuous
from ksdiff.motion.space import ARKIT, KEYPOINTS
from ksdiff.numerics.filters import nearest_false
from ksdiff.numerics.rotation import Rotation

with needs("track"):
    from scipy.interpolate import PchipInterpolator
    from scipy.signal import butter, sosfiltfilt

GRID_RATE = 100.0  # frames/s of the even grid on which irregular video frames are filtered
MAX_GAP = 0.1  # s without a face that may be bridged by interpolation
MIN_SHOT = 1.0  # s; less tells nothing about a neutral pose
MARGIN = 0.04  # s next to a cut that is not used: encoders blend pictures there
MAX_YAW = np.radians(45)  # half of the mouth is hidden beyond

# The head turns about the joint of skull and neck; its place in the tracker's canonical face, cm, found by
# laying eyes, nose and lips of that face on those of the head.
NECK_JOINT = np.array([0.0, -1.7, -5.7])

METHODS = ("inverse", "landmarks", "scores")

CLOSED = 0.018  # `mouth_opening` of closed lips, at most: 1.5 mm on the head

# Landmarks of MediaPipe's face mesh
EYE_CORNERS = (33, 263)  # outer
FACE_SIDES = (234, 454)
INNER_LIPS = (13, 14)  # upper, lower


@dataclass
class Fitting:
    """A track whose expression is to be solved.

    Attributes:
        track: What was seen.
        good: Which frames may be used.
        opening: Distance of the inner lips in each frame, relative to that of the eyes' outer corners.
        expression: ARKit weights of each frame, or keypoints, cm; `solve_expression` or `find_keypoints` sets them.
        deviation: Expected error of each weight (standard deviation); 0 where the method does not say.
    """

    track: Track
    good: Bool[np.ndarray, " T"]
    opening: Float[np.ndarray, " T"] = field(init=False)
    expression: Float[np.ndarray, "T E"] = field(init=False)
    deviation: Float[np.ndarray, "T 51"] = field(init=False)

    def __post_init__(self) -> None:
        self.opening = mouth_opening(self.track)


def solve_expression(fittings: list[Fitting], method: str) -> None:
    """Find the expression in each frame of all clips of one speaker.

    Args:
        fittings: The clips; their ``expression`` and ``deviation`` are set.
        method: One of `METHODS`.
    """
    tracks, good = [fitting.track for fitting in fittings], [fitting.good for fitting in fittings]
    if method == "inverse":
        found = solve_face(tracks, good, [shots(track) for track in tracks])
        for fitting, (expression, deviation) in zip(fittings, found, strict=True):
            fitting.expression, fitting.deviation = expression, deviation
        return
    if method == "scores":
        expressions = [track.scores.astype(np.float64) for track in tracks]
    else:
        expressions = solve_mouth(tracks, good)
    for fitting, expression in zip(fittings, expressions, strict=True):
        fitting.expression, fitting.deviation = expression, np.zeros_like(expression)


def find_keypoints(fittings: list[Fitting]) -> Float[np.ndarray, " 63"]:
    """Find the keypoints in each frame of all clips of one speaker, cm.

    Returns:
        Those of the face at rest; 0 in frames that cannot be used.
    """
    tracks, good = [fitting.track for fitting in fittings], [fitting.good for fitting in fittings]
    seen = views(tracks, good, [shots(track) for track in tracks])
    for fitting, view in zip(fittings, seen, strict=True):
        fitting.expression = np.zeros((len(fitting.good), len(KEYPOINTS.expression)))
        fitting.expression[fitting.good] = keypoints(view.rest + view.landmarks)
    return keypoints(seen[0].rest)


def shots(track: Track) -> list[slice]:
    """Runs of frames without a cut between them.

    A cut shows as a change of the picture's colours, a jump of the face, or both at once to a lesser degree.
    """
    jump, growth = _jumps(track)
    cut = (track.change > 0.3) | (jump > 0.25) | (growth > 0.2) | ((track.change > 0.12) & (jump > 0.1))
    edges = [0, *(int(at) for at in np.flatnonzero(cut) if at > 0), len(track.times)]
    return [slice(start, end) for start, end in pairwise(edges) if end > start]


def face_pixels(track: Track) -> float:
    """Median width of the face, pixels."""
    return float(np.median(_distance(track, FACE_SIDES)[track.found]))


def mouth_opening(track: Track) -> Float[np.ndarray, " T"]:
    """Distance of the inner lips, relative to that of the outer corners of the eyes; 0 without a face."""
    scale = np.median(_distance(track, EYE_CORNERS)[track.found]) if track.found.any() else 1.0
    return _distance(track, INNER_LIPS) / scale


def head_pose(track: Track, parts: list[slice]) -> Float[np.ndarray, "T 6"]:
    """Rotation vector (rad, continuous) and translation (m) of the neck joint.

    Both are relative to the mean pose of the shot and in its axes.

    Frames without a face get zeros.
    """
    head = np.zeros((len(track.times), 6))
    for at, rotations, neutral in _rotations(track, parts):
        head[at, :3] = continuous((neutral.inv() * rotations).as_rotvec())
        centimetres = track.pose[at, :3, 3] + rotations.apply(NECK_JOINT)
        head[at, 3:] = neutral.inv().apply(centimetres - np.median(centimetres, axis=0)) / 100
    return head


def weak_perspective_pose(track: Track, parts: list[slice]) -> Float[np.ndarray, "T 6"]:
    """Rotation vector (rad, continuous), translation across the picture (m) and scale (ratio, less 1) of the face.

    All are relative to the mean pose of the shot. Frames without a face get zeros.
    """
    head = np.zeros((len(track.times), 6))
    for at, rotations, neutral in _rotations(track, parts):
        head[at, :3] = continuous((neutral.inv() * rotations).as_rotvec())
        centimetres = track.pose[at, :3, 3]
        head[at, 3:5] = (centimetres - np.median(centimetres, axis=0))[:, :2] / 100
        head[at, 5] = np.median(centimetres[:, 2]) / centimetres[:, 2] - 1
    return head


def _rotations(track: Track, parts: list[slice]) -> Iterator[tuple[Int[np.ndarray, " N"], Rotation, Rotation]]:
    """Of each shot with a face: the frames that show it, the face's rotation in them, and the mean of that."""
    for part in parts:
        at = np.flatnonzero(track.found[part]) + part.start
        if len(at):
            rotations = Rotation.from_matrix(track.pose[at, :3, :3])
            yield at, rotations, rotations.mean()


def usable(track: Track, parts: list[slice]) -> Bool[np.ndarray, " T"]:
    """Frames whose face can be used: found, not turned away, in a shot that is long enough."""
    good = np.zeros(len(track.times), dtype=bool)
    for part in parts:
        found = track.found[part]
        if found.sum() > 1 and np.ptp(track.times[part]) >= MIN_SHOT:
            good[part] = found & (np.abs(np.arcsin(np.clip(track.pose[part, 0, 2], -1, 1))) < MAX_YAW)
    return good


def resample(
    values: Float[np.ndarray, "T C"],
    times: Float[np.ndarray, " T"],
    good: Bool[np.ndarray, " T"],
    parts: list[slice],
    instants: Float[np.ndarray, " S"],
    cutoff: float | None,
) -> tuple[Float[np.ndarray, "S C"], Bool[np.ndarray, " S"]]:
    """Read irregular frames at given instants, low-passed without delay; nothing is carried across a cut.

    Args:
        values: One row per frame.
        times: When the frames are shown, s.
        good: Which frames may be used.
        parts: Shots.
        instants: Where to read, s.
        cutoff: -6 dB frequency of the fourth-order zero-phase Butterworth filter, Hz; None for no filter.

    Returns:
        The values, and where they are known. Elsewhere they are held from the nearest instant that is.
    """
    result = np.zeros((len(instants), values.shape[1]))
    known = np.zeros(len(instants), dtype=bool)
    filter_sections = None if cutoff is None else butter(2, cutoff, fs=GRID_RATE, output="sos")
    for number, part in enumerate(parts):
        at = np.flatnonzero(good[part]) + part.start
        if len(at) < 2:
            continue
        start, end = float(times[at[0]]), float(times[at[-1]])
        grid = np.arange(start, end + 1 / GRID_RATE, 1 / GRID_RATE)
        even = PchipInterpolator(times[at], values[at])(np.minimum(grid, end))
        if filter_sections is not None:
            even = sosfiltfilt(filter_sections, even, axis=0, padlen=min(50, len(grid) - 1))
        first = times[part.start] + (MARGIN if number > 0 else 0)
        last = times[part.stop - 1] - (MARGIN if number < len(parts) - 1 else 0)
        inside = (instants >= first - 0.02) & (instants <= last + 0.02)
        for channel in range(values.shape[1]):
            result[inside, channel] = np.interp(instants[inside], grid, even[:, channel])
        # Known: close to a frame with a face, on both sides.
        after = np.clip(np.searchsorted(times[at], instants), 0, len(at) - 1)
        before = np.clip(after - 1, 0, None)
        gap = np.where(instants > times[at[-1]], instants - times[at[-1]], times[at[after]] - times[at[before]])
        gap = np.where(instants < times[at[0]], times[at[0]] - instants, gap)
        outside = (instants < times[at[0]] - 0.02) | (instants > times[at[-1]] + 0.02)
        known |= inside & ~outside & (gap <= MAX_GAP)
    return held(result, known), known


def held(values: Float[np.ndarray, "T C"], known: Bool[np.ndarray, " T"]) -> Float[np.ndarray, "T C"]:
    """Values with those of the nearest instant that is known where one is not; unchanged if none is."""
    return values[nearest_false(~known)] if known.any() else values


def neutral_expression(
    expression: Float[np.ndarray, "T 51"], opening: Float[np.ndarray, " T"]
) -> Float[np.ndarray, " 51"]:
    """A speaker's face at rest: the median over the frames with closed lips; for the eyes, over all.

    Args:
        expression: All usable frames of all this speaker's clips.
        opening: Distance of the inner lips in these frames, as `mouth_opening` gives it.
    """
    neutral = np.median(expression[opening <= max(CLOSED, float(np.quantile(opening, 0.03)))], axis=0)
    eyes = [index for index, name in enumerate(ARKIT.expression) if name.startswith("eye")]
    neutral[eyes] = np.median(expression[:, eyes], axis=0)
    return neutral


def _distance(track: Track, pair: tuple[int, int]) -> Float[np.ndarray, " T"]:
    return np.linalg.norm(track.landmarks[:, pair[0]] - track.landmarks[:, pair[1]], axis=1)


def _jumps(track: Track) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    """How far the face has moved since the frame before, in widths of it, and the log of its growth."""
    width = np.maximum(_distance(track, FACE_SIDES), 1.0)
    centre = track.landmarks[:, [*EYE_CORNERS, *INNER_LIPS], :2].mean(axis=1)
    jump, growth = np.zeros(len(width)), np.zeros(len(width))
    both = track.found[1:] & track.found[:-1]
    jump[1:] = np.where(both, np.linalg.norm(np.diff(centre, axis=0), axis=1) / width[1:], 0)
    growth[1:] = np.where(both, np.abs(np.diff(np.log(width))), 0)
    return jump, growth
