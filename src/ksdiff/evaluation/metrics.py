"""Figures of merit. Each says its unit, its direction and where it comes from."""

import numpy as np
from jaxtyping import Bool, Float

MOVING = 0.02  # standard deviation of a tracked channel (weight) from which it counts as moving
TOLERANCE = 2  # frames within which a keyframe counts as found


def pearson(a: Float[np.ndarray, " T"], b: Float[np.ndarray, " T"]) -> float:
    """Correlation of two curves, -1..1, higher is better; NaN where one of them does not move."""
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / scale) if scale > 1e-12 else float("nan")


def channel_correlations(
    generated: Float[np.ndarray, "T C"], tracked: Float[np.ndarray, "T C"], mask: Bool[np.ndarray, " T"]
) -> Float[np.ndarray, " C"]:
    """`pearson` of each channel over known frames; NaN where the tracked channel moves less than `MOVING`."""
    generated, tracked = generated[mask], tracked[mask]
    moving = tracked.std(axis=0) > MOVING
    return np.array([pearson(generated[:, c], tracked[:, c]) if moving[c] else np.nan for c in range(tracked.shape[1])])


def amplitude_ratios(
    generated: Float[np.ndarray, "T C"], tracked: Float[np.ndarray, "T C"], mask: Bool[np.ndarray, " T"]
) -> Float[np.ndarray, " C"]:
    """Standard deviation of each generated channel over that of the tracked one; 1 is right, NaN if it is still."""
    generated, tracked = generated[mask].std(axis=0), tracked[mask].std(axis=0)
    return np.where(tracked > MOVING, generated / np.maximum(tracked, MOVING), np.nan)


def keyframe_matches(
    predicted: Bool[np.ndarray, " T"], true: Bool[np.ndarray, " T"], tolerance: int
) -> tuple[int, int, int]:
    """Match keyframes one to one within ``tolerance`` frames, nearest first.

    Returns:
        Numbers of matches, of predicted and of true keyframes.
    """
    at, truth = np.flatnonzero(predicted), np.flatnonzero(true)
    if not len(at) or not len(truth):
        return 0, len(at), len(truth)
    distance = np.abs(at[:, None] - truth[None, :])
    matches, used_rows, used_columns = 0, set(), set()
    for flat in np.argsort(distance, axis=None, kind="stable"):
        row, column = divmod(int(flat), len(truth))
        if distance[row, column] > tolerance:
            break
        if row not in used_rows and column not in used_columns:
            used_rows.add(row)
            used_columns.add(column)
            matches += 1
    return matches, len(at), len(truth)


def f1(matches: int, predicted: int, true: int) -> float:
    """Harmonic mean of precision and recall, 0..1, higher is better; 0 where there is nothing to match."""
    return 2 * matches / (predicted + true) if predicted + true else 0.0


def jitter(motion: Float[np.ndarray, "T C"], fps: float) -> Float[np.ndarray, " C"]:
    """Root mean square of the third derivative of each channel, unit/s³; near the real clips' value is right."""
    if len(motion) < 4:
        return np.zeros(motion.shape[1])
    return np.sqrt((np.diff(motion, n=3, axis=0) ** 2).mean(axis=0)) * fps**3
