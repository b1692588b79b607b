"""Training of the sync expert: find the sound that belongs to a piece of motion."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from ksdiff.errors import InputError
from ksdiff.motion.space import ARKIT
from ksdiff.sync_expert.features import MEL_PER_FRAME, ExpertClip, padded
from ksdiff.sync_expert.model import SyncExpert
from ksdiff.sync_expert.score import MAX_OFFSET, SHIFTS, counted

_MIRROR = [ARKIT.mouth_indices.index(ARKIT.mirrored[channel]) for channel in ARKIT.mouth_indices]

Progress = Callable[[int, float], None]  # step; loss


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
        self.mel = [padded(clip.mel, self.hear, MEL_PER_FRAME * (len(clip.known) - 1) + 1) for clip in clips]
        self.motion = [padded(clip.motion, self.see, len(clip.motion)) for clip in clips]
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
    batch, shifts = len(seen), len(SHIFTS)
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
