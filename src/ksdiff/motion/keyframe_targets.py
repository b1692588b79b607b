"""Keyframes of a motion: the moments at which it changes most (paper §2.2, eq. 3)."""

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.motion.rotation import relative_angles
from ksdiff.motion.space import MotionSpace
from ksdiff.numerics.filters import gaussian_filter1d

HEAD_SMOOTHING = 0.08  # s, standard deviation of the Gaussian filter
EXPRESSION_SMOOTHING = 0.04
THRESHOLD = 0.5  # standard deviations above the mean


def motion_variation(
    head: Float[np.ndarray, "T H"], expression: Float[np.ndarray, "T E"], space: MotionSpace
) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    """How much a motion changes from each frame to the next.

    For the head, δ_h = θ + ‖Δc'‖: the angle of the relative rotation (rad) plus the distance moved in the
    other head channels (m in the `arkit` space). For the expression, δ_e = ‖Δe‖ over all channels but those
    of the eyes: a blink is the greatest change there is in an `arkit` face, and would hide what speech does.

    Returns:
        Variation of the head and of the expression; 0 at the first frame.
    """
    others = np.ones(len(space.head), dtype=bool)
    others[space.rotation] = False
    head_variation = relative_angles(head[:, space.rotation]) + _distances(head[:, others])
    kept = [not name.startswith("eye") for name in space.expression]
    return head_variation, _distances(expression[:, kept])


def keyframe_targets(
    variation: Float[np.ndarray, " T"],
    rate: int | float,
    smoothing: float,
    threshold: float = THRESHOLD,
    mask: Bool[np.ndarray, " T"] | None = None,
) -> Float[np.ndarray, " T"]:
    """Find the keyframes of a motion: local maxima of its smoothed variation that are high enough.

    High enough is mean + ``threshold`` · standard deviation.

    Mean and standard deviation are those of the motion's own smoothed variation, so that a lively and a calm
    speaker get keyframes equally often.

    Args:
        variation: One of the two results of `motion_variation`.
        rate: Frames per second.
        smoothing: Standard deviation of the Gaussian filter, s.
        threshold: In standard deviations.
        mask: False where the motion is unknown; no keyframe is put there or beside it.

    Returns:
        Strength at each keyframe, 0 elsewhere: height of the maximum relative to the motion's 99th
        percentile, at most 1.
    """
    strengths = np.zeros(len(variation), dtype=np.float32)
    known = np.ones(len(variation), dtype=bool) if mask is None else mask.copy()
    if mask is not None:
        known[1:] &= mask[:-1]  # a change is known if both its frames are
    known[:1] = False
    if known.sum() < 3:
        return strengths
    # Filtered as (blurred values) / (blurred weights), so that unknown frames neither add nor take away.
    weights = gaussian_filter1d(known.astype(np.float64), smoothing * rate, mode="constant")
    smooth = gaussian_filter1d(np.where(known, variation, 0.0), smoothing * rate, mode="constant")
    smooth = np.where(known, smooth / np.maximum(weights, 1e-9), 0.0)
    values = smooth[known]
    least = values.mean() + threshold * values.std()
    inner = known[1:-1] & known[:-2] & known[2:]
    # ">=" on one side only: a plateau counts once.
    peak = inner & (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > least)
    at = np.flatnonzero(peak) + 1
    strengths[at] = np.minimum(smooth[at] / np.percentile(values, 99), 1.0)
    return strengths


def _distances(values: Float[np.ndarray, "T C"]) -> Float[np.ndarray, " T"]:
    distances = np.zeros(len(values))
    distances[1:] = np.linalg.norm(np.diff(values, axis=0), axis=1)
    return distances
