"""Sound that does not swing about 0: a constant that cheap sound cards add, which is loud where nobody speaks."""

import numpy as np
from jaxtyping import Float

from ksdiff.files import release

OFFSET = 0.003  # mean of a sound, of full scale, from which it is an offset: -50 dB, where voices have less than -80
_BLOCK = 1 << 20  # samples handled at once


def remove_offset(samples: Float[np.ndarray, " N"], window: int) -> float:
    """Take from each sample the mean of those around it, in place; the pauses of an edited sound may have no offset.

    Args:
        samples: The sound.
        window: How many samples a mean is taken of, an even number: a tenth of a second leaves a voice as it is.

    Returns:
        The peak of what is left.
    """
    half, count, peak = window // 2, len(samples), 0.0
    before = np.zeros(0, samples.dtype)
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        known = np.concatenate([before, samples[start : stop + half]])
        first = start - len(before)
        summed = np.concatenate([[0.0], np.cumsum(known, dtype=np.float64)])
        at = np.arange(start, stop) - first
        low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(known))
        before = known[max(0, stop - half - first) : stop - first]
        samples[start:stop] -= ((summed[high] - summed[low]) / (high - low)).astype(samples.dtype)
        peak = max(peak, float(np.abs(samples[start:stop]).max()))
        release(samples)
    return peak
