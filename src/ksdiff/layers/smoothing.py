"""Smoothing over time."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.numerics.filters import gaussian_filter1d


def smooth(motion: Motion, seconds: float) -> Motion:
    """Smooth all channels by a zero-phase Gaussian.

    Rotation vectors must be continuous, as those of a head are.

    Args:
        motion: The motion.
        seconds: Standard deviation of the Gaussian; 0 changes nothing.
    """
    if not seconds >= 0:
        raise InputError(f"the smoothing is {seconds} s; it must not be negative")
    if seconds == 0:
        return motion
    expression, head = (gaussian_smooth(values, seconds, motion.fps) for values in (motion.expression, motion.head))
    return replace(motion, expression=expression, head=head)


def gaussian_smooth(values: Float[np.ndarray, "T C"], seconds: float, fps: float) -> Float[np.ndarray, "T C"]:
    """Smooth channels by a zero-phase Gaussian; the same array where its standard deviation, s, is 0."""
    return gaussian_filter1d(values, seconds * fps, axis=0, mode="nearest") if seconds > 0 else values
