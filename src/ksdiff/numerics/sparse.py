"""Matrices of which most elements are zero."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped


@dataclass(frozen=True, eq=False, repr=False)
class SparseMatrix:
    """A matrix that arrays are multiplied by, made once and used often.

    A product adds up the first element of each row, then the second of those rows that have two, and so on: in numpy
    nothing is faster where rows are about equally full, as those of meshes are.

    Attributes:
        shape: Rows and columns.
        columns: Of the first, the second ... element of each row, for the rows that have so many: fullest rows first.
        weights: The elements there.
        order: Where each row is in that order.
    """

    shape: tuple[int, int]
    columns: tuple[Int[np.ndarray, " _"], ...]
    weights: tuple[Float[np.ndarray, " _"], ...]
    order: Int[np.ndarray, " R"]

    @classmethod
    def from_entries(
        cls,
        rows: Int[np.ndarray, " N"],
        columns: Int[np.ndarray, " N"],
        weights: Float[np.ndarray, " N"],
        shape: tuple[int, int],
    ) -> "SparseMatrix":
        """A matrix from its elements that are not zero, in any order; those at one place are added up."""
        by_row = np.lexsort((columns, rows))
        columns, weights = columns[by_row].astype(np.intp), weights[by_row]
        counts = np.bincount(rows, minlength=shape[0])
        starts = np.cumsum(counts) - counts
        fullest = np.argsort(-counts, kind="stable")
        chosen = [starts[fullest[: int((counts > number).sum())]] + number for number in range(counts.max(initial=0))]
        return cls(
            shape,
            tuple(columns[at] for at in chosen),
            tuple(weights[at] for at in chosen),
            np.argsort(fullest),
        )

    def __matmul__(self, values: Shaped[np.ndarray, " C *K"]) -> Float[np.ndarray, " R *K"]:
        """The product with the rows of an array."""
        if len(values) != self.shape[1]:
            raise ValueError(f"there are {len(values)} rows of values for {self.shape[1]} columns")
        kind = np.result_type(values, *self.weights[:1])
        result = np.zeros((self.shape[0], *values.shape[1:]), kind)
        for columns, weights in zip(self.columns, self.weights, strict=True):
            scale = weights.reshape(-1, *(1,) * (values.ndim - 1))
            result[: len(columns)] += scale * np.take(values, columns, axis=0)
        return np.take(result, self.order, axis=0)
