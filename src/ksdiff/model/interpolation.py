"""From tokens at their own times to the frames of a motion."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


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
