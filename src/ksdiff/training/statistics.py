"""What a model takes from its training clips before the first step: normalisation and neutral faces."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float

from ksdiff.corpus.dataset import Clip
from ksdiff.model.ksdiff import KSDiff
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

# Weight; rad and m: a channel that hardly moves is not blown up.
MIN_DEVIATION = {EXPRESSION: 0.02, HEAD: 0.002}


def fit_statistics(model: KSDiff, clips: Sequence[Clip], styles: dict[str, int]) -> None:
    """Set the model's normalisation and neutral faces from the training clips, which are read one after the other."""
    sums = {path: Moments(model.channels[path]) for path in PATHS}
    neutral: dict[str, list[np.ndarray]] = defaultdict(list)
    for clip in clips:
        motion, mask = clip.motion, clip.mask
        for path in PATHS:
            weight = clip.channel_mask if path == EXPRESSION else np.ones(model.channels[path], dtype=bool)
            sums[path].add(motion[path][mask[path]], weight)
        neutral[clip.speaker].append(np.array(clip.neutral))
    for path in PATHS:
        mean, std = sums[path].mean_and_deviation()
        getattr(model, f"{path}_mean").copy_(torch.from_numpy(mean))
        getattr(model, f"{path}_std").copy_(torch.from_numpy(np.maximum(std, MIN_DEVIATION[path])))
    for speaker, style in styles.items():
        model.neutrals[style] = torch.from_numpy(np.stack(neutral[speaker])).mean(dim=0)
    model.neutrals[len(styles)] = model.neutrals[: len(styles)].mean(dim=0)


class Moments:
    """Mean and deviation of channels over more frames than fit into memory."""

    def __init__(self, channels: int) -> None:
        """Nothing was added yet."""
        self._count = np.zeros(channels)
        self._mean, self._squares = np.zeros(channels), np.zeros(channels)

    def add(self, values: Float[np.ndarray, "N C"], weight: Bool[np.ndarray, " C"]) -> None:
        """Add frames, of which only the channels with ``weight`` count (Chan et al. 1983, eq. 2.1)."""
        if not len(values):
            return
        mean = values.mean(axis=0, dtype=np.float64)
        squares = ((values - mean) ** 2).sum(axis=0, dtype=np.float64)
        count = len(values) * weight
        total = np.maximum(self._count + count, 1)
        delta = mean - self._mean
        self._squares += weight * squares + delta**2 * self._count * count / total
        self._mean += delta * count / total
        self._count += count

    def mean_and_deviation(self) -> tuple[Float[np.ndarray, " C"], Float[np.ndarray, " C"]]:
        """Of what was added; 0 where that is nothing."""
        return self._mean.copy(), np.sqrt(self._squares / np.maximum(self._count, 1))
