"""Voice activity, by energy."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.prosody import level

VAD_STEP = 0.01  # s: resolution of the voice activity
_PAUSE_RANGE = 30.0  # dB below the loud syllables
_QUIETEST = -60.0  # dB of full scale


def activity(samples: Float[np.ndarray, " N"]) -> Bool[np.ndarray, " A"]:
    """Whether something sounds, every 10 ms: not more than 30 dB below the loud syllables."""
    loudness = level(samples, np.arange(max(1, int(len(samples) / SAMPLE_RATE / VAD_STEP))) * VAD_STEP)
    audible = loudness[loudness > _QUIETEST]
    if len(audible) == 0:
        return np.zeros(len(loudness), bool)
    return loudness > max(_QUIETEST, float(np.percentile(audible, 95)) - _PAUSE_RANGE)


def silence(samples: Float[np.ndarray, " N"], frames: int, fps: float) -> Bool[np.ndarray, " T"]:
    """Whether nothing sounds within 20 ms of each of so many frames."""
    active = activity(samples)
    near = np.convolve(active, np.ones(5), "same") > 0
    index = np.round(np.arange(frames) / fps / VAD_STEP).astype(int)
    return ~near[np.minimum(index, len(near) - 1)]
