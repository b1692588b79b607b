"""The noise from which motion is denoised."""

from functools import cache

import numpy as np
from jaxtyping import Float

from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.numerics.filters import correlate1d

NOISE_BLOCK = MOTION_RATE  # frames of noise drawn from one seed
SPAWN_KEYS = {EXPRESSION: (), HEAD: (1,)}  # the paths' noise is independent at equal seeds
# Correlated noise is white noise through a filter: parts of it, by their standard deviation in s, with their weights.
NOISE_SCALES = ((0.0, 0.6), (0.24, 0.35), (1.0, 0.45))  # a frame, a syllable, a phrase
NOISE_REACH = 3 * MOTION_RATE  # frames to each side of its own that a frame's noise depends on


@cache
def noise_filter() -> Float[np.ndarray, " 2*75+1"]:
    """What makes white noise slow; its squares add up to 1, so that the noise keeps its variance."""
    frames = np.arange(-NOISE_REACH, NOISE_REACH + 1) / MOTION_RATE
    total = np.zeros(len(frames))
    for scale, weight in NOISE_SCALES:
        part = np.exp(-0.5 * (frames / scale) ** 2) if scale else (frames == 0).astype(float)
        total += weight * part / np.linalg.norm(part)
    return (total / np.linalg.norm(total)).astype(np.float32)


def correlate(white: Float[np.ndarray, "S C"]) -> Float[np.ndarray, "T C"]:
    """White noise as noise with the spectrum of motion, roughly; `NOISE_REACH` frames shorter at each end.

    In white noise a slow movement is all but visible from the first denoising step on, so that a sampler of few steps
    never draws it at random: heads hardly move, and the mean of a mouth follows one guess. Noise that is itself slow
    in part (as in Ge et al. 2023, "Preserve Your Own Correlation") hides all rates alike.
    """
    return correlate1d(white, noise_filter(), axis=0, mode="constant")[NOISE_REACH : len(white) - NOISE_REACH]


def frame_noise(
    path: str, seed: int, start: int, frames: int, channels: int, correlated: bool = False
) -> Float[np.ndarray, "T C"]:
    """Noise that depends on path, seed and frame number alone, so that windows which share a frame share its noise."""
    reach = NOISE_REACH if correlated else 0
    begin, end = start - reach, start + frames + reach
    first, last = begin // NOISE_BLOCK, (end - 1) // NOISE_BLOCK
    blocks = []
    for block in range(first, last + 1):
        # The words of a seed cannot be negative; blocks before frame 0 count down from the greatest.
        sequence = np.random.SeedSequence([seed, (block + 1) % 2**32], spawn_key=SPAWN_KEYS[path])
        blocks.append(np.random.default_rng(sequence).standard_normal((NOISE_BLOCK, channels), dtype=np.float32))
    offset = begin - first * NOISE_BLOCK
    white = np.concatenate(blocks)[offset : offset + end - begin]
    return correlate(white) if correlated else white
