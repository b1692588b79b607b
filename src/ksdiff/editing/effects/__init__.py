"""What each edit does to a project.

An edit makes no motion. It marks the frames that it affects as stale; `ksdiff.editing.regenerate` makes those, and no
others. Each module says what its edits do through `effect.register`.
"""

from dataclasses import replace

from ksdiff.editing.edits import Edit
from ksdiff.editing.effects import (
    articulation,
    character,
    curves,
    emotions,
    keyframes,
    layer_ranges,
    looks,
    ranges,
    takes,
    vocalizations,
    whole,
)
from ksdiff.editing.effects.effect import effect
from ksdiff.editing.project import Project

# Each of them registers what its edits do.
EFFECTS = (
    articulation, character, curves, emotions, keyframes, layer_ranges, looks, ranges, takes, vocalizations, whole,
)  # fmt: skip


def apply(project: Project, edit: Edit) -> Project:
    """The project after an edit. The old one stays as it was; what the edit affects is marked as stale.

    Raises:
        InputError: The edit does not fit the project: no such keyframe, a pinned frame, a time outside the sound.
    """
    after = effect(edit, project)
    return replace(after, edits=(*project.edits, edit))
