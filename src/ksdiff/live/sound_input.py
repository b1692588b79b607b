"""Sound as it comes from outside: of any usual rate, as 16-bit integers or floats, in pieces of any size."""

from typing import Any

import av
import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.speech.audio import SAMPLE_RATE

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
        self._resampler = None
        if rate != SAMPLE_RATE:
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        self._taken = 0

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
        frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts = self.rate, self._taken
        self._taken += len(samples)
        made = [found.to_ndarray()[0] for found in self._resampler.resample(frame)]
        return np.concatenate(made) if made else np.zeros(0, np.float32)


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
