"""Statistics of a voice that are known so far, in place of those of a whole sound."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.speech.prosody import ACTIVE_RANGE, MIN_SPREAD, QUIETEST, Scale

MEMORY = 30.0  # s after which what was heard weighs 1/e: a voice may come nearer, another person may speak
# What is taken for known before anybody speaks, and how long a voice speaks until it weighs as much as this, s.
USUAL_LOUDEST, LOUDEST_WEIGHT = -23.0, 0.4  # dB of full scale
USUAL_PITCH, PITCH_WEIGHT = np.log(160.0), 0.15  # log Hz: between the usual voices of men and women
USUAL_ENERGY, ENERGY_WEIGHT = -9.0, 0.4  # dB: mean of speech below the loud syllables
USUAL_SPREAD, SPREAD_WEIGHT = (0.2, 8.0), 2.0  # of log f0 and of energy, dB
_BINS = np.arange(QUIETEST, 1.0)  # dB


class RunningLevels:
    """Levels of speech so far, as a histogram that forgets."""

    def __init__(self, spacing: float) -> None:
        """``spacing`` of the levels that `add` is given, s."""
        self._spacing = spacing
        self._seconds = np.zeros(len(_BINS))

    def add(self, loudness: Float[np.ndarray, " S"], spoken: Bool[np.ndarray, " S"]) -> None:
        """Add levels, dB of full scale, of which those that are spoken count."""
        self._seconds *= np.exp(-self._spacing * len(loudness) / MEMORY)
        counted = loudness[spoken & (loudness > QUIETEST)]
        np.add.at(self._seconds, np.clip(np.round(counted - QUIETEST).astype(int), 0, len(_BINS) - 1), self._spacing)

    @property
    def loudest(self) -> float:
        """Level of loud syllables, dB of full scale."""
        total = float(self._seconds.sum())
        if total == 0:
            return USUAL_LOUDEST
        found = _BINS[int(np.searchsorted(np.cumsum(self._seconds), 0.95 * total))]
        return float((USUAL_LOUDEST * LOUDEST_WEIGHT + found * total) / (LOUDEST_WEIGHT + total))

    @property
    def scale(self) -> Scale:
        """Mean and spread of the levels that are no pauses."""
        loudest = self.loudest
        weights = np.where(loudest - ACTIVE_RANGE < _BINS, self._seconds, 0.0)
        total = float(weights.sum())
        usual = loudest + USUAL_ENERGY
        mean = (usual * ENERGY_WEIGHT + float(weights @ _BINS)) / (ENERGY_WEIGHT + total)
        square = USUAL_SPREAD[1] ** 2 * SPREAD_WEIGHT + float(weights @ (_BINS - mean) ** 2)
        return Scale(mean, max(float(np.sqrt(square / (SPREAD_WEIGHT + total))), MIN_SPREAD[1]))


class RunningPitch:
    """Pitch of a voice so far: mean and spread that forget."""

    def __init__(self, spacing: float) -> None:
        """``spacing`` of the pitches that `add` is given, s."""
        self._spacing = spacing
        self._sums = np.zeros(3)  # s; s · log Hz; s · (log Hz)²

    def add(self, logarithm: Float[np.ndarray, " S"], voiced: Bool[np.ndarray, " S"]) -> None:
        """Add log f0, log Hz, of which the voiced ones count."""
        self._sums *= np.exp(-self._spacing * len(logarithm) / MEMORY)
        counted = logarithm[voiced]
        self._sums += self._spacing * np.array([len(counted), counted.sum(), (counted**2).sum()])

    @property
    def scale(self) -> Scale:
        """Mean and spread, log Hz."""
        seconds, total, squares = self._sums
        mean = (USUAL_PITCH * PITCH_WEIGHT + total) / (PITCH_WEIGHT + seconds)
        around = max(squares - 2 * mean * total + seconds * mean**2, 0.0)
        spread = np.sqrt((USUAL_SPREAD[0] ** 2 * SPREAD_WEIGHT + around) / (SPREAD_WEIGHT + seconds))
        return Scale(float(mean), max(float(spread), MIN_SPREAD[0]))
