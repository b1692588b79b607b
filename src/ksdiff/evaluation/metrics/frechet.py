"""Fréchet distances of motion, velocity and acceleration (after FVMD, Liu et al. 2024), over short windows."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.evaluation.metrics.articulation import MOVING

WINDOW = 10  # frames: 0.4 s
STRIDE = 5  # frames from one window to the next
ORDERS = {"motion": 0, "velocity": 1, "acceleration": 2}  # order of the difference
MIN_WINDOWS = 20


def motion_windows(
    motion: Float[np.ndarray, "T C"], known: Bool[np.ndarray, " T"], order: int
) -> Float[np.ndarray, "W D"]:
    """Windows of a motion or its differences that are wholly known, each as one vector of ``WINDOW`` · C numbers.

    Args:
        motion: Channels.
        known: Which frames are.
        order: 0 for the motion itself, 1 for differences from frame to frame, 2 for differences of these.
    """
    length = WINDOW + order
    result = [
        np.diff(motion[start : start + length], n=order, axis=0).ravel()
        for start in range(0, len(motion) - length + 1, STRIDE)
        if known[start : start + length].all()
    ]
    return np.array(result, dtype=np.float64).reshape(-1, WINDOW * motion.shape[1])


def channel_scales(real: Float[np.ndarray, "T C"]) -> Float[np.ndarray, " C"]:
    """What channels are divided by before they are compared: the real deviation of each, but no less than `MOVING`."""
    return np.maximum(real.std(axis=0), MOVING)


def frechet_distance(generated: Float[np.ndarray, "N D"], real: Float[np.ndarray, "M D"]) -> float:
    """|μ − ν|² + tr(Σ + Γ − 2 (ΣΓ)^½) of the normal distributions with the samples' means and covariances.

    0 for equal distributions, lower is better; NaN where there are fewer than `MIN_WINDOWS` samples of either. It grows
    as samples get fewer, so only values over the same clips can be compared.
    """
    if min(len(generated), len(real)) < MIN_WINDOWS:
        return float("nan")
    means, roots, spread = [], [], 0.0
    for samples in (generated, real):
        mean = samples.mean(axis=0)
        covariance = (samples - mean).T @ (samples - mean) / len(samples)
        values, directions = np.linalg.eigh(covariance)
        roots.append(directions * np.sqrt(np.maximum(values, 0.0)))
        means.append(mean)
        spread += float(np.trace(covariance))
    # tr (ΣΓ)^½ is the sum of the singular values of Σ^½ Γ^½, which unlike a matrix root needs no full rank.
    shared = np.linalg.svd(roots[0].T @ roots[1], compute_uv=False).sum()
    return max(0.0, float(((means[0] - means[1]) ** 2).sum() + spread - 2 * shared))
