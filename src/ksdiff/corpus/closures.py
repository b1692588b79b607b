"""Lips that meet at p, b and m, where the tracker saw them come close.

The tracker draws a short closure too shallow: a pixel of a small face is more than a millimetre wide, the landmarks
of neighbouring pictures are smoothed, and the low-pass smooths them again. What is left is a dip of the lips' gap that
has its time and its shape but not its depth. So a dip at a p, b or m that the picture cannot tell from contact is
lowered until the lips touch as those of the head at rest do. ``docs/corpus.md`` has the figures.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus.inverse import moved_to_gaps
from ksdiff.corpus.quality import BILABIALS
from ksdiff.face.lips import lip_gap_basis, lip_gaps
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

# What brings the lips together as a whole. Shapes that bend a lip stay as they are: those that could close the mouth
# too, such as rolled or pressed lips, would lose what they have to do with the voice.
CLOSERS = ("jawOpen", "mouthClose")
UNSURE = 0.1  # expected error of a weight where the fit does not say it
LEEWAY = 1.5  # motion frames by which a phone's ends may be off
FACE_WIDTH = 0.14  # m between the sides of the head's face
PIXELS = 1.5  # of the picture that lips which touch may seem apart
LEAST_LIMIT, LIMIT = 1.5e-3, 4e-3  # m: of that, however large or small the face is
DIP = 1e-3  # m by which the gap must be larger on one side, so that lips moved to close
HOLD, REACH = 0.5, 5.0  # motion frames around the contact that are lowered in full, and at all
LEAST_REACH = 4.0  # motion frames, however near the mouth is open widest


class Closure(NamedTuple):
    """Lips that meet.

    Attributes:
        frame: When they are closest.
        before: How many frames before that they begin to differ from what was seen.
        after: The same after that.
    """

    frame: int
    before: float
    after: float


def with_closures(
    expression: Float[np.ndarray, "T 51"],
    deviation: Float[np.ndarray, "T 51"],
    known: Bool[np.ndarray, " T"],
    phones: Sequence[Sequence[Any]],
    face_pixels: float,
) -> Float[np.ndarray, "T 51"]:
    """Let the lips meet at p, b and m; nothing else changes.

    Args:
        expression: ARKit weights at 25 frames/s, 0..1.
        deviation: Expected error of each: how readily it gives way; 0 throughout where the fit does not say.
        known: Where there is a face.
        phones: Label, start and end, s; none where there is no alignment.
        face_pixels: Width of the face in the picture.
    """
    gaps = lip_gaps(expression)
    wanted, shots = gaps.copy(), np.cumsum(~known)
    for closure in find_closures(gaps.mean(axis=1), known, phones, contact_limit(face_pixels)):
        near = slice(max(closure.frame - int(REACH), 0), closure.frame + int(REACH) + 1)
        lowered = np.minimum(wanted[near], _lowered(gaps, closure, near))
        wanted[near] = np.where((known & (shots == shots[closure.frame]))[near, None], lowered, wanted[near])
    changed = np.flatnonzero((wanted < gaps - 1e-6).any(axis=1))
    result = expression.copy()
    if len(changed):
        unsure = deviation[changed] if deviation.any() else np.full_like(expression[changed], UNSURE)
        freedom = unsure * np.isin(ARKIT.expression, CLOSERS)
        result[changed] = moved_to_gaps(expression[changed], freedom, wanted[changed])
    return result


def contact_limit(face_pixels: float) -> float:
    """How far lips that touch may seem apart, m."""
    return float(np.clip(PIXELS * FACE_WIDTH / max(face_pixels, 1.0), LEAST_LIMIT, LIMIT))


def find_closures(
    gap: Float[np.ndarray, " T"], known: Bool[np.ndarray, " T"], phones: Sequence[Sequence[Any]], limit: float
) -> list[Closure]:
    """Dips of the lips' gap at p, b and m that may be contact.

    Args:
        gap: Mean over the lips, m.
        known: Where there is a face.
        phones: Label, start and end, s.
        limit: Largest gap that may be contact, m.
    """
    frames = []
    for label, start, end in phones:
        first = max(int(np.ceil(start * MOTION_RATE - LEEWAY)), 0)
        last = min(int(end * MOTION_RATE + LEEWAY), len(gap) - 1)
        if label not in BILABIALS or first > last or not known[first : last + 1].all():
            continue
        frame = first + int(np.argmin(gap[first : last + 1]))
        around = gap[max(frame - int(REACH), 0) : frame + int(REACH) + 1]
        if gap[frame] <= limit and around.max() - gap[frame] >= DIP:
            frames.append(frame)
    return [Closure(frame, _reach(gap, frame, -1), _reach(gap, frame, 1)) for frame in sorted(set(frames))]


def _reach(gap: Float[np.ndarray, " T"], frame: int, step: int) -> float:
    """Frames to where the mouth is open widest on one side: that stays as it is."""
    side = gap[frame + step :: step][: int(REACH)] if 0 <= frame + step < len(gap) else gap[:0]
    return max(float(np.argmax(side)) + 1, LEAST_REACH) if len(side) else LEAST_REACH


def _lowered(gaps: Float[np.ndarray, "T 5"], closure: Closure, near: slice) -> Float[np.ndarray, "N 5"]:
    """Gaps near a closure that come down to those of the head at rest there, and less and less around it."""
    rest, seen = lip_gap_basis()[0], gaps[near]
    away = np.arange(near.start, near.start + len(seen)) - closure.frame
    reach = np.where(away < 0, closure.before, closure.after)
    share = 0.5 + 0.5 * np.cos(np.pi * np.clip((np.abs(away) - HOLD) / (reach - HOLD), 0, 1))
    excess = np.maximum(gaps[closure.frame] - rest, 0)
    return np.minimum(seen, np.maximum(seen - share[:, None] * excess, rest))
