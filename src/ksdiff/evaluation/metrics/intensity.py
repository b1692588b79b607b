"""Do lips move more where the voice is louder: SLCC, speech-lip intensity correlation (Chae-Yeon et al., CVPR 2025)."""

from collections.abc import Hashable, Sequence

import numpy as np
from jaxtyping import Bool, Float

PIECE = 100  # frames: 4 s, about a sentence of VOCASET, on which the published values were taken
MIN_SHARE = 0.75  # of a piece that must be known


def intensities(
    loudness: Float[np.ndarray, " T"], lips: Float[np.ndarray, "T L 3"], known: Bool[np.ndarray, " T"]
) -> Float[np.ndarray, "P 2"]:
    """How loud the voice is and how much the lips move, in each piece of 4 s.

    Args:
        loudness: Root mean square of the sound in each frame.
        lips: Lip vertices.
        known: Which frames count.

    Returns:
        Root mean square of the sound, and root of the mean over frames of the squared mean speed of the lip vertices
        (in their unit per frame).
    """
    speed = np.linalg.norm(np.diff(lips, axis=0), axis=-1).mean(axis=-1)
    steady = known[1:] & known[:-1]
    result = []
    for start in range(0, len(speed) + 1 - PIECE // 2, PIECE):
        piece = slice(start, min(start + PIECE, len(speed)))
        counted = steady[piece]
        if counted.sum() >= MIN_SHARE * PIECE / 2 and counted.mean() >= MIN_SHARE:
            voice = np.sqrt((loudness[1:][piece][counted] ** 2).mean())
            result.append((voice, np.sqrt((speed[piece][counted] ** 2).mean())))
    return np.array(result, dtype=np.float64).reshape(-1, 2)


def intensity_correlation(
    voice: Float[np.ndarray, " N"], lips: Float[np.ndarray, " N"], speakers: Sequence[Hashable]
) -> float:
    """Pearson r of both, after each speaker's own mean and deviation are taken away; NaN where nobody has two pieces.

    Args:
        voice: Loudness of each piece.
        lips: Motion of the lips in each piece.
        speakers: Who speaks in each piece.
    """
    pairs = []
    names = np.array([str(name) for name in speakers])
    for name in np.unique(names):
        own = names == name
        scaled = [values[own] - values[own].mean() for values in (voice, lips)]
        deviations = [values.std() for values in scaled]
        if min(deviations) > 1e-12:
            pairs.append(np.stack([values / deviation for values, deviation in zip(scaled, deviations, strict=True)]))
    if not pairs:
        return float("nan")
    a, b = np.concatenate(pairs, axis=1)
    return float((a * b).mean() / np.sqrt((a**2).mean() * (b**2).mean()))
