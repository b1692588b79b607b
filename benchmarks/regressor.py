"""The floor to beat: a plain temporal convolution from the frozen features to the expression, on the same split.

    python benchmarks/regressor.py CORPUS [--steps 500]

Trained on the training speakers of the base preset, scored on its test speakers by the same figures as ``ksdiff
evaluate --no-rest``.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ksdiff.corpus.dataset import load_corpus, split_speakers
from ksdiff.evaluation.metrics import amplitude_ratios, channel_correlations
from ksdiff.model.condition import Condition, FrameGrid, condition_of, interpolate_tokens
from ksdiff.model.ksdiff import EXPRESSION
from ksdiff.training.batches import Batches
from ksdiff.training.config import TRAINING_PRESETS

WIDTH = 160


class Regressor(nn.Module):
    """Projection and four dilated convolutions, then interpolation to the motion's frames."""

    def __init__(self, features: int, channels: int) -> None:
        super().__init__()
        self.project = nn.Sequential(nn.LayerNorm(features), nn.Linear(features, WIDTH))
        self.layers = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 5, padding=2 * d, dilation=d) for d in (1, 2, 4, 8))
        self.output = nn.Linear(WIDTH, channels)

    def forward(self, condition: Condition, frames: int) -> Tensor:
        """Normalised expression, [B, T, E]."""
        x = self.project(condition.features).transpose(1, 2)
        for layer in self.layers:
            x = x + nn.functional.gelu(layer(x))
        times = torch.arange(frames) / 25
        return self.output(interpolate_tokens(x.transpose(1, 2), condition.speech_times, times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--steps", type=int, default=500)
    arguments = parser.parse_args()
    corpus, config = load_corpus(arguments.corpus), TRAINING_PRESETS["base"]
    split, grid = split_speakers(corpus, config.held_out), FrameGrid.of(corpus.encoder)
    clips = [clip for clip in corpus.clips if clip.speaker in split.train]
    styles = dict.fromkeys(split.train, 0)
    known = np.concatenate([clip.motion[EXPRESSION][clip.mask[EXPRESSION]] for clip in clips])
    mean, std = torch.from_numpy(known.mean(axis=0)), torch.from_numpy(np.maximum(known.std(axis=0), 0.02))
    torch.manual_seed(0)
    model = Regressor(corpus.feature_width, known.shape[1])
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    batches = Batches(clips, corpus.space, grid, styles, 16, config.frames, 0, config.mirror, 0)
    for step in range(arguments.steps):
        batch = batches.draw(step)
        made = model(batch.condition, config.frames)
        weight = (batch.mask[EXPRESSION].unsqueeze(-1) & batch.channel_mask.unsqueeze(1)).float()
        loss = ((made - (batch.motion[EXPRESSION] - mean) / std) ** 2 * weight).sum() / weight.sum()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
    r, ratios = [], []
    model.eval()
    for clip in (clip for clip in corpus.clips if clip.speaker in split.test):
        condition = condition_of(clip.features, clip.prosody, (), grid, 0, len(clip), 0)
        with torch.inference_mode():
            made = (model(condition, len(clip))[0] * std + mean).numpy()
        r.append(channel_correlations(made, clip.motion[EXPRESSION], clip.mask[EXPRESSION]))
        ratios.append(amplitude_ratios(made, clip.motion[EXPRESSION], clip.mask[EXPRESSION]))
    jaw, mouth = corpus.space.index("jawOpen"), corpus.space.mouth_indices
    print(f"{arguments.steps} steps, {len(r)} test clips")
    print(f"jaw r {np.nanmean(np.stack(r)[:, jaw]):.3f}, amplitude ratio {np.nanmean(np.stack(ratios)[:, jaw]):.3f}")
    print(f"mouth r {np.nanmean(np.stack(r)[:, mouth]):.3f}, ratio {np.nanmean(np.stack(ratios)[:, mouth]):.3f}")


if __name__ == "__main__":
    main()
