"""Voice activity: what sounds, by energy; and where nobody speaks or sings, though something may sound."""

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.lib.stride_tricks import sliding_window_view

from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.prosody import QUIETEST, VOICED, PitchTrack, gain_of, level, loud_level, track_pitch, usual_gain
from ksdiff.speech.silero import STEP, probability_times, speech_probability

VAD_STEP = 0.01  # s: resolution of the voice activity
PAUSE_RANGE = 30.0  # dB below the loud syllables
SPEECH = 0.2  # probability of speech from which somebody may speak
REACH = 0.3  # s around which nobody may speak or sing either: plosives and whispered ends of words are uncertain
# A line far quieter than the rest of the sound, as a murmur after a shout: down to so many dB below the loud syllables;
# in what else would be a pause of so long, s; surely speech, by its probability, for so long, s.
QUIET_RANGE, QUIET_PAUSE, QUIET_SPEECH, QUIET_LEAST = 40.0, 0.5, 0.5, 0.3
LOWEST_SUNG = np.log(75.0)  # log Hz: hardly anybody sings below; engines and hums of the mains lie there


def activity(samples: Float[np.ndarray, " N"]) -> Bool[np.ndarray, " A"]:
    """Whether something sounds, every 10 ms: not more than 30 dB below the loud syllables."""
    loudness = level_track(samples)
    return loudness > max(QUIETEST, loud_level(loudness) - PAUSE_RANGE)


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

    What is silent beside the loud syllables of the sound may be a line of its own, far quieter: `quiet_lines`.

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
    murmured = quiet_lines(samples)
    spoken = murmured[np.minimum(np.round(np.arange(frames) / fps / VAD_STEP).astype(int), len(murmured) - 1)]
    return (silence(samples, frames, fps) | ~near[index]) & ~spoken


def quiet_lines(samples: Float[np.ndarray, " N"]) -> Bool[np.ndarray, " A"]:
    """Whether somebody speaks in what is a pause beside the loud syllables, every 10 ms.

    Such stretches are heard for themselves, each brought to the usual level.

    Args:
        samples: Mono sound at 16 kHz.
    """
    loudness = level_track(samples)
    step, quietest = round(VAD_STEP * SAMPLE_RATE), max(QUIETEST, loud_level(loudness) - QUIET_RANGE)
    result = np.zeros(len(loudness), bool)
    for first, last in _stretches(~activity(samples), QUIET_PAUSE / VAD_STEP):
        own = float(np.percentile(loudness[first:last], 95))
        if own < quietest:
            continue
        probability = speech_probability(samples[first * step : last * step], gain_of(own))
        seconds = _stretches(probability >= QUIET_SPEECH, QUIET_LEAST * SAMPLE_RATE / STEP) * STEP / SAMPLE_RATE
        for start, end in seconds:
            begin, stop = (first + round(float(time) / VAD_STEP) for time in (start - REACH, end + REACH))
            result[max(first, begin) : min(last, stop)] = True
    return result


def _stretches(where: Bool[np.ndarray, " A"], least: float) -> Int[np.ndarray, "S 2"]:
    """First steps of stretches at least so long, and those after their last."""
    edges = np.flatnonzero(np.diff(where.astype(int), prepend=0, append=0))
    firsts, stops = edges[::2], edges[1::2]
    return np.stack([firsts, stops], axis=1)[stops - firsts >= least]


def level_track(samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " A"]:
    """RMS level every 10 ms, dB of full scale."""
    return level(samples, np.arange(max(1, int(len(samples) / SAMPLE_RATE / VAD_STEP))) * VAD_STEP)
