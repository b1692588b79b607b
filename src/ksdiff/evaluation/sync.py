"""Lip sync without pictures: a small network that hears and sees whether a mouth goes with a sound.

`SyncExpert` is this project's own. It does what SyncNet (Chung & Zisserman, *Out of Time*, ACCV 2016 workshops) does
for filmed lips, on the motion channels of mouth and jaw: one stream hears a quarter of a second of sound, one sees
some frames of motion, and both map to one sphere, where what belongs together is near. Its figures are called
``sync_m_*`` (m for motion), are computed with the arithmetic of SyncNet and Wav2Lip, and must not be mixed with
LSE-C and LSE-D (`ksdiff.evaluation.lse`). ``docs/sync.md`` says how well it tells true from false.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from scipy.stats import mannwhitneyu
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.corpus.dataset import Clip, Corpus
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION
from ksdiff.speech.audio import SAMPLE_RATE

FORMAT = "ksdiff-sync-1"
MAX_OFFSET = 15  # frames: SyncNet's and Wav2Lip's range of shifts
MIN_FRAMES = 25  # frames that must count, for a mean over them to say something
MEL_RATE = 100  # frames/s
MEL_BANDS = 40
MEL_PER_FRAME = MEL_RATE // MOTION_RATE
STILL = 0.02  # weight: a mouth that moves less than this is not scaled up any further
MOUTH = ARKIT.mouth_indices
_WINDOW, _TRANSFORM = 400, 512  # samples
_MIRROR = [
    ARKIT.mouth.index(name.replace("Left", "*").replace("Right", "Left").replace("*", "Right")) for name in ARKIT.mouth
]
_SHIFTS = np.arange(-MAX_OFFSET, MAX_OFFSET + 1)

Progress = Callable[[int, float], None]  # step; loss


def log_mel(samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, "S 40"]:
    """Log mel spectrum at 100 frames/s, frame j around the instant j / 100 s.

    Each band is without its mean over the clip, and all are divided by their common deviation, so that neither
    loudness nor the tone of room and microphone remains.

    Args:
        samples: Mono, 16 kHz.
    """
    spectrum = torch.stft(
        torch.from_numpy(np.array(samples, np.float32)),
        _TRANSFORM,
        SAMPLE_RATE // MEL_RATE,
        _WINDOW,
        torch.hann_window(_WINDOW),
        center=True,
        pad_mode="constant",
        return_complex=True,
    )
    energy = spectrum.abs().square().T.numpy() @ _mel_triangles()
    logarithm = np.log(energy + 1e-6 * energy.mean() + 1e-10)
    return ((logarithm - logarithm.mean(axis=0)) / (logarithm.std() + 1e-3)).astype(np.float32)


def _mel_triangles() -> Float[np.ndarray, "257 40"]:
    frequencies = np.linspace(0, SAMPLE_RATE / 2, _TRANSFORM // 2 + 1)

    def mel(hertz: Any) -> Any:
        return 2595 * np.log10(1 + hertz / 700)

    edges = np.linspace(mel(60.0), mel(7600.0), MEL_BANDS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    at = mel(frequencies)[:, None]
    return np.minimum((at - low) / (middle - low), (high - at) / (high - middle)).clip(0).astype(np.float32)


def mouth_motion(expression: Float[np.ndarray, "T 51"], known: Bool[np.ndarray, " T"]) -> Float[np.ndarray, "T 27"]:
    """Mouth and jaw without their mean over the clip, divided by their common deviation.

    What remains is how the mouth moves, not how much nor around which rest. A mouth that hardly moves
    (less than `STILL`) is not blown up.
    """
    mouth = expression[:, MOUTH]
    mouth = mouth - mouth[known].mean(axis=0)
    return (mouth / max(float(np.sqrt((mouth[known] ** 2).mean())), STILL)).astype(np.float32)


@dataclass(frozen=True)
class ExpertClip:
    """A clip as the expert hears and sees it.

    Attributes:
        name: Of the clip.
        speaker: Who speaks.
        mel: What `log_mel` gives.
        motion: What `mouth_motion` gives.
        known: Frames whose motion is known.
    """

    name: str
    speaker: str
    mel: Float[np.ndarray, "S 40"]
    motion: Float[np.ndarray, "T 27"]
    known: Bool[np.ndarray, " T"]

    @classmethod
    def of(cls, clip: Clip, corpus: Corpus) -> "ExpertClip":
        """A clip of a corpus, with its sound."""
        known = clip.mask[EXPRESSION]
        mel = log_mel(corpus.sound(clip))
        return cls(clip.name, clip.speaker, mel, mouth_motion(clip.motion[EXPRESSION], known), known)


def expert_clips(corpus: Corpus, speakers: Sequence[str]) -> list[ExpertClip]:
    """The clips of these speakers that are long enough to count.

    Raises:
        InputError: The corpus holds another kind of motion, or no such clip.
    """
    if corpus.space != ARKIT:
        raise InputError(f"{corpus.path} holds {corpus.space.name} motion; the sync expert sees only arkit motion")
    least = MIN_FRAMES + 2 * MAX_OFFSET
    clips = [
        ExpertClip.of(clip, corpus)
        for clip in corpus.clips
        if clip.speaker in speakers and clip.mask[EXPRESSION].sum() >= least
    ]
    if not clips:
        raise InputError(f"{corpus.path} holds no clip of these speakers with {least} frames of a tracked face")
    return clips


@dataclass(frozen=True)
class SyncScore:
    """How well a motion goes with a sound.

    Attributes:
        confidence: ``sync_m_c``: median D(s) - min D(s), dimensionless, 0 to 2; higher is better.
        distance: ``sync_m_d``: min D(s), dimensionless, 0 to 2; lower is better.
        offset: ``sync_m_offset``: argmin D(s), frames of 1/25 s; 0 is right. Positive where the motion is early: frame
            i goes with the sound of frame i + offset. (SyncNet's script prints the negative of this.)
    """

    confidence: float
    distance: float
    offset: int


class SyncExpert(nn.Module):
    """Two streams of convolutions in time, of the sound and of the mouth, onto one sphere.

    Args:
        width: Channels within each stream.
        dimensions: Of the sphere's space.
        facts: What it was trained on, as saved with it.
    """

    def __init__(self, width: int = 96, dimensions: int = 64, facts: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.facts = facts or {}
        self.settings = {"width": width, "dimensions": dimensions}
        # (kernel, stride) of each layer: the streams meet at 25 frames/s.
        self.hear = _Stream(MEL_BANDS, width, dimensions, ((5, 1), (5, 2), (5, 2), (3, 1)))
        self.see = _Stream(len(MOUTH), width, dimensions, ((5, 1), (5, 1)))
        self.log_sharpness = nn.Parameter(torch.tensor(2.0))  # only for training

    @torch.no_grad()
    def embed(
        self, mel: Float[np.ndarray, "S 40"], motion: Float[np.ndarray, "T 27"]
    ) -> tuple[Float[np.ndarray, "T D"], Float[np.ndarray, "T D"]]:
        """Points on the sphere for each frame of a clip: of the motion, and of the sound."""
        self.eval()
        frames = len(motion)
        sound = _padded(mel[: MEL_PER_FRAME * (frames - 1) + 1], self.hear.reach, MEL_PER_FRAME * (frames - 1) + 1)
        mouth = _padded(motion, self.see.reach, frames)
        seen, heard = (
            stream(torch.from_numpy(np.ascontiguousarray(values.T))[None])[0].numpy()
            for stream, values in ((self.see, mouth), (self.hear, sound))
        )
        return seen, heard

    def distances(
        self,
        mel: Float[np.ndarray, "S 40"],
        motion: Float[np.ndarray, "T 27"],
        known: Bool[np.ndarray, " T"],
    ) -> Float[np.ndarray, "T 31"]:
        """‖v_i - a_{i+s}‖ for each frame i and each shift s from -15 to 15.

        NaN in frames that do not count: within 15 of the ends, where not every shift has sound, and those whose window
        holds a frame that is not known.
        """
        seen, heard = self.embed(mel, motion)
        result = np.full((len(motion), len(_SHIFTS)), np.nan, np.float32)
        for i in np.flatnonzero(counted(known, self.see.reach)):
            result[i] = np.linalg.norm(seen[i] - heard[i + _SHIFTS], axis=1)
        return result

    def score(
        self,
        sound: Float[np.ndarray, " N"] | Float[np.ndarray, "S 40"],
        expression: Float[np.ndarray, "T E"],
        known: Bool[np.ndarray, " T"] | None = None,
    ) -> SyncScore:
        """Score a motion against a sound, with the arithmetic of SyncNet and Wav2Lip.

        D(s) is the mean over frames i of ‖v_i - a_{i+s}‖, s from -15 to 15. Unlike theirs, the mean is over
        the same frames for every s, so that no shift is compared with silence that was put beside the sound.

        Args:
            sound: Mono samples at 16 kHz, or what `log_mel` made of them.
            expression: ARKit weights at 25 frames/s; a constant, such as the speaker's neutral, makes no difference.
            known: Frames whose expression is known; all by default.

        Raises:
            InputError: Motion that is not finite or of another space, lengths that do not fit, or too short.
        """
        known = np.ones(len(expression), bool) if known is None else known
        mel = log_mel(sound) if sound.ndim == 1 else sound
        _check(mel, expression, known)
        curve = np.nanmean(self.distances(mel, mouth_motion(expression, known), known), axis=0)
        return SyncScore(*sync_arithmetic(curve))


def sync_arithmetic(curve: Float[np.ndarray, " K"]) -> tuple[float, float, int]:
    """Confidence, distance and offset of the mean distances D(s) for s = -(K-1)/2 to (K-1)/2."""
    best = int(np.argmin(curve))
    return float(np.median(curve) - curve[best]), float(curve[best]), best - len(curve) // 2


def counted(known: Bool[np.ndarray, " T"], reach: int) -> Bool[np.ndarray, " T"]:
    """Frames at which every shift has sound and every frame within ``reach`` is known."""
    count = np.convolve(~known, np.ones(2 * reach + 1), "full")[reach : reach + len(known)] == 0
    count[:MAX_OFFSET] = False
    count[max(0, len(known) - MAX_OFFSET) :] = False
    return count


def _check(mel: np.ndarray, expression: np.ndarray, known: np.ndarray) -> None:
    if expression.shape[1:] != (len(ARKIT.expression),) or len(known) != len(expression):
        raise InputError(
            f"motion has shape {expression.shape} and {len(known)} flags; it must be T x {len(ARKIT.expression)} ARKit "
            "weights and T flags"
        )
    if not np.isfinite(expression).all():
        raise InputError("motion has values that are not finite numbers: leave its broken frames out")
    heard = (len(mel) - 1) / MEL_PER_FRAME
    if abs(heard - len(expression)) > 1:
        raise InputError(
            f"motion has {len(expression)} frames but the sound {heard:.2f} frames of 1/{MOTION_RATE} s: give the "
            "sound that belongs to it, or cut both to the same length"
        )
    if counted(known, 0).sum() < MIN_FRAMES:
        raise InputError(
            f"{known.sum()} frames of {len(known)} are known; a lip-sync score needs at least {MIN_FRAMES} that are "
            f"{MAX_OFFSET} or more from both ends: give a longer clip"
        )


class _Stream(nn.Module):
    """Convolutions in time without padding, onto the unit sphere."""

    def __init__(self, channels: int, width: int, dimensions: int, layers: tuple[tuple[int, int], ...]) -> None:
        super().__init__()
        # The generous epsilon keeps channels that hardly ever move from being blown up.
        modules: list[nn.Module] = [nn.BatchNorm1d(channels, eps=1e-2, affine=False)]
        spacing, self.reach = 1, 0  # the latter: steps of the input on each side that an output depends on
        for kernel, stride in layers:
            modules += [nn.Conv1d(channels, width, kernel, stride), nn.BatchNorm1d(width), nn.GELU(), nn.Dropout(0.1)]
            channels = width
            self.reach += kernel // 2 * spacing
            spacing *= stride
        self.layers = nn.Sequential(*modules, nn.Conv1d(width, dimensions, 1))

    def forward(self, values: Float[Tensor, "B C S"]) -> Float[Tensor, "B T D"]:
        return F.normalize(self.layers(values).transpose(1, 2), dim=-1)


def _padded(values: Float[np.ndarray, "S C"], reach: int, length: int) -> Float[np.ndarray, "R C"]:
    """Brought to ``length`` with ``reach`` steps on each side, by holding the ends."""
    return np.pad(values[:length], ((reach, reach + max(0, length - len(values))), (0, 0)), mode="edge")


def train_expert(
    clips: Sequence[ExpertClip],
    seed: int = 0,
    steps: int = 400,
    batch: int = 16,
    frames: int = 40,
    learning_rate: float = 2e-3,
    facts: dict[str, Any] | None = None,
    progress: Progress = lambda step, loss: None,
) -> SyncExpert:
    """Train an expert: among the sounds of a batch, shifted by up to 15 frames, find the one of a piece of motion.

    The loss is InfoNCE over mean distances in windows of 1, 5 or 25 frames, so over the very D(s) that is scored.

    Args:
        clips: What to train on.
        seed: Of everything random.
        steps: Of training.
        batch: Clips in a step.
        frames: Of each clip in a step.
        learning_rate: At its peak.
        facts: What to save with it, beside speakers, seed and steps.
        progress: Called after each step.

    Raises:
        InputError: Too few clips of enough length.
    """
    length = frames + 2 * MAX_OFFSET
    clips = [clip for clip in clips if len(clip.known) > length]
    if len(clips) < 2:
        raise InputError(f"the sync expert needs at least 2 clips of more than {length} frames; there are {len(clips)}")
    random = np.random.default_rng(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        speakers = sorted({clip.speaker for clip in clips})
        expert = SyncExpert(facts={"speakers": speakers, "seed": seed, "steps": steps, **(facts or {})})
        source = _Pieces(clips, expert, frames)
        optimizer = torch.optim.AdamW(expert.parameters(), learning_rate, weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, learning_rate, total_steps=steps)
        for step in range(steps):
            expert.train()
            mel, motion, known = source.draw(random, min(batch, len(clips)))
            loss = _contrast(expert, expert.see(motion), expert.hear(mel), known, int(random.choice((1, 5, 25))))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            progress(step, float(loss.detach()))
    return expert.eval().requires_grad_(False)


class _Pieces:
    """Draws pieces of clips: of the motion ``frames``, and of the sound 15 frames more on each side."""

    def __init__(self, clips: Sequence[ExpertClip], expert: SyncExpert, frames: int) -> None:
        self.frames, self.see, self.hear = frames, expert.see.reach, expert.hear.reach
        self.lengths = np.array([len(clip.known) for clip in clips])
        self.mel = [_padded(clip.mel, self.hear, MEL_PER_FRAME * (len(clip.known) - 1) + 1) for clip in clips]
        self.motion = [_padded(clip.motion, self.see, len(clip.motion)) for clip in clips]
        self.known = [counted(clip.known, self.see) for clip in clips]

    def draw(
        self, random: np.random.Generator, batch: int
    ) -> tuple[Float[Tensor, "B C S"], Float[Tensor, "B M R"], Bool[Tensor, "B T"]]:
        span = self.frames + 2 * MAX_OFFSET
        mels, motions, knowns = [], [], []
        for i in random.choice(len(self.mel), batch, replace=False, p=self.lengths / self.lengths.sum()):
            first = int(random.integers(0, self.lengths[i] - span + 1))
            start = first + MAX_OFFSET
            motion = self.motion[i][start : start + self.frames + 2 * self.see]
            mel = self.mel[i][MEL_PER_FRAME * first : MEL_PER_FRAME * (first + span - 1) + 1 + 2 * self.hear]
            motions.append(motion[:, _MIRROR] if random.random() < 0.5 else motion)
            mels.append(mel)
            knowns.append(self.known[i][start : start + self.frames])
        mel, motion = (torch.from_numpy(np.stack(x)).transpose(1, 2) for x in (mels, motions))
        return mel, motion, torch.from_numpy(np.stack(knowns))


def _contrast(
    expert: SyncExpert,
    seen: Float[Tensor, "B T D"],
    heard: Float[Tensor, "B S D"],
    known: Bool[Tensor, "B T"],
    window: int,
) -> Float[Tensor, ""]:
    """InfoNCE: for each window of motion, all clips' sound at all shifts; the right one is its own, unshifted."""
    batch, shifts = len(seen), len(_SHIFTS)
    cosine = torch.einsum("btd,ctds->bcst", seen, heard.unfold(1, shifts, 1))
    distance = (2 - 2 * cosine).clamp_min(1e-6).sqrt().flatten(1, 2)
    mean = F.avg_pool1d(distance, window, 1)
    whole = -F.max_pool1d(-known[:, None].float(), window, 1)[:, 0] > 0
    right = (torch.arange(batch) * shifts + MAX_OFFSET)[:, None].expand_as(whole)
    # A mean over more frames is less noisy, so a difference in it says more.
    logits = -expert.log_sharpness.exp() * window**0.5 * mean.transpose(1, 2)
    if not whole.any():
        return logits.sum() * 0
    return F.cross_entropy(logits[whole], right[whole])


def save_expert(expert: SyncExpert, path: Path) -> None:
    """Write an expert as fp16, with what it was trained on."""
    tensors = {
        name: value.half() if value.is_floating_point() else value for name, value in expert.state_dict().items()
    }
    header = {"format": FORMAT, "settings": expert.settings, "facts": expert.facts}
    with atomic_write(path) as temporary:
        save_file(tensors, temporary, {"ksdiff": json.dumps(header, sort_keys=True)})


def load_expert(path: Path | None = None) -> SyncExpert:
    """Read an expert.

    Args:
        path: A file that `save_expert` wrote; by default the one inside the package, which was trained on the
            training speakers of the weights ``base`` alone.

    Raises:
        InputError: There is no such file, or it is something else.
    """
    path = path or Path(str(files("ksdiff").joinpath("assets/sync_expert.safetensors")))
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {})["ksdiff"])
            if header["format"] != FORMAT:
                raise InputError(f"{path} has the format {header['format']!r}; a sync expert has {FORMAT!r}")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        expert = SyncExpert(**header["settings"], facts=header["facts"])
        expert.load_state_dict(
            {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}
        )
    except InputError:
        raise
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path} is not a sync expert ({error}): make one with scripts/train_sync_expert.py"
        ) from error
    return expert.eval().requires_grad_(False)


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
    far = np.abs(_SHIFTS) >= 5
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
