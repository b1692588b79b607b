"""Live Link Face over UDP, as the iPhone app sends it and Unreal Engine's Live Link reads it.

A packet (big-endian): version 6 as 8 bits; the device's id and the subject's name, each as 32 bits of length and ASCII;
number of the frame, its fraction as a float, the rate as two integers; then 61 as 8 bits and so many floats: the 52
shapes in the order of Unreal's enumeration, and yaw, pitch and roll, rad, of the head and of each eye.
"""

import struct
import uuid

import numpy as np
from jaxtyping import Float

from ksdiff.layers.eyes import gaze_angles
from ksdiff.motion.rotation import yaw_pitch_roll
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES
from ksdiff.output.arkit_csv import LIVE_LINK_SIGNS

VERSION = 6
PORT = 11111  # the usual one


def _unreal_order() -> list[str]:
    """Unreal's order is Apple's but for the jaw: left before right."""
    names: list[str] = [*ARKIT_SHAPES]
    right, left = names.index("jawRight"), names.index("jawLeft")
    names[right], names[left] = "jawLeft", "jawRight"
    return names


ORDER = tuple(_unreal_order())
_SOURCE = [ARKIT.expression.index(name) if name in ARKIT.expression else -1 for name in ORDER]


def device_id(subject: str) -> str:
    """An id that belongs to a subject's name."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{subject}.ksdiff")).upper()


def packet(
    subject: str, frame: int, rate: int, expression: Float[np.ndarray, " 51"], head: Float[np.ndarray, " 6"]
) -> bytes:
    """One frame.

    Args:
        subject: Name under which it appears in Live Link, ASCII.
        frame: Number of the frame.
        rate: Frames per second.
        expression: Expression channels.
        head: Head channels; the format has no place for the translation.
    """
    shapes = np.append(expression, 0.0)[_SOURCE]  # tongueOut is 0
    angles = yaw_pitch_roll(np.asarray(head[ARKIT.rotation])[None])[0] * LIVE_LINK_SIGNS
    eyes = np.zeros((2, 3))
    eyes[:, :2] = gaze_angles(np.asarray(expression)[None])[0]
    values = np.concatenate([shapes, angles, eyes.reshape(-1)]) + 0.0
    device, name = device_id(subject).encode("ascii"), subject.encode("ascii")
    return (
        struct.pack(f">Bi{len(device)}si{len(name)}s", VERSION, len(device), device, len(name), name)
        + struct.pack(">ifii", frame, 0.0, rate, 1)
        + struct.pack(f">B{len(values)}f", len(values), *values)
    )
