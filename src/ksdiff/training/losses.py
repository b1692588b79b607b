"""Losses of the paper (eqs. 4 to 7). Unknown frames and channels never enter a mean."""

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT, KEYPOINTS, MotionSpace

RESOLUTIONS = (8, 16, 32)  # frames: 0.32, 0.64 and 1.28 s at 25 frames/s
KEYFRAME_WEIGHT = 4.0  # w_1 of eq. 4; w_0 is 1. About 1 frame in 20 is a keyframe.


def weighted_mean(values: Float[Tensor, "B T C"], weights: Float[Tensor, "B T C"]) -> Float[Tensor, ""]:
    """Mean under weights; 0 if all are 0."""
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)


def diffusion_loss(
    predicted: Float[Tensor, "B T C"], target: Float[Tensor, "B T C"], weights: Float[Tensor, "B T C"]
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Squared error of position and of velocity per frame (eq. 5: L_rec and L_vel)."""
    position = weighted_mean((predicted - target) ** 2, weights)
    both = torch.minimum(weights[:, 1:], weights[:, :-1])
    return position, weighted_mean((predicted.diff(dim=1) - target.diff(dim=1)) ** 2, both)


def lip_factor(space: MotionSpace, deviation: Float[Tensor, " E"]) -> Float[Tensor, "E R"] | None:
    """A matrix that turns normalised expressions into lip motion; None in a space whose faces the head does not have.

    The squared length of ``expression @ factor`` is the mean squared displacement of the lips' vertices, relative to
    that of a face whose channels move independently with the given deviations.
    """
    if space == ARKIT:
        head = load_head()
        moved = head.deltas[: len(space.expression)][:, head.lip_vertices].reshape(len(space.expression), -1)
    elif space == KEYPOINTS:  # those of the mouth are the lips
        moved = np.eye(len(space.expression))[:, space.mouth_indices]
    else:
        return None
    scaled = deviation.double().cpu().numpy()[:, None] * moved.astype(np.float64)
    values, vectors = np.linalg.eigh(scaled @ scaled.T / np.sum(scaled**2))
    factor = vectors * np.sqrt(np.maximum(values, 0.0))
    return torch.from_numpy(factor[:, values > 1e-6].astype(np.float32))


def spectral_loss(
    predicted: Float[Tensor, "B T C"],
    target: Float[Tensor, "B T C"],
    weights: Float[Tensor, "B T C"],
    members: Float[Tensor, " B"] | None = None,
) -> Float[Tensor, ""]:
    """L1 distance of the magnitudes of short-time Fourier transforms, mean over resolutions (eq. 6).

    ``members`` are weights of the members of the batch; all alike if None.
    """
    known = (weights > 0).to(predicted)
    channel = weights.amax(dim=1)
    if members is not None:
        channel = channel * members[:, None]

    def magnitudes(motion: Float[Tensor, "B T C"], size: int) -> Float[Tensor, "B C F N"]:
        batch, _, channels = motion.shape
        series = (motion * known).transpose(1, 2).flatten(0, 1).float()
        spectrum = torch.stft(
            series,
            size,
            hop_length=size // 4,
            window=torch.hann_window(size, device=series.device),
            return_complex=True,
        )
        power = spectrum.real**2 + spectrum.imag**2
        return (power + 1e-7).sqrt().unflatten(0, (batch, channels))

    total = predicted.new_zeros(())
    for size in RESOLUTIONS:
        distance = (magnitudes(predicted, size) - magnitudes(target, size)).abs() / size**0.5
        total = total + (distance.mean(dim=(2, 3)) * channel).sum() / channel.sum().clamp(min=1e-6)
    return total / len(RESOLUTIONS)


def keyframe_loss(
    logits: Float[Tensor, "B T"], target: Float[Tensor, "B T"], mask: Bool[Tensor, "B T"]
) -> Float[Tensor, ""]:
    """Weighted binary cross-entropy (eq. 4), mean over known frames."""
    loss = F.binary_cross_entropy_with_logits(
        logits, target, pos_weight=logits.new_full((), KEYFRAME_WEIGHT), reduction="none"
    )
    weight = mask.to(loss)
    return (loss * weight).sum() / weight.sum().clamp(min=1e-6)
