"""Motion that is given: a pose, a range that stays, the past of a window. The model fills in the rest.

As in flexible in-betweening (Cohan et al. 2024, CondMDI), the generator reads what is given as a clean input beside
the noisy motion, with a flag for each value, and is trained with random such subsets (`ksdiff.training.known_frames`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from ksdiff.motion.space import EXPRESSION, HEAD

# Frames over which free motion bends towards a given value that the generator misses: 0.24 s of a face, 0.56 s of a
# head.
BEND = {EXPRESSION: 6, HEAD: 14}


@dataclass(frozen=True)
class KnownMotion:
    """What is given of one path's motion.

    Attributes:
        values: Normalised motion; whatever stands where the strength is 0 is not read.
        strength: How exactly each value is meant, 0..1: 1 is met exactly, 0 gives nothing, and what lies between is
            known up to noise of the deviation ``1 - strength``, in deviations of the channel.
    """

    values: Float[Tensor, "B T C"]
    strength: Float[Tensor, "B T C"]

    def as_input(self) -> Float[Tensor, "B T _"]:
        """Values and strengths as the generator reads them."""
        return torch.cat([torch.where(self.strength > 0, self.values, 0.0), self.strength], dim=-1)


Known = Mapping[str, KnownMotion]  # by path; nothing is given of a path that it does not name
NOTHING: Known = MappingProxyType({})


def joined(known: Known, motion: Mapping[str, Float[Tensor, "B T _"]]) -> KnownMotion | None:
    """What is given of all paths of ``motion``, channels one path after the other; None for nothing."""
    if not known:
        return None
    parts = [known.get(path, KnownMotion(value, torch.zeros_like(value))) for path, value in motion.items()]
    return KnownMotion(torch.cat([p.values for p in parts], dim=-1), torch.cat([p.strength for p in parts], dim=-1))


def past(values: Float[Tensor, "B P C"], frames: int) -> KnownMotion:
    """A window of ``frames`` whose first ones are given exactly."""
    free = values.new_zeros(len(values), frames - values.shape[1], values.shape[2])
    strength = torch.cat([torch.ones_like(values), free], dim=1)
    return KnownMotion(torch.cat([values, free], dim=1), strength)


def meet(clean: Float[Tensor, "B T C"], known: KnownMotion, bend: int) -> Float[Tensor, "B T C"]:
    """The motion with all exactly given values in place.

    What the free frames beside them miss them by is taken from these frames too, less and less over ``bend`` frames, so
    that no value that is met leaves a jump. Where two neighbours are given, so is their velocity.
    """
    exact = known.strength >= 1
    if not exact.any():
        return clean
    frames = torch.arange(clean.shape[1], device=clean.device)[None, :, None].expand_as(clean)
    free = ~exact
    missed = torch.where(exact, known.values - _led_to(clean, free), 0.0)
    far = clean.shape[1] + bend + 1
    before = torch.where(exact, frames, -far).cummax(dim=1).values
    after = torch.where(exact, frames, far + clean.shape[1]).flip(1).cummin(dim=1).values.flip(1)
    past, future = frames - before, after - frames
    share_past, share_future = _fade(past, bend), _fade(future, bend)
    before, after = before.clamp(min=0), after.clamp(max=clean.shape[1] - 1)
    moved = share_past * missed.gather(1, before) + share_future * missed.gather(1, after)
    bent = clean + moved / (share_past + share_future).clamp(min=1)
    turned = _turn(past, bend) * (1 - share_future) * _missed_velocity(clean, known, free).gather(1, before)
    back = _missed_velocity(clean.flip(1), KnownMotion(known.values.flip(1), known.strength.flip(1)), free.flip(1))
    turned = turned + _turn(future, bend) * (1 - share_past) * back.flip(1).gather(1, after)
    return torch.where(exact, known.values, bent + turned)


def _missed_velocity(
    clean: Float[Tensor, "B T C"], known: KnownMotion, free: Bool[Tensor, "B T C"]
) -> Float[Tensor, "B T C"]:
    """By how much the free frames after a frame miss the velocity of two given ones, per frame; 0 for a single one."""
    own = F.pad(known.values.diff(dim=1), (0, 0, 1, 0))
    made = F.pad(clean.diff(dim=1)[:, 1:], (0, 0, 0, 2))  # from the next frame to the one after it
    beside = F.pad(free, (0, 0, 1, 2), value=True)
    ends = ~free & ~beside[:, :-3] & beside[:, 2:-1] & beside[:, 3:]
    ends[:, -2:] = False
    return torch.where(ends, own - made, 0.0)


def _led_to(clean: Float[Tensor, "B T C"], free: Bool[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
    """Where the free frames beside each frame lead to.

    What the generator itself says at a given frame is little else than what it was given.
    """
    padded = F.pad(clean.transpose(1, 2), (2, 2), mode="replicate").transpose(1, 2)
    one_before, one_after = padded[:, 1:-3], padded[:, 3:-1]
    from_before, from_after = 2 * one_before - padded[:, :-4], 2 * one_after - padded[:, 4:]
    beside = F.pad(free, (0, 0, 1, 1))
    before, after = beside[:, :-2], beside[:, 2:]
    between = (4 * (one_before + one_after) - padded[:, :-4] - padded[:, 4:]) / 6
    return torch.where(before & after, between, torch.where(before, from_before, torch.where(after, from_after, clean)))


def _fade(distance: Tensor, bend: int) -> Float[Tensor, "B T C"]:
    """1 at no distance, by a raised cosine to 0 beyond ``bend`` frames."""
    return 0.5 + 0.5 * torch.cos(torch.pi * (distance / (bend + 1)).clamp(max=1))


def _turn(distance: Tensor, bend: int) -> Float[Tensor, "B T C"]:
    """0 at no distance, where its slope is 1, and flat 0 from ``bend`` + 1 frames on."""
    return distance * (1 - distance / (bend + 1)).clamp(min=0) ** 2
