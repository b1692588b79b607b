"""A mouth at rest where nobody speaks, when it is not known yet how long that lasts."""

import numpy as np
from jaxtyping import Float

from ksdiff.layers.rest import OPEN, smoothstep, towards_rest
from ksdiff.live.hearing import Quiet
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import MotionSpace

# The lips begin to close this long after the last sound, and are closed so long after it, s: they come to rest later
# than in `ksdiff.layers.rest`, where it is known from the first that a pause will be long.
BEGIN, CLOSED = 0.2, 0.6
CUT = 0.1  # s in which they close where speech is cut off


class CausalRest:
    """How far the mouth of one session is at rest."""

    def __init__(self, space: MotionSpace, neutral: Float[np.ndarray, " E"]) -> None:
        """At rest: nobody has spoken yet.

        Args:
            space: What the channels of the expression are.
            neutral: The face at rest.
        """
        self._space, self._neutral = space, neutral
        self._known = space.mouth != space.expression  # else brows and lids would freeze with it
        self._silent = np.inf  # s since somebody spoke
        self._cut = -1.0  # s since speech was cut off; negative for not at all
        self._from = 0.0  # weight at the cut
        self._weight = 1.0

    def cut(self) -> None:
        """Close the lips now, whatever was heard."""
        self._cut, self._from, self._silent = 0.0, self._weight, CLOSED

    def apply(self, expression: Float[np.ndarray, "H E"], quiet: Quiet) -> Float[np.ndarray, "H E"]:
        """The expression of the next hop, with the mouth at rest as far as it is."""
        weights = np.zeros(len(expression))
        for index, (silent, until) in enumerate(zip(quiet.now, quiet.until, strict=True)):
            self._silent = self._silent + 1 / MOTION_RATE if silent else 0.0
            weight = _step((self._silent - BEGIN) / (CLOSED - BEGIN)) * _step(until / OPEN)
            if not silent:
                self._cut = -1.0
            elif self._cut >= 0:
                self._cut += 1 / MOTION_RATE
                weight = self._from + (weight - self._from) * _step(self._cut / CUT)
            self._weight = weights[index] = weight
        return towards_rest(expression, self._neutral, weights, self._space) if self._known else expression


def _step(x: float) -> float:
    return float(smoothstep(np.array([x]))[0])
