"""A baseline without diffusion: temporal convolution from the frozen features to the expression."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ksdiff.corpus.dataset import Clip, Corpus, Split
from ksdiff.evaluation.systems import Seams
from ksdiff.files import atomic_write
from ksdiff.model.condition import Condition, FrameGrid, condition_of
from ksdiff.model.regression_prior import RegressionPrior
from ksdiff.model.sampling import Generated, Speech
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.training.batches import Batches
from ksdiff.training.config import TrainingConfig, learning_rate
from ksdiff.training.losses import diffusion_loss
from ksdiff.training.statistics import MIN_DEVIATION


class Regressor(nn.Module):
    """The regression prior of the model by itself, with its normalisation."""

    mean: Tensor
    std: Tensor

    def __init__(self, feature_dim: int, channels: int) -> None:
        super().__init__()
        self.network = RegressionPrior(feature_dim, channels)
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))

    def forward(self, condition: Condition, frames: int) -> Float[Tensor, "B T E"]:
        """Normalised expression."""
        return self.network(condition, torch.arange(frames) / MOTION_RATE)


def train_regressor(corpus: Corpus, split: Split, config: TrainingConfig, path: Path) -> None:
    """Train on the batches, for the steps and with the losses of position and velocity that the diffusion has."""
    clips = [clip for clip in corpus.clips if clip.speaker in split.train]
    torch.manual_seed(config.seed)
    model = Regressor(corpus.feature_width, len(corpus.space.expression))
    mean, std = statistics(clips)
    model.mean.copy_(torch.from_numpy(mean))
    model.std.copy_(torch.from_numpy(std))
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=config.weight_decay)
    styles = dict.fromkeys(split.train, 0)
    mirror = config.mirror if corpus.space.mirror else 0.0
    batches = Batches(
        clips,
        corpus.space,
        FrameGrid.of(corpus.encoder),
        styles,
        config.batch_size,
        config.frames,
        config.seed,
        mirror,
        0,
    )
    for step in range(config.steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, config)
        batch = batches.draw(step)
        weight = (batch.mask[EXPRESSION].unsqueeze(-1) & batch.channel_mask.unsqueeze(1)).float()
        target = (batch.motion[EXPRESSION] - model.mean) / model.std
        position, velocity = diffusion_loss(model(batch.condition, config.frames), target, weight)
        optimiser.zero_grad(set_to_none=True)
        (position + velocity).backward()
        nn.utils.clip_grad_norm_(model.parameters(), config.max_grad_norm)
        optimiser.step()
    with atomic_write(path) as temporary:
        save_file(model.state_dict(), temporary)


def statistics(clips: list[Clip]) -> tuple[Float[np.ndarray, " E"], Float[np.ndarray, " E"]]:
    """Mean and deviation of the known expression."""
    known = np.concatenate([clip.motion[EXPRESSION][clip.mask[EXPRESSION]] for clip in clips])
    return known.mean(axis=0), np.maximum(known.std(axis=0), MIN_DEVIATION[EXPRESSION])


@dataclass(frozen=True)
class RegressionSystem:
    """A trained `Regressor`; the head keeps still."""

    model: Regressor
    grid: FrameGrid
    head: int
    paths: tuple[str, ...] = (EXPRESSION,)
    keyframes: bool = False

    @classmethod
    def load(cls, path: Path, corpus: Corpus) -> "RegressionSystem":
        """Read what `train_regressor` wrote."""
        model = Regressor(corpus.feature_width, len(corpus.space.expression))
        # "anchor" is what older versions called the network.
        model.load_state_dict({name.replace("anchor.", "network.", 1): t for name, t in load_file(path).items()})
        return cls(model.eval(), FrameGrid.of(corpus.encoder), len(corpus.space.head))

    @torch.inference_mode()
    def generate(self, speech: Speech, seed: int = 0) -> Generated:
        """Expression of a whole sound at once."""
        del seed
        condition = condition_of(speech.features, speech.prosody, (), self.grid, 0, speech.frames, 0, speech.frames)
        expression = self.model(condition, speech.frames)[0] * self.model.std + self.model.mean
        return Generated(
            {EXPRESSION: expression.numpy(), HEAD: np.zeros((speech.frames, self.head), np.float32)},
            {path: np.zeros(speech.frames, np.float32) for path in PATHS},
        )

    def seams(self, frames: int) -> Seams:
        """It has none."""
        del frames
        return ()
