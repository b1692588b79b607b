"""The assembled model: what one training step and one denoising step need."""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from ksdiff.model.condition import Condition
from ksdiff.model.config import ModelConfig
from ksdiff.model.dpse import DualPathSpeechEncoder
from ksdiff.model.generator import GeneratorContext, MotionGenerator
from ksdiff.model.keyframe_predictor import DecoderState, KeyframePredictor
from ksdiff.model.known_motion import NOTHING, Known, joined
from ksdiff.model.regression_prior import HIDDEN_DIM, RegressionPrior
from ksdiff.model.spatiotemporal import SpatiotemporalContext, SpatiotemporalGenerator
from ksdiff.model.text import TextEncoder
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace


@dataclass(frozen=True)
class Encoded:
    """What the generators and predictors read, computed once for all denoising steps.

    Attributes:
        speech: f_e and f_h by path.
        text: Tokens of the words, or None where the model has no transcript path.
        prior: Normalised expression as the regression says, or None.
        condition: Where it came from; gives style and the times of the words.
        times: Instants of the motion frames, s from the start of the window.
    """

    speech: dict[str, Float[Tensor, "B T D"]]
    text: Float[Tensor, "B M D"] | None
    prior: Float[Tensor, "B T E"] | None
    condition: Condition
    times: Float[Tensor, " T"]


@dataclass(frozen=True)
class Contexts:
    """What all denoising steps of a window have in common.

    Attributes:
        generators: By path, or for ``joint``.
        prior: What is added to the expression, or None.
    """

    generators: dict[str, GeneratorContext | SpatiotemporalContext]
    prior: Float[Tensor, "B T E"] | None


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
            sizes = {"joint": sum(self.channels.values())}
        self.generators = nn.ModuleDict(
            {"joint": SpatiotemporalGenerator(config, space)}
            if config.spatiotemporal
            else {path: MotionGenerator(config, channels, num_styles, MOTION_RATE) for path, channels in sizes.items()}
        )
        if not config.dual_path:
            self.fuse = nn.Linear(2 * config.hidden_dim, config.hidden_dim)
        self.predictors = nn.ModuleDict(
            {path: KeyframePredictor(config) for path in self.paths} if config.keyframes else {}
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
        return Encoded({EXPRESSION: f_e, HEAD: f_h}, text, prior, condition, times)

    def keyframe_logits(
        self, encoded: Encoded, keyframes: dict[str, Int[Tensor, "B T"]]
    ) -> dict[str, Float[Tensor, "B T"]]:
        """Teacher-forced logits of both predictors; empty where the model has none."""
        return {
            path: predictor(keyframes[path], encoded.speech[path], encoded.text, encoded.condition, encoded.times)
            for path, predictor in self.predictors.items()
        }

    def decode_keyframes(
        self,
        path: str,
        encoded: Encoded,
        thresholds: Float[Tensor, " N"],
        frames: range,
        keep: int,
        state: DecoderState | None = None,
    ) -> tuple[Float[Tensor, "N B F"], DecoderState]:
        """Keyframe probabilities of a path, as if decoded frame by frame: `KeyframePredictor.decode`."""
        predictor = self.predictors[path]
        assert isinstance(predictor, KeyframePredictor)
        return predictor.decode(
            encoded.speech[path], encoded.text, encoded.condition, encoded.times, thresholds, frames, keep, state
        )

    def denoise(
        self,
        noisy: dict[str, Float[Tensor, "B T C"]],
        steps: Int[Tensor, " B"],
        encoded: Encoded,
        keyframes: dict[str, Float[Tensor, "B T 2"]],
        known: Known = NOTHING,
    ) -> dict[str, Float[Tensor, "B T C"]]:
        """Clean normalised motion of the paths of ``noisy``: both, or any one of a dual-path model."""
        return self.denoise_in(self.contexts(encoded, keyframes, known, tuple(noisy)), noisy, steps)

    def contexts(
        self,
        encoded: Encoded,
        keyframes: dict[str, Float[Tensor, "B T 2"]],
        known: Known = NOTHING,
        paths: tuple[str, ...] = PATHS,
    ) -> Contexts:
        """What all denoising steps have in common, computed once for them."""
        # The sum learns from its own losses alone.
        added = encoded.prior.detach() if encoded.prior is not None and self.prior_features is None else None
        if not self.config.dual_path:
            motion = {
                path: encoded.times.new_zeros(len(encoded.condition), len(encoded.times), self.channels[path])
                for path in PATHS
            }
            speech = self.fuse(torch.cat([encoded.speech[path] for path in PATHS], dim=-1))
            given = None if (both := joined(known, motion)) is None else both.as_input()
            generator = self.generators["joint"]
            if isinstance(generator, SpatiotemporalGenerator):
                apart = (self.neutrals[encoded.condition.style] - self.neutrals[-1]) / self.expression_std
                return Contexts({"joint": generator.context(speech, encoded.condition, apart, given)}, added)
            joint = self._generator("joint").context(
                speech,
                encoded.text,
                keyframes[EXPRESSION].maximum(keyframes[HEAD]),
                encoded.condition,
                encoded.times,
                given,
            )
            return Contexts({"joint": joint}, added)
        return Contexts(
            {
                path: self._generator(path).context(
                    encoded.speech[path],
                    encoded.text,
                    keyframes[path],
                    encoded.condition,
                    encoded.times,
                    known[path].as_input() if path in known else None,
                )
                for path in paths
                if path in self.paths
            },
            added,
        )

    def denoise_in(
        self, contexts: Contexts, noisy: dict[str, Float[Tensor, "B T C"]], steps: Int[Tensor, " B"]
    ) -> dict[str, Float[Tensor, "B T C"]]:
        """`denoise`, given what its steps have in common."""
        if "joint" in contexts.generators:
            both = torch.cat([noisy[path] for path in PATHS], dim=-1)
            generator, context = self.generators["joint"], contexts.generators["joint"]
            if isinstance(context, SpatiotemporalContext):
                assert isinstance(generator, SpatiotemporalGenerator)
                joint = generator.denoise(both, steps, context)
            else:
                joint = self._generator("joint").denoise(both, steps, context)
            expression, head = joint.split([self.channels[path] for path in PATHS], dim=-1)
            clean = {EXPRESSION: expression, HEAD: head}
        else:
            clean = {
                path: self._generator(path).denoise(value, steps, context)
                if isinstance(context := contexts.generators.get(path), GeneratorContext)
                else torch.zeros_like(value)
                for path, value in noisy.items()
            }
        if contexts.prior is not None and EXPRESSION in clean:
            clean[EXPRESSION] = clean[EXPRESSION] + contexts.prior
        return clean

    def _generator(self, name: str) -> MotionGenerator:
        generator = self.generators[name]
        assert isinstance(generator, MotionGenerator)
        return generator

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
