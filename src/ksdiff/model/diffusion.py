"""The diffusion process: noise for training, denoising with known frames for sampling. It knows nothing of faces.

The arithmetic is that of `DDIMScheduler` of diffusers, and a test holds the two together; importing that package takes
longer than making ten seconds of motion.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ksdiff.errors import InputError, suggest

Paths = dict[str, Tensor]  # one tensor [B, T, C] for each path
BETA_START, BETA_END = 0.00085, 0.012  # of scaled_linear, as in DiffSpeaker


def scaled_linear(steps: int) -> Float[Tensor, " N"]:
    """Variances β whose roots grow linearly: DiffSpeaker's, and so the paper's."""
    return torch.linspace(BETA_START**0.5, BETA_END**0.5, steps) ** 2


def cosine(steps: int) -> Float[Tensor, " N"]:
    """Variances β of the cosine schedule (Nichol & Dhariwal 2021, eq. 17)."""

    def kept(time: float) -> float:
        return math.cos((time + 0.008) / 1.008 * math.pi / 2) ** 2

    return torch.tensor([min(1 - kept((i + 1) / steps) / kept(i / steps), 0.999) for i in range(steps)])


SCHEDULES = {"scaled_linear": scaled_linear, "squaredcos_cap_v2": cosine}  # by the names that diffusers has for them


class Diffusion:
    """Forward process and deterministic DDIM sampling (η = 0) of a model that predicts clean motion."""

    def __init__(self, train_steps: int, schedule: str) -> None:
        """Set up a process of ``train_steps`` steps.

        Raises:
            InputError: The schedule is unknown.
        """
        if schedule not in SCHEDULES:
            raise InputError(f"unknown noise schedule {schedule!r}: {suggest(schedule, tuple(SCHEDULES))}")
        self.train_steps = train_steps
        self.kept = torch.cumprod(1 - SCHEDULES[schedule](train_steps), dim=0)  # ᾱ: share of the signal's power left

    def add_noise(
        self, clean: Float[Tensor, "B T C"], noise: Float[Tensor, "B T C"], steps: Int[Tensor, " B"]
    ) -> Float[Tensor, "B T C"]:
        """Motion with the noise of the given steps."""
        kept = self.kept.to(clean.device)[steps][:, None, None]
        return kept.sqrt() * clean + (1 - kept).sqrt() * noise

    def timesteps(self, steps: int) -> list[int]:
        """The steps at which to denoise, noisiest first, evenly spaced from the last one on ("trailing")."""
        return [round(self.train_steps - index * self.train_steps / steps) - 1 for index in range(steps)]

    def sample(
        self,
        noise: Paths,
        predict: Callable[[Paths, Int[Tensor, " B"]], Paths],
        steps: int,
        known: Paths | None = None,
        known_weight: Paths | None = None,
    ) -> Paths:
        """Denoise.

        Args:
            noise: Start of the process for each path.
            predict: Gives clean motion from noisy motion and the step of each member of the batch.
            steps: How many denoising steps.
            known: Clean motion that is already known, by path.
            known_weight: How much of it to keep at each frame, [B, T, 1] or [B, T, C] by path: 1 fixes a frame at
                every step, 0 leaves it free, what lies between blends, so that position and velocity are continuous
                at the borders.
        """
        current = dict(noise)
        batch = len(next(iter(noise.values())))
        for step in self.timesteps(steps):
            clean = predict(current, torch.full((batch,), step))
            if known is not None and known_weight is not None:
                clean = {path: torch.lerp(value, known[path], known_weight[path]) for path, value in clean.items()}
            kept, before = self.kept[step], step - self.train_steps // steps
            kept_before = self.kept[before] if before >= 0 else torch.tensor(1.0)
            current = {
                path: kept_before.sqrt() * clean[path]
                + (1 - kept_before).sqrt() * (value - kept.sqrt() * clean[path]) / (1 - kept).sqrt()
                for path, value in current.items()
            }
        return current
