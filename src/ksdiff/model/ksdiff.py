"""The assembled model: what one training step and one denoising step need."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from ksdiff.model.condition import Condition
from ksdiff.model.config import KEYFRAMES, ModelConfig
from ksdiff.model.dpse import DualPathSpeechEncoder
from ksdiff.model.encoded import JOINT, Encoded
from ksdiff.model.generator import MotionGenerator
from ksdiff.model.keyframe_predictor import KeyframePredictor
from ksdiff.model.pose_generator import PoseGenerator
from ksdiff.model.regression_prior import HIDDEN_DIM, RegressionPrior
from ksdiff.model.spatiotemporal import SpatiotemporalGenerator
from ksdiff.model.text import TextEncoder
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace


class KSDiff(nn.Module):
    """Speech to expression and head motion (paper, figure 2).

    Motion inside is normalised per channel; `normalise` and `denormalise` go between it and physical units. Expression
    is relative to the speaker's neutral face: ``neutrals`` holds that of each style, the average last.
    ``expression_gain`` and ``head_gain`` restore the amplitude that a calm sampler takes away, and are found by
    `ksdiff.training.calibrate`.
    """

    expression_mean: Tensor
    expression_std: Tensor
    head_mean: Tensor
    head_std: Tensor
    expression_gain: Tensor
    head_gain: Tensor
    neutrals: Tensor

    def __init__(self, config: ModelConfig, space: MotionSpace, feature_dim: int, num_styles: int) -> None:
        """``feature_dim`` of the frozen speech features; ``num_styles`` training speakers."""
        super().__init__()
        self.config, self.space, self.feature_dim, self.num_styles = config, space, feature_dim, num_styles
        self.channels = {EXPRESSION: len(space.expression), HEAD: len(space.head)}
        for path, channels in self.channels.items():
            self.register_buffer(f"{path}_mean", torch.zeros(channels))
            self.register_buffer(f"{path}_std", torch.ones(channels))
            self.register_buffer(f"{path}_gain", torch.ones(channels))
        self.register_buffer("neutrals", torch.zeros(num_styles + 1, self.channels[EXPRESSION]))
        self.speech_encoder = DualPathSpeechEncoder(config, feature_dim)
        self.text_encoder = TextEncoder(config.hidden_dim) if config.transcript else None
        self.regression_prior = (
            RegressionPrior(feature_dim, self.channels[EXPRESSION], config.dropout) if config.regression_prior else None
        )
        self.prior_features = (
            nn.Linear(HIDDEN_DIM, config.hidden_dim) if config.regression_prior and config.prior_as_input else None
        )
        sizes = {path: self.channels[path] for path in self.paths}
        if not config.dual_path:
            sizes = {JOINT: sum(self.channels.values())}
        self.generators = nn.ModuleDict(
            {JOINT: SpatiotemporalGenerator(config, space)}
            if config.spatiotemporal
            else {path: MotionGenerator(config, channels, num_styles, MOTION_RATE) for path, channels in sizes.items()}
        )
        if not config.dual_path:
            self.fuse = nn.Linear(2 * config.hidden_dim, config.hidden_dim)
        self.predictors = nn.ModuleDict(
            {path: KeyframePredictor(config) for path in self.paths} if config.keyframes else {}
        )
        self.pose_generators = nn.ModuleDict(
            {path: PoseGenerator(config, channels, num_styles, MOTION_RATE) for path, channels in sizes.items()}
            if config.pose_generators
            else {}
        )

    @property
    def device(self) -> torch.device:
        """Where the model is; conditions and noise go there."""
        return self.neutrals.device

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are learned; the motion of another stays at its mean."""
        return PATHS if self.config.head else (EXPRESSION,)

    def normalise(self, motion: Float[Tensor, "*B T C"], path: str) -> Float[Tensor, "*B T C"]:
        """Physical units to zero mean and unit deviation."""
        return (motion - getattr(self, f"{path}_mean")) / getattr(self, f"{path}_std")

    def denormalise(self, motion: Float[Tensor, "*B T C"], path: str) -> Float[Tensor, "*B T C"]:
        """The inverse of `normalise`."""
        return motion * getattr(self, f"{path}_std") + getattr(self, f"{path}_mean")

    def encode(self, condition: Condition, frames: int) -> Encoded:
        """Speech and words of a window, for ``frames`` motion frames from its start."""
        return self.encode_at(condition, torch.arange(frames, device=condition.features.device) / MOTION_RATE)

    def encode_at(self, condition: Condition, times: Float[Tensor, " T"]) -> Encoded:
        """Speech and words of a window, for motion frames at given instants, s from its start."""
        f_h, f_e = self.speech_encoder(condition, times)
        text = None if self.text_encoder is None else self.text_encoder(condition)
        prior = None
        if self.regression_prior is not None:
            prior, hidden = self.regression_prior(condition, times)
            if self.prior_features is not None:
                f_e = f_e + self.prior_features(hidden)
        speech = {EXPRESSION: f_e, HEAD: f_h}
        if JOINT in self.generators:
            speech[JOINT] = self.fuse(torch.cat([f_e, f_h], dim=-1))
        return Encoded(speech, text, prior, condition, times)

    def keyframe_logits(
        self, encoded: Encoded, keyframes: dict[str, Int[Tensor, "B T"]]
    ) -> dict[str, Float[Tensor, "B T"]]:
        """Teacher-forced logits of both predictors; empty where the model has none."""
        condition = self._read_by(KEYFRAMES, encoded.condition)
        return {
            path: predictor(keyframes[path], encoded.speech[path], encoded.text, condition, encoded.times)
            for path, predictor in self.predictors.items()
        }

    def denoise(
        self,
        noisy: dict[str, Float[Tensor, "B T C"]],
        steps: Int[Tensor, " B"],
        encoded: Encoded,
        keyframes: dict[str, Float[Tensor, "B T 2"]],
        known: Mapping[str, Float[Tensor, "B T _"]] = MappingProxyType({}),
    ) -> dict[str, Float[Tensor, "B T C"]]:
        """Clean normalised motion of both paths.

        Args:
            noisy: Normalised motion with the noise of ``steps``.
            steps: Diffusion step, 0 (clean) to num_train_timesteps - 1.
            encoded: Speech and words.
            keyframes: For each frame its keyframe strength (0: none), and 1 where keyframes are known, 0 where not.
            known: What is given of the motion, as `ksdiff.model.known_motion.KnownMotion.as_input` puts it.
        """
        condition, times, text = encoded.condition, encoded.times, encoded.text
        if JOINT in self.generators:
            both = torch.cat([noisy[path] for path in PATHS], dim=-1)
            told = keyframes[EXPRESSION].maximum(keyframes[HEAD])
            given = self._joined(known, both)
            generator, speech = self.generators[JOINT], encoded.speech[JOINT]
            if isinstance(generator, SpatiotemporalGenerator):
                apart = (self.neutrals[condition.style] - self.neutrals[-1]) / self.expression_std
                joint = generator(both, steps, speech, condition, apart, given)
            else:
                joint = generator(both, steps, speech, text, told, condition, times, given)
            expression, head = joint.split([self.channels[path] for path in PATHS], dim=-1)
            clean = {EXPRESSION: expression, HEAD: head}
        else:
            clean = {
                path: self.generators[path](
                    value,
                    steps,
                    encoded.speech[path],
                    text,
                    keyframes[path],
                    self._read_by(path, condition),
                    times,
                    known.get(path),
                )
                if path in self.generators
                else torch.zeros_like(value)
                for path, value in noisy.items()
            }
        if encoded.prior is not None and self.prior_features is None:  # the sum learns from its own losses alone
            clean[EXPRESSION] = clean[EXPRESSION] + encoded.prior.detach()
        return clean

    def _read_by(self, part: str, condition: Condition) -> Condition:
        """The condition as a part of the model reads it: with or without the words."""
        if part in self.config.transcript_parts:
            return condition
        return replace(condition, text_mask=torch.zeros_like(condition.text_mask))

    def _joined(
        self, known: Mapping[str, Float[Tensor, "B T _"]], motion: Float[Tensor, "B T C"]
    ) -> Float[Tensor, "B T _"]:
        """What is given of both paths as one: all values, then all strengths."""
        parts = [
            known[path].chunk(2, dim=-1)
            if path in known
            else (motion.new_zeros(*motion.shape[:2], self.channels[path]),) * 2
            for path in PATHS
        ]
        return torch.cat([part[index] for index in (0, 1) for part in parts], dim=-1)

    def drop_conditions(
        self,
        condition: Condition,
        speech: Bool[Tensor, " B"] | None = None,
        text: Bool[Tensor, " B"] | None = None,
        style: Bool[Tensor, " B"] | None = None,
    ) -> Condition:
        """The condition with parts dropped for the marked members of the batch: how guidance is learned and used.

        Dropped speech is a run of zero features; dropped text has no bytes; dropped style is the neutral average.
        """
        if speech is not None:
            keep = ~speech[:, None, None]
            condition = replace(condition, features=condition.features * keep, prosody=condition.prosody * keep)
        if text is not None:
            condition = replace(condition, text_mask=condition.text_mask & ~text[:, None])
        if style is not None:
            condition = replace(condition, style=condition.style.masked_fill(style, self.num_styles))
        return condition
