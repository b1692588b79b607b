"""Sound at another rate: by FFmpeg where it is installed, else the same in numpy."""

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from ksdiff.extras import is_installed
from ksdiff.numerics.resample import Resampler as NumpyResampler


@runtime_checkable
class Resampler(Protocol):
    """Takes mono sound in pieces of any size and gives it at another rate."""

    def push(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " M"]:
        """What comes next, as far as it can be told at the other rate already."""
        ...

    def finish(self) -> Float[np.ndarray, " M"]:
        """The rest."""
        ...


def make_resampler(rate: int, wanted: int) -> Resampler:
    """What changes one rate, samples per second, to another.

    Raises:
        ValueError: It cannot be done.
        OverflowError: The rate is beyond what FFmpeg counts.
    """
    if is_installed("video"):
        from ksdiff.speech.ffmpeg_reader import FfmpegResampler

        return FfmpegResampler(rate, wanted)
    return NumpyResampler(rate, wanted)
