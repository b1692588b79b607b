"""How far jaw and lips move, over ranges and words."""

from ksdiff.editing.edits import RemoveArticulation, SetArticulation
from ksdiff.editing.effects.effect import LEAST, effect, outside, times_of, with_ranges, without
from ksdiff.editing.project import Project
from ksdiff.errors import InputError
from ksdiff.layers.articulation import Articulation
from ksdiff.motion.space import ARKIT

WHAT = "an articulation"


@effect.register
def _(edit: SetArticulation, project: Project) -> Project:
    if project.space != ARKIT:
        raise InputError(f"{project.space.name} motion has no shapes of the lips: use weights of the arkit space")
    start, end = times_of(edit, project, WHAT, exact=True)
    new = Articulation(start, end, edit.jaw, edit.lips)
    return with_ranges(project, "articulation", (*outside(project.layers.articulation, start, end, LEAST), new))


@effect.register
def _(edit: RemoveArticulation, project: Project) -> Project:
    return without(edit, project, "articulation", WHAT, exact=True)
