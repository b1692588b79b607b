"""How far a head that a photo shows may move: further round, the photo has nothing to show."""

import numpy as np
from jaxtyping import Float

from ksdiff.motion.limits import soft_limit
from ksdiff.numerics.rotation import Rotation

MAX_TURN = np.radians([12.0, 15.0, 10.0])  # pitch, yaw and roll that a photo can bear
MAX_SHIFT = 0.02  # m


def bearable(head: Float[np.ndarray, "6"]) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3"]]:
    """A head's rotation and translation, held softly within `MAX_TURN` and `MAX_SHIFT`."""
    return Rotation.from_rotvec(bearable_turns(head[:3])).as_matrix(), soft_limit(head[3:], MAX_SHIFT)


def bearable_turns(turns: Float[np.ndarray, "*T 3"]) -> Float[np.ndarray, "*T 3"]:
    """Rotation vectors of a head, rad, held softly within `MAX_TURN`."""
    held = soft_limit(Rotation.from_rotvec(turns).as_euler("xyz"), MAX_TURN)
    return Rotation.from_euler("xyz", held).as_rotvec()
