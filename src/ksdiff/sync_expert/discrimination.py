"""How well a sync expert tells true pairs of sound and mouth from false ones."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.motion import MOTION_RATE
from ksdiff.sync_expert.features import ExpertClip
from ksdiff.sync_expert.model import SyncExpert
from ksdiff.sync_expert.score import MAX_OFFSET, SHIFTS, SyncScore, sync_arithmetic

with needs("evaluate"):
    from scipy.stats import mannwhitneyu


def discrimination(expert: SyncExpert, clips: Sequence[ExpertClip]) -> dict[str, float]:
    """How well an expert tells true from false pairs on clips that it never saw.

    Distances are means over windows of one frame and of 25 frames (1 s). False pairs are the same clip with
    its sound shifted by 5 to 15 frames either way, or the sound of the next clip of another speaker.

    Returns:
        By name: areas under the ROC curve, pooled over the windows of all clips (0.5 is chance, 1 is perfect);
        shares of clips whose least distance is at offset 0 and within 1 frame; means of confidence and distance.

    Raises:
        InputError: There are not two speakers.
    """
    curves = [expert.distances(clip.mel, clip.motion, clip.known) for clip in clips]
    far = np.abs(SHIFTS) >= 5
    others = []
    for i, clip in enumerate(clips):
        other = next((c for c in (*clips[i + 1 :], *clips[:i]) if c.speaker != clip.speaker), None)
        if other is None:
            raise InputError(f"{clip.speaker} is the only speaker: two are needed to tell clips apart")
        frames = min(len(clip.known), len(other.known))
        others.append(expert.distances(other.mel, clip.motion[:frames], clip.known[:frames]))
    figures = {}
    for window in (1, MOTION_RATE):
        own = [_window_means(curve, window) for curve in curves]
        true = np.concatenate([means[:, MAX_OFFSET] for means in own])
        shifted = np.concatenate([means[:, far].ravel() for means in own])
        other = np.concatenate([_window_means(curve, window)[:, MAX_OFFSET] for curve in others])
        span = f"{window / MOTION_RATE:g} s"
        figures[f"AUC against shifted sound, {span}"] = _auc(true, shifted)
        figures[f"AUC against another's sound, {span}"] = _auc(true, other)
    scores = [SyncScore(*sync_arithmetic(np.nanmean(curve, axis=0))) for curve in curves]
    offsets = np.array([score.offset for score in scores])
    return figures | {
        "clips": float(len(clips)),
        "share of clips at offset 0": float((offsets == 0).mean()),
        "share of clips within 1 frame": float((np.abs(offsets) <= 1).mean()),
        "sync_m_c": float(np.mean([score.confidence for score in scores])),
        "sync_m_d": float(np.mean([score.distance for score in scores])),
    }


def _window_means(curve: Float[np.ndarray, "T K"], window: int) -> Float[np.ndarray, "W K"]:
    """Means over windows a fifth of a window apart, of those whose frames all count."""
    means = np.lib.stride_tricks.sliding_window_view(curve, window, axis=0).mean(axis=-1)[:: max(1, window // 5)]
    return means[~np.isnan(means[:, 0])]


def _auc(near: Float[np.ndarray, " N"], far: Float[np.ndarray, " M"]) -> float:
    """Probability that a pair of ``near`` has the lesser distance than one of ``far``."""
    return float(mannwhitneyu(far, near).statistic / (len(near) * len(far)))
