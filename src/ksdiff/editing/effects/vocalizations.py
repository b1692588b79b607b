"""Laughs and other sounds of the voice that are not speech."""

from dataclasses import replace

from ksdiff.editing.edits import AddVocalization, RemoveVocalization
from ksdiff.editing.effects.effect import effect
from ksdiff.editing.project import Project
from ksdiff.errors import InputError
from ksdiff.layers.vocalizations import Vocalization
from ksdiff.motion import MOTION_RATE


@effect.register
def _(edit: AddVocalization, project: Project) -> Project:
    first, stop = project.span(edit.start, edit.end)
    new = Vocalization(edit.sound, first / MOTION_RATE, stop / MOTION_RATE, edit.intensity)
    kept = _outside(project, new.start, new.end)
    return _with(project, tuple(sorted((*kept, new), key=lambda one: one.start)))


@effect.register
def _(edit: RemoveVocalization, project: Project) -> Project:
    first, stop = project.span(edit.start, edit.end)
    kept = _outside(project, first / MOTION_RATE, stop / MOTION_RATE)
    if len(kept) == len(project.layers.vocalizations):
        raise InputError(f"there is no laugh or other sound between {edit.start:g} and {edit.end:g} s")
    return _with(project, kept)


def _outside(project: Project, start: float, end: float) -> tuple[Vocalization, ...]:
    """Those that do not reach into a range."""
    return tuple(one for one in project.layers.vocalizations if one.end <= start or end <= one.start)


def _with(project: Project, vocalizations: tuple[Vocalization, ...]) -> Project:
    return replace(project, layers=replace(project.layers, vocalizations=vocalizations))
