"""Errors of the face's shape, on the lip and upper-face vertices of the head.

All take vertices or their displacements from the face at rest, in metres and in the head's own axes, so the pose of the
head never enters. Values on different heads or lip sets cannot be compared: FLAME's lips are 250 vertices of 5023,
BIWI's 4996 of 23370, ours 266 of 8915.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT

MILLIMETRES = 1000.0  # in a metre


def lip_vertices(expression: Float[np.ndarray, "T E"]) -> Float[np.ndarray, "T L 3"]:
    """Where the head's lip vertices are with these `arkit` weights, m.

    Raises:
        InputError: There are not as many columns as `arkit` channels.
    """
    return vertices_at(expression, load_head().lip_vertices)


def upper_face_vertices(expression: Float[np.ndarray, "T E"]) -> Float[np.ndarray, "T U 3"]:
    """Where the head's upper-face vertices (brows, lids, forehead) are with these `arkit` weights, m.

    Raises:
        InputError: There are not as many columns as `arkit` channels.
    """
    return vertices_at(expression, load_head().upper_face_vertices)


def vertices_at(expression: Float[np.ndarray, "T E"], indices: Int[np.ndarray, " N"]) -> Float[np.ndarray, "T N 3"]:
    """`Head.vertices` of these vertices alone, and so much faster: the head is linear in its weights.

    Raises:
        InputError: There are not as many columns as `arkit` channels.
    """
    channels = expression.shape[1]
    if channels != len(ARKIT.expression):
        raise InputError(
            f"the head moves with the {len(ARKIT.expression)} channels of the arkit space, "
            f"but the expression has {channels} columns"
        )
    head = load_head()
    deltas = head.deltas[:channels, indices].reshape(channels, -1)
    return head.neutral[indices] + (expression.astype(np.float32) @ deltas).reshape(len(expression), -1, 3)


def lip_errors(generated: Float[np.ndarray, "T L 3"], real: Float[np.ndarray, "T L 3"]) -> Float[np.ndarray, " T"]:
    """Lip vertex error of each frame: max over lip vertices of ‖generated − real‖², m²."""
    return _squares(generated - real).max(axis=-1).astype(np.float64)


def lve(errors: Sequence[Float[np.ndarray, " _"]]) -> float:
    """Lip vertex error, m², lower is better: mean of `lip_errors` over the frames of all sequences (CodeTalker).

    Raises:
        InputError: There is no frame.
    """
    return float(np.concatenate(_some(errors)).mean())


def lve_of_sequences(errors: Sequence[Float[np.ndarray, " _"]]) -> float:
    """Lip vertex error, m², lower is better: mean over sequences of the mean of `lip_errors` (DiffSpeaker).

    Raises:
        InputError: There is no frame.
    """
    return float(np.mean([error.mean() for error in _some(errors)]))


def lip_distance(errors: Sequence[Float[np.ndarray, " _"]]) -> float:
    """Mean over all frames of √`lip_errors`, mm, lower is better: how far the worst lip vertex is off, on average.

    Raises:
        InputError: There is no frame.
    """
    return float(np.sqrt(np.concatenate(_some(errors))).mean()) * MILLIMETRES


def lip_distance_rms(errors: Sequence[Float[np.ndarray, " _"]]) -> float:
    """Mean over sequences of √(mean of `lip_errors`), mm, lower is better (ARTalk).

    Raises:
        InputError: There is no frame.
    """
    return float(np.mean([np.sqrt(error.mean()) for error in _some(errors)])) * MILLIMETRES


def fdd(generated: Float[np.ndarray, "T U 3"], real: Float[np.ndarray, "T U 3"]) -> float:
    """Upper-face dynamics deviation of a sequence, m², nearest to 0 is best (CodeTalker).

    mean over upper-face vertices of std_t ‖real‖² − std_t ‖generated‖². It is signed, positive where the generated face
    moves too little, so deviations of clips cancel in a mean; `fdd_absolute` does not let them.

    Args:
        generated: Displacements from the face at rest.
        real: The same of the real face, from its own rest.
    """
    return float((_squares(real).std(axis=0) - _squares(generated).std(axis=0)).mean())


def fdd_absolute(generated: Float[np.ndarray, "T U 3"], real: Float[np.ndarray, "T U 3"]) -> float:
    """Upper-face dynamics deviation of a sequence without signs, mm, lower is better.

    mean over upper-face vertices of |std_t ‖real‖ − std_t ‖generated‖|. After ARTalk, which takes millimetres and
    absolute values too but writes the figure times 100.

    Args:
        generated: Displacements from the face at rest.
        real: The same of the real face, from its own rest.
    """
    deviations = [np.sqrt(_squares(displacements)).std(axis=0) for displacements in (real, generated)]
    return float(np.abs(deviations[0] - deviations[1]).mean()) * MILLIMETRES


def _squares(vectors: Float[np.ndarray, "T N 3"]) -> Float[np.ndarray, "T N"]:
    return np.einsum("tnc,tnc->tn", vectors, vectors)  # much faster than a sum over so short an axis


def _some(errors: Sequence[Float[np.ndarray, " _"]]) -> Sequence[Float[np.ndarray, " _"]]:
    if not len(errors) or not all(len(error) for error in errors):
        raise InputError("there is no frame to take a lip error of: give at least one sequence, and none that is empty")
    return errors
