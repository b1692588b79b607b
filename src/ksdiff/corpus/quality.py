"""Figures that tell a good clip from a bad one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.motion import MOTION_RATE

BILABIALS = ("P", "B", "M")
CLOSED = 0.25  # of the way from this clip's closed lips to its open mouth


def jitter(values: Float[np.ndarray, "T C"], known: Bool[np.ndarray, " T"]) -> float:
    """Root mean square of the third difference from frame to frame, over its like for the values themselves.

    About 0.1 for smooth speech at 25 frames/s, 4.5 for white noise.
    """
    whole = known[3:] & known[2:-1] & known[1:-2] & known[:-3]
    if whole.sum() < 10:
        return 0.0
    third = np.diff(values, n=3, axis=0)[whole]
    return float(np.sqrt((third**2).mean() / (values[known].var(axis=0).mean() + 1e-12)))


def closure_rate(
    opening: Float[np.ndarray, " T"], known: Bool[np.ndarray, " T"], phones: Sequence[Sequence[Any]]
) -> dict[str, int | float]:
    """How often the lips are seen closed on p, b, m (allowing a frame around each).

    Args:
        opening: Distance of the inner lips at 25 frames/s.
        known: Where it is.
        phones: Label, start and end, s; none where there is no alignment.
    """
    if known.sum() < 25:
        return {}
    closed, opened = np.percentile(opening[known], [5, 95])
    hits = []
    for label, start, end in phones:
        first, last = int(start * MOTION_RATE) - 1, int(np.ceil(end * MOTION_RATE)) + 2
        here = slice(max(first, 0), last)
        if label in BILABIALS and known[here].any():
            hits.append(opening[here][known[here]].min() <= closed + CLOSED * (opened - closed))
    return {"bilabials": len(hits), "closed": float(np.mean(hits))} if hits else {}


def sound_quality(samples: Float[np.ndarray, " N"]) -> dict[str, float]:
    """Peak, share of samples at full scale, and loudness (root mean square, dB of full scale)."""
    peak, full, square = 0.0, 0, 0.0
    for start in range(0, len(samples), 1 << 20):  # in blocks: a long sound is a file
        block = np.abs(np.asarray(samples[start : start + (1 << 20)], dtype=np.float64))
        peak, full, square = (
            max(peak, float(block.max())),
            full + int((block >= 0.999).sum()),
            square + (block**2).sum(),
        )
    return {
        "peak": peak,
        "clipped": full / len(samples),
        "loudness": float(10 * np.log10(square / len(samples) + 1e-12)),
    }
