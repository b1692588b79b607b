"""Random parts of a motion to give to the generators, so that they learn to fill in the rest."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ksdiff.motion.space import MotionSpace

POSES = 6  # at most so many single frames
GRID = (6, 25)  # frames from one pose to the next of a regular grid
LEAST_GAP = 4  # frames of the shortest range to fill in
EXACT = 0.7  # share of what is given that is meant exactly
WHOLE = 0.5  # share in which all channels of a path are given; else groups, or single channels


@dataclass(frozen=True)
class KnownFrames:
    """What is given of one path's motion: `ksdiff.model.known_motion.KnownMotion` of tensors."""

    values: Float[Tensor, "B T C"]
    strength: Float[Tensor, "B T C"]

    def as_input(self) -> Float[Tensor, "B T _"]:
        """Values and strengths as the generator reads them."""
        return torch.cat([torch.where(self.strength > 0, self.values, 0.0), self.strength], dim=-1)


def known_frames(
    motion: Float[Tensor, "B T C"],
    mask: Bool[Tensor, "B T"],
    keyframes: Float[Tensor, "B T"],
    space: MotionSpace,
    path: str,
    share: float,
) -> KnownFrames:
    """Give random frames of random channels for a share of the windows.

    Either a few single frames, those of the keyframes, a regular grid, all before a frame, a range, or all but a range;
    of all channels, of some groups, or of some channels; exactly, or up to noise.

    Args:
        motion: Normalised motion of a path.
        mask: Where it is known; nothing else is ever given.
        keyframes: Keyframe strengths of the path.
        space: Gives the groups of channels.
        path: ``expression`` or ``head``.
        share: Of the windows.
    """
    size, frames, channels = motion.shape
    # The numbers come from torch's generator, which a step's number seeds.
    random = np.random.default_rng(int(torch.randint(2**62, ())))
    groups = list(space.groups(path).values())
    strength = np.zeros((size, frames, channels), dtype=np.float32)
    tracks = keyframes.cpu().numpy() > 0
    for index in np.flatnonzero(random.random(size) < share):
        exactness, at, chosen = draw_part(tracks[index], channels, groups, random)
        strength[index] = exactness * np.outer(at, chosen)
    weight = torch.from_numpy(strength).to(motion) * mask.unsqueeze(-1)
    return KnownFrames(motion + (1 - weight) * torch.randn_like(motion), weight)


def draw_part(
    track: Bool[np.ndarray, " T"], channels: int, groups: list[tuple[int, ...]], random: np.random.Generator
) -> tuple[float, Bool[np.ndarray, " T"], Bool[np.ndarray, " C"]]:
    """What to give of one window: how exactly, and of which frames which channels.

    Args:
        track: Where the keyframes of the path are.
        channels: How many channels the path has.
        groups: Channels that may be given together.
        random: Where the numbers come from.
    """
    exactness = 1.0 if random.random() < EXACT else random.uniform(0.2, 1.0)
    at = _frames(len(track), track, random)
    return exactness, at, _channels(channels, groups, random)


def _frames(frames: int, track: Bool[np.ndarray, " T"], random: np.random.Generator) -> Bool[np.ndarray, " T"]:
    at = np.zeros(frames, dtype=bool)
    kind = random.choice(("poses", "keyframes", "grid", "past", "range", "gap"))
    if kind == "poses":
        at[random.choice(frames, int(random.integers(1, POSES + 1)), replace=False)] = True
    elif kind == "keyframes":
        at = track & (random.random(frames) < random.uniform(0.3, 1.0))
    elif kind == "grid":
        spacing = int(random.integers(GRID[0], GRID[1] + 1))
        at[int(random.integers(spacing)) :: spacing] = True
    elif kind == "past":
        at[: int(random.integers(1, frames // 2))] = True
    else:
        start = int(random.integers(0, frames - LEAST_GAP))
        at[start : start + int(random.integers(LEAST_GAP, frames))] = True
        at ^= kind == "gap"
    return at


def _channels(channels: int, groups: list[tuple[int, ...]], random: np.random.Generator) -> Bool[np.ndarray, " C"]:
    if random.random() < WHOLE:
        return np.ones(channels, dtype=bool)
    if random.random() < 0.5:
        chosen = random.random(channels) < random.choice((1, 2, 4, 8)) / channels
    else:
        chosen = np.zeros(channels, dtype=bool)
        for group in groups:
            chosen[list(group)] = random.random() < 0.5
    return chosen
