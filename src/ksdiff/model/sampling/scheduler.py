"""The diffusion process: noise for training, denoising with known frames for sampling. It knows nothing about faces.

The arithmetic is that of `DDIMScheduler` and `DPMSolverMultistepScheduler` of diffusers, and tests hold them together;
importing that package takes longer than generating ten seconds of motion.
"""

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError, suggest
from ksdiff.model.known_motion import BEND, NOTHING, Known, meet

Paths = dict[str, np.ndarray]  # one array [B, T, C] for each path
BETA_START, BETA_END = 0.00085, 0.012  # of scaled_linear, as in DiffSpeaker


def scaled_linear(num_train_timesteps: int) -> Float[np.ndarray, " N"]:
    """Variances β whose roots grow linearly: DiffSpeaker's, and so the paper's."""
    return np.linspace(BETA_START**0.5, BETA_END**0.5, num_train_timesteps) ** 2


def squared_cosine(num_train_timesteps: int) -> Float[np.ndarray, " N"]:
    """Variances β of the cosine schedule (Nichol & Dhariwal 2021, eq. 17)."""

    def alpha_bar(time: float) -> float:
        return math.cos((time + 0.008) / 1.008 * math.pi / 2) ** 2

    steps = range(num_train_timesteps)
    ratios = [alpha_bar((i + 1) / num_train_timesteps) / alpha_bar(i / num_train_timesteps) for i in steps]
    return np.array([min(1 - ratio, 0.999) for ratio in ratios])


BETA_SCHEDULES = {
    "scaled_linear": scaled_linear,
    "squaredcos_cap_v2": squared_cosine,
}  # by the names that diffusers has for them


class DDIMScheduler:
    """Forward process and deterministic DDIM sampling (η = 0) of a model that predicts clean motion.

    Attributes:
        num_train_timesteps: Steps of the process.
        alphas_cumprod: ᾱ: share of the signal's power that is left after each.
    """

    def __init__(self, num_train_timesteps: int, beta_schedule: str) -> None:
        """Set up a process of ``num_train_timesteps`` steps.

        Raises:
            InputError: The schedule is unknown.
        """
        if beta_schedule not in BETA_SCHEDULES:
            allowed = tuple(BETA_SCHEDULES)
            raise InputError(f"unknown noise schedule {beta_schedule!r}: {suggest(beta_schedule, allowed)}")
        self.num_train_timesteps = num_train_timesteps
        self.alphas_cumprod = np.cumprod(1 - BETA_SCHEDULES[beta_schedule](num_train_timesteps)).astype(np.float32)

    def timesteps(self, num_inference_steps: int) -> list[int]:
        """The steps at which to denoise, noisiest first, evenly spaced from the last one on ("trailing")."""
        count = self.num_train_timesteps
        return [round(count - index * count / num_inference_steps) - 1 for index in range(num_inference_steps)]

    def sample(
        self,
        noise: Paths,
        predict: Callable[[Paths, Int[np.ndarray, " B"]], Paths],
        num_inference_steps: int,
        known: Known = NOTHING,
        solver_order: int = 1,
    ) -> Paths:
        """Denoise.

        Order 1 is DDIM. Order 2 is DPM-Solver++(2M) (Lu et al. 2022, algorithm 2): between the first and the last step
        it also goes on as the clean motion changed since the step before.

        Args:
            noise: Start of the process for each path.
            predict: Gives clean motion from noisy motion and the step of each member of the batch.
            num_inference_steps: How many denoising steps.
            known: Clean motion that is given. What is given exactly is met at every step, and so in the result.
            solver_order: 1 or 2.
        """
        current, before = dict(noise), noise
        batch = len(next(iter(noise.values())))
        timesteps = self.timesteps(num_inference_steps)
        for index, timestep in enumerate(timesteps):
            clean = predict(current, np.full(batch, timestep, np.int64))
            clean = {
                path: meet(value, known[path], BEND[path]) if path in known else value for path, value in clean.items()
            }
            if index == num_inference_steps - 1:
                return clean
            aimed = clean
            if solver_order == 2 and index:
                further = self._further(*timesteps[index - 1 : index + 2])
                aimed = {path: value + further * (value - before[path]) for path, value in clean.items()}
            alpha, following = (float(self.alphas_cumprod[step]) for step in timesteps[index : index + 2])
            kept, noisy = math.sqrt(following), math.sqrt(1 - following) / math.sqrt(1 - alpha)
            current = {
                path: kept * aimed[path] + noisy * (value - math.sqrt(alpha) * aimed[path])
                for path, value in current.items()
            }
            before = clean
        return current

    def _further(self, before: int, timestep: int, following: int) -> float:
        """1 / 2r of DPM-Solver++(2M): how much of a change since the last step is taken again."""
        last, now, then = (
            0.5 * math.log(a / (1 - a)) for a in self.alphas_cumprod[[before, timestep, following]].tolist()
        )
        return (then - now) / (now - last) / 2
