"""BVH: the rotation of neck and head as a skeleton of two joints, for programs that animate bodies.

Centimetres and degrees; y up, z out of the face. The neck takes its share of the head's rotation, and the root moves so
that the head is where the motion has it. Format: Biovision's, as described in
https://research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/BVH.html
"""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.motion.rotation import yaw_pitch_roll
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.rotation import Rotation
from ksdiff.output.avatar import NECK_SHARE

NECK_LENGTH = 15.0  # cm: from the base of the neck to the joint of neck and skull
HEAD_LENGTH = 20.0  # cm: from there to the crown
_HIERARCHY = f"""HIERARCHY
ROOT Neck
{{
  OFFSET 0.0 0.0 0.0
  CHANNELS 6 Xposition Yposition Zposition Yrotation Xrotation Zrotation
  JOINT Head
  {{
    OFFSET 0.0 {NECK_LENGTH} 0.0
    CHANNELS 3 Yrotation Xrotation Zrotation
    End Site
    {{
      OFFSET 0.0 {HEAD_LENGTH} 0.0
    }}
  }}
}}
"""


def write_bvh(motion: Motion, path: Path | str) -> None:
    """Write how head and neck move.

    Raises:
        InputError: The motion is not in the arkit space.
    """
    if motion.space != ARKIT:
        raise InputError(f"head.bvh needs motion of the space 'arkit', but this is {motion.space.name!r}")
    turns = motion.head[:, ARKIT.rotation].astype(np.float64)
    offset = np.array([0.0, NECK_LENGTH, 0.0])
    position = 100 * motion.head[:, 3:] + offset - Rotation.from_rotvec(NECK_SHARE * turns).apply(offset)
    values = np.concatenate([position, _angles(NECK_SHARE * turns), _angles((1 - NECK_SHARE) * turns)], axis=1)
    values = np.round(values, 6) + 0.0  # no "-0.000000"
    with atomic_write(Path(path)) as temporary, temporary.open("w", encoding="ascii", newline="\n") as file:
        file.write(_HIERARCHY)
        file.write(f"MOTION\nFrames: {len(motion)}\nFrame Time: {1 / motion.fps:.10f}\n")
        for row in values:
            file.write(" ".join(f"{value:.6f}" for value in row) + "\n")


def _angles(rotation_vectors: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """Angles about y, x and z, applied in this order, degrees, without jumps by 360."""
    return np.degrees(np.unwrap(yaw_pitch_roll(rotation_vectors), axis=0))
