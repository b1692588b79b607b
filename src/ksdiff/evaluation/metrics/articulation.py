"""Does the mouth say what is heard: curves of channels, closures, rest, smoothness."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus.quality import closure_rate
from ksdiff.face.head import load_head
from ksdiff.motion import MOTION_RATE

MOVING = 0.02  # standard deviation of a tracked channel (weight) from which it counts as moving
PAUSE = 0.3  # s from any sound, after which a mouth is expected to be at rest
MIN_PAUSE = 0.5  # s of such frames that a clip needs to tell how still its mouth is
INNER_LIPS = (13, 14)  # landmarks of the upper and the lower lip


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
    return deviation_ratios(generated[mask].std(axis=0), tracked[mask].std(axis=0))


def deviation_ratios(generated: Float[np.ndarray, " C"], tracked: Float[np.ndarray, " C"]) -> Float[np.ndarray, " C"]:
    """`amplitude_ratios` of standard deviations that are known already."""
    return np.where(tracked > MOVING, generated / np.maximum(tracked, MOVING), np.nan)


def jerk(
    motion: Float[np.ndarray, "T C"], fps: float, known: Bool[np.ndarray, " T"] | None = None
) -> Float[np.ndarray, " C"]:
    """Root mean square of the third derivative of each channel, unit/s³; near the real clips' value is right.

    Not the ``jitter`` of a prepared corpus (`ksdiff.corpus.quality`), which is relative to a clip's own amplitude.

    Args:
        motion: The channels.
        fps: Frames per second.
        known: Which frames count; a derivative does if all four frames that it is taken from do.
    """
    third = np.diff(motion, n=3, axis=0)
    if known is not None:
        third = third[known[3:] & known[2:-1] & known[1:-2] & known[:-3]]
    return np.sqrt((third**2).mean(axis=0)) * fps**3 if len(third) else np.zeros(motion.shape[1])


def lip_opening(expression: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, " T"]:
    """Distance of the inner lips on the head, m."""
    neutral, deltas = load_head().landmark_basis()
    upper, lower = INNER_LIPS
    gap = (
        neutral[upper]
        - neutral[lower]
        + np.einsum("te,ec->tc", expression, (deltas[:, upper] - deltas[:, lower])[: expression.shape[1]])
    )
    return np.linalg.norm(gap, axis=1)


def closures(
    opening: Float[np.ndarray, " T"], known: Bool[np.ndarray, " T"], phones: Sequence[Sequence[Any]]
) -> tuple[float, int]:
    """Share of p, b, m on which the lips are seen closed, 0..1, and how many there are.

    Closed means at most a quarter of the way from the clip's own closed lips to its open mouth
    (`ksdiff.corpus.quality.closure_rate`), so a mouth that never moves is always closed: read it beside the amplitude.

    Args:
        opening: `lip_opening` at 25 frames/s.
        known: Where it is.
        phones: Label, start and end, s.
    """
    rate = closure_rate(opening, known, phones)
    return (float(rate["closed"]), int(rate["bilabials"])) if rate else (0.0, 0)


def long_pauses(silent: Bool[np.ndarray, " T"]) -> Bool[np.ndarray, " T"]:
    """Silent frames at least `PAUSE` from any sound, where a mouth has come to rest."""
    reach = round(PAUSE * MOTION_RATE)
    return ~(np.convolve(~silent, np.ones(2 * reach + 1), "same") > 0)


def stillness(opening: Float[np.ndarray, " T"], silent: Bool[np.ndarray, " T"], known: Bool[np.ndarray, " T"]) -> float:
    """Mean speed of the lips' opening in `long_pauses` over that in speech; 0 is still, near the real value is right.

    NaN where there are less than `MIN_PAUSE` of pauses, where nobody speaks, and where lips never move in speech.

    Args:
        opening: `lip_opening` at 25 frames/s.
        silent: Where there is no sound.
        known: Which frames count.
    """
    speed = np.abs(np.gradient(opening))
    resting, speaking = long_pauses(silent) & known, ~silent & known
    if resting.sum() < round(MIN_PAUSE * MOTION_RATE) or not speaking.any() or not speed[speaking].any():
        return float("nan")
    return float(speed[resting].mean() / speed[speaking].mean())
