"""The diffusion process: noise for training, denoising with known frames for sampling. It knows nothing of faces."""

from collections.abc import Callable

import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from jaxtyping import Float, Int
from torch import Tensor

Paths = dict[str, Tensor]  # one tensor [B, T, C] for each path


class Diffusion:
    """Forward process and DDIM sampling (η = 0) of a model that predicts clean motion."""

    def __init__(self, train_steps: int, schedule: str) -> None:
        """``schedule`` is a name that diffusers knows; ``scaled_linear``, with DiffSpeaker's betas, is the paper's."""
        self.scheduler = DDIMScheduler(
            num_train_timesteps=train_steps,
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule=schedule,
            prediction_type="sample",
            clip_sample=False,
            set_alpha_to_one=True,
            timestep_spacing="trailing",
        )
        self.train_steps = train_steps

    def add_noise(
        self, clean: Float[Tensor, "B T C"], noise: Float[Tensor, "B T C"], steps: Int[Tensor, " B"]
    ) -> Float[Tensor, "B T C"]:
        """Motion with the noise of the given steps."""
        return self.scheduler.add_noise(clean, noise, steps)  # type: ignore[arg-type]

    def sample(
        self,
        noise: Paths,
        predict: Callable[[Paths, Int[Tensor, " B"]], Paths],
        steps: int,
        known: Paths | None = None,
        known_weight: Float[Tensor, "B T 1"] | None = None,
    ) -> Paths:
        """Denoise.

        Args:
            noise: Start of the process for each path.
            predict: Gives clean motion from noisy motion and the step of each member of the batch.
            steps: How many denoising steps.
            known: Clean motion that is already known, by path.
            known_weight: How much of it to keep at each frame: 1 fixes a frame at every step, 0 leaves it free, what
                lies between blends, so that position and velocity are continuous at the borders.
        """
        self.scheduler.set_timesteps(steps)
        current = dict(noise)
        batch = len(next(iter(noise.values())))
        for step in self.scheduler.timesteps.tolist():
            clean = predict(current, torch.full((batch,), step))
            if known is not None and known_weight is not None:
                clean = {path: torch.lerp(value, known[path], known_weight) for path, value in clean.items()}
            current = {
                path: self.scheduler.step(clean[path], step, value, eta=0.0).prev_sample  # type: ignore[arg-type]
                for path, value in current.items()
            }
        return current
