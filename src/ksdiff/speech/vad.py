"""Voice activity: what sounds, by energy; and where nobody speaks or sings, though something may sound."""

import numpy as np
from jaxtyping import Bool, Float
from numpy.lib.stride_tricks import sliding_window_view

from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.prosody import QUIETEST, VOICED, PitchTrack, level, track_pitch, usual_gain
from ksdiff.speech.silero import STEP, probability_times, speech_probability

VAD_STEP = 0.01  # s: resolution of the voice activity
PAUSE_RANGE = 30.0  # dB below the loud syllables
SPEECH = 0.2  # probability of speech from which somebody may speak
REACH = 0.3  # s around which nobody may speak or sing either: plosives and whispered ends of words are uncertain
LOWEST_SUNG = np.log(75.0)  # log Hz: hardly anybody sings below; engines and hums of the mains lie there


def activity(samples: Float[np.ndarray, " N"]) -> Bool[np.ndarray, " A"]:
    """Whether something sounds, every 10 ms: not more than 30 dB below the loud syllables."""
    loudness = level_track(samples)
    audible = loudness[loudness > QUIETEST]
    if len(audible) == 0:
        return np.zeros(len(loudness), bool)
    return loudness > max(QUIETEST, float(np.percentile(audible, 95)) - PAUSE_RANGE)


def silence(samples: Float[np.ndarray, " N"], frames: int, fps: float) -> Bool[np.ndarray, " T"]:
    """Whether nothing sounds within 20 ms of each of so many frames."""
    active = activity(samples)
    near = np.convolve(active, np.ones(5), "same") > 0
    index = np.round(np.arange(frames) / fps / VAD_STEP).astype(int)
    return ~near[np.minimum(index, len(near) - 1)]


def nobody_speaks(
    samples: Float[np.ndarray, " N"], frames: int, fps: float, pitch: PitchTrack | None = None
) -> Bool[np.ndarray, " T"]:
    """Whether each of so many frames is silent, or what sounds there can be neither speech nor singing.

    A held vowel is no speech to Silero VAD, but it opens a mouth; so a tone in the range of a voice is left to the
    model. Humming with closed lips cannot be told from it, nor a tone of an instrument that plays alone.

    Args:
        samples: Mono sound at 16 kHz.
        frames: How many.
        fps: Frames per second.
        pitch: The pitch of this sound, if it is known.
    """
    probability = speech_probability(samples, usual_gain(level_track(samples)))
    times = probability_times(len(probability))
    logarithm, voicing = (pitch or track_pitch(samples, times)).at(times)
    uttered = (probability >= SPEECH) | ((voicing >= VOICED) & (logarithm >= LOWEST_SUNG))
    step = STEP / SAMPLE_RATE
    reach = round(REACH / step)
    near = np.asarray(sliding_window_view(np.pad(uttered, reach), 2 * reach + 1).any(axis=-1))
    index = np.minimum((np.arange(frames) / fps / step).astype(int), len(uttered) - 1)
    return silence(samples, frames, fps) | ~near[index]


def level_track(samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " A"]:
    """RMS level every 10 ms, dB of full scale."""
    return level(samples, np.arange(max(1, int(len(samples) / SAMPLE_RATE / VAD_STEP))) * VAD_STEP)
