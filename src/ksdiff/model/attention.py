"""Attention with biases on relative time, so that no length is built in."""

import math

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F


def slopes(num_heads: int) -> Float[Tensor, " H"]:
    """Slopes m_h of ALiBi: a geometric series, 1/4, 1/16, ... for four heads."""
    return torch.tensor([2.0 ** (-8.0 * (head + 1) / num_heads) for head in range(num_heads)])


def distance_bias(
    query_times: Float[Tensor, "*B T"], key_times: Float[Tensor, "*B S"], num_heads: int, rate: float
) -> Float[Tensor, "*B H T S"]:
    """Bias -m_h |t - s| · rate for instants t and s in seconds; ``rate`` sets how fast far keys fade."""
    distance = (query_times.unsqueeze(-1) - key_times.unsqueeze(-2)).abs() * rate
    return -slopes(num_heads).to(distance)[:, None, None] * distance.unsqueeze(-3)


def periodic_bias(frames: Int[Tensor, "*B T"], num_heads: int, period: int) -> Float[Tensor, "*B H T T"]:
    """DiffSpeaker's bias of self-attention: 0 within a period, then -m_h a step per period. ``period`` is frames/s."""
    offset = frames.unsqueeze(-1) - frames.unsqueeze(-2)
    steps = torch.where(offset >= 0, offset // period, (-offset - 1) // period)
    return -slopes(num_heads).to(frames.device)[:, None, None] * steps.unsqueeze(-3)


def diagonal_bias(frames: int, window: int) -> Float[Tensor, "T T"]:
    """DiffSpeaker's bias of cross-attention: a frame sees the speech of its own instant, ± ``window`` frames."""
    offset = (torch.arange(frames)[:, None] - torch.arange(frames)[None, :]).abs()
    return torch.where(offset <= window, 0.0, -math.inf)


def periodic_encoding(frames: Int[Tensor, "*B T"], hidden_dim: int, period: int) -> Float[Tensor, "*B T D"]:
    """Sinusoids of the position within a period of frames: tells neighbours apart at any length."""
    position = frames % period
    frequency = torch.exp(torch.arange(0, hidden_dim, 2, device=frames.device) * (-math.log(10_000.0) / hidden_dim))
    angle = position.unsqueeze(-1) * frequency
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(-2)


def mask_keys(bias: Float[Tensor, "#B H T S"], mask: Bool[Tensor, "B S"]) -> Float[Tensor, "B H T S"]:
    """The bias, under which no query sees the keys that ``mask`` leaves out."""
    return bias.masked_fill(~mask[:, None, None, :], -math.inf)


KeysValues = tuple[Tensor, Tensor]  # each [B, H, S, d]


def after(first: KeysValues, then: KeysValues) -> KeysValues:
    """Keys and values of one memory and, after them, those of another."""
    return torch.cat([first[0], then[0]], dim=2), torch.cat([first[1], then[1]], dim=2)


class Attention(nn.Module):
    """Multi-head attention with an additive bias."""

    def __init__(self, hidden_dim: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.query = nn.Linear(hidden_dim, hidden_dim)
        self.key_value = nn.Linear(hidden_dim, 2 * hidden_dim)
        self.output = nn.Linear(hidden_dim, hidden_dim)

    def keys_values(self, memory: Float[Tensor, "B S D"]) -> KeysValues:
        """Keys and values of a memory; worth keeping where the same memory is attended to many times."""
        keys, values = self.key_value(memory).chunk(2, dim=-1)
        return self._heads(keys), self._heads(values)

    def attend(
        self,
        query: Float[Tensor, "B T D"],
        keys_values: KeysValues,
        bias: Float[Tensor, "#B #H T S"],
    ) -> Float[Tensor, "B T D"]:
        """Attend from ``query`` to given keys and values."""
        if keys_values[1].shape[2] == 1:  # all look at the only one
            alone = self.output(keys_values[1].transpose(1, 2).flatten(2))
            return alone.expand(-1, query.shape[1], -1)
        q = self._heads(self.query(query))
        if q.dtype == torch.bfloat16 and q.requires_grad and q.device.type == "cpu":
            # The backward pass of the fused kernel takes four times as long in this type as these products.
            keys, values = keys_values
            scores = q @ keys.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias.to(q.dtype)
            mixed = scores.softmax(dim=-1) @ values
        else:
            mixed = F.scaled_dot_product_attention(q, *keys_values, attn_mask=bias.to(q.dtype))
        return self.output(mixed.transpose(1, 2).flatten(2))

    def _heads(self, x: Float[Tensor, "B T D"]) -> Float[Tensor, "B H T d"]:
        return x.unflatten(2, (self.num_heads, -1)).transpose(1, 2)

    def forward(
        self, query: Float[Tensor, "B T D"], memory: Float[Tensor, "B S D"], bias: Float[Tensor, "#B #H T S"]
    ) -> Float[Tensor, "B T D"]:
        """Attend from ``query`` to ``memory``."""
        return self.attend(query, self.keys_values(memory), bias)


class SequenceDropout(nn.Module):
    """Dropout of a channel in all frames at once (Gal & Ghahramani 2016): neighbours cannot stand in for it.

    On a processor it also takes a hundredth of the time of independent dropout.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Float[Tensor, "B T D"]) -> Float[Tensor, "B T D"]:
        """``x``, in training with some channels 0 and the others scaled up."""
        if not self.training or not self.rate:
            return x
        return x * F.dropout(x.new_ones(x.shape[0], 1, x.shape[2]), self.rate)


class FeedForward(nn.Sequential):
    """Two linear layers with GELU between."""

    def __init__(self, hidden_dim: int, expansion: int, dropout: float) -> None:
        super().__init__(
            nn.Linear(hidden_dim, expansion * hidden_dim),
            nn.GELU(),
            SequenceDropout(dropout),
            nn.Linear(expansion * hidden_dim, hidden_dim),
        )
