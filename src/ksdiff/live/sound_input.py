"""Sound as it comes from outside: of any usual rate, as 16-bit integers or floats, in pieces of any size."""

from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.resampling import make_resampler

MIN_RATE, MAX_RATE = 8000, 48_000  # samples/s


class SoundInput:
    """Mono sound of one rate to mono at 16 kHz; the result does not depend on the sizes of the pieces."""

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        """Nothing has come yet.

        Args:
            rate: Samples per second, 8000 to 48 000.

        Raises:
            InputError: The rate is another.
        """
        if not MIN_RATE <= rate <= MAX_RATE:
            raise InputError(f"the sound has {rate} samples/s; it must have {MIN_RATE} to {MAX_RATE}: convert it first")
        self.rate = rate
        self._resampler = None if rate == SAMPLE_RATE else make_resampler(rate, SAMPLE_RATE)

    def take(self, samples: Any) -> Float[np.ndarray, " N"]:
        """What comes next, as far as it can be told at 16 kHz already.

        Args:
            samples: Mono; 16-bit integers, or floats in -1..1, of which louder ones are clipped.

        Raises:
            InputError: Not one row of such samples, or some are not finite numbers.
        """
        samples = checked(samples)
        if self._resampler is None or len(samples) == 0:
            return samples
        return self._resampler.push(samples)


def checked(samples: Any) -> Float[np.ndarray, " N"]:
    """Samples as 32-bit floats in -1..1.

    Raises:
        InputError: Not one row of 16-bit integers or floats, or some are not finite numbers.
    """
    if not isinstance(samples, np.ndarray) or samples.ndim != 1:
        kind = f"an array of shape {samples.shape}" if isinstance(samples, np.ndarray) else type(samples).__name__
        raise InputError(f"the sound is {kind}; it must be a NumPy array of one row of mono samples")
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / 32768
    if not np.issubdtype(samples.dtype, np.floating):
        raise InputError(f"the sound has the type {samples.dtype}; it must be int16, or floats in -1..1")
    if not np.isfinite(samples).all():
        raise InputError("the sound has samples that are not finite numbers")
    return np.clip(samples, -1, 1).astype(np.float32)
