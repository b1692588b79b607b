"""Motion that is given: a pose, a range that stays, the past of a window. The model fills in the rest.

As in flexible in-betweening (Cohan et al. 2024, CondMDI), the generator reads what is given as a clean input beside
the noisy motion, with a flag for each value, and is trained with random such subsets (`ksdiff.training.known_frames`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float, Int

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

    values: Float[np.ndarray, "B T C"]
    strength: Float[np.ndarray, "B T C"]

    def as_input(self) -> Float[np.ndarray, "B T _"]:
        """Values and strengths as the generator reads them."""
        return np.concatenate([np.where(self.strength > 0, self.values, np.float32(0)), self.strength], axis=-1)

    def repeat(self, count: int) -> "KnownMotion":
        """The batch, so many times over."""
        return KnownMotion(np.concatenate([self.values] * count), np.concatenate([self.strength] * count))


Known = Mapping[str, KnownMotion]  # by path; nothing is given of a path that it does not name
NOTHING: Known = MappingProxyType({})


def joined(known: Known, channels: Mapping[str, int], batch: int, frames: int) -> KnownMotion:
    """What is given of all paths of ``channels``, one path after the other."""
    nothing = {path: np.zeros((batch, frames, count), np.float32) for path, count in channels.items()}
    parts = [known.get(path, KnownMotion(empty, empty)) for path, empty in nothing.items()]
    return KnownMotion(
        np.concatenate([part.values for part in parts], axis=-1),
        np.concatenate([part.strength for part in parts], axis=-1),
    )


def past(values: Float[np.ndarray, "B P C"], frames: int, later: KnownMotion | None = None) -> KnownMotion:
    """A window of ``frames`` whose first ones are given exactly, and of the others what ``later`` gives there."""
    count = values.shape[1]
    free = np.zeros((len(values), frames, values.shape[2]), values.dtype)
    later = later or KnownMotion(free, free)
    return KnownMotion(
        np.concatenate([values, later.values[:, count:]], axis=1),
        np.concatenate([np.ones_like(values), later.strength[:, count:]], axis=1),
    )


def meet(clean: Float[np.ndarray, "B T C"], known: KnownMotion, bend: int) -> Float[np.ndarray, "B T C"]:
    """The motion with all exactly given values in place.

    What the free frames beside them miss them by is taken from these frames too, less and less over ``bend`` frames, so
    that no value that is met leaves a jump. Where two neighbours are given, so is their velocity.
    """
    exact = known.strength >= 1
    if not exact.any():
        return clean
    last = clean.shape[1] - 1
    frames = np.arange(clean.shape[1])[None, :, None]
    free = ~exact
    missed = np.where(exact, known.values - _led_to(clean, free), np.float32(0))
    far = clean.shape[1] + bend + 1
    before = np.maximum.accumulate(np.where(exact, frames, -far), axis=1)
    after = np.minimum.accumulate(np.where(exact, frames, far + clean.shape[1])[:, ::-1], axis=1)[:, ::-1]
    past, future = frames - before, after - frames
    share_past, share_future = _fade(past, bend), _fade(future, bend)
    before, after = np.maximum(before, 0), np.minimum(after, last)
    moved = share_past * _at(missed, before) + share_future * _at(missed, after)
    bent = clean + moved / np.maximum(share_past + share_future, 1)
    turned = _turn(past, bend) * (1 - share_future) * _at(_missed_velocity(clean, known.values, free), before)
    back = _missed_velocity(clean[:, ::-1], known.values[:, ::-1], free[:, ::-1])
    turned = turned + _turn(future, bend) * (1 - share_past) * _at(back[:, ::-1], after)
    return np.where(exact, known.values, bent + turned)


def _at(values: Float[np.ndarray, "B T C"], frames: Int[np.ndarray, "B T C"]) -> Float[np.ndarray, "B T C"]:
    return np.take_along_axis(values, frames, axis=1)


def _missed_velocity(
    clean: Float[np.ndarray, "B T C"], values: Float[np.ndarray, "B T C"], free: Bool[np.ndarray, "B T C"]
) -> Float[np.ndarray, "B T C"]:
    """By how much the free frames after a frame miss the velocity of two given ones, per frame; 0 for a single one."""
    own = np.pad(np.diff(values, axis=1), ((0, 0), (1, 0), (0, 0)))
    made = np.pad(np.diff(clean, axis=1)[:, 1:], ((0, 0), (0, 2), (0, 0)))  # from the next frame to the one after it
    beside = np.pad(free, ((0, 0), (1, 2), (0, 0)), constant_values=True)
    ends = ~free & ~beside[:, :-3] & beside[:, 2:-1] & beside[:, 3:]
    ends[:, -2:] = False
    return np.where(ends, own - made, np.float32(0))


def _led_to(clean: Float[np.ndarray, "B T C"], free: Bool[np.ndarray, "B T C"]) -> Float[np.ndarray, "B T C"]:
    """Where the free frames beside each frame lead to.

    What the generator itself says at a given frame is little else than what it was given.
    """
    padded = np.pad(clean, ((0, 0), (2, 2), (0, 0)), mode="edge")
    one_before, one_after = padded[:, 1:-3], padded[:, 3:-1]
    from_before, from_after = 2 * one_before - padded[:, :-4], 2 * one_after - padded[:, 4:]
    beside = np.pad(free, ((0, 0), (1, 1), (0, 0)))
    before, after = beside[:, :-2], beside[:, 2:]
    between = (4 * (one_before + one_after) - padded[:, :-4] - padded[:, 4:]) / 6
    return np.where(before & after, between, np.where(before, from_before, np.where(after, from_after, clean)))


def _fade(distance: Int[np.ndarray, "B T C"], bend: int) -> Float[np.ndarray, "B T C"]:
    """1 at no distance, by a raised cosine to 0 beyond ``bend`` frames."""
    return (0.5 + 0.5 * np.cos(np.pi * np.minimum(distance / (bend + 1), 1))).astype(np.float32)


def _turn(distance: Int[np.ndarray, "B T C"], bend: int) -> Float[np.ndarray, "B T C"]:
    """0 at no distance, where its slope is 1, and flat 0 from ``bend`` + 1 frames on."""
    return (distance * np.maximum(1 - distance / (bend + 1), 0) ** 2).astype(np.float32)
