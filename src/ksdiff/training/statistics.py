"""What a model takes from its training clips before the first step: normalisation and neutral faces."""

import numpy as np
import torch

from ksdiff.corpus.dataset import Clip
from ksdiff.model.ksdiff import KSDiff
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS

# Weight; rad and m: a channel that hardly moves is not blown up.
MIN_DEVIATION = {EXPRESSION: 0.02, HEAD: 0.002}


def fit_statistics(model: KSDiff, clips: list[Clip], styles: dict[str, int]) -> None:
    """Set the model's normalisation and neutral faces from the training clips."""
    for path in PATHS:
        known = np.concatenate([clip.motion[path][clip.mask[path]] for clip in clips])
        weight = np.ones_like(known)
        if path == EXPRESSION:
            weight = np.concatenate([np.tile(clip.channel_mask, (clip.mask[path].sum(), 1)) for clip in clips])
        total = np.maximum(weight.sum(axis=0), 1)
        mean = (known * weight).sum(axis=0) / total
        std = np.sqrt((((known - mean) ** 2) * weight).sum(axis=0) / total)
        getattr(model, f"{path}_mean").copy_(torch.from_numpy(mean))
        getattr(model, f"{path}_std").copy_(torch.from_numpy(np.maximum(std, MIN_DEVIATION[path])))
    for speaker, style in styles.items():
        own = [torch.from_numpy(clip.neutral) for clip in clips if clip.speaker == speaker]
        model.neutrals[style] = torch.stack(own).mean(dim=0)
    model.neutrals[len(styles)] = model.neutrals[: len(styles)].mean(dim=0)
