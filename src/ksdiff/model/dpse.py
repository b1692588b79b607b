"""Dual-Path Speech Encoder (paper §2.1): one speech, two feature sequences."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.attention import Attention, FeedForward, SequenceDropout, distance_bias
from ksdiff.model.condition import Condition
from ksdiff.model.config import ModelConfig
from ksdiff.model.interpolation import interpolate_tokens


class FrameGroupNorm(nn.GroupNorm):
    """Group normalisation of each frame by itself, over the channels of a group.

    `nn.GroupNorm` also takes its mean and deviation over time, and so from the silence and padding around the sound.
    """

    def forward(self, input: Float[Tensor, "B C S"]) -> Float[Tensor, "B C S"]:
        """Normalised channels."""
        frames = input.transpose(1, 2)
        normed = F.group_norm(frames.flatten(0, 1), self.num_groups, self.weight, self.bias, self.eps)
        return normed.view(frames.shape).transpose(1, 2)


class MultiScaleDilatedConvolution(nn.Module):
    """MSDC: parallel branches of dilated depthwise convolution, group normalisation, GLU and pointwise convolution."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, kernel = config.hidden_dim, config.kernel_size
        norm = FrameGroupNorm if config.mask_padding else nn.GroupNorm
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(
                    width,
                    2 * width,
                    kernel,
                    padding=dilation * (kernel // 2),
                    dilation=dilation,
                    groups=width,
                ),
                norm(8, 2 * width),
                nn.GLU(dim=1),
                nn.Conv1d(width, width, 1),
            )
            for dilation in config.dilations
        )
        self.project = nn.Conv1d(len(config.dilations) * width, width, 1)
        self.dropout = SequenceDropout(config.dropout)

    def forward(self, speech: Float[Tensor, "B S D"], mask: Bool[Tensor, "B S"]) -> Float[Tensor, "B S D"]:
        """Hidden speech features h_s."""
        x = (speech * mask.unsqueeze(-1)).transpose(1, 2)
        mixed = self.project(torch.cat([branch(x) for branch in self.branches], dim=1))
        return speech + self.dropout(mixed.transpose(1, 2))


def frame_spacing(times: Float[Tensor, "B S"], alone: float) -> float:
    """From one speech frame to the next, s; ``alone`` where there is only one."""
    return float((times[0, -1] - times[0, 0]) / max(1, times.shape[1] - 1)) or alone


def pool(
    sequence: Float[Tensor, "B S D"],
    times: Float[Tensor, "B S"],
    mask: Bool[Tensor, "B S"],
    window: float,
    divisor: int,
) -> tuple[Float[Tensor, "B N D"], Float[Tensor, "B N"], Bool[Tensor, "B N"]]:
    """Mean over windows of ``window`` seconds, one every ``window / divisor``; padding never enters a mean.

    Returns:
        The pooled tokens, the centre of each window, s, and whether there is speech at that centre.
    """
    spacing = frame_spacing(times, window)
    size = max(1, round(window / spacing))
    stride = max(1, round(window / divisor / spacing))
    size = size + 1 - size % 2  # odd, so that a window has a middle frame and no token is shifted by half a frame

    def mean(values: Float[Tensor, "B C S"]) -> Float[Tensor, "B C N"]:
        return F.avg_pool1d(values, size, stride, padding=size // 2)

    weight = mask.unsqueeze(1).to(sequence.dtype)
    total = mean(weight).clamp(min=1e-6)
    tokens = mean(sequence.transpose(1, 2) * weight) / total
    return tokens.transpose(1, 2), times[:, ::stride], mask[:, ::stride]


class PooledBranch(nn.Module):
    """One branch: pooled tokens refined by cross-attention to the hidden features and a feed-forward layer."""

    def __init__(self, config: ModelConfig, window: float, divisor: int) -> None:
        super().__init__()
        width = config.hidden_dim
        self.config, self.window, self.divisor = config, window, divisor
        self.project = nn.Linear(width, width)
        self.query_norm, self.memory_norm, self.norm = (
            nn.LayerNorm(width),
            nn.LayerNorm(width),
            nn.LayerNorm(width),
        )
        self.attention = Attention(width, config.num_heads)
        self.feed_forward = FeedForward(width, 2, config.dropout)

    def forward(
        self,
        pooled: Float[Tensor, "B S D"],
        hidden: Float[Tensor, "B S D"],
        condition: Condition,
        times: Float[Tensor, " T"],
    ) -> Float[Tensor, "B T D"]:
        """Tokens of this branch (eqs. 1 and 2), brought to the motion's frames at their true centre times.

        Args:
            pooled: What the tokens are pooled from, C of the paper.
            hidden: What they attend to, H of the paper.
            condition: Gives the times of the speech frames.
            times: Instants of the motion frames, s.
        """
        tokens, centres, inside = pool(pooled, condition.speech_times, condition.speech_mask, self.window, self.divisor)
        tokens = self.project(tokens)
        bias = distance_bias(centres, condition.speech_times, self.config.num_heads, 1 / self.window)
        bias = bias.masked_fill(~condition.speech_mask[:, None, None, :], -1e4)
        tokens = tokens + self.attention(self.query_norm(tokens), self.memory_norm(hidden), bias)
        tokens = tokens + self.feed_forward(self.norm(tokens))
        return interpolate_tokens(tokens, centres, times, inside if self.config.mask_padding else None)


class DualPathSpeechEncoder(nn.Module):
    """DPSE: frozen features and prosody to f_h and f_e at the frames of the motion."""

    def __init__(self, config: ModelConfig, feature_dim: int) -> None:
        super().__init__()
        width = config.hidden_dim
        self.config = config
        self.project = nn.Sequential(
            nn.LayerNorm(feature_dim), nn.Linear(feature_dim, width), SequenceDropout(config.dropout)
        )
        if not config.refine:
            return
        self.msdc = MultiScaleDilatedConvolution(config)
        if config.prosody:
            self.prosody_channels = 3 if config.voicing else 2
            self.film_scale = nn.Linear(self.prosody_channels, width)
            self.film_shift = nn.Linear(self.prosody_channels, width)
            for layer in (self.film_scale, self.film_shift):  # at first the modulation changes nothing
                nn.init.zeros_(layer.weight)
                nn.init.zeros_(layer.bias)
        if config.speech_split:
            coarse, fine, expression = config.window_strides
            self.head_coarse = PooledBranch(config, config.head_windows[0], coarse)
            self.head_fine = PooledBranch(config, config.head_windows[1], fine)
            self.expression = PooledBranch(config, config.expression_window, expression)
            self.head_output = nn.Linear(2 * width, width)
            self.expression_output = nn.Linear(width, width)

    def forward(
        self, condition: Condition, times: Float[Tensor, " T"]
    ) -> tuple[Float[Tensor, "B T D"], Float[Tensor, "B T D"]]:
        """Speech features f_h and f_e at the instants ``times`` (s from the start of the window)."""
        hidden = self.project(condition.features)
        inside = condition.speech_mask if self.config.mask_padding else None
        if not self.config.refine:
            same = interpolate_tokens(hidden, condition.speech_times, times, inside)
            return same, same
        hidden = self.msdc(hidden, condition.speech_mask)
        modulated = hidden
        if self.config.prosody:
            prosody = condition.prosody[..., : self.prosody_channels]
            modulated = hidden * (1 + self.film_scale(prosody)) + self.film_shift(prosody)
        if not self.config.speech_split:
            same = interpolate_tokens(modulated, condition.speech_times, times, inside)
            return same, same
        coarse = self.head_coarse(hidden, hidden, condition, times)
        fine = self.head_fine(modulated if self.config.fine_from_prosody else hidden, modulated, condition, times)
        expression = self.expression(modulated, modulated, condition, times)
        return self.head_output(torch.cat([coarse, fine], dim=-1)), self.expression_output(expression)
