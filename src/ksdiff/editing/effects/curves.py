"""Curves over channels and angles of the head."""

from ksdiff.editing.edits import RemoveCurve, SetCurve
from ksdiff.editing.effects.effect import effect, with_ranges
from ksdiff.editing.project import Project
from ksdiff.errors import InputError
from ksdiff.layers.curves import Curve


@effect.register
def _(edit: SetCurve, project: Project) -> Project:
    new = Curve(edit.channel, edit.keys, edit.mode, edit.fade_in, edit.fade_out)
    if new.end > project.voice.seconds:
        raise InputError(
            f"a key of the curve of {new.channel} is at {new.end:g} s, outside the sound, which lasts "
            f"{project.voice.seconds:.2f} s"
        )
    return with_ranges(project, "curves", (*_others(project, edit.channel, new.start, new.end), new))


@effect.register
def _(edit: RemoveCurve, project: Project) -> Project:
    start = 0.0 if edit.start is None else edit.start
    end = project.voice.seconds if edit.end is None else edit.end
    kept = _others(project, edit.channel, start, end)
    if len(kept) == len(project.layers.curves):
        raise InputError(f"there is no curve of {edit.channel} between {start:g} and {end:g} s")
    return with_ranges(project, "curves", kept)


def _others(project: Project, channel: str, start: float, end: float) -> tuple[Curve, ...]:
    """Curves of other channels, and those of this one whose keys lie outside a range."""
    return tuple(one for one in project.layers.curves if one.channel != channel or one.end < start or end < one.start)
