"""How loud a voice is, relative to itself."""

import hashlib

import numpy as np
from jaxtyping import Float

from ksdiff.motion import MOTION_RATE
from ksdiff.numerics.filters import gaussian_filter1d
from ksdiff.speech.prosody import level
from ksdiff.speech.vad import level_track

SMOOTHING = 0.3  # s, standard deviation: a phrase, not a syllable
SPAN = 10.0  # dB above or below the voice's own mean that count as 1 or -1
_ACTIVE = 30.0  # dB below the loud syllables, from where it is a pause
_PARTS = 24  # of a sound, by whose mean levels it is told from others
_QUIETEST = -60.0  # dB of full scale


def relative_loudness(samples: Float[np.ndarray, " N"], frames: int) -> Float[np.ndarray, " T"]:
    """Smoothed level of a voice about its own mean, -1..1, at 25 frames/s; 0 all along where nothing sounds.

    Args:
        samples: Mono sound at 16 kHz.
        frames: Number of frames.
    """
    loudness = level(samples, np.arange(frames) / MOTION_RATE)
    audible = loudness[loudness > _QUIETEST]
    if len(audible) == 0:
        return np.zeros(frames)
    quietest = max(_QUIETEST, float(np.percentile(audible, 95)) - _ACTIVE)
    active = loudness > quietest
    relative = np.where(active, loudness - loudness[active].mean(), -SPAN) / SPAN
    return np.clip(gaussian_filter1d(relative, SMOOTHING * MOTION_RATE), -1, 1)


def sound_number(samples: Float[np.ndarray, " N"]) -> int:
    """A number from 1 to 2^32 - 1 that other sounds hardly share, of length and loudness.

    Levels are rounded so coarsely that another processor, which resamples a sound with other rounding, finds the same.

    Args:
        samples: Mono sound at 16 kHz.
    """
    levels = np.maximum(level_track(samples), _QUIETEST)
    parts = np.array_split(levels, min(_PARTS, len(levels)))
    course = (len(levels), *(round(float(part.mean())) for part in parts))
    return 1 + int.from_bytes(hashlib.sha256(repr(course).encode()).digest()[:8], "big") % (2**32 - 1)
