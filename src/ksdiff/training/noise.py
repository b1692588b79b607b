"""The forward process of the diffusion, for training; `ksdiff.model.sampling` has the way back."""

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

from ksdiff.model.sampling import DDIMScheduler, noise_filter


def add_noise(
    scheduler: DDIMScheduler,
    clean: Float[Tensor, "B T C"],
    noise: Float[Tensor, "B T C"],
    timesteps: Int[Tensor, " B"],
) -> Float[Tensor, "B T C"]:
    """Motion with the noise of the given steps."""
    alpha = torch.from_numpy(scheduler.alphas_cumprod).to(clean.device)[timesteps][:, None, None]
    return alpha.sqrt() * clean + (1 - alpha).sqrt() * noise


def random_noise(like: Float[Tensor, "B T C"], correlated: bool) -> Float[Tensor, "B T C"]:
    """Noise of the shape of some motion; correlated, it is slow in part (`ksdiff.model.sampling.correlate`)."""
    if not correlated:
        return torch.randn_like(like)
    reach = len(noise_filter()) // 2
    white = F.pad(torch.zeros_like(like), (0, 0, reach, reach)).normal_()
    series = white.transpose(1, 2).flatten(0, 1).unsqueeze(1)
    mixed = F.conv1d(series, torch.from_numpy(noise_filter()).to(white)[None, None])
    return mixed.squeeze(1).unflatten(0, (like.shape[0], like.shape[2])).transpose(1, 2)
