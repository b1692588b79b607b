"""Made-up sounds of a voice that is not speaking."""

import numpy as np
from scipy.signal import lfilter

from ksdiff.speech.audio import SAMPLE_RATE

CALLS = 4.5  # a second


def laughter(seconds: float = 1.6, rate: float = CALLS) -> np.ndarray:
    """Calls of a voice, ever softer: harmonics and breath through the formants of ha."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 260 - 60 * times / seconds + 25 * np.cos(2 * np.pi * rate * times)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 25))
    sound = sound + 0.6 * np.random.default_rng(0).standard_normal(len(times))
    for frequency, width in ((650, 90), (1250, 120), (2500, 180)):
        radius, angle = np.exp(-np.pi * width / SAMPLE_RATE), 2 * np.pi * frequency / SAMPLE_RATE
        sound = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], sound)
    sound *= np.clip(-np.cos(2 * np.pi * rate * times), 0, 1) ** 0.7 * (1 - 0.5 * times / seconds)
    return (0.2 * sound / np.abs(sound).max()).astype(np.float32)
