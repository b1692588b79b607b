"""Random windows of a corpus. A batch depends on the seed and its number alone, so that a resumed run sees the same."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ksdiff.corpus.dataset import Clip, lengths_of, speakers_of
from ksdiff.errors import InputError
from ksdiff.model.condition import Condition, FrameGrid, condition_of, stack
from ksdiff.model.torch_network import to_tensors
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace


@dataclass(frozen=True)
class Choice:
    """One window, before anything of it is read.

    Attributes:
        clip: Number of the clip.
        start: First motion frame.
        shift: Of the motion against the sound, frames.
        mirrored: Whether left and right are swapped.
    """

    clip: int
    start: int
    shift: int
    mirrored: bool


@dataclass(frozen=True)
class Batch:
    """Windows for one training step.

    Attributes:
        condition: Speech, words, style.
        motion: By path, physical units; expression relative to the neutral face.
        mask: By path, whether a frame is known.
        channel_mask: Whether the source says anything about an expression channel.
        keyframes: By path, keyframe strengths.
    """

    condition: Condition
    motion: dict[str, Float[Tensor, "B T C"]]
    mask: dict[str, Bool[Tensor, "B T"]]
    channel_mask: Bool[Tensor, "B E"]
    keyframes: dict[str, Float[Tensor, "B T"]]

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""

        def move(values: dict[str, Tensor]) -> dict[str, Tensor]:
            return {name: value.to(device) for name, value in values.items()}

        return Batch(
            to_tensors(self.condition, device),
            move(self.motion),
            move(self.mask),
            self.channel_mask.to(device),
            move(self.keyframes),
        )


def mirror_channels(space: MotionSpace) -> list[int]:
    """For each expression channel, which channel it becomes when left and right are swapped.

    Raises:
        InputError: Faces of this space cannot be mirrored.
    """
    if space.mirror is None:
        raise InputError(f"{space.name} faces cannot be mirrored: set mirror to 0")
    return space.mirrored


def draw_weights(lengths: Int[np.ndarray, " N"], speakers: Sequence[str], balance: float) -> Float[np.ndarray, " N"]:
    """How often each clip is drawn, by its length; ``balance`` is as `TrainingConfig.speaker_balance`."""
    weights = np.maximum(1, lengths).astype(np.float64)
    total: dict[str, float] = defaultdict(float)
    for speaker, length in zip(speakers, weights.tolist(), strict=True):
        total[speaker] += length
    weights /= np.array([total[speaker] for speaker in speakers]) ** balance
    return weights / weights.sum()


class Batches:
    """Draws batches from clips."""

    def __init__(
        self,
        clips: Sequence[Clip],
        space: MotionSpace,
        grid: FrameGrid,
        styles: dict[str, int],
        size: int,
        frames: int,
        seed: int,
        mirror: float,
        shift: int,
        balance: float = 0.0,
    ) -> None:
        """Set the source of windows up.

        ``mirror`` is the share of mirrored faces, of which there are none in a space that cannot be mirrored;
        ``shift`` the greatest shift of motion against sound, frames; ``balance`` as `TrainingConfig.speaker_balance`.
        """
        self.clips, self.space, self.grid, self.styles = clips, space, grid, styles
        self.size, self.frames, self.seed, self.shift = size, frames, seed, shift
        self.mirror = 0.0 if space.mirror is None else mirror
        self.lengths = lengths_of(clips)
        self.weights = draw_weights(self.lengths, speakers_of(clips), balance)
        self.mirrored = [] if space.mirror is None else mirror_channels(space)

    def choose(self, number: int) -> list[Choice]:
        """Which windows the batch of this number holds."""
        random = np.random.default_rng([self.seed, number])
        chosen: list[Choice] = []
        for clip in random.choice(len(self.clips), size=self.size, p=self.weights).tolist():
            start = int(random.integers(0, max(1, int(self.lengths[clip]) - self.frames + 1)))
            shift = int(random.integers(-self.shift, self.shift + 1))
            chosen.append(Choice(clip, start, shift, bool(random.random() < self.mirror)))
        return chosen

    def draw(self, number: int, part: int = 0, parts: int = 1) -> Batch:
        """The batch of this number, or one of its equal parts."""
        size = self.size // parts
        windows = [self._window(choice) for choice in self.choose(number)[part * size : (part + 1) * size]]
        conditions, motions, masks, channel_masks, keyframes = zip(*windows, strict=True)

        def join(parts: tuple[dict[str, np.ndarray], ...]) -> dict[str, Tensor]:
            return {path: torch.from_numpy(np.stack([part[path] for part in parts])) for path in PATHS}

        return Batch(
            to_tensors(stack(list(conditions))),
            join(motions),
            join(masks),
            torch.from_numpy(np.stack(channel_masks)),
            join(keyframes),
        )

    def _window(
        self, choice: Choice
    ) -> tuple[Condition, dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray, dict[str, np.ndarray]]:
        clip, start = self.clips[choice.clip], choice.start
        condition = condition_of(
            clip.features,
            clip.prosody,
            clip.words,
            self.grid,
            start + choice.shift,
            self.frames,
            self.styles[clip.speaker],
            len(clip),
        )
        stop = min(start + self.frames, len(clip))
        padding = self.frames - (stop - start)

        def cut(values: np.ndarray) -> np.ndarray:
            return np.pad(values[start:stop], [(0, padding)] + [(0, 0)] * (values.ndim - 1))

        inside = cut(np.ones(len(clip), dtype=bool))  # of the motion, which `shift` moves against the sound
        condition = replace(condition, frame_mask=inside[None])
        motion = {path: cut(clip.motion[path]).astype(np.float32) for path in PATHS}
        mask = {path: cut(clip.mask[path]) for path in PATHS}
        channel_mask = clip.channel_mask
        if choice.mirrored:
            signs = np.array(self.space.mirror, dtype=np.float32)
            motion = {EXPRESSION: motion[EXPRESSION][:, self.mirrored], HEAD: motion[HEAD] * signs}
            channel_mask = channel_mask[self.mirrored]
        keyframes = {path: cut(clip.keyframes[path]).astype(np.float32) for path in PATHS}
        return condition, motion, mask, channel_mask, keyframes
