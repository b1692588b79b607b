"""Keyframe Establishment Learning (paper §2.2): which frames move most, predicted frame by frame."""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.attention import Attention, FeedForward, distance_bias, slopes
from ksdiff.model.condition import Condition
from ksdiff.model.config import ModelConfig
from ksdiff.model.text import TEXT_RATE, text_bias

START = 2  # what stands before the first frame; 0 and 1 say that a frame is not, or is, a keyframe


def causal_bias(frames: int, heads: int, window: int) -> Float[Tensor, "H T T"]:
    """Past frames fade with distance; future frames, and past ones beyond the window, are not seen."""
    offset = torch.arange(frames)[:, None] - torch.arange(frames)[None, :]
    bias = -slopes(heads)[:, None, None] * offset
    return bias.masked_fill((offset < 0) | (offset >= window), -math.inf)


KeysValues = tuple[Tensor, Tensor]  # each [B, H, S, d]


class KeyframeLayer(nn.Module):
    """Causal self-attention over past keyframes, cross-attention to speech and to words, feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, heads, dropout = config.keyframe_width, config.keyframe_heads, config.dropout
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


class KeyframePredictor(nn.Module):
    """Autoregressive predictor of one path's keyframes."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.keyframe_width
        self.config = config
        self.previous = nn.Embedding(3, width)
        self.speech = nn.Linear(config.width, width)
        self.text = nn.Linear(config.width, width) if config.transcript else None
        self.layers = nn.ModuleList(KeyframeLayer(config) for _ in range(config.keyframe_layers))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, 1)
        nn.init.constant_(self.output.bias, -2.0)  # keyframes are rare

    def _memory(
        self,
        speech: Float[Tensor, "B T D"],
        text: Float[Tensor, "B M D"] | None,
        condition: Condition,
        times: Float[Tensor, " T"],
    ) -> tuple[Float[Tensor, "B T d"], list[list[KeysValues]], list[Tensor]]:
        heads = self.config.keyframe_heads
        narrow = self.speech(speech)
        biases = [distance_bias(times, times, heads, TEXT_RATE)[None]]
        words = None
        if self.text is not None and text is not None:
            words = self.text(text)
            biases.append(text_bias(condition, times, heads))
        return narrow, [layer.memory(narrow, words) for layer in self._layers()], biases

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
        narrow, memories, biases = self._memory(speech, text, condition, times)
        x = self.previous(F.pad(keyframes[:, :-1], (1, 0), value=START)) + narrow
        self_bias = causal_bias(x.shape[1], self.config.keyframe_heads, self.config.keyframe_window).to(x)[None]
        for layer, memory in zip(self._layers(), memories, strict=True):
            x = layer(x, layer.self_attention.keys_values(layer.self_norm(x)), self_bias, memory, biases)
        return self.output(self.norm(x)).squeeze(-1)

    @torch.inference_mode()
    def decode(
        self,
        speech: Float[Tensor, "B T D"],
        text: Float[Tensor, "B M D"] | None,
        condition: Condition,
        times: Float[Tensor, " T"],
        thresholds: Float[Tensor, " N"],
    ) -> Float[Tensor, "N B T"]:
        """Probabilities for each of some thresholds, decoded frame by frame with cached keys and values.

        A frame counts as a keyframe for what follows if its probability is at least the threshold.
        """
        count = len(thresholds)
        narrow, memories, biases = self._memory(speech, text, condition, times)
        narrow = narrow.repeat(count, 1, 1)
        memories = [
            [(keys.repeat(count, 1, 1, 1), values.repeat(count, 1, 1, 1)) for keys, values in memory]
            for memory in memories
        ]
        biases = [bias if len(bias) == 1 else bias.repeat(count, 1, 1, 1) for bias in biases]
        limits = thresholds.to(narrow).repeat_interleave(len(condition))[:, None]
        layers, window = self._layers(), self.config.keyframe_window
        self_bias = causal_bias(min(window, len(times)), self.config.keyframe_heads, window).to(narrow)[None, :, -1:]
        past: list[KeysValues | None] = [None] * len(layers)
        token = torch.full((len(narrow), 1), START, device=speech.device)
        probabilities = []
        for t in range(len(times)):
            x = self.previous(token) + narrow[:, t : t + 1]
            frame_biases = [bias[:, :, t : t + 1] for bias in biases]
            for index, layer in enumerate(layers):
                keys, values = layer.self_attention.keys_values(layer.self_norm(x))
                before = past[index]
                if before is not None:
                    keys = torch.cat([before[0], keys], dim=2)[:, :, -window:]
                    values = torch.cat([before[1], values], dim=2)[:, :, -window:]
                past[index] = keys, values
                x = layer(x, (keys, values), self_bias[..., -keys.shape[2] :], memories[index], frame_biases)
            probability = self.output(self.norm(x)).squeeze(-1).sigmoid()
            probabilities.append(probability)
            token = (probability >= limits).long()
        return torch.cat(probabilities, dim=1).unflatten(0, (count, len(condition)))
