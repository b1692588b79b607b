"""Filters along one axis, as `scipy.ndimage` has them; to the last bit where weights are symmetric."""

from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

Mode = Literal["reflect", "nearest", "constant"]  # what lies beyond the ends: a mirror image, the last value, zeros
_PAD = {"reflect": "symmetric", "nearest": "edge", "constant": "constant"}
TRUNCATE = 4.0  # standard deviations after which a Gaussian is cut off


def correlate1d(
    values: Shaped[np.ndarray, "*shape"], weights: Float[np.ndarray, " K"], axis: int = -1, mode: Mode = "reflect"
) -> Float[np.ndarray, "*shape"]:
    """Weighted sums of neighbours, of as many values as weights, an odd number; computed in double precision.

    Returns:
        Of the type of the values where that is floating-point, else double.
    """
    reach = len(weights) // 2
    weights = np.asarray(weights, np.float64)
    padded = _padded(np.moveaxis(np.asarray(values, np.float64), axis, 0), reach, reach, mode)
    count = len(padded) - 2 * reach
    result = padded[reach : reach + count] * weights[reach]
    # Ends first and both sides at once: scipy's order, on which the last bits depend.
    for distance in range(reach, 0, -1):
        before, after = (padded[reach + side : reach + side + count] for side in (-distance, distance))
        low, high = weights[reach - distance], weights[reach + distance]
        result += (before + after) * low if low == high else before * low + after * high
    kind = values.dtype if np.issubdtype(values.dtype, np.floating) else np.float64
    return np.moveaxis(result, 0, axis).astype(kind)


def convolve1d(
    values: Shaped[np.ndarray, "*shape"], weights: Float[np.ndarray, " K"], axis: int = -1, mode: Mode = "reflect"
) -> Float[np.ndarray, "*shape"]:
    """`correlate1d` with the weights turned round."""
    return correlate1d(values, weights[::-1], axis, mode)


def gaussian_filter1d(
    values: Shaped[np.ndarray, "*shape"], sigma: float, axis: int = -1, mode: Mode = "reflect"
) -> Float[np.ndarray, "*shape"]:
    """Values smoothed by a Gaussian with a standard deviation of ``sigma`` values."""
    reach = int(TRUNCATE * sigma + 0.5)
    weights = np.exp(-0.5 / (sigma * sigma) * np.arange(-reach, reach + 1) ** 2)
    return correlate1d(values, weights / weights.sum(), axis, mode)


def uniform_filter1d(values: Float[np.ndarray, " T"], size: int, mode: Mode = "reflect") -> Float[np.ndarray, " T"]:
    """Means of ``size`` neighbours; where that is even, one more of them before than after."""
    return _neighbours(values, size, mode).mean(axis=1)


def minimum_filter1d(values: Shaped[np.ndarray, " T"], size: int, mode: Mode = "reflect") -> Shaped[np.ndarray, " T"]:
    """The least of ``size`` neighbours; where that is even, one more of them before than after."""
    return _neighbours(values, size, mode).min(axis=1)


def nearest_false(values: Bool[np.ndarray, " T"]) -> Int[np.ndarray, " T"]:
    """Where the nearest value that is false is, the first of two that are as near.

    Raises:
        ValueError: All are true.
    """
    at = np.flatnonzero(~values)
    if len(at) == 0:
        raise ValueError("all are true")
    frames = np.arange(len(values))
    after = np.minimum(np.searchsorted(at, frames), len(at) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(frames - at[before]) <= np.abs(at[after] - frames), at[before], at[after])


def _neighbours(values: Shaped[np.ndarray, " T"], size: int, mode: Mode) -> Shaped[np.ndarray, "T S"]:
    return np.lib.stride_tricks.sliding_window_view(_padded(values, size // 2, (size - 1) // 2, mode), size)


def _padded(values: np.ndarray, before: int, after: int, mode: Mode) -> np.ndarray:
    """With values beyond the ends of the first axis."""
    return np.pad(values, [(before, after)] + [(0, 0)] * (values.ndim - 1), _PAD[mode])  # type: ignore[call-overload]
