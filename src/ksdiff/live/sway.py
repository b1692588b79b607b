"""A head that is never quite still: in silence the model hears nothing to move it by, and all but stops."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.motion.space import MotionSpace

# Standing people sway slowly and without a period that one could see; the sizes are chosen by eye, and below those of
# the model's own motion in speech.
ROTATION = (0.012, 0.014, 0.006)  # rad, standard deviation about x, y, z
PERIODS = (2.9, 4.7, 7.9, 12.7)  # s: none is a multiple of another
COME, GO = 1.0, 0.5  # s in which the sway comes in silence, and goes in speech


class Sway:
    """The sway of one session's head."""

    def __init__(self, seed: int, fps: float, space: MotionSpace) -> None:
        """It comes with the first frames: the session begins with the neutral pose.

        Args:
            seed: Chooses the phases.
            fps: Frames per second.
            space: What the channels of the head are.
        """
        random = np.random.default_rng([seed, 2])
        self._phases = random.uniform(0, 2 * np.pi, (len(PERIODS), 3))
        self._step, self._rotation = 1 / fps, space.rotation
        self._weight = 0.0

    def apply(
        self, first: int, head: Float[np.ndarray, "H C"], quiet: Bool[np.ndarray, " H"]
    ) -> Float[np.ndarray, "H C"]:
        """The pose of the next frames with their sway.

        Args:
            first: Number of the first of these frames.
            head: Head channels.
            quiet: Where nobody speaks.
        """
        times = (first + np.arange(len(head))) * self._step
        angles = 2 * np.pi * times[:, None, None] / np.array(PERIODS)[:, None] + self._phases
        sway = np.sin(angles).sum(axis=1) * np.sqrt(2 / len(PERIODS)) * ROTATION
        weights = np.zeros(len(head))
        for index, silent in enumerate(quiet):
            wanted, time = (1.0, COME) if silent else (0.0, GO)
            self._weight += (wanted - self._weight) * min(self._step / time, 1.0)
            weights[index] = self._weight
        result = np.array(head)
        result[:, self._rotation] += weights[:, None] * sway
        return result
