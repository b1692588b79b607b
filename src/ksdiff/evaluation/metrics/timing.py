"""Are the lips in time: mean temporal misalignment of their opening (Chae-Yeon et al., CVPR 2025).

Written from the paper's description. The opening is smoothed, real and generated curve are matched by derivative
dynamic time warping, and the delay is read where the match pairs turning points of the same kind.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.numerics.filters import gaussian_filter1d

SIGMA = 2.0  # frames: of the Gaussian that smooths the opening, as in the paper
LONGEST = 2000  # frames matched at once; longer curves are cut, since the match takes memory of their square
SHORTEST = 25  # frames; less has hardly a turning point


@dataclass(frozen=True)
class Misalignment:
    """How far apart in time turning points lie.

    Attributes:
        frames: |delay| of each matched turning point.
        turning_points: How many the real curve has.
    """

    frames: Int[np.ndarray, " N"]
    turning_points: int


def misalignment(
    generated: Float[np.ndarray, " T"], real: Float[np.ndarray, " T"], known: Bool[np.ndarray, " T"]
) -> Misalignment:
    """Match the turning points of two curves.

    Args:
        generated: Opening of the lips, in any unit.
        real: The same of the real face.
        known: Which frames count; runs of them are matched by themselves.
    """
    delays, points = [np.zeros(0, dtype=int)], 0
    edges = np.flatnonzero(np.diff(known.astype(int), prepend=0, append=0)).reshape(-1, 2)
    for first, last in edges:
        for start in range(first, last, LONGEST):
            piece = slice(start, min(start + LONGEST, last))
            if piece.stop - piece.start >= SHORTEST:
                x, y = (gaussian_filter1d(curve[piece].astype(np.float64), SIGMA) for curve in (real, generated))
                delays.append(_delays(x, y))
                points += int((turning_points(x) != 0).sum())
    return Misalignment(np.concatenate(delays), points)


def turning_points(curve: Float[np.ndarray, " T"]) -> Int[np.ndarray, " T"]:
    """1 at each local maximum, -1 at each local minimum, 0 elsewhere; neither end is one.

    Changes below a millionth of the range are no turning points.
    """
    result = np.zeros(len(curve), dtype=int)
    slope = np.diff(curve)
    slope[np.abs(slope) <= 1e-6 * np.ptp(curve)] = 0.0
    rising, falling = slope > 0, slope < 0
    result[1:-1] = (rising[:-1] & falling[1:]).astype(int) - (falling[:-1] & rising[1:]).astype(int)
    return result


def _delays(real: Float[np.ndarray, " T"], generated: Float[np.ndarray, " T"]) -> Int[np.ndarray, " N"]:
    kinds, other_kinds = turning_points(real), turning_points(generated)
    points = np.flatnonzero(kinds)
    if not len(points) or not other_kinds.any():
        return np.zeros(0, dtype=int)
    before = np.concatenate([[0], points[:-1]])
    after = np.concatenate([points[1:], [len(real) - 1]])
    low, high = (np.zeros(len(real), dtype=int) for _ in range(2))
    low[points], high[points] = before, after
    # First differences: step k leads from frame k to k + 1, and stands for frame k + 1.
    i, j = (steps + 1 for steps in warping_path(np.diff(real), np.diff(generated)))
    kept = (kinds[i] != 0) & (kinds[i] == other_kinds[j]) & (low[i] <= j) & (j <= high[i])
    return np.abs(i - j)[kept]


def warping_path(
    x: Float[np.ndarray, " N"], y: Float[np.ndarray, " M"]
) -> tuple[Int[np.ndarray, " P"], Int[np.ndarray, " P"]]:
    """Dynamic time warping with the cost |x_i - y_j|: indices into both along the cheapest path, from start to end."""
    n, m = len(x), len(y)
    total = np.full((n + 1, m + 1), np.inf)
    total[0, 0] = 0.0
    for diagonal in range(2, n + m + 1):  # what lies on one antidiagonal does not depend on each other
        i = np.arange(max(1, diagonal - m), min(n, diagonal - 1) + 1)
        j = diagonal - i
        least = np.minimum(np.minimum(total[i - 1, j], total[i, j - 1]), total[i - 1, j - 1])
        total[i, j] = np.abs(x[i - 1] - y[j - 1]) + least
    i, j = n, m
    path = [(i, j)]
    while i > 1 or j > 1:
        ways = ((i - 1, j - 1), (i - 1, j), (i, j - 1))
        i, j = min(ways, key=lambda way: total[way])
        path.append((i, j))
    rows, columns = np.array(path[::-1]).T - 1
    return rows, columns
