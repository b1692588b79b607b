"""Smoothing over time."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from scipy.ndimage import gaussian_filter1d

from ksdiff.errors import InputError
from ksdiff.motion import Motion


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

    def filtered(values: Float[np.ndarray, "T C"]) -> Float[np.ndarray, "T C"]:
        return gaussian_filter1d(values, seconds * motion.fps, axis=0, mode="nearest")

    return replace(motion, expression=filtered(motion.expression), head=filtered(motion.head))
