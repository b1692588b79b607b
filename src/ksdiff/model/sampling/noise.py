"""The noise from which motion is denoised."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD

NOISE_BLOCK = MOTION_RATE  # frames of noise drawn from one seed
SPAWN_KEYS = {EXPRESSION: (), HEAD: (1,)}  # the paths' noise is independent at equal seeds


def frame_noise(path: str, seed: int, start: int, frames: int, channels: int) -> Float[Tensor, "T C"]:
    """Noise that depends on path, seed and frame number alone, so that windows which share a frame share its noise."""
    first, last = start // NOISE_BLOCK, (start + frames - 1) // NOISE_BLOCK
    blocks = []
    for block in range(first, last + 1):
        # The words of a seed cannot be negative; the model may look a little before frame 0.
        sequence = np.random.SeedSequence([seed, block + 1], spawn_key=SPAWN_KEYS[path])
        blocks.append(np.random.default_rng(sequence).standard_normal((NOISE_BLOCK, channels), dtype=np.float32))
    offset = start - first * NOISE_BLOCK
    return torch.from_numpy(np.concatenate(blocks)[offset : offset + frames])
