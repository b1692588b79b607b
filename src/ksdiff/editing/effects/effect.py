"""What edits have in common."""

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any, TypeVar

import numpy as np

from ksdiff.editing.edits import Edit, RangeEdit
from ksdiff.editing.project import Project
from ksdiff.editing.schema import check_path
from ksdiff.editing.takes import Take
from ksdiff.errors import InputError, suggest
from ksdiff.layers.emotion_words import find_word
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import PATHS

LEAST = 1e-4  # s: what is left of a range with exact times must be longer
Range = TypeVar("Range")  # a dataclass with a start and an end, s


@singledispatch
def effect(edit: Edit, project: Project) -> Project:
    """The project after an edit, without it in the log: call `ksdiff.editing.apply` instead."""
    raise TypeError(f"{type(edit).__name__} is not an edit")


def find(project: Project, name: str | None, path: str, time: float) -> tuple[Take, int]:
    """The take that an edit means, and the frame.

    Raises:
        InputError: There is no such take, or it is still to be generated; or the time is outside the sound.
    """
    check_path(path)
    frame = project.frame(time)
    take = project.take(project.chosen(path)[frame] if name is None else name)
    if not take.made:
        raise InputError(f"the take {take.name!r} is still to be made: regenerate before editing it")
    return take, frame


def mark(project: Project, take: Take, reached: Mapping[str, np.ndarray]) -> Take:
    """Mark frames as stale, except pinned ones."""
    stale = {path: take.stale[path] | (mask & ~project.pinned(path)) for path, mask in reached.items()}
    return replace(take, stale={**take.stale, **stale})


def paths_of(path: str | None) -> tuple[str, ...]:
    """The paths that an edit means: one, or both for None."""
    return PATHS if path is None else (check_path(path),)


def times_of(edit: RangeEdit, project: Project, what: str, exact: bool = False) -> tuple[float, float]:
    """Start and end that an edit means, s.

    Args:
        edit: The edit.
        project: Gives the words.
        what: What to call it in messages, such as ``an emotion``.
        exact: As they are given, and not on frames.

    Raises:
        InputError: It has neither a range nor a word, or both; or they are not in the sound.
    """
    if edit.word is None:
        if edit.start is None or edit.end is None:
            raise InputError(f"{what} needs a start and an end, or a word")
        if exact and edit.start < edit.end <= project.voice.seconds:
            return edit.start, edit.end
        first, stop = project.span(edit.start, edit.end)
        return first / MOTION_RATE, stop / MOTION_RATE
    if edit.start is not None or edit.end is not None:
        raise InputError(f"{what} is given both a word and a start or an end: give one of them")
    word = find_word(project.words, edit.word, edit.occurrence)
    if exact and word.start < word.end <= project.voice.seconds:
        return word.start, word.end
    first, stop = project.span(word.start, min(max(word.end, word.start + 1 / MOTION_RATE), project.voice.seconds))
    return first / MOTION_RATE, stop / MOTION_RATE


def outside(ranges: tuple[Range, ...], start: float, end: float, least: float = 0.5 / MOTION_RATE) -> tuple[Range, ...]:
    """Ranges without what of them lies between two times, s; parts of at most ``least`` s are what rounding leaves."""
    kept: list[Any] = []
    for one in ranges:
        whole: Any = one
        for first, last in ((whole.start, min(whole.end, start)), (max(whole.start, end), whole.end)):
            if last - first > least:
                kept.append(replace(whole, start=first, end=last))
    return tuple(kept)


def with_ranges(project: Project, name: str, ranges: tuple[Any, ...]) -> Project:
    """The project with other ranges in a field of its layers, put in order of their starts."""
    ordered = tuple(sorted(ranges, key=lambda one: one.start))
    return replace(project, layers=replace(project.layers, **{name: ordered}))


def without(edit: RangeEdit, project: Project, name: str, what: str, exact: bool = False) -> Project:
    """The project without what of the ranges in a field of its layers lies in the range of an edit.

    Raises:
        InputError: There is none.
    """
    start, end = times_of(edit, project, what, exact)
    ranges = getattr(project.layers, name)
    if not any(one.start < end and start < one.end for one in ranges):
        raise InputError(f"there is no {what.partition(' ')[2]} between {start:g} and {end:g} s")
    return with_ranges(project, name, outside(ranges, start, end, LEAST if exact else 0.5 / MOTION_RATE))


def merged(base: Mapping[str, Any], changes: Mapping[str, Any], where: str) -> dict[str, Any]:
    """JSON with some of its values replaced, in depth; unknown keys are wrong except in free mappings.

    Raises:
        InputError: A key is unknown.
    """
    result = dict(base)
    free = where.endswith((".gains", ".offsets"))
    for key, value in changes.items():
        if key not in base and not free:
            raise InputError(f"{where} has no {key!r}: {suggest(key, tuple(base))}")
        both = isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
        result[key] = merged(base[key], value, f"{where}.{key}") if both else value
    return result
