"""Are keyframes found where the real motion has them."""

import numpy as np
from jaxtyping import Bool

TOLERANCE = 2  # frames within which a keyframe counts as found


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
    near = np.argwhere(distance <= tolerance)
    nearest_first = near[np.argsort(distance[tuple(near.T)], kind="stable")]
    used_rows, used_columns = set(), set()
    for row, column in nearest_first.tolist():
        if row not in used_rows and column not in used_columns:
            used_rows.add(row)
            used_columns.add(column)
    return len(used_rows), len(at), len(truth)


def precision(matches: int, predicted: int) -> float:
    """Share of the predicted keyframes that are true, 0..1, higher is better; 0 where none is predicted."""
    return matches / predicted if predicted else 0.0


def recall(matches: int, true: int) -> float:
    """Share of the true keyframes that are predicted, 0..1, higher is better; 0 where there is none."""
    return matches / true if true else 0.0


def f1(matches: int, predicted: int, true: int) -> float:
    """Harmonic mean of precision and recall, 0..1, higher is better; 0 where there is nothing to match."""
    return 2 * matches / (predicted + true) if predicted + true else 0.0


def random_keyframes(count: int, frames: int, random: np.random.Generator) -> Bool[np.ndarray, " T"]:
    """As many keyframes at random frames: what a predictor that knows only how many there are would find."""
    guess = np.zeros(frames, dtype=bool)
    guess[random.choice(frames, min(count, frames), replace=False)] = True
    return guess


def periodic_keyframes(count: int, frames: int, random: np.random.Generator) -> Bool[np.ndarray, " T"]:
    """As many keyframes at even distances from a random start: a better guess, as keyframes never crowd."""
    guess = np.zeros(frames, dtype=bool)
    guess[((np.arange(count) + random.random()) * frames / max(count, 1)).astype(int) % frames] = True
    return guess
