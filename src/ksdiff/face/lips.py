"""How far the lips of the head are apart, at five places."""

from functools import cache

import numpy as np
from jaxtyping import Float

from ksdiff.face.head import load_head

# Landmarks of the upper and the lower lip, from the middle outwards.
INNER_LIPS = ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402))


@cache
def lip_gap_basis() -> tuple[Float[np.ndarray, "5"], Float[np.ndarray, "51 5"]]:
    """Vertical distance of the inner lips at rest, m (below 0 where they overlap), and by each shape at weight 1."""
    neutral, deltas = load_head().landmark_basis()
    upper, lower = np.array(INNER_LIPS).T
    return neutral[upper, 1] - neutral[lower, 1], (deltas[:, upper, 1] - deltas[:, lower, 1])[:51]


def lip_gaps(expression: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 5"]:
    """Vertical distance of the inner lips, m; 0 or less where they touch."""
    rest, shapes = lip_gap_basis()
    return rest + expression @ shapes
