"""Keyframe Establishment Learning (paper §2.2): which frames move most, each predicted from those before it."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.attention import Attention, FeedForward, KeysValues, after, distance_bias, mask_keys, slopes
from ksdiff.model.condition import Condition
from ksdiff.model.config import START, ModelConfig
from ksdiff.model.text import TEXT_RATE, text_bias


def causal_bias(frames: int, num_heads: int, window: int) -> Float[Tensor, "H T T"]:
    """Past frames fade with distance; future frames, and past ones beyond the window, are not seen."""
    offset = torch.arange(frames)[:, None] - torch.arange(frames)[None, :]
    bias = -slopes(num_heads)[:, None, None] * offset
    return bias.masked_fill((offset < 0) | (offset >= window), -math.inf)


class KeyframeLayer(nn.Module):
    """Causal self-attention over past keyframes, cross-attention to speech and to words, feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, heads, dropout = config.keyframe_hidden_dim, config.keyframe_num_heads, config.dropout
        self.self_norm, self.speech_norm, self.text_norm, self.norm = (nn.LayerNorm(width) for _ in range(4))
        self.self_attention = Attention(width, heads)
        self.speech_attention = Attention(width, heads)
        self.text_attention = Attention(width, heads) if config.transcript else None
        self.feed_forward = FeedForward(width, 2, dropout)

    def memory(self, speech: Float[Tensor, "B S D"], text: Float[Tensor, "B M D"] | None) -> list[KeysValues]:
        """Keys and values of speech and of words, the same for every frame."""
        result = [self.speech_attention.keys_values(speech)]
        if self.text_attention is not None and text is not None:
            result.append(self.text_attention.keys_values(text))
        return result

    def forward(
        self,
        x: Float[Tensor, "B T D"],
        past: KeysValues,
        self_bias: Tensor,
        memory: list[KeysValues],
        biases: list[Tensor],
    ) -> Float[Tensor, "B T D"]:
        """One layer for the frames in ``x``; ``past`` holds the keys and values of all frames they may see."""
        x = x + self.self_attention.attend(self.self_norm(x), past, self_bias)
        x = x + self.speech_attention.attend(self.speech_norm(x), memory[0], biases[0])
        if self.text_attention is not None and len(memory) > 1:
            x = x + self.text_attention.attend(self.text_norm(x), memory[1], biases[1])
        return x + self.feed_forward(self.norm(x))


@dataclass(frozen=True)
class Memory:
    """What the frames of a window attend to, computed once.

    Attributes:
        speech: Narrowed features, which are also added to each frame's input.
        keys_values: For each layer, keys and values of speech and of words.
        biases: Of the attentions to them.
    """

    speech: Float[Tensor, "B T d"]
    keys_values: list[list[KeysValues]]
    biases: list[Tensor]


class KeyframePredictor(nn.Module):
    """Autoregressive predictor of one path's keyframes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.keyframe_hidden_dim
        self.config = config
        self.previous = nn.Embedding(3, width)
        self.speech = nn.Linear(config.hidden_dim, width)
        self.text = nn.Linear(config.hidden_dim, width) if config.transcript else None
        self.layers = nn.ModuleList(KeyframeLayer(config) for _ in range(config.keyframe_num_layers))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, 1)
        nn.init.constant_(self.output.bias, -2.0)  # keyframes are rare

    def memory(
        self,
        speech: Float[Tensor, "B T D"],
        text: Float[Tensor, "B M D"] | None,
        condition: Condition,
        times: Float[Tensor, " T"],
    ) -> Memory:
        """What the frames of a window attend to; the arguments are those of `forward`."""
        heads = self.config.keyframe_num_heads
        narrow = self.speech(speech)
        biases = [distance_bias(times, times, heads, TEXT_RATE)[None]]
        if self.config.mask_padding:
            biases = [mask_keys(biases[0], _visible(condition.frame_mask))]
        words = None
        if self.text is not None and text is not None:
            words = self.text(text)
            biases.append(text_bias(condition, times, heads))
        return Memory(narrow, [layer.memory(narrow, words) for layer in self._layers()], biases)

    def _layers(self) -> list[KeyframeLayer]:
        return [layer for layer in self.layers if isinstance(layer, KeyframeLayer)]

    def forward(
        self,
        keyframes: Int[Tensor, "B T"],
        speech: Float[Tensor, "B T D"],
        text: Float[Tensor, "B M D"] | None,
        condition: Condition,
        times: Float[Tensor, " T"],
    ) -> Float[Tensor, "B T"]:
        """Logit for each frame, given the true keyframes (0 or 1) before it."""
        memory = self.memory(speech, text, condition, times)
        x = self.previous(F.pad(keyframes[:, :-1], (1, 0), value=START)) + memory.speech
        self_bias = causal_bias(x.shape[1], self.config.keyframe_num_heads, self.config.keyframe_window).to(x)[None]
        for layer, own in zip(self._layers(), memory.keys_values, strict=True):
            x = layer(x, layer.self_attention.keys_values(layer.self_norm(x)), self_bias, own, memory.biases)
        return self.output(self.norm(x)).squeeze(-1)

    def advance(
        self, previous: Int[Tensor, "R F"], memory: Memory, past: list[KeysValues]
    ) -> tuple[Float[Tensor, "R F"], list[KeysValues]]:
        """Probabilities of some frames, given what stands before each of them.

        Args:
            previous: Whether the frame before each is a keyframe, or `START`.
            memory: What these frames attend to.
            past: For each layer, keys and values of the P frames before them.

        Returns:
            The probabilities, and for each layer keys and values of all P + F frames.
        """
        held, frames = past[0][0].shape[2], previous.shape[1]
        self_bias = causal_bias(held + frames, self.config.keyframe_num_heads, self.config.keyframe_window)
        self_bias = self_bias.to(memory.speech)[None, :, held:]
        x = self.previous(previous) + memory.speech
        seen: list[KeysValues] = []
        for layer, before, own in zip(self._layers(), past, memory.keys_values, strict=True):
            seen.append(after(before, layer.self_attention.keys_values(layer.self_norm(x))))
            x = layer(x, seen[-1], self_bias, own, memory.biases)
        return self.output(self.norm(x)).squeeze(-1).sigmoid(), seen


def _visible(mask: Bool[Tensor, "B T"]) -> Bool[Tensor, "B T"]:
    """The frames within the sound; all of them where there is none, since attention needs something to attend to."""
    return mask | ~mask.any(dim=1, keepdim=True)
