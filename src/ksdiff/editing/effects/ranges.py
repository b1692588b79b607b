"""Ranges: other settings, pins, and which take is seen."""

from dataclasses import replace

import numpy as np

from ksdiff.editing.drawn_gestures import with_drawn_gestures
from ksdiff.editing.edits import ChooseTake, PinRange, SetSampling, UnpinRange
from ksdiff.editing.effects.effect import effect, find, mark, paths_of
from ksdiff.editing.project import Project
from ksdiff.editing.takes import Choice, Pin, Variation
from ksdiff.errors import InputError
from ksdiff.motion.space import EXPRESSION, PATHS

PIN_MARGIN = 6  # frames beside a pinned range over which it fades into what surrounds it


@effect.register
def _(edit: SetSampling, project: Project) -> Project:
    take, first = find(project, edit.take, edit.path, edit.start)
    _, stop = project.span(edit.start, edit.end)
    variation = Variation(edit.path, first, stop, edit.seed, edit.temperature, edit.guidance)
    reached = np.zeros(project.frames, dtype=bool)
    reached[first:stop] = True
    keyframes = take.keyframes
    if edit.gestures:
        if edit.path != EXPRESSION or edit.seed is None:
            raise InputError("gestures are drawn by a seed of the expression: give one, or leave gestures out")
        keyframes = {**keyframes, EXPRESSION: with_drawn_gestures(project, take, first, stop, edit.seed)}
    varied = replace(take, variations=(*take.variations, variation), keyframes=keyframes)
    return project.with_take(mark(project, varied, {edit.path: reached}))


@effect.register
def _(edit: PinRange, project: Project) -> Project:
    start, stop = project.span(edit.start, edit.end)
    pins = []
    for path in paths_of(edit.path):
        first, last = max(0, start - PIN_MARGIN), min(project.frames, stop + PIN_MARGIN)
        pins.append(Pin(path, start, stop, first, getattr(project.motion, path)[first:last].copy()))
    after = replace(project, pins=(*project.pins, *pins))
    # What is pinned is not stale any more.
    takes = tuple(
        replace(take, stale={path: take.stale[path] & ~after.pinned(path) for path in PATHS}) if take.made else take
        for take in after.takes
    )
    return replace(after, takes=takes)


@effect.register
def _(edit: UnpinRange, project: Project) -> Project:
    start, stop = project.span(edit.start, edit.end)
    pins = []
    for pin in project.pins:
        if pin.path not in paths_of(edit.path) or pin.stop <= start or stop <= pin.start:
            pins.append(pin)
            continue
        for first, last in ((pin.start, min(start, pin.stop)), (max(stop, pin.start), pin.stop)):
            if first < last:  # a part that stays; its margin is what was pinned beside it
                begin = max(first - PIN_MARGIN, pin.first)
                end = min(last + PIN_MARGIN, pin.first + len(pin.values))
                values = pin.values[begin - pin.first : end - pin.first]
                pins.append(Pin(pin.path, first, last, begin, values))
    return replace(project, pins=tuple(pins))


@effect.register
def _(edit: ChooseTake, project: Project) -> Project:
    start, stop = project.span(edit.start, edit.end)
    project.take(edit.take)
    choices = tuple(Choice(edit.take, path, start, stop) for path in paths_of(edit.path))
    return replace(project, choices=(*project.choices, *choices))
