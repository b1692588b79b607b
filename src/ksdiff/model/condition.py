"""What the model is given besides noise: speech, words, style."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.motion import MOTION_RATE, Word
from ksdiff.speech.audio import SAMPLE_RATE

BYTES = 256  # a word is a sequence of UTF-8 bytes, so that any language can be written


@dataclass(frozen=True)
class Condition:
    """Speech, text and style of a batch of windows: arrays, or tensors in training. Times are s from its start.

    Attributes:
        features: Frozen speech features.
        prosody: Normalised log f0, normalised energy, voicing 0..1.
        speech_times: Centre of each speech frame.
        speech_mask: False where a speech frame is padding.
        text: Bytes of the words, 0..255.
        text_times: When each byte is spoken.
        text_mask: False where there is no byte; all False without a transcript.
        style: Number of the training speaker whose style to take, or the number of styles for the neutral average.
        frame_mask: False where a motion frame lies outside the sound.

    Axes: B batch, S speech frames, F features, L bytes, T motion frames.
    """

    features: Float[Any, "B S F"]
    prosody: Float[Any, "B S 3"]
    speech_times: Float[Any, "B S"]
    speech_mask: Bool[Any, "B S"]
    text: Int[Any, "B L"]
    text_times: Float[Any, "B L"]
    text_mask: Bool[Any, "B L"]
    style: Int[Any, " B"]
    frame_mask: Bool[Any, "B T"]

    def __len__(self) -> int:
        return len(self.features)


@dataclass(frozen=True)
class FrameGrid:
    """Where the frames of a frozen encoder lie in time.

    Attributes:
        first: Centre of the first frame, s.
        spacing: From one frame to the next, s.
    """

    first: float
    spacing: float

    @classmethod
    def of(cls, encoder: Mapping[str, Any]) -> "FrameGrid":
        """The grid of an encoder, from what `SpeechEncoder.record` says of it."""
        return cls((encoder["support"] - 1) / 2 / SAMPLE_RATE, encoder["stride"] / SAMPLE_RATE)


def text_bytes(words: tuple[Word, ...], start: float, end: float) -> tuple[list[int], list[float]]:
    """Bytes of the words spoken between two instants and when each is spoken, s from ``start``."""
    values, times = [], []
    for word in words:
        if word.end <= start or word.start >= end:
            continue
        encoded = word.text.lower().encode()
        for position, byte in enumerate(encoded):
            values.append(byte)
            times.append(word.start + (word.end - word.start) * (position + 0.5) / len(encoded) - start)
    return values, times


def condition_of(
    features: Float[np.ndarray, "S F"],
    prosody: Float[np.ndarray, "S 3"],
    words: tuple[Word, ...],
    grid: FrameGrid,
    start: int,
    frames: int,
    style: int,
    total: int,
) -> Condition:
    """Condition of one window, a batch of one; what lies outside the sound is masked.

    Args:
        features: Speech features of the whole sound.
        prosody: Prosody of the whole sound.
        words: All words of the sound.
        grid: Where the speech frames lie in time.
        start: First motion frame of the window; may be negative.
        frames: Motion frames of the window.
        style: Number of the style.
        total: Motion frames of the whole sound.
    """
    begin, length = start / MOTION_RATE, frames / MOTION_RATE
    first = int(np.floor((begin - grid.first) / grid.spacing))
    count = int(np.ceil(length / grid.spacing)) + 2
    index = np.arange(first, first + count)
    inside = (index >= 0) & (index < len(features))
    taken = np.clip(index, 0, len(features) - 1)
    text, text_times = text_bytes(words, begin, begin + length)
    times = np.arange(frames) + start
    return Condition(
        features=np.where(inside[:, None], features[taken], 0).astype(np.float32)[None],
        prosody=np.where(inside[:, None], prosody[taken], 0).astype(np.float32)[None],
        speech_times=(index * grid.spacing + grid.first - begin).astype(np.float32)[None],
        speech_mask=inside[None],
        text=np.array([text or [0]], np.int64),
        text_times=np.array([text_times or [0.0]], np.float32),
        text_mask=np.array([[True] * len(text) or [False]]),
        style=np.array([style], np.int64),
        frame_mask=((times >= 0) & (times < total))[None],
    )


def stack(conditions: list[Condition]) -> Condition:
    """One batch of windows of equal length; texts are padded."""
    longest = max(condition.text.shape[1] for condition in conditions)

    def pad(array: np.ndarray) -> np.ndarray:
        return np.pad(array, ((0, 0), (0, longest - array.shape[1])))

    joined = {}
    for name in vars(conditions[0]):
        parts = [getattr(condition, name) for condition in conditions]
        joined[name] = np.concatenate([pad(part) for part in parts] if name.startswith("text") else parts)
    return Condition(**joined)


def without_speech(condition: Condition) -> Condition:
    """What takes the place of a condition for guidance: zero features and no words, as training drops them."""
    return replace(
        condition,
        features=np.zeros_like(condition.features),
        prosody=np.zeros_like(condition.prosody),
        text_mask=np.zeros_like(condition.text_mask),
    )
