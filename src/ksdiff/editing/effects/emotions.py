"""Emotions over ranges and words."""

from dataclasses import replace

from ksdiff.editing.edits import RemoveEmotion, SetEmotion
from ksdiff.editing.effects.effect import effect
from ksdiff.editing.project import Project
from ksdiff.errors import InputError
from ksdiff.layers.emotion import EmotionRange
from ksdiff.layers.emotion_words import find_word
from ksdiff.motion import MOTION_RATE


@effect.register
def _(edit: SetEmotion, project: Project) -> Project:
    start, end = _times(edit, project)
    new = EmotionRange(
        start, end, edit.emotion, edit.intensity, edit.valence, edit.arousal, edit.onset, edit.decay, edit.seed
    )
    return _with_emotions(project, (*_outside(project, start, end), new))


@effect.register
def _(edit: RemoveEmotion, project: Project) -> Project:
    start, end = _times(edit, project)
    if not any(one.start < end and start < one.end for one in project.layers.emotions):
        raise InputError(f"there is no emotion between {start:g} and {end:g} s")
    return _with_emotions(project, _outside(project, start, end))


def _times(edit: SetEmotion | RemoveEmotion, project: Project) -> tuple[float, float]:
    """Start and end that an edit means, s, on frames."""
    if edit.word is None:
        if edit.start is None or edit.end is None:
            raise InputError("an emotion needs a start and an end, or a word")
        first, stop = project.span(edit.start, edit.end)
        return first / MOTION_RATE, stop / MOTION_RATE
    if edit.start is not None or edit.end is not None:
        raise InputError("an emotion is given both a word and a start or an end: give one of them")
    word = find_word(project.words, edit.word, edit.occurrence)
    first, stop = project.span(word.start, min(max(word.end, word.start + 1 / MOTION_RATE), project.voice.seconds))
    return first / MOTION_RATE, stop / MOTION_RATE


def _outside(project: Project, start: float, end: float) -> tuple[EmotionRange, ...]:
    """The project's emotions without what lies in a range."""
    kept = []
    for one in project.layers.emotions:
        for first, last in ((one.start, min(one.end, start)), (max(one.start, end), one.end)):
            if last - first > 0.5 / MOTION_RATE:  # more than rounding leaves
                kept.append(replace(one, start=first, end=last))
    return tuple(kept)


def _with_emotions(project: Project, emotions: tuple[EmotionRange, ...]) -> Project:
    ordered = tuple(sorted(emotions, key=lambda one: one.start))
    return replace(project, layers=replace(project.layers, emotions=ordered))
