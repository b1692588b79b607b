"""Curves through points."""

import numpy as np
from jaxtyping import Float, Real


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
