"""How the head moves: how much, how fast, and how differently from seed to seed.

All take rotation vectors (rad); angles are yaw, pitch and roll in degrees.

The "diversity" of SadTalker's and KDTalker's tables cannot be computed here. KDTalker's is the standard deviation over
time of the raw logits of Hopenet's 66 bins, averaged over bins and angles: it needs Hopenet, a network that is not part
of this project, on rendered frames, and its unit is a logit, not a degree. SadTalker never released its own code.
`head_diversity` is the same idea in degrees; the numbers are not comparable with theirs.
"""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.errors import InputError
from ksdiff.motion.rotation import relative_angles, yaw_pitch_roll
from ksdiff.numerics.rotation import Rotation


def head_angles(rotation: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """Yaw, pitch and roll, degrees, without jumps of a whole turn."""
    return np.degrees(np.unwrap(yaw_pitch_roll(rotation), axis=0))


def head_diversity(rotation: Float[np.ndarray, "T 3"]) -> float:
    """Mean of the standard deviations over time of yaw, pitch and roll, degrees; near the real value is right."""
    return float(head_angles(rotation).std(axis=0).mean())


def diversity_across_samples(rotations: Float[np.ndarray, "S T 3"]) -> float:
    """How differently the head moves to one sound with other seeds, degrees, higher is more diverse.

    Mean over pairs of samples and over frames of the angle of the rotation between them.

    Raises:
        InputError: There are fewer than two samples.
    """
    samples, frames = rotations.shape[:2]
    if samples < 2:
        raise InputError(f"diversity across samples needs at least 2 samples of a clip, but there is {samples}")
    first, second = np.triu_indices(samples, k=1)
    poses = Rotation.from_rotvec(rotations.reshape(-1, 3))
    index = np.arange(samples * frames).reshape(samples, frames)
    between = poses[index[first].ravel()] * poses[index[second].ravel()].inv()
    return float(np.degrees(between.magnitude()).mean())


def head_speeds(
    rotation: Float[np.ndarray, "T 3"], fps: float, known: Bool[np.ndarray, " T"] | None = None
) -> Float[np.ndarray, " N"]:
    """Angular speed from each frame to the next, degrees/s, where both frames are known."""
    steady = np.ones(len(rotation) - 1, dtype=bool) if known is None else known[1:] & known[:-1]
    return np.degrees(relative_angles(rotation)[1:])[steady] * fps


def wasserstein(generated: Float[np.ndarray, " N"], real: Float[np.ndarray, " N"]) -> float:
    """Wasserstein-1 distance of the distributions of as many values, in their unit, lower is better; NaN without any.

    It is then the mean distance of the sorted values, several times faster than scipy's for any numbers of values.
    """
    return float(np.abs(np.sort(generated) - np.sort(real)).mean()) if len(generated) else float("nan")


def head_ranges(rotation: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "3"]:
    """From the 5th to the 95th percentile of yaw, pitch and roll, degrees; near the real value is right."""
    low, high = np.percentile(head_angles(rotation), [5, 95], axis=0)
    return high - low
