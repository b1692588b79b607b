"""The loss of one batch (eq. 7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ksdiff.model.condition import Condition
from ksdiff.model.config import ModelConfig
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import DDIMScheduler
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.training.batches import Batch
from ksdiff.training.config import TrainingConfig
from ksdiff.training.known_frames import known_frames
from ksdiff.training.losses import diffusion_loss, keyframe_loss, spectral_loss
from ksdiff.training.noise import add_noise, random_noise

# How much an expression channel counts: speech says little about brows, nothing about eyes.
MOUTH_WEIGHT, EYE_WEIGHT, OTHER_WEIGHT = 1.0, 0.05, 0.3


def channel_weights(model: KSDiff) -> dict[str, Tensor]:
    """How much each channel counts in the losses."""
    expression = [
        MOUTH_WEIGHT if name in model.space.mouth else EYE_WEIGHT if name.startswith("eye") else OTHER_WEIGHT
        for name in model.space.expression
    ]
    return {EXPRESSION: torch.tensor(expression), HEAD: torch.ones(model.channels[HEAD])}


def step_losses(
    model: KSDiff,
    batch: Batch,
    scheduler: DDIMScheduler,
    config: TrainingConfig,
    weights: dict[str, Tensor],
    lips: Float[Tensor, "E R"] | None = None,
    paths: Sequence[str] = PATHS,
    keyframes: bool = True,
) -> dict[str, Tensor]:
    """All losses of one batch, and ``total`` (eq. 7).

    Args:
        model: In training mode.
        batch: Windows.
        scheduler: The forward process.
        config: The training.
        weights: How much each channel counts, by path.
        lips: From `lip_factor`; None for no loss on lips.
        paths: Those whose generators are trained.
        keyframes: Whether the predictors of keyframes are trained.
    """
    size, frames = batch.mask[HEAD].shape
    device = batch.mask[HEAD].device

    def dropped(share: float) -> Tensor:
        return torch.rand(size, device=device) < share

    condition = corrupt(batch.condition, config)
    condition = model.drop_conditions(
        condition, dropped(config.drop_speech), dropped(config.drop_text), dropped(config.drop_style)
    )
    encoded = model.encode(condition, frames)
    target = {path: model.normalise(batch.motion[path], path) for path in PATHS}
    weight = {path: batch.mask[path].unsqueeze(-1) * weights[path] for path in PATHS}
    weight[EXPRESSION] = weight[EXPRESSION] * batch.channel_mask.unsqueeze(1)
    steps = (torch.rand(size, device=device) ** config.noise_skew * scheduler.num_train_timesteps).long()
    noisy = {
        path: add_noise(scheduler, target[path], random_noise(target[path], model.config.correlated_noise), steps)
        for path in paths
    }
    told = (~dropped(config.drop_keyframes)).float().unsqueeze(-1).expand(size, frames)
    marked = {path: torch.stack([batch.keyframes[path] * told, told], dim=-1) for path in PATHS}
    known = {}
    if config.known_frames and model.config.known_motion:
        known = {
            path: known_frames(
                target[path], batch.mask[path], batch.keyframes[path], model.space, path, config.known_frames
            ).as_input()
            for path in paths
        }
    predicted = model.denoise(noisy, steps, encoded, marked, known) if paths else {}
    logits = {}
    if keyframes:
        logits = model.keyframe_logits(encoded, {path: (batch.keyframes[path] > 0).long() for path in PATHS})

    # A spectrum's magnitude asks for as much motion as there is, even where noise leaves open which: there, its loss
    # would pull the prediction away from the mean that denoising needs.
    clear = torch.from_numpy(scheduler.alphas_cumprod).to(device)[steps]
    prior = encoded.prior if EXPRESSION in paths else None
    return prediction_losses(model, batch, Prediction(predicted, logits, prior), target, weight, clear, config, lips)


@dataclass(frozen=True)
class Prediction:
    """What a model says of one batch.

    Attributes:
        motion: By path, clean normalised motion; none of paths that are not trained.
        keyframes: By path, logits; none of paths without a predictor.
        prior: Of the regression from speech, if the model has one.
    """

    motion: Mapping[str, Float[Tensor, "B T C"]]
    keyframes: Mapping[str, Float[Tensor, "B T"]]
    prior: Float[Tensor, "B T E"] | None


def prediction_losses(
    model: KSDiff,
    batch: Batch,
    predicted: Prediction,
    target: Mapping[str, Float[Tensor, "B T C"]],
    weight: Mapping[str, Float[Tensor, "B T C"]],
    clear: Float[Tensor, " B"],
    config: TrainingConfig,
    lips: Float[Tensor, "E R"] | None,
    spectral: Callable[..., Float[Tensor, ""]] = spectral_loss,
) -> dict[str, Tensor]:
    """All losses of what was predicted for a batch, and ``total`` (eq. 7).

    Args:
        model: What predicted it.
        batch: Windows.
        predicted: Motion, keyframes and the regression's motion.
        target: By path, normalised motion.
        weight: How much each frame and channel counts, by path.
        clear: How much of each window's motion the noise left; weighs the spectral loss.
        config: The training.
        lips: From `lip_factor`; None for no loss on lips.
        spectral: Computes eq. 6, as `spectral_loss` does.
    """
    losses: dict[str, Tensor] = {}
    total = torch.zeros((), device=clear.device)
    for path in model.paths:
        if path in predicted.motion:
            motion = predicted.motion[path].float()
            position, velocity = diffusion_loss(motion, target[path], weight[path])
            spectrum = spectral(motion, target[path], weight[path], clear)
            losses |= {f"{path}/position": position, f"{path}/velocity": velocity, f"{path}/spectral": spectrum}
            total = total + config.lambda_diffusion * (position + velocity) + config.lambda_spectral * spectrum
        if path in predicted.keyframes:
            losses[f"{path}/keyframes"] = keyframe_loss(
                predicted.keyframes[path].float(), (batch.keyframes[path] > 0).float(), batch.mask[path]
            )
            total = total + config.lambda_keyframe * losses[f"{path}/keyframes"]
    if lips is not None and EXPRESSION in predicted.motion:
        losses["lips"] = _lip_loss(predicted.motion[EXPRESSION].float(), target[EXPRESSION], batch, lips)
        total = total + config.lambda_lips * losses["lips"]
    if predicted.prior is not None:
        prior = predicted.prior.float()
        position, velocity = diffusion_loss(prior, target[EXPRESSION], weight[EXPRESSION])
        losses["prior/position"] = position
        total = total + config.lambda_diffusion * (position + velocity)
        if lips is not None:
            total = total + config.lambda_lips * _lip_loss(prior, target[EXPRESSION], batch, lips)
    return {"total": total, **losses}


def _lip_loss(
    motion: Float[Tensor, "B T E"], target: Float[Tensor, "B T E"], batch: Batch, lips: Float[Tensor, "E R"]
) -> Float[Tensor, ""]:
    seen = batch.channel_mask.unsqueeze(1)
    ours, real = ((each * seen) @ lips for each in (motion, target))
    frames = batch.mask[EXPRESSION].unsqueeze(-1).expand(ours.shape).to(ours)
    position, velocity = diffusion_loss(ours, real, frames)
    return lips.shape[1] * (position + velocity)  # a sum over the directions, not their mean


def has_idle_parameters(model: ModelConfig, config: TrainingConfig) -> bool:
    """Whether some parameters take no part in a step: those for known motion, where none is given, or for words."""
    untold = model.known_motion and model.dual_path and not config.known_frames  # one for both paths reads zeros then
    return untold or (model.keyframes and not model.transcript)


class Objective(nn.Module):
    """The losses of a model as a module, so that data parallelism sees one forward pass."""

    def __init__(
        self,
        model: KSDiff,
        scheduler: DDIMScheduler,
        config: TrainingConfig,
        lips: Float[Tensor, "E R"] | None,
        precision: torch.dtype | None,
        paths: Sequence[str] = PATHS,
        keyframes: bool = True,
    ) -> None:
        """Describe the losses as `step_losses` does; ``precision`` is what to compute in, None for fp32."""
        super().__init__()
        self.model, self.scheduler, self.config, self.lips, self.precision = model, scheduler, config, lips, precision
        self.paths, self.keyframes = paths, keyframes
        self.weights = {path: weight.to(model.device) for path, weight in channel_weights(model).items()}

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """All losses of one batch, and ``total``."""
        kind = self.model.device.type
        with torch.autocast(kind, self.precision or torch.bfloat16, enabled=self.precision is not None):
            return step_losses(
                self.model, batch, self.scheduler, self.config, self.weights, self.lips, self.paths, self.keyframes
            )


def corrupt(condition: Condition, config: TrainingConfig) -> Condition:
    """Noise and short gaps in the speech features, so that a small corpus is not learned by heart."""
    features = condition.features
    if config.feature_noise:
        features = features + config.feature_noise * features.std() * torch.randn_like(features)
    if config.feature_mask:
        run = 8  # speech frames, about 0.2 s
        size, frames = features.shape[:2]
        starts = torch.rand(size, frames, device=features.device) < config.feature_mask / run
        hidden = torch.nn.functional.max_pool1d(starts.float()[:, None], run, 1, run // 2)[:, 0, :frames] > 0
        features = features.masked_fill(hidden.unsqueeze(-1), 0.0)
    return replace(condition, features=features)
