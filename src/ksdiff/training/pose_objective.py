"""The loss of pose generators: the first of two stages (`PoseGenerator`)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.pose_generator import PoseGenerator
from ksdiff.model.sampling import DDIMScheduler
from ksdiff.motion.space import EXPRESSION
from ksdiff.training.config import TrainingConfig
from ksdiff.training.known_frames import KnownFrames
from ksdiff.training.losses import weighted_mean
from ksdiff.training.noise import add_noise, random_noise
from ksdiff.training.objective import channel_weights
from ksdiff.training.pose_batches import PoseBatch, Poses


class PoseObjective(nn.Module):
    """The losses of the pose generators of a model as a module, so that data parallelism sees one forward pass."""

    def __init__(
        self, model: KSDiff, scheduler: DDIMScheduler, config: TrainingConfig, lips: Float[Tensor, "E R"] | None
    ) -> None:
        """``lips`` are from `lip_factor`; None for no loss on lips."""
        super().__init__()
        self.model, self.scheduler, self.config, self.lips = model, scheduler, config, lips
        self.weights = {path: weight.to(model.device) for path, weight in channel_weights(model).items()}

    def forward(self, batch: PoseBatch) -> dict[str, Tensor]:
        """All losses of one batch, and ``total``."""
        losses: dict[str, Tensor] = {}
        total = torch.zeros((), device=batch.style.device)
        unnamed = batch.style.new_full(batch.style.shape, self.model.num_styles)
        style = torch.where(self._dropped(batch.style, self.config.drop_style), unnamed, batch.style)
        for path, poses in batch.poses.items():
            target = self.model.normalise(poses.motion, path)
            missed = self._denoise(path, poses, target, style) - target
            losses[f"{path}/position"] = weighted_mean(missed**2, poses.mask * self.weights[path])
            total = total + self.config.lambda_diffusion * losses[f"{path}/position"]
            if path == EXPRESSION and self.lips is not None:
                lips = (missed * poses.mask) @ self.lips
                seen = poses.mask.any(dim=-1, keepdim=True).expand(lips.shape).to(lips)
                losses["lips"] = lips.shape[-1] * weighted_mean(lips**2, seen)  # a sum over the directions
                total = total + self.config.lambda_lips * losses["lips"]
        return {"total": total, **losses}

    def _denoise(
        self, path: str, poses: Poses, target: Float[Tensor, "B K C"], style: Tensor
    ) -> Float[Tensor, "B K C"]:
        config, generator = self.config, self.model.pose_generators[path]
        assert isinstance(generator, PoseGenerator)
        size, channels = len(target), target.shape[-1]

        def kept(share: float) -> Tensor:
            return ~self._dropped(style, share)[:, None, None]

        noisy_speech = poses.speech + config.feature_noise * poses.speech.std() * torch.randn_like(poses.speech)
        inside = (poses.speech != 0).any(dim=-1, keepdim=True)
        speech = noisy_speech * inside * kept(config.drop_speech)
        keyframes = poses.keyframes * kept(config.drop_keyframes)
        given = KnownFrames(target + (1 - poses.strength) * torch.randn_like(target), poses.strength)
        context = generator.pose_context(speech, style, poses.frames, poses.pose_mask, keyframes, given.as_input())
        steps = (torch.rand(size, device=style.device) ** config.noise_skew * self.scheduler.num_train_timesteps).long()
        every_frame = target.new_zeros(size, poses.speech.shape[1], channels)
        noise = random_noise(every_frame, self.model.config.correlated_noise)
        noise = noise.gather(1, poses.frames.unsqueeze(-1).expand(-1, -1, channels))
        return generator.denoise(add_noise(self.scheduler, target, noise, steps), steps, context)

    def _dropped(self, like: Tensor, share: float) -> Tensor:
        return torch.rand(len(like), device=like.device) < share
