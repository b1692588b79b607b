"""The faces whose shape is compared: the open head for `arkit` motion, the user's own FLAME for FLAME's."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.evaluation.metrics.vertices import lip_vertices, upper_face_vertices
from ksdiff.face.flame import FlameParameters, own_face
from ksdiff.motion.space import ARKIT, MotionSpace


@dataclass(frozen=True, eq=False)
class FaceShape:
    """What `vertices` compares of a face in motion, head upright.

    Attributes:
        lips: Lip vertices, m.
        upper_face: Upper-face vertices, m.
    """

    lips: Float[np.ndarray, "T L 3"]
    upper_face: Float[np.ndarray, "T U 3"]


def face_shape(
    expression: Float[np.ndarray, "T E"], head: Float[np.ndarray, "T H"], space: MotionSpace
) -> FaceShape | None:
    """The shape of a face in motion; None in a FLAME space where no FLAME model is given (`own_face`).

    FLAME's is the mean face: DECA's shape of each person is not in a corpus.

    Args:
        expression: Expression channels, absolute.
        head: Head channels, for spaces that have the jaw among them.
        space: What the channels are.

    Raises:
        InputError: The folder of FLAME files lacks one.
    """
    if space == ARKIT:
        return FaceShape(lip_vertices(expression), upper_face_vertices(expression))
    face = own_face()
    if face is None:
        return None
    motion = FlameParameters.of(expression, head, space)
    return FaceShape(face.lips.posed(motion, head=False), face.upper_face.posed(motion, head=False))
