"""What the model is given besides noise: speech, words, style."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ksdiff.motion import MOTION_RATE, Word
from ksdiff.speech.audio import SAMPLE_RATE

BYTES = 256  # a word is a sequence of UTF-8 bytes, so that any language can be written


@dataclass(frozen=True)
class Condition:
    """Speech, text and style of a batch of windows. Times are s from the start of the window.

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

    features: Float[Tensor, "B S F"]
    prosody: Float[Tensor, "B S 3"]
    speech_times: Float[Tensor, "B S"]
    speech_mask: Bool[Tensor, "B S"]
    text: Int[Tensor, "B L"]
    text_times: Float[Tensor, "B L"]
    text_mask: Bool[Tensor, "B L"]
    style: Int[Tensor, " B"]
    frame_mask: Bool[Tensor, "B T"]

    def __len__(self) -> int:
        return len(self.features)

    def to(self, device: torch.device | str) -> "Condition":
        """The same on another device."""
        return Condition(**{name: value.to(device) for name, value in vars(self).items()})


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
    values, times = text_bytes(words, begin, begin + length)
    return Condition(
        features=torch.from_numpy(np.where(inside[:, None], features[taken], 0).astype(np.float32))[None],
        prosody=torch.from_numpy(np.where(inside[:, None], prosody[taken], 0).astype(np.float32))[None],
        speech_times=torch.from_numpy((index * grid.spacing + grid.first - begin).astype(np.float32))[None],
        speech_mask=torch.from_numpy(inside)[None],
        text=torch.tensor([values or [0]]),
        text_times=torch.tensor([times or [0.0]], dtype=torch.float32),
        text_mask=torch.tensor([[True] * len(values) or [False]]),
        style=torch.tensor([style]),
        frame_mask=((torch.arange(frames) + start >= 0) & (torch.arange(frames) + start < total))[None],
    )


def stack(conditions: list[Condition]) -> Condition:
    """One batch of windows of equal length; texts are padded."""
    longest = max(condition.text.shape[1] for condition in conditions)

    def pad(tensor: Tensor) -> Tensor:
        return torch.nn.functional.pad(tensor, (0, longest - tensor.shape[1]))

    joined = {}
    for name in vars(conditions[0]):
        parts = [getattr(condition, name) for condition in conditions]
        joined[name] = torch.cat([pad(part) for part in parts] if name.startswith("text") else parts)
    return Condition(**joined)


def interpolate_tokens(
    tokens: Float[Tensor, "B N D"],
    token_times: Float[Tensor, "B N"],
    times: Float[Tensor, " T"],
    mask: Bool[Tensor, "B N"] | None = None,
) -> Float[Tensor, "B T D"]:
    """Linear interpolation of evenly spaced tokens at given instants, s; beyond the ends the nearest token.

    With a mask, the ends are the first and the last token that it keeps.
    """
    count = tokens.shape[1]
    if count == 1:
        return tokens.expand(-1, len(times), -1)
    start = token_times[:, :1]
    step = (token_times[:, -1:] - start) / (count - 1)
    position = (times[None] - start) / step
    if mask is None:
        position = position.clamp(0, count - 1)
    else:
        first = mask.int().argmax(dim=1, keepdim=True)
        last = count - 1 - mask.flip(1).int().argmax(dim=1, keepdim=True)
        position = position.maximum(first).minimum(last)
    lower = position.floor().long().clamp(max=count - 2)
    fraction = (position - lower).unsqueeze(-1).to(tokens.dtype)
    index = lower.unsqueeze(-1).expand(-1, -1, tokens.shape[-1])
    return torch.gather(tokens, 1, index) * (1 - fraction) + torch.gather(tokens, 1, index + 1) * fraction
