"""Which layers of the Moonshine encoder say most about a face.

A small temporal convolution is trained from each choice of layers to the jaw and mouth channels of a prepared corpus;
the table gives Pearson's r on speakers that it has not seen. The encoder is exported again with all its layers:

    npm pack @usefulsensors/moonshine-js@0.1.17
    python benchmarks/encoder_layers.py CORPUS usefulsensors-moonshine-js-0.1.17.tgz

It takes some ten minutes for 31 minutes of speech on one idle core.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn
from torch.nn import functional

from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT
from ksdiff.speech.audio import load
from ksdiff.speech.encoder import SpeechEncoder, session_options

CHOICES = ((1,), (2,), (3,), (4,), (5,), (6,), (7,), (1, 4), (2, 4), (1, 5), (2, 5), (3, 5), (3, 6), (4, 7))
LAYERS, WIDTH = 8, 416
WINDOW, BATCH = 100, 12  # motion frames, windows
MOVING = 0.02  # weight: least mean standard deviation of a channel that counts
BUILD = Path(__file__).parents[1] / "scripts/build_encoder.py"


class AllLayers(SpeechEncoder):
    """The Moonshine encoder with the outputs of all its layers."""

    def __init__(self, path: Path) -> None:
        super().__init__("all", tuple(range(LAYERS)), WIDTH * LAYERS, "", 384, 895)
        self._session = onnxruntime.InferenceSession(path, session_options(), providers=["CPUExecutionProvider"])

    def _run(self, samples: np.ndarray) -> np.ndarray:
        return np.asarray(self._session.run(["features"], {"input_values": samples[None]})[0])[0]


class Regressor(nn.Module):
    """Three residual convolutions, 14 frames of sight on each side."""

    def __init__(self, inputs: int, outputs: int, width: int = 96) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, width)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 5, padding=2 * d, dilation=d) for d in (1, 2, 4))
        self.last = nn.Linear(width, outputs)
        self.dropout = nn.Dropout(0.3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels of each frame [B, T, C] from features [B, T, F]."""
        x = self.first(self.dropout(x)).transpose(1, 2)
        for layer in self.layers:
            x = x + functional.gelu(layer(self.dropout(x)))
        return self.last(x.transpose(1, 2))


def read(corpus: Path, encoder: SpeechEncoder) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Speaker, features of all layers at motion frames, and mouth channels of each clip with a face."""
    clips = []
    for path in sorted((corpus / "clips").glob("*.npz")):
        with np.load(path) as data:
            expression, known = data["expression"], data["mask_expression"]
            if known.mean() < 0.9 or not data["mask_head"].any():
                continue
        features = encoder.encode(load(path.with_suffix(".flac")))
        times, instants = encoder.frame_times(len(features)), np.arange(len(expression)) / MOTION_RATE
        at = np.interp(instants, times, np.arange(len(features)))
        low = np.floor(at).astype(int)
        part = (at - low)[:, None].astype(np.float32)
        high = np.minimum(low + 1, len(features) - 1)
        moved = features[low] * (1 - part) + features[high] * part
        speaker = json.loads(path.with_suffix(".json").read_text())["speaker"]
        clips.append((speaker, moved.astype(np.float16), expression[:, ARKIT.mouth_indices]))
    return clips


def train(pairs: list[tuple[np.ndarray, np.ndarray]], counted: np.ndarray, steps: int) -> nn.Module:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    model = Regressor(pairs[0][0].shape[1], len(counted))
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    lengths = np.array([len(x) for x, _ in pairs])
    chosen = torch.from_numpy(counted)
    for _ in range(steps):
        batch = []
        for clip in rng.choice(len(pairs), BATCH, p=lengths / lengths.sum()):
            start = rng.integers(0, max(1, lengths[clip] - WINDOW))
            batch.append([np.resize(part[start : start + WINDOW], (WINDOW, part.shape[1])) for part in pairs[clip]])
        x, y = (torch.from_numpy(np.stack(part)) for part in zip(*batch, strict=True))
        loss = ((model(x) - y)[..., chosen] ** 2).clamp(max=16).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return model.eval()


def score(clips: list, held_out: set[str], layers: tuple[int, ...], steps: int) -> tuple[float, float]:
    """Mean r of jawOpen and of the moving mouth channels over the clips of the speakers held out."""
    columns = np.concatenate([np.arange(WIDTH * layer, WIDTH * (layer + 1)) for layer in layers])
    of = {s: np.concatenate([y for t, _, y in clips if t == s]) for s in {s for s, _, _ in clips}}
    counted = np.mean([y.std(0) for y in of.values()], 0) > MOVING
    sets: tuple[list, list] = ([], [])
    for speaker, x, y in clips:
        y = (y - of[speaker].mean(0)) / np.maximum(of[speaker].std(0), 1e-3)
        sets[speaker in held_out].append((x[:, columns].astype(np.float32), y.astype(np.float32)))
    seen = np.concatenate([x for x, _ in sets[0]])
    mean, spread = seen.mean(0), seen.std(0) + 1e-3
    training, held = ([((x - mean) / spread, y) for x, y in part] for part in sets)
    model = train(training, counted, steps)
    correlations = []
    for x, y in held:
        with torch.inference_mode():
            made = model(torch.from_numpy(x)[None])[0].numpy()
        with np.errstate(invalid="ignore"):
            correlations.append([np.corrcoef(a, b)[0, 1] for a, b in zip(made.T, y.T, strict=True)])
    mean_r = np.nanmean(correlations, 0)
    return float(mean_r[ARKIT.mouth.index("jawOpen")]), float(np.nanmean(mean_r[counted]))


def main() -> None:
    parser = argparse.ArgumentParser(description="Which layers of the Moonshine encoder say most about a face.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("package", type=Path, help="the .tgz that npm pack wrote")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--folds", type=int, default=2, help="groups of a quarter of the speakers, held out in turn")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "all.onnx"
        numbers = [str(layer) for layer in range(LAYERS)]
        command = [sys.executable, BUILD, arguments.package, "--layers", *numbers, "--out", whole]
        subprocess.run(command, check=True)
        clips = read(arguments.corpus, AllLayers(whole))
    speakers = np.random.default_rng(3).permutation(sorted({speaker for speaker, _, _ in clips}))
    size = max(1, len(speakers) // 4)
    folds = [set(speakers[fold * size : (fold + 1) * size]) for fold in range(arguments.folds)]
    print(f"{len(clips)} clips, {len(speakers)} speakers\n\n| layers | jawOpen | mouth |\n|---|---|---|")
    for layers in CHOICES:
        jaw, mouth = np.mean([score(clips, fold, layers, arguments.steps) for fold in folds], 0)
        print(f"| {' + '.join(map(str, layers))} | {jaw:.3f} | {mouth:.3f} |", flush=True)


if __name__ == "__main__":
    main()
