"""Curves through points."""

import numpy as np
from jaxtyping import Float, Int, Real


def clamped_spline(
    times: Real[np.ndarray, " K"], values: Real[np.ndarray, " K"], at: Real[np.ndarray, " T"]
) -> Float[np.ndarray, " T"]:
    """The cubic spline through points that starts and ends without slope (`scipy.interpolate.CubicSpline`, "clamped").

    Args:
        times: Two or more, rising.
        values: At these times.
        at: Where the spline is wanted, within the times.
    """
    steps = np.diff(times)
    rises = np.diff(values) / steps
    # The slopes at the points, from that the second derivative has no steps.
    matrix = np.eye(len(times))
    wanted = np.zeros(len(times))
    for k in range(1, len(times) - 1):
        matrix[k, k - 1 : k + 2] = steps[k], 2 * (steps[k - 1] + steps[k]), steps[k - 1]
        wanted[k] = 3 * (steps[k] * rises[k - 1] + steps[k - 1] * rises[k])
    slopes = np.linalg.solve(matrix, wanted)
    k = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(steps) - 1)
    since = at - times[k]
    bend = (slopes[k] + slopes[k + 1] - 2 * rises[k]) / steps[k]
    return values[k] + since * (
        slopes[k] + since * ((rises[k] - slopes[k]) / steps[k] - bend + since * bend / steps[k])
    )


def catmull_rom(
    values: Real[np.ndarray, "T C"], at: Float[np.ndarray, " S"], within: bool = True
) -> Float[np.ndarray, "S C"]:
    """The curves through frames of E. Catmull and R. Rom 1974, "A class of local interpolating splines".

    They have no kinks, and between two frames they depend on these and on one more at each side, so that a change
    elsewhere changes nothing here.

    Args:
        values: Two or more frames.
        at: Where the curves are wanted, counted in frames, 0..T - 1.
        within: Stay between the values of the two frames around, see `slope`; else curves round peaks off beyond them.
    """
    before, share = pieces(at, len(values))
    steps = np.diff(values[np.clip(before + np.arange(-1, 3)[:, None], 0, len(values) - 1)].astype(np.float64), axis=0)
    steps[0, before == 0] = steps[1, before == 0]  # at both ends the slope is that to the next frame
    last = before == len(values) - 2
    steps[2, last] = steps[1, last]
    rise, start, end = steps[1], slope(steps[0], steps[1], within), slope(steps[1], steps[2], within)
    bend = start + end - 2 * rise
    result = values[before] + share * (start + share * (rise - start - bend + share * bend))
    if not within:
        return result
    first, second = values[before], values[before + 1]
    return np.clip(result, np.minimum(first, second), np.maximum(first, second))  # of what rounding adds


def slope(
    before: Float[np.ndarray, "*N"], after: Float[np.ndarray, "*N"], within: bool = True
) -> Float[np.ndarray, "*N"]:
    """Slope of a curve at a frame between two rises, per frame.

    Args:
        before: Rise to the frame.
        after: Rise from it on.
        within: Keep a cubic curve between its ends: no slope where it turns, and at most three times the lesser rise
            (J. M. Hyman 1983, "Accurate monotonicity preserving cubic interpolation").
    """
    mean = (before + after) / 2
    if not within:
        return mean
    most = 3 * np.minimum(np.abs(before), np.abs(after))
    return np.where(before * after > 0, np.clip(mean, -most, most), 0.0)


def pieces(at: Float[np.ndarray, " S"], frames: int) -> tuple[Int[np.ndarray, " S"], Float[np.ndarray, "S 1"]]:
    """The frame before each place, but the last, and how far the place is on the way to the next, 0..1."""
    before = np.minimum(at.astype(np.int64), frames - 2)
    return before, (at - before)[:, None]
