"""Random poses of a corpus, for the training of pose generators: the first of two stages (`PoseGenerator`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ksdiff.corpus.dataset import Clip, lengths_of, speakers_of, speech_of
from ksdiff.model.condition import FrameGrid, stack
from ksdiff.model.network import Network
from ksdiff.model.sampling import BATCH, COMMIT, WINDOW, windows
from ksdiff.motion.space import EXPRESSION, PATHS, MotionSpace
from ksdiff.training.batches import draw_weights

FRAMES = 750  # of a window, 30 s
SPACING = (8, 25)  # frames from one pose to the next of a grid
GRID, KEYFRAMES = (
    0.5,
    0.35,
)  # shares of windows whose poses are on a grid, and at keyframes; those of others are anywhere
PAST, SOME = 0.35, 0.2  # shares of windows of which the first poses are given, and some anywhere
EXACT = 0.85  # share of given poses that are meant exactly

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class SpokenClip:
    """A clip, and what frozen weights hear in it.

    Attributes:
        clip: The clip.
        speech: f_e and f_h of its frames, by path, in half precision.
    """

    clip: Clip
    speech: dict[str, Float[np.ndarray, "T D"]]


def hear(network: Network, clips: Sequence[Clip], grid: FrameGrid, progress: Progress) -> list[SpokenClip]:
    """Encode clips as the sampler does, window by window."""
    heard = []
    for number, clip in enumerate(clips):
        progress("speech", number / len(clips))
        speech, starts = speech_of(clip, grid, len(clip)), windows(len(clip))
        parts: dict[str, list[np.ndarray]] = {path: [] for path in PATHS}
        for first in range(0, len(starts), BATCH):
            batch = starts[first : first + BATCH]
            encoded = network.encode(
                stack([speech.window(start, WINDOW, network.num_styles) for start in batch]), WINDOW
            )
            for index, start in enumerate(batch):
                end = len(clip) - start if start == starts[-1] else COMMIT
                for path in PATHS:
                    parts[path].append(encoded.speech[path][index, :end].astype(np.float16))
        heard.append(SpokenClip(clip, {path: np.concatenate(parts[path]) for path in PATHS}))
    return heard


@dataclass(frozen=True)
class Poses:
    """Poses of one path.

    Attributes:
        speech: f_e or f_h of all frames, 0 outside the sound.
        frames: Frame of each pose.
        pose_mask: Which poses there are.
        motion: The poses, physical units; expression relative to the neutral face.
        mask: Which of their channels are known.
        keyframes: Strength of the keyframe that stands there, and whether it is known.
        strength: How exactly each value is given, 0..1; see `ksdiff.model.known_motion.KnownMotion`.
    """

    speech: Float[Tensor, "B T D"]
    frames: Int[Tensor, "B K"]
    pose_mask: Bool[Tensor, "B K"]
    motion: Float[Tensor, "B K C"]
    mask: Bool[Tensor, "B K C"]
    keyframes: Float[Tensor, "B K 2"]
    strength: Float[Tensor, "B K C"]


@dataclass(frozen=True)
class PoseBatch:
    """Windows for one training step.

    Attributes:
        style: Number of the style.
        poses: By path.
    """

    style: Int[Tensor, " B"]
    poses: dict[str, Poses]

    def to(self, device: torch.device) -> "PoseBatch":
        """The same on another device."""
        moved = {
            path: Poses(**{name: value.to(device) for name, value in vars(poses).items()})
            for path, poses in self.poses.items()
        }
        return PoseBatch(self.style.to(device), moved)


class PoseBatches:
    """Draws batches from clips. A batch depends on the seed and its number alone, as `Batches` has it."""

    def __init__(
        self,
        clips: Sequence[SpokenClip],
        space: MotionSpace,
        grid: FrameGrid,
        styles: dict[str, int],
        size: int,
        seed: int,
        mirror: float,
        balance: float,
    ) -> None:
        """Set the source of windows up; the arguments are those of `Batches`."""
        self.clips, self.space, self.grid, self.styles, self.size, self.seed = clips, space, grid, styles, size, seed
        self.mirror = 0.0 if space.mirror is None else mirror
        self.signs = np.array(space.mirror or (), np.float32)
        plain = [each.clip for each in clips]
        self.weights = draw_weights(np.minimum(lengths_of(plain), FRAMES), speakers_of(plain), balance)
        self.groups = {path: list(space.groups(path).values()) for path in PATHS}

    def draw(self, number: int, part: int = 0, parts: int = 1) -> PoseBatch:
        """The batch of this number, or one of its equal parts."""
        random = np.random.default_rng([self.seed, number, part])
        chosen = random.choice(len(self.clips), size=self.size // parts, p=self.weights).tolist()
        members = []
        for index in chosen:
            length = len(self.clips[index].clip)
            start = int(random.integers(0, max(1, length - FRAMES + 1)))
            window = slice(start, min(start + FRAMES, length))
            members.append((self.clips[index], window, bool(random.random() < self.mirror)))
        style = torch.tensor([self.styles[clip.clip.speaker] for clip, _, _ in members])
        return PoseBatch(style, {path: self._poses(path, members, random) for path in PATHS})

    def _poses(self, path: str, members: list[tuple[SpokenClip, slice, bool]], random: np.random.Generator) -> Poses:
        drawn = [self._member(path, *member, random) for member in members]
        longest = {name: max(len(each[name]) for each in drawn) for name in ("speech", "frames")}

        def padded(name: str) -> Tensor:
            size = longest["speech" if name == "speech" else "frames"]
            rows = [
                np.pad(each[name], [(0, size - len(each[name]))] + [(0, 0)] * (each[name].ndim - 1)) for each in drawn
            ]
            return torch.from_numpy(np.stack(rows))

        return Poses(**{name: padded(name) for name in drawn[0]})

    def _member(
        self, path: str, spoken: SpokenClip, window: slice, mirrored: bool, random: np.random.Generator
    ) -> dict[str, np.ndarray]:
        clip, space = spoken.clip, self.space
        track = clip.keyframes[path][window]
        at, told = pose_frames(track, random)
        motion = clip.motion[path][window][at].astype(np.float32)
        channels = clip.channel_mask if path == EXPRESSION else np.ones(motion.shape[1], bool)
        if mirrored:
            motion = motion[:, space.mirrored] if path == EXPRESSION else motion * self.signs
            channels = channels[space.mirrored] if path == EXPRESSION else channels
        mask = clip.mask[path][window][at][:, None] & channels
        strength = given_poses(len(at), motion.shape[1], self.groups[path], random) * mask
        strengths = np.where(told, track[at], 0)
        return {
            "speech": spoken.speech[path][window].astype(np.float32),
            "frames": at,
            "pose_mask": np.ones(len(at), bool),
            "motion": motion,
            "mask": mask,
            "keyframes": np.stack([strengths, np.full(len(at), told)], axis=-1).astype(np.float32),
            "strength": strength.astype(np.float32),
        }


def pose_frames(track: Float[np.ndarray, " T"], random: np.random.Generator) -> tuple[Int[np.ndarray, " K"], bool]:
    """Frames to have poses at, and whether they are those of the keyframes in ``track``."""
    kind = random.random()
    if kind < GRID:
        spacing = int(random.integers(SPACING[0], SPACING[1] + 1))
        at = np.arange(int(random.integers(spacing)), len(track), spacing)
    elif kind < GRID + KEYFRAMES:
        at = np.flatnonzero(track)
        at = at[random.random(len(at)) < random.choice((1.0, 0.7))]
        if len(at):
            return at, True
    else:
        count = max(1, len(track) // int(random.integers(SPACING[0], 2 * SPACING[1])))
        at = np.sort(random.choice(len(track), size=count, replace=False))
    return (at if len(at) else random.integers(len(track), size=1)), False


def given_poses(
    count: int, channels: int, groups: list[tuple[int, ...]], random: np.random.Generator
) -> Float[np.ndarray, "K C"]:
    """How exactly each value of some poses is given: those of the past, some, or none; of all channels or of groups."""
    strength = np.zeros((count, channels))
    kind, exactness = random.random(), 1.0 if random.random() < EXACT else random.uniform(0.2, 1.0)
    if kind < PAST:
        strength[: int(random.integers(1, count + 1))] = exactness
    elif kind < PAST + SOME:
        strength[random.random(count) < random.uniform(0.05, 0.6)] = exactness
    if random.random() < 0.2:
        for group in groups:
            strength[:, list(group)] *= random.random() < 0.5
    return strength
