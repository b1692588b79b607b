"""Limits of the channels of a motion."""

from dataclasses import replace

import numpy as np

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
