"""Takes."""

from dataclasses import replace

import numpy as np

from ksdiff.editing.edits import AddTake, DeleteTake
from ksdiff.editing.effects.effect import effect, mark, merged
from ksdiff.editing.project import Project
from ksdiff.editing.schema import from_data, to_json
from ksdiff.editing.takes import Take
from ksdiff.errors import InputError
from ksdiff.model.sampling import SamplingOptions, current_names
from ksdiff.motion.space import PATHS


@effect.register
def _(edit: AddTake, project: Project) -> Project:
    if not edit.name or any(take.name == edit.name for take in project.takes):
        raise InputError(f"the name {edit.name!r} is taken or empty: give the take another one")
    source = project.takes[0] if edit.source is None else project.take(edit.source)
    changed_sampling = merged(to_json(source.sampling), current_names(edit.sampling), "sampling")
    sampling: SamplingOptions = from_data(SamplingOptions, changed_sampling, "sampling")
    if edit.source is None:
        return replace(project, takes=(*project.takes, _empty(project, edit.name, sampling)))
    take = replace(source, name=edit.name, sampling=sampling)
    everything = np.ones(project.frames, dtype=bool)
    changed = {
        path: everything
        for path in PATHS
        if (sampling.steps_of(path), sampling.solver_order)
        != (source.sampling.steps_of(path), source.sampling.solver_order)
        or any(not np.array_equal(values, source.settings(path)[name]) for name, values in take.settings(path).items())
    }
    return replace(project, takes=(*project.takes, mark(project, take, changed)))


@effect.register
def _(edit: DeleteTake, project: Project) -> Project:
    take = project.take(edit.name)
    if len(project.takes) == 1:
        raise InputError("a project needs at least one take: add another before deleting this one")
    return replace(
        project,
        takes=tuple(other for other in project.takes if other is not take),
        choices=tuple(choice for choice in project.choices if choice.take != edit.name),
    )


def _empty(project: Project, name: str, sampling: SamplingOptions) -> Take:
    """A take that is still to be generated."""
    frames = project.frames
    return Take(
        name=name,
        sampling=sampling,
        motion={path: np.zeros((frames, len(project.channels(path))), dtype=np.float32) for path in PATHS},
        keyframes=dict.fromkeys(PATHS, ()),
        stale={path: np.ones(frames, dtype=bool) for path in PATHS},
        made=False,
    )
