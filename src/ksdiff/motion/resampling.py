"""Motion between its frames: smooth where frames are added, linear where there are fewer.

Linear interpolation from 25 to 60 frames/s bends each channel 25 times a second, and the head is seen to jerk.
"""

import numpy as np
from jaxtyping import Float

from ksdiff.motion.rotation import continuous, interpolate
from ksdiff.motion.space import HEAD, MotionSpace
from ksdiff.numerics.rotation import Rotation
from ksdiff.numerics.spline import catmull_rom, pieces, slope

_BLOCK = 2**12  # instants at a time: long motions need little memory beside the result


def resample(
    values: Float[np.ndarray, "T C"],
    space: MotionSpace,
    path: str,
    rate: float,
    times: Float[np.ndarray, " S"],
    new_rate: float,
) -> Float[np.ndarray, "S C"]:
    """Channels of a path at other instants; those outside the motion take its nearest end.

    At a higher rate than before, all follow curves without kinks: the head's over its peaks, the rest never beyond
    the frames around, so that closed lips stay closed and weights within their range.

    Args:
        values: The channels at each frame.
        space: What they are.
        path: Which of its paths.
        rate: Frames per second.
        times: Rising, s from the first frame.
        new_rate: How many of them there are in a second.
    """
    result = np.empty((len(times), values.shape[1]), values.dtype)
    if new_rate <= rate or len(values) == 1:
        old = np.arange(len(values)) / rate
        for channel, column in enumerate(values.T):
            result[:, channel] = np.interp(times, old, column)
        for rotation in space.rotations(path):
            result[:, rotation] = interpolate(values[:, rotation], old, times)
        return result
    at = np.clip(times * rate, 0, len(values) - 1)
    frames = np.round(at)
    at = np.where(np.abs(at - frames) < 1e-6, frames, at)  # rounding must not put an instant before its own frame
    for start in range(0, len(at), _BLOCK):
        block = slice(start, start + _BLOCK)
        result[block] = catmull_rom(values, at[block], within=path != HEAD)
    for rotation in space.rotations(path):
        is_head = path == HEAD and rotation == space.rotation
        result[:, rotation] = _turned(values[:, rotation], at, within=not is_head)
    return result


def _turned(
    rotation_vectors: Float[np.ndarray, "T 3"], at: Float[np.ndarray, " S"], within: bool
) -> Float[np.ndarray, "S 3"]:
    """`catmull_rom` for rotations: cubic Bézier curves as products of turns.

    By M.-J. Kim, M.-S. Kim and S. Y. Shin 1995, "A general construction scheme for unit quaternion curves with simple
    high order derivatives".
    """
    rotations = Rotation.from_rotvec(rotation_vectors)
    turns = (rotations[:-1].inv() * rotations[1:]).as_rotvec()  # in the axes of either frame: it is their own axis
    speeds = slope(turns[np.maximum(np.arange(len(turns) + 1) - 1, 0)], np.concatenate([turns, turns[-1:]]), within)
    first, last = Rotation.from_rotvec(speeds[:-1] / 3), Rotation.from_rotvec(speeds[1:] / 3)
    middle = (first.inv() * Rotation.from_rotvec(turns) * last.inv()).as_rotvec()
    result = np.empty((len(at), 3))
    for start in range(0, len(at), _BLOCK):
        k, t = pieces(at[start : start + _BLOCK], len(rotations))
        turned = rotations[k]
        for part, share in (
            (speeds[k] / 3, 1 - (1 - t) ** 3),
            (middle[k], t * t * (3 - 2 * t)),
            (speeds[k + 1] / 3, t**3),
        ):
            turned = turned * Rotation.from_rotvec(part * share)
        result[start : start + _BLOCK] = turned.as_rotvec()
    jumps = (np.abs(np.diff(result, axis=0)) > 1).any()  # by whole turns; a frame's own way is shorter
    return continuous(result) if jumps else result
