"""A project in bytes: motion, peaks of the sound, the sound itself, the head."""

import wave
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.gltf import glb_of_takes
from ksdiff.speech.audio import SAMPLE_RATE

WAVEFORM_RATE = 400  # pairs of peaks a second
ALL = slice(None)


def motion_bytes(motion: Motion, frames: slice = ALL) -> bytes:
    """Expression and head of each frame, or of some, one after the other, 32-bit floats, little-endian."""
    return np.concatenate([motion.expression[frames], motion.head[frames]], axis=1).astype("<f4").tobytes()


def waveform_bytes(samples: Float[np.ndarray, " N"]) -> bytes:
    """Least and greatest sample of each 1/400 s, -127..127, one pair after the other, relative to the loudest."""
    count = max(1, round(len(samples) / SAMPLE_RATE * WAVEFORM_RATE))
    edges = np.linspace(0, len(samples), count + 1).astype(int)[:-1]
    peaks = np.stack([np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)], axis=1)
    return np.round(peaks * (127 / max(float(np.abs(peaks).max()), 1e-3))).astype(np.int8).tobytes()


def write_wav(samples: Float[np.ndarray, " N"], path: Path) -> None:
    """The sound as a WAV file: every browser plays it, and seeks in it to the sample.

    Raises:
        InputError: The file cannot be written.
    """
    with atomic_write(path) as temporary, wave.open(str(temporary), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


@cache
def head_at_rest() -> bytes:
    """The head at rest, as a glTF file."""
    return glb_of_takes({})
