"""Limits of the channels of a motion."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT


def limit(motion: Motion) -> Motion:
    """Clip the expression to the range that the motion's space allows; unchanged where there is none.

    In the `arkit` space mouthClose takes back the parting of the lips by jawOpen; more of it would push the lips
    through each other, so it is limited to jawOpen.
    """
    if motion.space.expression_range is None:
        return motion
    expression = np.clip(motion.expression, *motion.space.expression_range)
    if motion.space == ARKIT:
        close, jaw = ARKIT.index("mouthClose"), ARKIT.index("jawOpen")
        expression[:, close] = np.minimum(expression[:, close], expression[:, jaw])
    return replace(motion, expression=expression)


def soft_limit(values: Float[np.ndarray, "*N"], limit: "Float[np.ndarray, '*M'] | float") -> Float[np.ndarray, "*N"]:
    """Values unchanged up to half the limit, and then bent so that they never pass it."""
    size = np.abs(values) / limit
    return np.where(size <= 0.5, values, np.sign(values) * limit * (0.5 + 0.5 * np.tanh(2 * np.maximum(size - 0.5, 0))))
