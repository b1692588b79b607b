"""What edits have in common."""

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

import numpy as np

from ksdiff.editing.edits import Edit
from ksdiff.editing.project import Project
from ksdiff.editing.schema import check_path
from ksdiff.editing.takes import Take
from ksdiff.errors import InputError, suggest
from ksdiff.motion.space import PATHS


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
