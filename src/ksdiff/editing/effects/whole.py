"""What holds for the whole project: words, style and layers."""

from dataclasses import replace

import numpy as np

from ksdiff.editing.edits import SetLayers, SetStyle, SetWords
from ksdiff.editing.effects.effect import effect, mark, merged
from ksdiff.editing.layers import Layers
from ksdiff.editing.project import Project
from ksdiff.editing.schema import from_data, to_json
from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import PATHS

WORD_REACH = 8  # frames around changed words at which both paths are regenerated


@effect.register
def _(edit: SetWords, project: Project) -> Project:
    length = project.voice.seconds
    for word in edit.words:
        if not 0 <= word.start <= word.end <= length:
            raise InputError(f"the word {word.text!r} is from {word.start} to {word.end} s, outside the sound")
    reached = np.zeros(project.frames, dtype=bool)
    for word in set(project.words) ^ set(edit.words):
        first = max(0, int(word.start * MOTION_RATE) - WORD_REACH)
        reached[first : int(np.ceil(word.end * MOTION_RATE)) + WORD_REACH + 1] = True
    same = set(project.words) & set(edit.words)
    kept = (phone for phone in project.phones if any(w.start <= phone.start and phone.end <= w.end for w in same))
    after = replace(project, words=edit.words, phones=edit.phones or tuple(kept))
    takes = tuple(mark(after, take, dict.fromkeys(PATHS, reached)) for take in after.takes)
    return replace(after, takes=takes)


@effect.register
def _(edit: SetStyle, project: Project) -> Project:
    if edit.style == project.style:
        return project
    everywhere = {path: np.ones(project.frames, dtype=bool) for path in PATHS}
    after = replace(project, style=edit.style)
    return replace(after, takes=tuple(mark(after, take, everywhere) for take in after.takes))


@effect.register
def _(edit: SetLayers, project: Project) -> Project:
    layers: Layers = from_data(Layers, merged(to_json(project.layers), edit.changes, "layers"), "layers")
    return replace(project, layers=layers)
