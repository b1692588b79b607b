"""A rule that suggests how stirred a voice sounds. It is a guess from loudness and pitch, nothing learned or tested.

Louder speech and a wider range of pitch go with arousal in most studies (Scherer 2003, Vocal communication of emotion,
Speech Communication 40:227). Whether the arousal is pleasant cannot be heard from them, so nothing is said about
valence. The weights and scales are this project's own choice.
"""

import numpy as np
from jaxtyping import Float

from ksdiff.layers.emotion import EmotionRange
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.loudness import relative_loudness
from ksdiff.speech.prosody import VOICED, pitch

STEP, WINDOW = 1.0, 3.0  # s: a suggestion each second, of three seconds of voice
USUAL, WIDE = 2.5, 5.0  # semitones: standard deviation of pitch that counts as 0, and as 1
MOST = 0.6  # of what is suggested, either way
LEAST_VOICED = 0.5  # s of voice that a window needs


def suggest_arousal(samples: Float[np.ndarray, " N"]) -> tuple[EmotionRange, ...]:
    """Arousal of a voice over time, second by second, as emotions of neutral valence.

    The mean of two figures of three seconds: level about the voice's own mean (10 dB are 1), and the standard deviation
    of pitch (2.5 semitones are 0, 5 are 1); within ±`MOST`. Nothing is suggested where there is little voice.

    Args:
        samples: Mono sound at 16 kHz.
    """
    frames = max(1, round(len(samples) / SAMPLE_RATE * MOTION_RATE))
    times = np.arange(frames) / MOTION_RATE
    loudness = relative_loudness(samples, frames)
    logarithm, voicing = pitch(samples, times)
    voiced = voicing >= VOICED
    result = []
    for start in np.arange(0.0, frames / MOTION_RATE, STEP):
        near = voiced & (np.abs(times - start - STEP / 2) <= WINDOW / 2)
        if near.sum() < LEAST_VOICED * MOTION_RATE:
            continue
        spread = 12 / np.log(2) * float(logarithm[near].std())
        arousal = 0.5 * float(loudness[near].mean()) + 0.5 * (spread - USUAL) / (WIDE - USUAL)
        arousal = round(float(np.clip(arousal, -MOST, MOST)), 2)
        result.append(EmotionRange(float(start), float(start + STEP), valence=0.0, arousal=arousal, onset=STEP))
    return tuple(result)
