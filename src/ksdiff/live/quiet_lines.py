"""Lines far quieter than the voice so far, such as a murmur after a shout: `ksdiff.speech.vad.quiet_lines`, live."""

import numpy as np
from jaxtyping import Float

from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.prosody import QUIETEST, gain_of
from ksdiff.speech.silero import STEP, SpeechDetector
from ksdiff.speech.vad import PAUSE_RANGE, QUIET_LEAST, QUIET_PAUSE, QUIET_RANGE, QUIET_SPEECH, REACH, VAD_STEP

_REMEMBERED = 2.0  # s: how long a line's level is measured, and for which its speaker may pause
_STEPS = SAMPLE_RATE / STEP  # of the detector, per second


class QuietLines:
    """Hears whether somebody speaks in what is a pause beside the voice so far.

    Such a line begins later than in whole sounds, by the time in which it shows to be speech. Once it is known, what
    follows a short pause is spoken at once.
    """

    def __init__(self) -> None:
        """Nothing has been heard."""
        self._levels = np.zeros(0)  # of the pause, or of the line in it, dB of full scale
        self._forget()

    def hear(self, block: Float[np.ndarray, " N"], loudness: Float[np.ndarray, " A"], loudest: float) -> bool:
        """Whether somebody speaks such a line at the end of what is heard.

        Args:
            block: What follows: whole steps of the detector.
            loudness: Levels of about the same time, every 10 ms, dB of full scale.
            loudest: Level of the loud syllables so far, dB of full scale.
        """
        if not self._known and (loudness > max(QUIETEST, loudest - PAUSE_RANGE)).any():
            self._levels = np.zeros(0)
        else:
            self._levels = np.concatenate([self._levels, loudness])[-round(_REMEMBERED / VAD_STEP) :]
        count = len(self._levels)
        own = np.sort(self._levels)[int(0.95 * count)] if count else -np.inf
        quietest = max(QUIETEST, loudest - QUIET_RANGE)
        if count < QUIET_PAUSE / VAD_STEP or own < quietest:
            self._forget()
            return False
        audible = (
            self._levels[-round(QUIET_LEAST / VAD_STEP) :].max() >= quietest
        )  # now, not only the voice's last sounds
        if len(block):
            self._detector = self._detector or SpeechDetector()
            for probability in self._detector.hear(block * np.float32(gain_of(float(own)))):
                surely = bool(audible and probability >= QUIET_SPEECH)
                self._row, self._since = (self._row + 1, 0) if surely else (0, self._since + 1)
                self._known |= self._row >= QUIET_LEAST * _STEPS
            self._known &= self._since < _REMEMBERED * _STEPS
        return self._known and self._since <= REACH * _STEPS

    def _forget(self) -> None:
        self._detector: SpeechDetector | None = None
        self._known = False  # whether a line is spoken, or was just now
        self._row = self._since = 0  # steps of sure speech up to now, and steps since it
