"""From a motion to the movements of LivePortrait's keypoints, frame by frame."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.face.keypoints import CAMERA_DISTANCE
from ksdiff.liveportrait.expression import displacement
from ksdiff.liveportrait.keypoints import MAX_SCALE, MAX_SHIFT, MAX_TURN, Movement, picture_rotation
from ksdiff.motion import Motion
from ksdiff.motion.limits import soft_limit
from ksdiff.motion.space import ARKIT, LIVEPORTRAIT, NUM_KEYPOINTS
from ksdiff.numerics.rotation import Rotation

TENTHS = 10.0  # the space `liveportrait` counts in tenths of LivePortrait's unit
REST_SHARE = 0.2  # of frames, those with the mouth most closed, are the face at rest


def check_drivable(motion: Motion) -> None:
    """See that LivePortrait's keypoints can follow a motion.

    Raises:
        InputError: It is of a space other than ``arkit`` and ``liveportrait``.
    """
    if motion.space not in (ARKIT, LIVEPORTRAIT):
        raise InputError(
            f"LivePortrait shows motion of the spaces arkit and liveportrait, but this motion is {motion.space.name}"
        )


def movements(motion: Motion, scale: float) -> Iterator[Movement]:
    """How the face of the photo has moved in each frame.

    Turns, shifts and sizes are held softly within what LivePortrait's own controls allow.

    Args:
        motion: Of the space ``arkit``, relative to a face at rest, which the photo is taken for; or ``liveportrait``.
        scale: Of the picture that the networks see: halves of its side per metre of the face.

    Raises:
        InputError: The motion is of another space.
    """
    check_drivable(motion)
    if motion.space == ARKIT:
        yield from _of_arkit(motion, scale)
    else:
        yield from _of_keypoints(motion)


def _of_arkit(motion: Motion, scale: float) -> Iterator[Movement]:
    outer = displacement(motion.expression.astype(np.float64))
    head = motion.head.astype(np.float64)
    still = np.zeros((NUM_KEYPOINTS, 3))
    for moved, (*vector, x, y, z) in zip(outer, head, strict=True):
        shift = np.array([x, -y]) * scale
        nearer = CAMERA_DISTANCE / (CAMERA_DISTANCE - min(z, CAMERA_DISTANCE / 2))
        yield _held(moved, still, picture_rotation(np.array(vector)), shift, nearer)


def _of_keypoints(motion: Motion) -> Iterator[Movement]:
    expression = motion.expression.astype(np.float64)
    opening = motion.channel(LIVEPORTRAIT.opening[1])
    rest = np.median(expression[opening <= np.quantile(opening, REST_SHARE)], axis=0)
    inner = ((expression - rest) / TENTHS).reshape(-1, NUM_KEYPOINTS, 3)
    still = np.zeros((NUM_KEYPOINTS, 3))
    for moved, (*vector, x, y, grown) in zip(inner, motion.head.astype(np.float64), strict=True):
        # Its head is in LivePortrait's own axes.
        turned = Rotation.from_rotvec(np.array(vector)).as_matrix()
        yield _held(still, moved, turned, np.array([x, y]), 1 + grown)


def _held(
    outer: Float[np.ndarray, "21 3"],
    inner: Float[np.ndarray, "21 3"],
    rotation: Float[np.ndarray, "3 3"],
    shift: Float[np.ndarray, "2"],
    scale: float,
) -> Movement:
    angles = soft_limit(Rotation.from_matrix(rotation).as_euler("xyz"), MAX_TURN)
    grown = np.exp(soft_limit(np.log(np.array([max(scale, 0.1)])), np.log(MAX_SCALE)))
    return Movement(
        outer, inner, Rotation.from_euler("xyz", angles).as_matrix(), soft_limit(shift, MAX_SHIFT), float(grown[0])
    )
