"""Rotations as rotation vectors (axis times angle, rad), matrices and Euler angles.

Axes are those of glTF and of the MediaPipe face transform: x to the face's left, y up, z out of the face,
right-handed.
"""

import numpy as np
from jaxtyping import Float

from ksdiff.numerics.rotation import Rotation, slerp


def relative_angles(rotation_vectors: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, " T"]:
    """Angle of the rotation from each frame to the next, rad (paper §2.2, θ_t); 0 for the first frame.

    It is the angle of R_t R_{t-1}ᵀ, not a difference of rotation vectors, so it is right near ±π too.
    """
    rotations = Rotation.from_rotvec(rotation_vectors)
    angles = np.zeros(len(rotation_vectors))
    if len(rotation_vectors) > 1:
        angles[1:] = (rotations[1:] * rotations[:-1].inv()).magnitude()
    return angles


def continuous(rotation_vectors: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """The same rotations, each written with the vector nearest to the one before it: no 2π jumps are left."""
    result = np.array(rotation_vectors, dtype=np.float64)
    for t in range(1, len(result)):
        angle = np.linalg.norm(result[t])
        if angle < 1e-9:  # no rotation has no axis of its own: whole turns about the axis before it
            length = np.linalg.norm(result[t - 1])
            result[t] = result[t - 1] * (2 * np.pi * np.round(length / (2 * np.pi)) / max(length, 1e-9))
            continue
        axis = result[t] / angle
        turns = np.round((result[t - 1] @ axis - angle) / (2 * np.pi))
        result[t] = axis * (angle + 2 * np.pi * turns)
    return result


def interpolate(
    rotation_vectors: Float[np.ndarray, "T 3"],
    times: Float[np.ndarray, " T"],
    new_times: Float[np.ndarray, " S"],
) -> Float[np.ndarray, "S 3"]:
    """Spherical linear interpolation; times outside the range take the nearest end."""
    if len(rotation_vectors) == 1:
        return np.repeat(rotation_vectors, len(new_times), axis=0)
    within = np.clip(new_times, times[0], times[-1])
    return continuous(slerp(times, Rotation.from_rotvec(rotation_vectors), within).as_rotvec())


def yaw_pitch_roll(rotation_vectors: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """Yaw (about y), pitch (about x), roll (about z), rad, applied in this order to the body axes."""
    return Rotation.from_rotvec(rotation_vectors).as_euler("YXZ")


def from_yaw_pitch_roll(angles: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 3"]:
    """The rotation vectors whose `yaw_pitch_roll` is given, rad."""
    return continuous(Rotation.from_euler("YXZ", angles).as_rotvec())


def quaternions(rotation_vectors: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T 4"]:
    """Unit quaternions x, y, z, w, with signs chosen so that neighbours are close."""
    result = Rotation.from_rotvec(rotation_vectors).as_quat()
    flips = np.sign(np.einsum("tc,tc->t", result[1:], result[:-1]))
    flips[flips == 0] = 1
    result[1:] *= np.cumprod(flips)[:, None]
    return result
