"""Prosody: pitch, energy and voicing, in scales that depend neither on the voice nor on the microphone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import swift_f0
from jaxtyping import Float

from ksdiff.files import release
from ksdiff.speech.audio import SAMPLE_RATE

PITCH_RANGE = (50.0, 600.0)  # Hz: from a creaking low voice to a child's
VOICED = 0.5  # swift-f0 is calibrated so that a frame is voiced from this confidence on
ENERGY_WINDOW = 400  # samples: 25 ms
CLIP = 3.0  # standard deviations
QUIETEST = -60.0  # dB of full scale: below is silence in any recording
_USUAL = -20.0  # dB of full scale: level of loud syllables that the pitch network is given
ACTIVE_RANGE = 40.0  # dB: frames quieter than the loudest by more are pauses
MIN_SPREAD = (
    0.03,
    3.0,
)  # of log-f0 (half a semitone) and of energy (dB), so that a monotone is not blown up
_HOP = 256  # samples from one pitch frame to the next
_BLOCK = 7500  # pitch frames handled at once: two minutes
_LEFT, _RIGHT = 11, 10  # pitch frames around a block within the network's reach


@dataclass(frozen=True)
class Scale:
    """What a voice's pitch, log Hz, or level, dB, is measured by: its own mean and spread."""

    mean: float
    spread: float

    def of(self, values: Float[np.ndarray, " S"]) -> Float[np.ndarray, " S"]:
        """Values in standard deviations from the mean, clipped to ±3."""
        return np.clip((values - self.mean) / self.spread, -CLIP, CLIP)


@dataclass(frozen=True)
class PitchTrack:
    """The pitch of a sound, every 16 ms.

    Attributes:
        logarithm: Log-f0, log Hz; of no meaning where unvoiced.
        voicing: Probability that the voice sounds.
    """

    logarithm: Float[np.ndarray, " P"]
    voicing: Float[np.ndarray, " P"]

    @classmethod
    def joined(cls, parts: Sequence["PitchTrack"]) -> "PitchTrack":
        """The parts of a sound, in order."""
        return cls(np.concatenate([p.logarithm for p in parts]), np.concatenate([p.voicing for p in parts]))

    def at(self, times: Float[np.ndarray, " S"]) -> tuple[Float[np.ndarray, " S"], Float[np.ndarray, " S"]]:
        """Log-f0 and voicing at given instants, s."""
        grid = np.arange(len(self.logarithm)) * _HOP / SAMPLE_RATE
        # Only voiced neighbours say anything about the pitch between two frames.
        voiced = (self.voicing >= VOICED).astype(float)
        weight = np.interp(times, grid, voiced)
        logarithm = np.interp(times, grid, self.logarithm * voiced) / np.maximum(weight, 1e-9)
        return logarithm, np.interp(times, grid, self.voicing)


def prosody(
    samples: Float[np.ndarray, " N"], times: Float[np.ndarray, " S"], pitch: PitchTrack | None = None
) -> Float[np.ndarray, "S 3"]:
    """Pitch, energy and voicing at given instants, in bounded working memory.

    Args:
        samples: Mono sound at 16 kHz.
        times: Instants, s, in rising order.
        pitch: `track_pitch` of this sound at these instants, if it is known.

    Returns:
        Three columns. Pitch: log-f0, z-scored over the voiced frames of this sound, 0 where unvoiced.
        Energy: log RMS of 25 ms, z-scored over the frames that are not pauses; pauses lie below. Both are
            clipped to ±3.
        Voicing: the probability that the voice sounds, 0..1. In silence they are 0, -3 and 0.
    """
    loudness = level(samples, times)
    loudest = loud_level(loudness)
    active = loudness > loudest - ACTIVE_RANGE
    logarithm, voicing = (pitch or _track(samples, usual_gain(loudness))).at(times)
    voiced = voicing >= VOICED
    return np.stack(
        [
            np.where(voiced, _scored(logarithm, voiced, MIN_SPREAD[0], 0.0), 0.0),
            _scored(loudness, active, MIN_SPREAD[1], -CLIP),
            voicing,
        ],
        axis=1,
    ).astype(np.float32)


def track_pitch(
    samples: Float[np.ndarray, " N"], times: Float[np.ndarray, " S"], gain: float | None = None
) -> PitchTrack:
    """The pitch of a sound.

    Args:
        samples: Mono sound at 16 kHz.
        times: Instants, s, in rising order, at which it is found how loud the sound is.
        gain: What the samples are multiplied by; what brings loud syllables to the usual level if None.
    """
    return _track(samples, usual_gain(level(samples, times)) if gain is None else gain)


def pitch(
    samples: Float[np.ndarray, " N"], times: Float[np.ndarray, " S"], gain: float | None = None
) -> tuple[Float[np.ndarray, " S"], Float[np.ndarray, " S"]]:
    """Log-f0, log Hz (of no meaning where unvoiced), and the probability that the voice sounds, at given instants.

    Args:
        samples: Mono sound at 16 kHz.
        times: Instants, s, in rising order.
        gain: What the samples are multiplied by; what brings loud syllables to the usual level if None.
    """
    return _track(samples, usual_gain(level(samples, times)) if gain is None else gain).at(times)


def usual_gain(loudness: Float[np.ndarray, " S"]) -> float:
    """What brings loud syllables, of a level in dB of full scale, to the level that networks are given."""
    return gain_of(loud_level(loudness))


def gain_of(loudest: float) -> float:
    """What brings syllables of a level, dB of full scale, to the level that networks are given."""
    return 10 ** ((_USUAL - loudest) / 20)


def loud_level(loudness: Float[np.ndarray, " S"]) -> float:
    """Level of loud syllables, dB of full scale; infinite in silence."""
    audible = loudness[loudness > QUIETEST]
    return float(np.percentile(audible, 95)) if len(audible) else np.inf


def _scored(values: np.ndarray, chosen: np.ndarray, least_spread: float, otherwise: float) -> np.ndarray:
    """Distance from the mean of the chosen in standard deviations; ``otherwise`` where none is chosen."""
    if not chosen.any():
        return np.full(len(values), otherwise)
    return Scale(values[chosen].mean(), max(float(values[chosen].std()), least_spread)).of(values)


@lru_cache(maxsize=1)
def _detector() -> swift_f0.SwiftF0:
    return swift_f0.SwiftF0(threads=1, spin=False)


def pitch_parts(samples: Float[np.ndarray, " N"], times: Float[np.ndarray, " S"]) -> list[Callable[[], PitchTrack]]:
    """`track_pitch` in parts of two minutes, to be computed by themselves and then joined.

    Args:
        samples: Mono sound at 16 kHz.
        times: Instants, s, in rising order, at which it is found how loud the sound is.
    """
    return _parts(samples, usual_gain(level(samples, times)))


def _track(samples: np.ndarray, gain: float) -> PitchTrack:
    return PitchTrack.joined([part() for part in _parts(samples, gain)])


def _parts(samples: np.ndarray, gain: float) -> list[Callable[[], PitchTrack]]:
    count = max(1, len(samples) // _HOP)
    return [partial(_part, samples, gain, start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK)]


def _part(samples: np.ndarray, gain: float, start: int, stop: int) -> PitchTrack:
    left = max(start - _LEFT, 0)
    heard = samples[left * _HOP : (stop + _RIGHT) * _HOP] * np.float32(gain)
    found = _detector().detect(heard, SAMPLE_RATE, *PITCH_RANGE)
    own = slice(start - left, stop - left)
    return PitchTrack(np.log(found.pitch_hz[own]), np.asarray(found.confidence[own]))


def level(samples: Float[np.ndarray, " N"], times: Float[np.ndarray, " S"]) -> Float[np.ndarray, " S"]:
    """RMS level of 25 ms around instants in rising order, dB of full scale, not below -100."""
    centres = np.round(np.asarray(times) * SAMPLE_RATE).astype(np.int64)
    level = np.empty(len(centres))
    for start in range(0, len(centres), 4096):
        chosen = centres[start : start + 4096]
        first = int(np.clip(chosen[0] - ENERGY_WINDOW // 2, 0, len(samples)))
        last = int(np.clip(chosen[-1] + ENERGY_WINDOW // 2, first, len(samples)))
        summed = np.concatenate([[0.0], np.cumsum(np.square(samples[first:last], dtype=np.float64))])
        low, high = (
            np.clip(chosen + side - first, 0, last - first) for side in (-ENERGY_WINDOW // 2, ENERGY_WINDOW // 2)
        )
        level[start : start + 4096] = (summed[high] - summed[low]) / ENERGY_WINDOW
        release(samples)
    return 10 * np.log10(np.maximum(level, 1e-10))
