"""Emotions over ranges and words."""

from ksdiff.editing.edits import RemoveEmotion, SetEmotion
from ksdiff.editing.effects.effect import effect, outside, times_of, with_ranges, without
from ksdiff.editing.project import Project
from ksdiff.layers.emotion import EmotionRange


@effect.register
def _(edit: SetEmotion, project: Project) -> Project:
    start, end = times_of(edit, project, "an emotion")
    new = EmotionRange(
        start, end, edit.emotion, edit.intensity, edit.valence, edit.arousal, edit.onset, edit.decay, edit.seed
    )
    return with_ranges(project, "emotions", (*outside(project.layers.emotions, start, end), new))


@effect.register
def _(edit: RemoveEmotion, project: Project) -> Project:
    return without(edit, project, "emotions", "an emotion")
