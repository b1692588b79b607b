"""Words as a sequence of vectors, each with the instant at which it is spoken."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ksdiff.model.attention import distance_bias
from ksdiff.model.condition import BYTES, Condition

# How fast a byte fades with its distance in time: m_h per 40 ms, the duration of a motion frame.
TEXT_RATE = 25.0


class TextEncoder(nn.Module):
    """Embeds bytes and mixes neighbours; a learned token stands first, so that a window without words has one too."""

    def __init__(self, hidden_dim: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(BYTES, hidden_dim)
        self.mix = nn.Conv1d(hidden_dim, hidden_dim, 5, padding=2)
        self.empty = nn.Parameter(torch.empty(hidden_dim))
        nn.init.normal_(self.empty, std=0.02)

    def forward(self, condition: Condition) -> Float[Tensor, "B M D"]:
        """Tokens; M = L + 1, with the token for "no words" first."""
        embedded = self.embedding(condition.text) * condition.text_mask.unsqueeze(-1)
        mixed = embedded + torch.nn.functional.gelu(self.mix(embedded.transpose(1, 2)).transpose(1, 2))
        return torch.cat([self.empty.expand(mixed.shape[0], 1, -1), mixed], dim=1)


def text_bias(condition: Condition, times: Float[Tensor, " T"], num_heads: int) -> Float[Tensor, "B H T M"]:
    """Nearer words count more; padding does not count; the token for "no words" is always seen."""
    queries = times.expand(condition.text_times.shape[0], -1)
    bias = distance_bias(queries, condition.text_times, num_heads, TEXT_RATE)
    bias = bias.masked_fill(~condition.text_mask[:, None, None, :], -math.inf)
    return torch.nn.functional.pad(bias, (1, 0))
