"""Poses at a few instants of a long sound: the first stage of two, as in KeyFace (Bigata et al. 2025).

KeyFace draws keyframes on a fixed grid over many seconds and then interpolates between them. Here the instants are
free: a grid, or those that KSDiff's predictors find (paper §2.2), where the face moves most. The generators of every
frame fill in the rest, which they learn as in-betweens (`ksdiff.model.known_motion`).
"""

from dataclasses import replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.attention import diagonal_bias, mask_keys, periodic_bias, periodic_encoding
from ksdiff.model.config import ModelConfig
from ksdiff.model.generator import GeneratorContext, GeneratorLayer, MotionGenerator

REACH = 12  # frames of speech to each side of its instant that a pose reads, 0.48 s


class PoseGenerator(MotionGenerator):
    """Predicts clean, normalised poses of one path, at instants that need not follow each other, from noisy ones."""

    def __init__(self, config: ModelConfig, channels: int, num_styles: int, period: int) -> None:
        """As for a `MotionGenerator`; poses have no neighbours to be convolved with, and read no words."""
        plain = replace(
            config, convolution=0, keyframe_reach=0, cross_window=1, keyframes=True, transcript=False, known_motion=True
        )
        super().__init__(plain, channels, num_styles, period)
        width = config.hidden_dim
        # A depthwise convolution and a pointwise one, with a gate between: computed at the poses' instants alone.
        self.kernel = nn.Parameter(torch.randn(2 * REACH + 1, 2, width) / (2 * REACH + 1) ** 0.5)
        self.mix = nn.Linear(width, width)

    def pose_context(
        self,
        speech: Float[Tensor, "B T D"],
        style: Int[Tensor, " B"],
        frames: Int[Tensor, "B K"],
        pose_mask: Bool[Tensor, "B K"],
        keyframes: Float[Tensor, "B K 2"],
        known: Float[Tensor, "B K _"],
    ) -> GeneratorContext:
        """What all denoising steps have in common.

        Args:
            speech: f_h or f_e of all frames, 0 outside the sound.
            style: Number of the style.
            frames: Frame of each pose.
            pose_mask: Which poses there are.
            keyframes: Of each pose the strength of the keyframe that stands there (0: none), and 1 where it is known.
            known: What is given of the poses, as `ksdiff.model.known_motion.KnownMotion` puts it.
        """
        heads, width = self.config.num_heads, self.config.hidden_dim
        assert self.keyframe is not None
        assert self.known is not None
        heard = frames.unsqueeze(-1) + torch.arange(2 * REACH + 1, device=frames.device)
        padded = F.pad(speech, (0, 0, REACH, REACH))
        near = padded.gather(1, heard.flatten(1).unsqueeze(-1).expand(-1, -1, width)).unflatten(1, heard.shape[1:])
        value, gate = torch.einsum("bksd,sgd->gbkd", near, self.kernel)
        spoken = near[:, :, REACH] + self.mix(value * gate.sigmoid())
        added = periodic_encoding(frames, width, self.period).to(speech) + self.keyframe(keyframes) + self.known(known)
        self_bias = mask_keys(periodic_bias(frames, heads, self.period).to(speech), pose_mask)
        speech_bias = diagonal_bias(frames.shape[1], self.config.cross_window).to(speech)[None, None]
        layers = [layer for layer in self.layers if isinstance(layer, GeneratorLayer)]
        return GeneratorContext(
            added=added,
            style=self.style(style).unflatten(-1, (len(layers), width)),
            speech=[layer.speech_attention.keys_values(spoken) for layer in layers],
            words=[],
            self_bias=F.pad(self_bias, (2, 0)),
            speech_bias=F.pad(mask_keys(speech_bias, pose_mask), (2, 0)),
            words_bias=None,
            mask=None,
        )
