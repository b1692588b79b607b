"""What is looked at, over ranges and words."""

from ksdiff.editing.edits import RemoveLookAt, SetLookAt
from ksdiff.editing.effects.effect import effect, outside, times_of, with_ranges, without
from ksdiff.editing.project import Project
from ksdiff.layers.look_at import GazeTarget

WHAT = "a look"


@effect.register
def _(edit: SetLookAt, project: Project) -> Project:
    start, end = times_of(edit, project, WHAT)
    new = GazeTarget(start, end, edit.yaw, edit.pitch, edit.position, edit.head)
    return with_ranges(project, "gaze", (*outside(project.layers.gaze, start, end), new))


@effect.register
def _(edit: RemoveLookAt, project: Project) -> Project:
    return without(edit, project, "gaze", WHAT)
