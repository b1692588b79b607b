"""Gestures of the face that a seed draws, so that two seeds are two readings and not nearly the same one.

The model moves much alike with any seed: brows hardly at all, as the people whom it learned from. So a seed may also
choose what some of its accents are: a gesture for every two seconds, at an accent where there is one. They are
keyframes like others, to be seen, edited and deleted; those that an earlier seed drew go first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from ksdiff.editing.gestures import as_pose, extent
from ksdiff.editing.poses import FACE_FADE, ROOM
from ksdiff.editing.project import Project
from ksdiff.editing.takes import Keyframe, Take
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION

T = TypeVar("T")

STRETCH = 2 * MOTION_RATE  # frames for which a gesture is drawn
MARGIN = int(np.ceil(FACE_FADE * MOTION_RATE)) + 1  # frames that a gesture reaches on each side
KINDS = ("emphasis", "brow_flash", "smile", "frown")
LEAST = 0.75  # strength of an accent that becomes a gesture; of those that are added
_MARK = 2**52  # gestures that were drawn have seeds from here on; numbers of the page are exact up to 2^53


def with_drawn_gestures(project: Project, take: Take, first: int, stop: int, seed: int) -> tuple[Keyframe, ...]:
    """Keyframes of the expression of a take where a seed draws gestures in a range.

    A gesture keeps within the range with all that it reaches, and away from poses, other gestures and pins; where there
    is no room for one, none is drawn.

    Args:
        project: Gives pins and the motion space.
        take: The take, with the seeds of before.
        first: First frame of the range.
        stop: One beyond its last frame.
        seed: The seed.
    """
    keyframes = list(_without_drawn(take, first, stop))
    if project.space != ARKIT:
        return tuple(keyframes)
    closed = project.pinned(EXPRESSION)
    for begin, end in _stretches(first, stop):
        random = np.random.default_rng([seed, begin])
        kinds = np.random.default_rng([seed // len(KINDS), begin]).permutation(KINDS)  # seeds in a row differ in kind
        at = seed % len(KINDS)
        for kind in (*kinds[at:], *kinds[:at]):
            made = _place(keyframes, str(kind), (begin, end), (first, stop), seed, random, closed)
            if made is not None:
                keyframes = sorted([*(one for one in keyframes if one.frame != made.frame), made], key=_frame)
                break
    return tuple(keyframes)


def _place(
    keyframes: Sequence[Keyframe],
    kind: str,
    stretch: tuple[int, int],
    whole: tuple[int, int],
    seed: int,
    random: np.random.Generator,
    closed: np.ndarray,
) -> Keyframe | None:
    """A gesture at an accent of a stretch, or else anywhere in it; None where it has no room."""
    begin, end = stretch
    taken = [extent(EXPRESSION, as_pose(EXPRESSION, one)) for one in keyframes if one.pose or one.gesture is not None]
    accents = [one for one in keyframes if begin <= one.frame < end and not one.pose and one.gesture is None]
    strong = [one for one in accents if one.strength >= LEAST]
    drawn = (replace(one, gesture=kind, seed=_mark(seed, False)) for one in _shuffled(strong, random))
    at_accents = {one.frame for one in accents}
    free = [frame for frame in range(begin, end) if frame not in at_accents]
    added = (Keyframe(int(at), LEAST, gesture=kind, seed=_mark(seed, True)) for at in _shuffled(free, random))
    for one in (*drawn, *added):
        start, last = extent(EXPRESSION, as_pose(EXPRESSION, one))
        inside = whole[0] + MARGIN <= start and last + MARGIN < whole[1]
        apart = all(last + ROOM < other or end_of_other + ROOM < start for other, end_of_other in taken)
        if inside and apart and not closed[start - MARGIN : last + MARGIN + 1].any():
            return one
    return None


def _without_drawn(take: Take, first: int, stop: int) -> Iterator[Keyframe]:
    """Keyframes without the gestures that the seeds of before drew in a range; what was an accent is one again."""
    seeds = take.settings(EXPRESSION)["seed"]
    for one in take.keyframes[EXPRESSION]:
        start, last = extent(EXPRESSION, as_pose(EXPRESSION, one))
        if one.gesture is None or start - MARGIN < first or last + MARGIN >= stop:
            yield one
        elif one.seed == _mark(int(seeds[one.frame]), False):
            yield replace(one, gesture=None, seed=0)
        elif one.seed != _mark(int(seeds[one.frame]), True):
            yield one


def _mark(seed: int, added: bool) -> int:
    """Seed of the gestures that a seed draws, by which they are known again."""
    return _MARK + int(np.random.SeedSequence([seed, int(added)]).generate_state(1)[0])


def _stretches(first: int, stop: int) -> list[tuple[int, int]]:
    """A range in parts of `STRETCH` frames or a little less."""
    edges = np.linspace(first, stop, -(-(stop - first) // STRETCH) + 1).round().astype(int).tolist()
    return list(pairwise(edges))


def _shuffled(values: Sequence[T], random: np.random.Generator) -> Iterator[T]:
    return (values[at] for at in random.permutation(len(values)))


def _frame(keyframe: Keyframe) -> int:
    return keyframe.frame
