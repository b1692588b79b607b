"""What stands between two batches of windows, as arrays that a file can keep."""

from collections.abc import Mapping
from typing import Any

import numpy as np

State = dict[str, np.ndarray]


class Given:
    """A state from a file: each array is looked at before it is used."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._left = dict(arrays)

    def take(self, name: str, dtype: Any, shape: tuple[int | range, ...]) -> np.ndarray:
        """An array that must have this type and shape, of which a range allows several sizes.

        Raises:
            ValueError: It is missing, or another, or holds a number that is not finite.
        """
        array = self._left.pop(name, None)
        if array is None:
            raise ValueError(f"{name} is missing")
        sizes = [range(size, size + 1) if isinstance(size, int) else size for size in shape]
        fits = len(sizes) == array.ndim and all(
            size in allowed for size, allowed in zip(array.shape, sizes, strict=True)
        )
        if array.dtype != dtype or not fits:
            raise ValueError(f"{name} is {array.dtype} {array.shape}; it must be {np.dtype(dtype)} {shape}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} has values that are not finite")
        return array

    def check_all_taken(self) -> None:
        """See that there was nothing else.

        Raises:
            ValueError: There was.
        """
        if self._left:
            raise ValueError(f"{next(iter(self._left))} is unknown")
