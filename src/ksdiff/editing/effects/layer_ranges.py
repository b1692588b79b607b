"""Layers of ranges and words."""

from ksdiff.editing.edits import RemoveRangeLayers, SetRangeLayers
from ksdiff.editing.effects.effect import effect, outside, times_of, with_ranges, without
from ksdiff.editing.layer_ranges import LayerRange
from ksdiff.editing.project import Project
from ksdiff.errors import InputError

WHAT = "a range of layers"


@effect.register
def _(edit: SetRangeLayers, project: Project) -> Project:
    start, end = times_of(edit, project, WHAT)
    names = ("gains", "head_amplitude", "expression_smoothing", "head_smoothing", "offsets")
    own = {name: getattr(edit, name) for name in names}
    if all(value is None or value == {} for value in own.values()):
        raise InputError(f"{WHAT} sets nothing: give one or more of {', '.join(names)}")
    new = LayerRange(start, end, fade_in=edit.fade_in, fade_out=edit.fade_out, **own)
    return with_ranges(project, "ranges", (*outside(project.layers.ranges, start, end), new))


@effect.register
def _(edit: RemoveRangeLayers, project: Project) -> Project:
    return without(edit, project, "ranges", WHAT)
