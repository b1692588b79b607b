"""A baseline without diffusion: temporal convolution from the frozen features to the expression."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ksdiff.corpus.dataset import Clip, Corpus, Split, speech_of
from ksdiff.errors import InputError
from ksdiff.evaluation.systems import Seams
from ksdiff.files import atomic_write
from ksdiff.model.condition import Condition, FrameGrid, condition_of
from ksdiff.model.regression_prior import RegressionPrior
from ksdiff.model.sampling import Generated, Speech
from ksdiff.model.torch_network import to_tensors
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.training.augmentation import augmented
from ksdiff.training.batches import Batches
from ksdiff.training.calibrate import amplitude_gains, deviation
from ksdiff.training.config import TrainingConfig, learning_rate
from ksdiff.training.losses import diffusion_loss
from ksdiff.training.objective import corrupt
from ksdiff.training.statistics import MIN_DEVIATION


class Regressor(nn.Module):
    """The regression prior of the model by itself, with its normalisation and its gains."""

    mean: Tensor
    std: Tensor
    gain: Tensor

    def __init__(self, feature_dim: int, channels: int) -> None:
        super().__init__()
        self.network = RegressionPrior(feature_dim, channels)
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))
        self.register_buffer("gain", torch.ones(channels))

    def forward(self, condition: Condition, frames: int) -> Float[Tensor, "B T E"]:
        """Normalised expression."""
        return self.network(condition, torch.arange(frames) / MOTION_RATE)[0]


def train_regressor(
    corpus: Corpus,
    split: Split,
    config: TrainingConfig,
    path: Path,
    cache: Path,
    progress: Callable[[str, float], None] = lambda name, done: None,
) -> None:
    """Train on the batches, with the augmentation, for the steps and with the losses that the diffusion has.

    The weights are averaged, and the gains found on the validation speakers, as those of the model are.

    Args:
        corpus: What to train on.
        split: Speakers.
        config: Of the training.
        path: File to write.
        cache: Folder of the copies of clips, as in `train`.
        progress: Called with what is being done and how much of it is.
    """
    clips = [clip for clip in corpus.clips if clip.speaker in split.train]
    torch.manual_seed(config.seed)
    model = Regressor(corpus.feature_width, len(corpus.space.expression))
    mean, std = statistics(clips)
    model.mean.copy_(torch.from_numpy(mean))
    model.std.copy_(torch.from_numpy(std))
    average = deepcopy(model).requires_grad_(False)
    clips = augmented(corpus, clips, cache, config, progress)
    optimizer = torch.optim.AdamW(model.parameters(), weight_decay=config.weight_decay)
    batches = Batches(
        clips, corpus.space, FrameGrid.of(corpus.encoder), dict.fromkeys(split.train, 0), config.batch_size,
        config.frames, config.seed, config.mirror, config.shift,
    )  # fmt: skip
    for step in range(config.steps):
        torch.manual_seed(config.seed * 1_000_003 + step)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, config)
        batch = batches.draw(step)
        weight = (batch.mask[EXPRESSION].unsqueeze(-1) & batch.channel_mask.unsqueeze(1)).float()
        target = (batch.motion[EXPRESSION] - model.mean) / model.std
        predicted = model(corrupt(batch.condition, config), config.frames)
        position, velocity = diffusion_loss(predicted, target, weight)
        optimizer.zero_grad(set_to_none=True)
        (position + velocity).backward()
        nn.utils.clip_grad_norm_(model.parameters(), config.max_grad_norm)
        optimizer.step()
        decay = min(config.ema_decay, (step + 1) / (step + 11))
        with torch.no_grad():
            for own, new in zip(average.parameters(), model.parameters(), strict=True):
                own.lerp_(new, 1 - decay)
        progress(f"step {step + 1}/{config.steps}", (step + 1) / config.steps)
    find_gains(average.eval(), corpus, [clip for clip in corpus.clips if clip.speaker in split.validation])
    with atomic_write(path) as temporary:
        save_file(average.state_dict(), temporary)


def find_gains(model: Regressor, corpus: Corpus, clips: list[Clip]) -> None:
    """Set the gains to the real deviations over the model's own, on clips that it was not trained on.

    As `ksdiff.training.calibrate.calibrate` does: within its bounds, and the same for left and right.
    """
    system = RegressionSystem(model, FrameGrid.of(corpus.encoder), len(corpus.space.head))
    ours: list[np.ndarray] = []
    theirs: list[np.ndarray] = []
    for clip in clips:
        predicted = system.generate(speech_of(clip, system.grid, len(clip))).motion[EXPRESSION]
        ours += deviation(predicted, clip.mask[EXPRESSION])
        theirs += deviation(clip.motion[EXPRESSION], clip.mask[EXPRESSION])
    if not ours:
        return
    model.gain.copy_(torch.from_numpy(amplitude_gains(ours, theirs, model.std.numpy(), corpus.space.pairs)))


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
    def load(cls, path: Path, corpus: Corpus, gains: bool = True) -> "RegressionSystem":
        """Read what `train_regressor` wrote, with or without its gains.

        Raises:
            InputError: The file is damaged, or of another corpus.
        """
        model = Regressor(corpus.feature_width, len(corpus.space.expression))
        try:
            # "anchor" is what older versions called the network; they had no gains.
            tensors = {name.replace("anchor.", "network.", 1): value for name, value in load_file(path).items()}
            model.load_state_dict({"gain": model.gain, **tensors})
        except (SafetensorError, OSError, RuntimeError) as error:
            raise InputError(f"{path} is not the regression of this run: delete it and run again") from error
        if not gains:
            model.gain.fill_(1.0)
        return cls(model.eval(), FrameGrid.of(corpus.encoder), len(corpus.space.head))

    @torch.inference_mode()
    def generate(self, speech: Speech, seed: int = 0) -> Generated:
        """Expression of a whole sound at once."""
        del seed
        condition = condition_of(speech.features, speech.prosody, (), self.grid, 0, speech.frames, 0, speech.frames)
        normalised = self.model(to_tensors(condition), speech.frames)[0] * self.model.gain
        expression = normalised * self.model.std + self.model.mean
        return Generated(
            {EXPRESSION: expression.numpy(), HEAD: np.zeros((speech.frames, self.head), np.float32)},
            {path: np.zeros(speech.frames, np.float32) for path in PATHS},
        )

    def seams(self, frames: int) -> Seams:
        """It has none."""
        del frames
        return ()
