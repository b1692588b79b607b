"""What the model reads of a sound that still comes: the speech encoder's features, prosody, and where nobody speaks.

Nothing here knows the future: each value depends on the sound up to the end of the hop's look-ahead alone.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy.lib.stride_tricks import sliding_window_view

from ksdiff.live.quiet_lines import QuietLines
from ksdiff.live.running import RunningLevels, RunningPitch
from ksdiff.live.settings import StreamSettings
from ksdiff.model.condition import Condition, FrameGrid, condition_of
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.audio import SAMPLE_RATE, SAMPLES_PER_FRAME
from ksdiff.speech.encoder import SpeechEncoder
from ksdiff.speech.prosody import CLIP, ENERGY_WINDOW, VOICED, gain_of, level, track_pitch
from ksdiff.speech.silero import STEP, SpeechDetector
from ksdiff.speech.streaming_encoder import StreamingEncoder, streaming_encoder_of
from ksdiff.speech.vad import LOWEST_SUNG, PAUSE_RANGE, QUIETEST, REACH, SPEECH, VAD_STEP

_PITCH_CONTEXT = 0.2  # s of sound before the first pitch that is renewed: the network's reach
_REMEMBERED = 2.0  # s for which it is known where something sounded
_LEVEL_STEP = round(VAD_STEP * SAMPLE_RATE)
_PHRASE_RANGE = 10.0  # dB below the loud syllables: the loudest sounds of ordinary phrases are not quieter
_SPOKEN_REACH = 1.0  # s after speech that still count for the statistics of levels: short pauses do, as in whole sounds


@dataclass(frozen=True)
class Quiet:
    """Where nobody speaks, for the frames of a hop and of its look-ahead.

    Attributes:
        now: For the frames of the hop.
        until: Time from each of them to the next frame in which somebody speaks, s; infinite if none is in sight.
    """

    now: Bool[np.ndarray, " H"]
    until: Float[np.ndarray, " H"]


class Hearing:
    """What one session has heard. The time before its beginning counts as silence."""

    def __init__(
        self,
        encoder: SpeechEncoder,
        settings: StreamSettings,
        heard: int = 0,
        levels: RunningLevels | None = None,
        pitch: RunningPitch | None = None,
    ) -> None:
        """Nothing but silence is heard yet.

        Args:
            encoder: Gives the features; sessions may share it.
            settings: How much is heard at once.
            heard: How long the silence was, samples.
            levels: What is known of the voice's level; the usual if None.
            pitch: The same of its pitch.
        """
        self._encoder, self._settings = encoder, settings
        self._grid = FrameGrid.of(encoder.record)
        spacing = encoder.stride / SAMPLE_RATE
        self._context = round(settings.context / spacing)  # encoder's frames that are encoded again
        self._settle = round(settings.settle / spacing)
        kept = round(settings.window / MOTION_RATE / spacing) + 3
        reach = max(self._context * encoder.stride + encoder.support, round((settings.settle + 0.4) * SAMPLE_RATE))
        self.heard = heard  # samples since the beginning
        self._samples = np.zeros(reach, np.float32)  # the last that were heard
        self._features = np.zeros((kept, encoder.width), np.float32)
        self._logarithm, self._voicing = np.zeros(kept), np.zeros(kept)
        self._loudness = np.full(kept, -100.0)
        self._last = (heard - encoder.support) // encoder.stride  # number of the encoder's last whole frame
        self._streaming = streaming_encoder_of(encoder)
        self._memory = StreamingEncoder.beginning()
        self._settled = self._last + 1 - self._context  # frames before this one will not be encoded again
        self._levels, self._pitch = levels or RunningLevels(spacing), pitch or RunningPitch(spacing)
        self._detector, self._quiet_lines = SpeechDetector(), QuietLines()
        self._undetected = np.zeros(heard % STEP, np.float32)
        self._spoken_until = -np.inf  # samples: end of the last step in which somebody spoke
        # Where something sounded, and where somebody uttered something, one value for each step up to now.
        self._active = np.zeros(round(_REMEMBERED / VAD_STEP), dtype=bool)
        self._active_until = (heard - ENERGY_WINDOW // 2) // _LEVEL_STEP * _LEVEL_STEP
        self._uttered = np.zeros(round(_REMEMBERED * SAMPLE_RATE / STEP), dtype=bool)
        self._uttered_until = heard // STEP * STEP
        self._encode(self._last, renewed=kept)

    def hear(self, block: Float[np.ndarray, " N"]) -> None:
        """Hear what follows.

        Args:
            block: Mono sound at 16 kHz, shorter than what is kept.
        """
        self.heard += len(block)
        self._samples = np.concatenate([self._samples, block])[-len(self._samples) :]
        steps, spoken = self._detect(block)
        last = (self.heard - self._encoder.support) // self._encoder.stride
        fresh = last - self._last
        if fresh > 0:
            self._last = last
            for name in ("_features", "_logarithm", "_voicing", "_loudness"):
                kept = getattr(self, name)
                setattr(self, name, np.concatenate([kept[fresh:], np.repeat(kept[-1:], fresh, axis=0)]))
            self._measure(last, fresh)
            self._encode(last, max(self._settle, fresh))
        uttered = spoken | self._sung(steps)
        self._uttered = np.concatenate([self._uttered, uttered])[-len(self._uttered) :]

    def silenced(self, heard: int) -> "Hearing":
        """The same listener, who knows the voice as before, at an instant before which there was only silence.

        Args:
            heard: The instant, samples from the beginning.
        """
        return Hearing(self._encoder, self._settings, heard, self._levels, self._pitch)

    def condition(self, frame: int, style: int) -> Condition:
        """What the model reads of the window whose hop begins with a frame."""
        settings = self._settings
        start = frame - settings.past
        first = self._last - len(self._features) + 1
        prosody = np.stack(
            [
                np.where(self._voicing >= VOICED, self._pitch.scale.of(self._logarithm), 0.0),
                np.where(self._loudness > QUIETEST, self._levels.scale.of(self._loudness), -CLIP),
                self._voicing,
            ],
            axis=1,
        )
        begin = self._grid.first + first * self._grid.spacing - start / MOTION_RATE
        return condition_of(
            self._features.astype(np.float16), prosody, (), FrameGrid(begin, self._grid.spacing), 0, settings.window,
            style, settings.window,
        )  # fmt: skip

    def quiet(self, frame: int) -> Quiet:
        """Where nobody speaks in the hop that begins with a frame."""
        count = self._settings.hop + self._settings.lookahead - 1
        instants = (frame + np.arange(count)) * SAMPLES_PER_FRAME
        near = np.asarray(sliding_window_view(np.pad(self._active, 2), 5).any(axis=1))
        index = len(near) - 1 - np.round((self._active_until - instants) / _LEVEL_STEP).astype(int)
        sounds = near[np.clip(index, 0, len(near) - 1)]
        reach = round(REACH * SAMPLE_RATE / STEP)
        uttered = np.asarray(sliding_window_view(np.pad(self._uttered, reach), 2 * reach + 1).any(axis=1))
        index = len(uttered) - 1 - (self._uttered_until - 1 - instants) // STEP
        speaks = sounds & uttered[np.clip(index, 0, len(uttered) - 1)]
        following = np.where(speaks, np.arange(count), 10**9)
        following = np.minimum.accumulate(following[::-1])[::-1]
        until = np.where(following < 10**9, (following - np.arange(count)) / MOTION_RATE, np.inf)
        hop = slice(0, self._settings.hop)
        return Quiet(~speaks[hop], until[hop])

    @property
    def _phrase_level(self) -> float:
        """What the encoder takes for the level of loud syllables, dB of full scale.

        It is that of the voice so far, but for phrases that are far quieter, to which features would be given that the
        model has never heard: the head then leaps. Whole sounds are heard beside what is loud in the same 10 s.
        """
        loudest = self._levels.loudest
        phrase = float(self._loudness[-self._settle :].max()) + _PHRASE_RANGE
        return min(max(phrase, loudest - PAUSE_RANGE), loudest)

    def _encode(self, last: int, renewed: int) -> None:
        """Encode the latest frames again, and renew the last features."""
        encoder, end = self._encoder, len(self._samples)
        beyond = self.heard - (last * encoder.stride + encoder.support)  # samples of a frame that is not whole yet
        stop = end - beyond
        count = self._context if self._streaming is None else last + 1 - self._settled
        heard = self._samples[max(stop - (count - 1) * encoder.stride - encoder.support, 0) : stop]
        if self._streaming is None:
            features = encoder.encode_at_once(heard)
        else:
            settled = last + 1 - self._settle - self._settled
            features, self._memory = self._streaming.encode(heard, self._memory, settled, self._phrase_level)
            self._settled += settled
            renewed = max(renewed, count)
        count = min(renewed, len(features), len(self._features))
        self._features[-count:] = features[-count:]
        if renewed >= len(self._features):
            self._features[:-count] = features[0]

    def _measure(self, last: int, fresh: int) -> None:
        """Pitch and level of the last frames; the statistics take those that will not be renewed any more."""
        encoder, settle = self._encoder, self._settle
        origin = self.heard - len(self._samples)
        centres = (last + 1 - settle + np.arange(settle)) * encoder.stride + (encoder.support - 1) / 2
        times = (centres - origin) / SAMPLE_RATE
        first = max(0, int((times[0] - _PITCH_CONTEXT) * SAMPLE_RATE))
        gain = gain_of(self._levels.loudest)
        times_within = times - first / SAMPLE_RATE
        logarithm, voicing = track_pitch(self._samples[first:], times_within, gain).at(times_within)
        self._logarithm[-settle:], self._voicing[-settle:] = logarithm, voicing
        if fresh == 0:
            return
        self._loudness[-fresh:] = level(self._samples, times[-fresh:])
        spoken = centres[-fresh:] <= self._spoken_until + _SPOKEN_REACH * SAMPLE_RATE
        self._levels.add(self._loudness[-fresh:], spoken)
        settled = slice(-settle, -settle + fresh if fresh < settle else None)
        self._pitch.add(self._logarithm[settled], self._voicing[settled] >= VOICED)

    def _detect(self, block: np.ndarray) -> tuple[np.ndarray, Bool[np.ndarray, " P"]]:
        """Where something sounds; and the beginnings of the detector's next steps, with whether somebody speaks."""
        loudest = self._levels.loudest
        origin = self.heard - len(self._samples)
        count = max(0, (self.heard - ENERGY_WINDOW // 2 - self._active_until) // _LEVEL_STEP)
        centres = self._active_until + _LEVEL_STEP * np.arange(1, count + 1)
        loudness = level(self._samples, (centres - origin) / SAMPLE_RATE)
        waiting = np.concatenate([self._undetected, block])
        whole = len(waiting) // STEP * STEP
        self._undetected = waiting[whole:]
        murmured = self._quiet_lines.hear(waiting[:whole], loudness, loudest)
        active = (loudness > max(QUIETEST, loudest - PAUSE_RANGE)) | murmured
        self._active = np.concatenate([self._active, active])[-len(self._active) :]
        self._active_until += _LEVEL_STEP * count
        steps = self._uttered_until + STEP * np.arange(whole // STEP)
        if whole == 0:
            return steps, np.zeros(0, dtype=bool)
        spoken = (self._detector.hear(waiting[:whole] * np.float32(gain_of(loudest))) >= SPEECH) | murmured
        if spoken.any():
            self._spoken_until = steps[spoken][-1] + STEP
        self._uttered_until += whole
        return steps, spoken

    def _sung(self, steps: np.ndarray) -> Bool[np.ndarray, " P"]:
        """Whether a voice sounds in steps of the detector, by the pitch that was measured last."""
        centres = (self._last + 1 - len(self._voicing) + np.arange(len(self._voicing))) * self._encoder.stride
        centres = centres + (self._encoder.support - 1) / 2
        middles = steps + STEP / 2
        voicing = np.interp(middles, centres, self._voicing)
        logarithm = np.interp(middles, centres, self._logarithm)
        return (voicing >= VOICED) & (logarithm >= LOWEST_SUNG)
