"""Motion generator (paper §2.3): a DiffSpeaker-style decoder over noisy motion, one for each path."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.attention import (
    Attention,
    FeedForward,
    KeysValues,
    SequenceDropout,
    after,
    diagonal_bias,
    mask_keys,
    periodic_bias,
    periodic_encoding,
)
from ksdiff.model.condition import Condition
from ksdiff.model.config import ModelConfig
from ksdiff.model.text import text_bias

STEP_WIDTH = 128  # width of the sinusoids that encode the diffusion step


def step_encoding(steps: Int[Tensor, " B"]) -> Float[Tensor, "B 128"]:
    """Sinusoids of the diffusion step."""
    frequency = torch.exp(torch.arange(0, STEP_WIDTH, 2, device=steps.device) * (-math.log(10_000.0) / STEP_WIDTH))
    angle = steps[:, None] * frequency[None]
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


class GeneratorLayer(nn.Module):
    """Biased self-attention, convolution, biased cross-attention to speech, cross-attention to words, feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, heads, dropout = config.hidden_dim, config.num_heads, config.dropout
        self.self_norm, self.speech_norm, self.norm = (nn.LayerNorm(width) for _ in range(3))
        self.self_attention = Attention(width, heads)
        self.speech_attention = Attention(width, heads)
        self.feed_forward = FeedForward(width, config.generator_expansion, dropout)
        self.dropout = SequenceDropout(dropout)
        self.convolution = None
        if config.convolution:
            kernel = config.convolution
            self.convolution_norm = nn.LayerNorm(width)
            self.convolution = nn.Sequential(
                nn.Conv1d(width, 2 * width, kernel, padding=kernel // 2, groups=width),
                nn.GLU(dim=1),
                nn.Conv1d(width, width, 1),
            )
        self.text_attention = None
        if config.transcript:
            self.text_norm = nn.LayerNorm(width)
            self.text_attention = Attention(width, heads)

    def forward(
        self, x: Float[Tensor, "B T D"], adapters: Float[Tensor, "B 2 D"], context: "GeneratorContext", index: int
    ) -> Float[Tensor, "B T D"]:
        """Pre-norm residual layer; the biases hide padding from the attentions, the mask from the convolution."""
        normed = self.self_norm(x)
        seen = self.self_attention.keys_values(torch.cat([adapters, normed], dim=1))
        x = x + self.dropout(self.self_attention.attend(normed, seen, context.self_bias))
        if self.convolution is not None:
            normed = self.convolution_norm(x)
            if context.mask is not None:
                normed = normed.masked_fill(~context.mask.unsqueeze(-1), 0.0)
            x = x + self.dropout(self.convolution(normed.transpose(1, 2)).transpose(1, 2))
        heard = after(self.speech_attention.keys_values(adapters), context.speech[index])
        x = x + self.dropout(self.speech_attention.attend(self.speech_norm(x), heard, context.speech_bias))
        if self.text_attention is not None and context.words_bias is not None:
            read = self.text_attention.attend(self.text_norm(x), context.words[index], context.words_bias)
            x = x + self.dropout(read)
        return x + self.dropout(self.feed_forward(self.norm(x)))


@dataclass(frozen=True)
class GeneratorContext:
    """What all denoising steps of a window have in common.

    Attributes:
        added: To the noisy motion's embedding: place in the period, keyframes, given motion.
        style: Adapter token of each layer.
        speech: Keys and values of the speech, for each layer.
        words: The same of the words; empty without.
        self_bias: Of self-attention, adapters included.
        speech_bias: Of the attention to speech, adapters included.
        words_bias: Of the attention to words, or None.
        mask: Frames within the sound, or None where nothing is masked.
    """

    added: Float[Tensor, "#B T D"]
    style: Float[Tensor, "B L D"]
    speech: list[KeysValues]
    words: list[KeysValues]
    self_bias: Float[Tensor, "#B H T S"]
    speech_bias: Float[Tensor, "#B 1 T S"]
    words_bias: Float[Tensor, "B H T M"] | None
    mask: Bool[Tensor, "B T"] | None


class KeyframeEmbedding(nn.Module):
    """Keyframes as a vector for each frame, which also tells of those up to ``reach`` frames away."""

    def __init__(self, hidden_dim: int, reach: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(2, hidden_dim, 2 * reach + 1, padding=reach)

    def forward(self, keyframes: Float[Tensor, "B T 2"]) -> Float[Tensor, "B T D"]:
        """One vector for each frame."""
        return self.linear(keyframes.transpose(1, 2)).transpose(1, 2)


class MotionGenerator(nn.Module):
    """Predicts clean, normalised motion of one path from its noisy version."""

    def __init__(self, config: ModelConfig, channels: int, num_styles: int, period: int) -> None:
        """``num_styles`` training speakers; ``period`` of the attention bias, frames: the frame rate."""
        super().__init__()
        width = config.hidden_dim
        self.config, self.period = config, period
        self.input = nn.Linear(channels, width)
        self.known = nn.Linear(2 * channels, width, bias=False) if config.known_motion else None
        self.keyframe: nn.Module | None = None
        if config.keyframes:
            reach = config.keyframe_reach
            self.keyframe = KeyframeEmbedding(width, reach) if reach else nn.Linear(2, width)
        self.style = nn.Embedding(num_styles + 1, config.num_layers * width)
        self.step = nn.Sequential(nn.Linear(STEP_WIDTH, width), nn.SiLU(), nn.Linear(width, config.num_layers * width))
        self.layers = nn.ModuleList(GeneratorLayer(config) for _ in range(config.num_layers))
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, channels)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(
        self,
        noisy: Float[Tensor, "B T C"],
        steps: Int[Tensor, " B"],
        speech: Float[Tensor, "B T D"],
        text: Float[Tensor, "B M D"] | None,
        keyframes: Float[Tensor, "B T 2"],
        condition: Condition,
        times: Float[Tensor, " T"],
        known: Float[Tensor, "B T _"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        """Clean motion x0.

        Args:
            noisy: Normalised motion with the noise of ``steps``.
            steps: Diffusion step, 0 (clean) to num_train_timesteps - 1.
            speech: f_h or f_e.
            text: Tokens of the words, or None.
            keyframes: For each frame its keyframe strength (0: none), and 1 where keyframes are known, 0 where not.
            condition: Gives style, the times of the words and which frames lie within the sound.
            times: Instants of the frames, s.
            known: What is given of the motion, as `KnownMotion.as_input` puts it, or None.
        """
        return self.denoise(noisy, steps, self.context(speech, text, keyframes, condition, times, known))

    def context(
        self,
        speech: Float[Tensor, "B T D"],
        text: Float[Tensor, "B M D"] | None,
        keyframes: Float[Tensor, "B T 2"],
        condition: Condition,
        times: Float[Tensor, " T"],
        known: Float[Tensor, "B T _"] | None = None,
    ) -> GeneratorContext:
        """What all denoising steps have in common; see `forward`."""
        frames, heads, width = speech.shape[1], self.config.num_heads, self.config.hidden_dim
        mask = condition.frame_mask if self.config.mask_padding else None
        added = periodic_encoding(torch.arange(frames), width, self.period).to(speech)[None]
        if self.keyframe is not None:
            if not self.config.keyframe_strength:
                keyframes = keyframes.ceil()  # strengths are 0..1
            added = added + self.keyframe(keyframes if mask is None else keyframes * mask.unsqueeze(-1))
        if self.known is not None and known is not None:
            added = added + self.known(known)
        self_bias = periodic_bias(torch.arange(frames), heads, self.period).to(speech)[None]
        speech_bias = diagonal_bias(frames, self.config.cross_window).to(speech)[None, None]
        if mask is not None:
            self_bias, speech_bias = mask_keys(self_bias, mask), mask_keys(speech_bias, mask)
        words_bias = None
        if text is not None:
            words_bias = text_bias(condition, times, heads)
        layers = [layer for layer in self.layers if isinstance(layer, GeneratorLayer)]
        return GeneratorContext(
            added=added,
            style=self.style(condition.style).unflatten(-1, (len(layers), width)),
            speech=[layer.speech_attention.keys_values(speech) for layer in layers],
            words=[
                layer.text_attention.keys_values(text)
                for layer in layers
                if layer.text_attention is not None and text is not None
            ],
            self_bias=F.pad(self_bias, (2, 0)),
            speech_bias=F.pad(speech_bias, (2, 0)),
            words_bias=words_bias,
            mask=mask,
        )

    def denoise(
        self, noisy: Float[Tensor, "B T C"], steps: Int[Tensor, " B"], context: GeneratorContext
    ) -> Float[Tensor, "B T C"]:
        """Clean motion x0; see `forward`."""
        x = self.input(noisy) + context.added
        step = self.step(step_encoding(steps)).unflatten(-1, context.style.shape[1:])
        for index, layer in enumerate(self.layers):
            adapters = torch.stack([context.style[:, index], step[:, index]], dim=1)
            x = layer(x, adapters, context, index)
        return self.output(self.norm(x))
