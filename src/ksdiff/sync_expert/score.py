"""The arithmetic of SyncNet and Wav2Lip: from distances of sound and mouth at each shift to a score."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

MAX_OFFSET = 15  # frames: SyncNet's and Wav2Lip's range of shifts
MIN_FRAMES = 25  # frames that must count, for a mean over them to say something
SHIFTS = np.arange(-MAX_OFFSET, MAX_OFFSET + 1)


@dataclass(frozen=True)
class SyncScore:
    """How well a motion goes with a sound.

    Attributes:
        confidence: ``sync_m_c``: median D(s) - min D(s), dimensionless, 0 to 2; near the real clips' value is right.
        distance: ``sync_m_d``: min D(s), dimensionless, 0 to 2; the same.
        offset: ``sync_m_offset``: argmin D(s), frames of 1/25 s; 0 is right. Positive where the motion is early: frame
            i goes with the sound of frame i + offset. (SyncNet's script prints the negative of this.)
    """

    confidence: float
    distance: float
    offset: int


def sync_arithmetic(curve: Float[np.ndarray, " K"]) -> tuple[float, float, int]:
    """Confidence, distance and offset of the mean distances D(s) for s = -(K-1)/2 to (K-1)/2."""
    best = int(np.argmin(curve))
    return float(np.median(curve) - curve[best]), float(curve[best]), best - len(curve) // 2


def counted(known: Bool[np.ndarray, " T"], reach: int) -> Bool[np.ndarray, " T"]:
    """Frames at which every shift has sound and every frame within ``reach`` is known."""
    count = np.convolve(~known, np.ones(2 * reach + 1), "full")[reach : reach + len(known)] == 0
    count[:MAX_OFFSET] = False
    count[max(0, len(known) - MAX_OFFSET) :] = False
    return count
