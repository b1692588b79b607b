"""What changes how the character follows the motion."""

from dataclasses import replace

from ksdiff.editing.edits import SetCharacter
from ksdiff.editing.effects.effect import effect
from ksdiff.editing.project import Project
from ksdiff.errors import InputError, suggest
from ksdiff.output.shape_map import propose


@effect.register
def _(edit: SetCharacter, project: Project) -> Project:
    old = project.character
    if old is None:
        raise InputError("the project has no character: give it one first")
    for name in edit.shapes:
        if name not in old.shapes:
            raise InputError(f"the character has no shape {name!r}: {suggest(name, tuple(old.shapes))}")
    shapes = {**(propose(old.avatar()) if edit.proposed else old.shapes), **edit.shapes}
    nodes = {
        name: given or None
        for name, given in (("head_node", edit.head_node), ("neck_node", edit.neck_node))
        if given is not None
    }
    character = replace(old, shapes=shapes, **nodes)
    if nodes:
        character.avatar()  # says so where there is no such node
    return replace(project, character=character)
