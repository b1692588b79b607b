"""KDTalker's generator: a diffusion whose tokens are keypoints in time (Yang et al. 2025).

Each frame has a token for every keypoint and for the head's turn and place. A layer attends over the tokens of a frame,
then over the frames of a token, then to the speech. A frame of reference keypoints, the speaker's at rest, goes before
the others and tells who it is; motion that is given (the last frames of the window before) is a clean input, as in
KSDiff here. The model works in any motion space: where there are no keypoints, the tokens are the groups of channels.

From the paper's abstract and what is published of its sizes; not its code. It differs: clean motion is predicted,
as everywhere here, in place of noise; the frozen speech features are this project's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
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
    slopes,
)
from ksdiff.model.condition import Condition
from ksdiff.model.config import ModelConfig
from ksdiff.model.generator import STEP_WIDTH, step_encoding
from ksdiff.motion.space import PATHS, MotionSpace


def tokens(space: MotionSpace) -> list[list[int]]:
    """Channels of each token, counted through both paths: keypoints or groups of channels, then the head's."""
    result: list[list[int]] = []
    first = 0
    for path in PATHS:
        result += [[first + channel for channel in group] for group in space.groups(path).values()]
        first += len(space.channels(path))
    return result


class PerToken(nn.Module):
    """A linear layer for each token, from its own channels."""

    def __init__(self, groups: Sequence[Sequence[int]], hidden_dim: int) -> None:
        super().__init__()
        self.groups = [list(group) for group in groups]
        self.linears = nn.ModuleList(nn.Linear(len(group), hidden_dim) for group in groups)

    def forward(self, values: Float[Tensor, "*B C"]) -> Float[Tensor, "*B N D"]:
        """One vector for each token."""
        return torch.stack(
            [linear(values[..., group]) for linear, group in zip(self.linears, self.groups, strict=True)], dim=-2
        )


@dataclass(frozen=True)
class SpatiotemporalContext:
    """What all denoising steps of a window have in common.

    Attributes:
        reference: Tokens of the face at rest.
        added: To the noisy motion's tokens: what is given of the motion, and which token it is.
        speech: Keys and values of the face at rest and of the speech, for each layer.
        time_bias: Of the attention over time, the reference frame first.
        speech_bias: Of the attention to speech.
    """

    reference: Float[Tensor, "B 1 N D"]
    added: Float[Tensor, "#B #T N D"]
    speech: list[KeysValues]
    time_bias: Float[Tensor, "_ H F F"]
    speech_bias: Float[Tensor, "#B 1 _ S"]


class SpatiotemporalLayer(nn.Module):
    """Attention over the tokens of a frame, over the frames of a token, and to the speech; feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width, heads = config.hidden_dim, config.num_heads
        self.token_norm, self.time_norm, self.speech_norm, self.norm = (nn.LayerNorm(width) for _ in range(4))
        self.token_attention, self.time_attention, self.speech_attention = (Attention(width, heads) for _ in range(3))
        self.step = nn.Linear(width, 2 * width)  # FiLM
        self.feed_forward = FeedForward(width, config.generator_expansion, config.dropout)
        self.dropout = SequenceDropout(config.dropout)

    def forward(
        self,
        x: Float[Tensor, "B F N D"],
        step: Float[Tensor, "B D"],
        context: SpatiotemporalContext,
        index: int,
    ) -> Float[Tensor, "B F N D"]:
        """Pre-norm residual layer over F frames, the reference first."""
        size, frames, number, _ = x.shape

        def dropped(value: Float[Tensor, "B F N D"]) -> Float[Tensor, "B F N D"]:
            return self.dropout(value.flatten(1, 2)).unflatten(1, (frames, number))

        within = self.token_norm(x).flatten(0, 1)
        x = x + dropped(
            self.token_attention(within, within, x.new_zeros(1, 1, number, number)).unflatten(0, (size, frames))
        )
        scale, shift = self.step(step)[:, None, None].chunk(2, dim=-1)
        across = (self.time_norm(x) * (1 + scale) + shift).transpose(1, 2).flatten(0, 1)
        across = self.time_attention(across, across, context.time_bias)
        x = x + dropped(across.unflatten(0, (size, number)).transpose(1, 2))
        queries = self.speech_norm(x[:, 1:]).flatten(1, 2)
        heard = self.speech_attention.attend(queries, context.speech[index], context.speech_bias)
        x = x + dropped(F.pad(heard.unflatten(1, (frames - 1, number)), (0, 0, 0, 0, 1, 0)))
        return x + dropped(self.feed_forward(self.norm(x).flatten(1, 2)).unflatten(1, (frames, number)))


class SpatiotemporalGenerator(nn.Module):
    """Predicts clean, normalised motion of expression and head together from its noisy version."""

    def __init__(self, config: ModelConfig, space: MotionSpace) -> None:
        """``space`` says what the tokens are."""
        super().__init__()
        width = config.hidden_dim
        self.config, self.groups = config, tokens(space)
        self.expression = len(space.expression)
        channels = sum(len(group) for group in self.groups)
        self.input = PerToken(self.groups, width)
        self.reference = PerToken(self.groups, width)
        self.known = (
            PerToken([[*group, *(channels + each for each in group)] for group in self.groups], width)
            if config.known_motion
            else None
        )
        self.token = nn.Parameter(torch.zeros(len(self.groups), width))
        self.step = nn.Sequential(nn.Linear(STEP_WIDTH, width), nn.SiLU())
        self.layers = nn.ModuleList(SpatiotemporalLayer(config) for _ in range(config.num_layers))
        self.norm = nn.LayerNorm(width)
        self.outputs = nn.ModuleList(nn.Linear(width, len(group)) for group in self.groups)
        for output in self.outputs:
            assert isinstance(output, nn.Linear)
            nn.init.zeros_(output.weight)
            nn.init.zeros_(output.bias)
        order = [channel for group in self.groups for channel in group]
        self.order = sorted(range(channels), key=order.__getitem__)

    def forward(
        self,
        noisy: Float[Tensor, "B T C"],
        steps: Int[Tensor, " B"],
        speech: Float[Tensor, "B T D"],
        condition: Condition,
        reference: Float[Tensor, "B E"],
        known: Float[Tensor, "B T _"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        """Clean motion x0; see `context` and `denoise`."""
        return self.denoise(noisy, steps, self.context(speech, condition, reference, known))

    def context(
        self,
        speech: Float[Tensor, "B T D"],
        condition: Condition,
        reference: Float[Tensor, "B E"],
        known: Float[Tensor, "B T _"] | None = None,
    ) -> SpatiotemporalContext:
        """What all denoising steps have in common.

        Args:
            speech: The frozen features at the frames.
            condition: Says which frames lie within the sound.
            reference: The speaker's expression at rest, relative to the average and normalised; 0 for the average.
            known: What is given of the motion, as `KnownMotion.as_input` puts it, or None.
        """
        frames, number = speech.shape[1], len(self.groups)
        head = sum(len(group) for group in self.groups) - self.expression
        added = self.token[None, None]
        if self.known is not None and known is not None:
            added = added + self.known(known)
        at = torch.arange(frames, device=speech.device)
        apart = (at[:, None] - at[None]).abs()
        time_bias = -slopes(self.config.num_heads).to(speech)[:, None, None] * apart
        time_bias = F.pad(time_bias, (1, 0, 1, 0))[None]  # the reference is near to all
        speech_bias = diagonal_bias(frames, self.config.cross_window).to(speech)[None, None]
        if self.config.mask_padding:
            time_bias = mask_keys(time_bias, F.pad(condition.frame_mask, (1, 0), value=True))
            time_bias = time_bias.repeat_interleave(number, dim=0)
            speech_bias = mask_keys(speech_bias, condition.frame_mask)
        face = self.reference(F.pad(reference, (0, head))) + self.token
        who = face.mean(dim=1, keepdim=True)  # what frames outside the sound attend to
        layers = [layer for layer in self.layers if isinstance(layer, SpatiotemporalLayer)]
        return SpatiotemporalContext(
            reference=face[:, None],
            added=added,
            speech=[
                after(layer.speech_attention.keys_values(who), layer.speech_attention.keys_values(speech))
                for layer in layers
            ],
            time_bias=time_bias,
            speech_bias=F.pad(speech_bias, (1, 0)).repeat_interleave(number, dim=2),
        )

    def denoise(
        self, noisy: Float[Tensor, "B T C"], steps: Int[Tensor, " B"], context: SpatiotemporalContext
    ) -> Float[Tensor, "B T C"]:
        """Clean motion x0.

        Args:
            noisy: Normalised motion of both paths with the noise of ``steps``.
            steps: Diffusion step, 0 (clean) to num_train_timesteps - 1.
            context: From `context`.
        """
        x = torch.cat([context.reference, self.input(noisy) + context.added], dim=1)
        step = self.step(step_encoding(steps))
        for index, layer in enumerate(self.layers):
            x = layer(x, step, context, index)
        x = self.norm(x[:, 1:])
        parts = [output(x[..., number, :]) for number, output in enumerate(self.outputs)]
        return torch.cat(parts, dim=-1)[..., self.order]
