"""Train the network of `build_tracker_inverse.py` on rendered clips."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from ksdiff.corpus import fit, inverse
from ksdiff.corpus.solve import INNER_LIPS, LIPS
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.files import atomic_write
from ksdiff.motion.space import ARKIT

CHANNELS = len(ARKIT.expression)
LANDMARK_NUMBERS, REST_NUMBERS = 64, 12
WIDTH, BLOCKS, DROPPED = 448, 2, 0.1
FIRST_LOG_VARIANCE = -4.0
RIDGE, RIDGE_FRAMES = 0.01, 50_000
BATCH, RATE, DECAY = 384, 1.5e-3, 1e-3
LEAST_DEVIATION = 0.03  # of a channel: one that hardly moves is not learnt more eagerly than this
LIP_LOSS, GAP_LOSS = 0.15, 0.15  # per mm²
LIKELIHOOD = 0.05  # of the errors' deviation, which has no part in the mean
LANDMARK_GAIN, SCORE_GAIN, SCORE_OFFSET, NOISE = 0.03, 0.1, 0.05, 0.05  # chance put on the inputs in training
LEAST_R, MOST_GAIN = 0.3, 1.5  # where a channel's deviation is made up for, and by how much at most
LEAST_BROW_R, MOST_BROW_GAIN = 0.0, 2.5  # brows hardly move in most clips, and touch nothing else
# What stands still tells rendered clips apart, and would be learnt by heart.
STANDING_NOISE, HIDDEN = 0.3, 0.2
NO_SCORES = 0.1  # share of the samples that see no scores
USABLE = 0.35  # of a clip's frames, at least

Clip = tuple[inverse.View, Float[np.ndarray, "N 51"]]


def read_clip(path: Path) -> tuple[Track, np.ndarray]:
    """A rendered clip as it was tracked, and the weights that moved it."""
    with np.load(path) as data:
        names = ("times", "found", "landmarks", "scores", "pose", "change")
        track = Track(*(data[name] for name in names), size=tuple(data["size"].tolist()), source="")
        return track, data["expression"]


def view_clip(path: Path) -> Clip | None:
    """What the network sees of a clip whose face was found often enough, and the truth."""
    track, truth = read_clip(path)
    parts = fit.shots(track)
    good = fit.usable(track, parts)
    if good.sum() < USABLE * len(good):
        return None
    return inverse.views([track], [good], [parts])[0], truth[good]


class Perceptron(nn.Module):
    """The network of `inverse.Network`, to be trained.

    Args:
        skip: From the inputs, and 1, straight to the weights: where training begins.
    """

    def __init__(self, skip: Float[np.ndarray, "I+1 51"]) -> None:
        super().__init__()
        self.first = nn.Linear(len(skip) - 1, WIDTH)
        self.blocks = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in range(BLOCKS))
        self.last = nn.Linear(WIDTH, 2 * CHANNELS)
        self.skip = nn.Linear(len(skip) - 1, CHANNELS, bias=False)
        self.drop = nn.Dropout(DROPPED)
        with torch.no_grad():
            self.skip.weight.copy_(torch.from_numpy(skip[:-1].T))
            self.last.weight.mul_(0.1)
            self.last.bias[:CHANNELS] = torch.from_numpy(skip[-1])
            self.last.bias[CHANNELS:] = FIRST_LOG_VARIANCE

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Means and logarithms of the variances."""
        hidden = nn.functional.silu(self.first(inputs))
        for block in self.blocks:
            hidden = hidden + self.drop(nn.functional.silu(block(hidden)))
        mean, log_variance = self.last(self.drop(hidden)).chunk(2, dim=1)
        return mean + self.skip(inputs), log_variance.clamp(-9, 0)


def train(folders: Sequence[Path], out: Path, passes: int, seed: int = 0) -> None:
    """Train on the clips in the ``train`` of each folder, and write the asset."""
    torch.manual_seed(seed)
    paths = [path for folder in folders for path in sorted((folder / "train").glob("*.npz"))]
    clips = [clip for path in paths if (clip := view_clip(path)) is not None]
    clips += [(inverse.mirrored(view), inverse.mirrored_channels(truth)) for view, truth in clips]
    frames = sum(len(truth) for _, truth in clips)
    print(f"{len(clips) // 2} of {len(paths)} clips, {frames // 2} frames", flush=True)
    arrays = _bases(clips)
    empty = {"skip": np.zeros((1, CHANNELS)), "gain": np.ones(CHANNELS)}
    basis = inverse.network_from_arrays({**arrays, **empty})
    inputs = torch.from_numpy(np.concatenate([basis.inputs(view) for view, _ in clips]))
    truth = torch.from_numpy(np.concatenate([truth for _, truth in clips]).astype(np.float32))
    network = _fit(inputs, truth, passes, seed)
    linear = [network.first, *network.blocks, network.last]
    for number, layer in enumerate(linear):
        arrays[f"weight_{number}"] = layer.weight.detach().numpy().T
        arrays[f"bias_{number}"] = layer.bias.detach().numpy()
    arrays |= {"skip": network.skip.weight.detach().numpy().T, "gain": np.ones(CHANNELS)}
    arrays["gain"] = _gains(inverse.network_from_arrays(arrays), folders)
    with atomic_write(out) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **{name: array.astype(np.float16) for name, array in arrays.items()})
    data = out.read_bytes()
    print(f"{out}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


def _bases(clips: Sequence[Clip]) -> dict[str, np.ndarray]:
    """Principal components of what moves and of faces at rest, and the scale of everything."""
    neutral = load_head().landmark_basis()[0]
    moved = np.concatenate([view.landmarks[::3].reshape(len(view.landmarks[::3]), -1) for view, _ in clips]) * 1000
    weight = np.ones((478, 3))
    weight[list(LIPS)] = 3
    weight[:, 2] *= 0.5
    weight = weight.ravel()
    _, _, directions = np.linalg.svd((moved * weight)[:: max(1, len(moved) // 6000)], full_matrices=False)
    projected = (moved * weight) @ directions[:LANDMARK_NUMBERS].T
    rests = np.stack([1000 * (view.rest - neutral).ravel() for view, _ in clips])
    _, _, rest_directions = np.linalg.svd(rests, full_matrices=False)
    rest_directions = rest_directions[:REST_NUMBERS]
    context = np.concatenate([view.context for view, _ in clips])
    scores = np.concatenate([view.scores for view, _ in clips])
    return {
        "landmark_basis": (weight[:, None] * directions[:LANDMARK_NUMBERS].T) / (projected.std(axis=0) + 0.02),
        "rest_basis": rest_directions.T / ((rests @ rest_directions.T).std(axis=0) + 0.1),
        "score_scale": np.maximum(scores.std(axis=0), 0.01),
        "context_offset": context.mean(axis=0),
        "context_scale": np.maximum(context.std(axis=0), 0.01),
    }


def _gains(network: inverse.Network, folders: Sequence[Path]) -> Float[np.ndarray, " 51"]:
    """What makes up for hedging, where the network sees anything of a channel, on clips of recorded motion."""
    found, truth = [], []
    for path in [path for folder in folders for path in sorted((folder / "validation").glob("*.npz"))]:
        if (clip := view_clip(path)) is not None:
            mean = np.clip(inverse.estimate(network, clip[0])[0], 0, 1)
            found.append(mean - np.median(mean, axis=0))
            truth.append(clip[1] - clip[1].mean(axis=0))
    gains = np.ones(CHANNELS)
    if not found:
        return gains
    found, truth = np.concatenate(found), np.concatenate(truth)
    for channel, name in enumerate(ARKIT.expression):
        both = [channel, ARKIT.index(_other(name))]
        r = np.corrcoef(found[:, both].ravel(), truth[:, both].ravel())[0, 1]
        least, most = (LEAST_BROW_R, MOST_BROW_GAIN) if name.startswith("brow") else (LEAST_R, MOST_GAIN)
        if r > least:
            gains[channel] = np.clip(truth[:, both].std() / found[:, both].std(), 1, most)
        print(f"{name:20} r {r:.2f}, gain {gains[channel]:.2f}")
    return gains


def _other(name: str) -> str:
    """The same channel on the other side of the face."""
    return name.replace("Left", "*").replace("Right", "Left").replace("*", "Right")


def _ridge(inputs: torch.Tensor, truth: torch.Tensor) -> Float[np.ndarray, "I+1 51"]:
    """Linear least squares from the inputs, and 1, to the weights."""
    few = slice(None, None, max(1, len(inputs) // RIDGE_FRAMES))
    rows = torch.cat([inputs[few], torch.ones(len(inputs[few]), 1)], dim=1)
    square = (rows.T @ rows).double() + RIDGE * len(rows) * torch.eye(rows.shape[1], dtype=torch.float64)
    return torch.linalg.solve(square, (rows.T @ truth[few]).double()).float().numpy()


def _fit(inputs: torch.Tensor, truth: torch.Tensor, passes: int, seed: int) -> Perceptron:
    generator = torch.Generator().manual_seed(seed)
    network = Perceptron(_ridge(inputs, truth))
    steps = passes * (len(inputs) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    loss_of, perturbed = _Loss(truth), _Perturbation(inputs.shape[1], generator)
    start, total = time.monotonic(), 0.0
    for step in range(steps):
        chosen = torch.randint(len(inputs), (BATCH,), generator=generator)
        mean, log_variance = network(perturbed(inputs[chosen]))
        loss = loss_of(mean, log_variance, truth[chosen])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        total += loss.item()
        if (step + 1) % max(steps // 10, 1) == 0:
            print(
                f"step {step + 1} of {steps}: loss {total / (steps // 10):.4f}, {time.monotonic() - start:.0f} s",
                flush=True,
            )
            total = 0.0
    return network.eval()


class _Perturbation:
    """Real faces differ from rendered ones: gains, offsets and noise on what the network sees."""

    def __init__(self, inputs: int, generator: torch.Generator) -> None:
        self.taps, self.moving = len(inverse.TAPS), LANDMARK_NUMBERS + CHANNELS
        self.standing = inputs - self.taps * self.moving
        self.generator = generator

    def __call__(self, inputs: torch.Tensor) -> torch.Tensor:
        count = len(inputs)

        def noise(*shape: int) -> torch.Tensor:
            return torch.randn(*shape, generator=self.generator)

        moving = inputs[:, : self.taps * self.moving].reshape(count, self.taps, self.moving)
        gain = torch.ones(count, 1, self.moving)
        gain[:, 0, :LANDMARK_NUMBERS] += LANDMARK_GAIN * noise(count, LANDMARK_NUMBERS)
        gain[:, 0, LANDMARK_NUMBERS:] += SCORE_GAIN * noise(count, CHANNELS)
        offset = torch.zeros(count, 1, self.moving)
        offset[:, 0, LANDMARK_NUMBERS:] = SCORE_OFFSET * noise(count, CHANNELS)
        seen = torch.ones(count, 1, self.moving)
        seen[:, 0, LANDMARK_NUMBERS:] = (torch.rand(count, 1, generator=self.generator) > NO_SCORES).float()
        moving = (moving * gain + offset + NOISE * noise(*moving.shape)) * seen
        standing = inputs[:, self.taps * self.moving :] + STANDING_NOISE * noise(count, self.standing)
        standing = standing * (torch.rand(count, self.standing, generator=self.generator) > HIDDEN).float()
        return torch.cat([moving.reshape(count, -1), standing], dim=1)


class _Loss:
    """Error of the weights relative to how much each moves, where the lips are, and how large the errors are.

    Args:
        truth: All weights that are learnt.
    """

    def __init__(self, truth: torch.Tensor) -> None:
        basis = 1000 * load_head().landmark_basis()[1][:CHANNELS]
        self.lips = torch.from_numpy(basis[:, list(LIPS)].reshape(CHANNELS, -1))
        upper, lower = np.array(INNER_LIPS).T
        self.gaps = torch.from_numpy(basis[:, upper, 1] - basis[:, lower, 1])
        self.scale = 1 / truth.std(dim=0).clamp_min(LEAST_DEVIATION)

    def __call__(self, mean: torch.Tensor, log_variance: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        error = mean - truth
        weights = 0.5 * (error * self.scale).pow(2).mean()
        likelihood = 0.5 * (log_variance + error.detach() ** 2 / log_variance.exp()).mean()
        lips = 3 * (error @ self.lips).pow(2).mean()  # mm² per lip landmark
        gaps = (error @ self.gaps).pow(2).mean()
        return weights + LIKELIHOOD * likelihood + LIP_LOSS * lips + GAP_LOSS * gaps
