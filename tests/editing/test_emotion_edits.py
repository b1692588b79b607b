"""Emotions of a project: set, cut, removed, undone, saved; nothing else moves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ksdiff
from ksdiff.editing import (
    Edit,
    History,
    PinRange,
    Project,
    RemoveEmotion,
    SetEmotion,
    SetLayers,
    SetPose,
    SetWords,
    apply,
    create,
    regenerate,
    render,
)
from ksdiff.errors import InputError
from ksdiff.layers.emotion import EmotionRange
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion import Word


@pytest.fixture(scope="module")
def project(first_take: Project, checkpoint: Checkpoint) -> Project:
    words = (Word("my", 0.5, 0.7), Word("Fellow", 0.7, 1.2), Word("my", 4.0, 4.4))
    return regenerate(first_take, [SetWords(words)], checkpoint)


def spans(project: Project) -> list[tuple[float, float, str | None]]:
    return [(round(one.start, 2), round(one.end, 2), one.emotion) for one in project.layers.emotions]


def test_frames_outside_stay_bit_for_bit_and_nothing_is_regenerated(project: Project) -> None:
    after = apply(project, SetEmotion(2.0, 3.0, emotion="afraid", onset=0.4, decay=0.6))
    assert not after.stale
    outside = np.ones(project.frames, bool)
    outside[41:90] = False  # 1.6 s and 3.6 s are the last with none of it
    for path in ("expression", "head"):
        before, now = getattr(project.motion, path), getattr(after.motion, path)
        np.testing.assert_array_equal(before[outside], now[outside])
        assert (before[~outside] != now[~outside]).any(axis=1).all()
    fast, before = render(after, 60.0), render(project, 60.0)
    far = (fast.times < 1.55) | (fast.times > 3.65)
    np.testing.assert_array_equal(fast.expression[far], before.expression[far])
    np.testing.assert_array_equal(fast.head[far], before.head[far])


def test_it_is_the_emotion_of_animate(checkpoint: Checkpoint, project: Project) -> None:
    emotions = (EmotionRange(1.0, 2.0, "sad"), EmotionRange(3.0, 4.0, valence=0.4, arousal=0.4))
    plain = create(project.voice.samples, model=checkpoint)
    after = replace(plain, layers=replace(plain.layers, emotions=emotions))
    for fps in (25.0, 60.0):
        options = ksdiff.AnimateOptions(emotions=emotions, fps=fps)
        alone, seen = ksdiff.animate(project.voice.samples, model=checkpoint, options=options), render(after, fps)
        np.testing.assert_array_equal(alone.expression, seen.expression)
        np.testing.assert_array_equal(alone.head, seen.head)
    always = (EmotionRange(0.0, float("inf"), "happy"),)
    made = create(project.voice.samples, model=checkpoint, options=ksdiff.AnimateOptions(emotions=always))
    whole = ksdiff.animate(project.voice.samples, model=checkpoint, options=ksdiff.AnimateOptions(emotions=always))
    assert made.motion == whole
    assert made.layers.emotions[0].end == pytest.approx(6.0)


def test_a_word_can_be_meant(project: Project) -> None:
    assert spans(apply(project, SetEmotion(word="fellow", emotion="happy"))) == [(0.72, 1.2, "happy")]
    assert spans(apply(project, SetEmotion(word="my", occurrence=2, emotion="sad"))) == [(4.0, 4.4, "sad")]
    for edit, message in (
        (SetEmotion(word="felow", emotion="sad"), "did you mean 'Fellow'"),
        (SetEmotion(word="my", occurrence=3, emotion="sad"), "said 2 times"),
        (SetEmotion(word="my", start=1.0, emotion="sad"), "give one of them"),
        (SetEmotion(1.0, emotion="sad"), "needs a start and an end, or a word"),
        (SetEmotion(1.0, 2.0), "either a name"),
        (SetEmotion(1.0, 2.0, emotion="sda"), "did you mean 'sad'"),
        (SetEmotion(1.0, 1.0, emotion="sad"), "is empty"),
        (SetEmotion(1.0, 99.0, emotion="sad"), "outside the sound"),
        (RemoveEmotion(1.0, 2.0), "there is no emotion"),
    ):
        with pytest.raises(InputError, match=message):
            apply(project, edit)


def test_what_is_set_replaces_what_was_there(project: Project) -> None:
    happy = apply(project, SetEmotion(1.0, 5.0, emotion="happy"))
    both = apply(happy, SetEmotion(2.0, 3.0, emotion="sad"))
    assert spans(both) == [(1.0, 2.0, "happy"), (2.0, 3.0, "sad"), (3.0, 5.0, "happy")]
    cut = apply(both, RemoveEmotion(1.52, 4.0))
    assert spans(cut) == [(1.0, 1.52, "happy"), (4.0, 5.0, "happy")]
    assert spans(apply(cut, RemoveEmotion(0.0, 6.0))) == []
    assert apply(cut, RemoveEmotion(0.0, 6.0)).motion == replace(project.motion, info=render(cut).info | {"edits": 5})


def test_undo_and_files(project: Project, tmp_path: Path) -> None:
    edit = SetEmotion(1.0, 2.0, emotion="contempt", intensity=0.7, seed=3)
    assert Edit.from_json(edit.to_json()) == edit
    after = apply(project, edit)
    history = History(project).push(after)
    assert history.undo().present is project
    assert history.undo().redo().present is after
    after.save(tmp_path / "felt.ksd")
    loaded = Project.load(tmp_path / "felt.ksd")
    assert loaded == after
    assert loaded.motion == after.motion
    one = {"start": 1.0, "end": 9e9, "emotion": "sad"}
    with pytest.raises(InputError, match="beyond the end"):
        apply(project, SetLayers({"emotions": [one]}))
    with pytest.raises(InputError, match="at most 10000"):
        apply(project, SetLayers({"emotions": [{**one, "end": 2.0}] * 10_001}))


def test_poses_and_pins_hold_through_emotions(project: Project, checkpoint: Checkpoint) -> None:
    pinned = apply(project, PinRange(4.0, 5.0))
    felt = regenerate(
        pinned,
        [
            SetPose("head", 2.0, {"rotationX": 0.1}),
            SetPose("expression", 2.0, {"mouthSmileLeft": 0.1, "browDownLeft": 0.3}),
            SetEmotion(1.0, 5.5, emotion="angry"),
        ],
        checkpoint,
    )
    assert felt.motion.head[50, 0] == pytest.approx(0.1, abs=0.01)
    assert felt.motion.channel("mouthSmileLeft")[50] == pytest.approx(0.1, abs=0.02)
    assert felt.motion.channel("browDownLeft")[50] == pytest.approx(0.3, abs=0.02)
    np.testing.assert_array_equal(felt.motion.expression[100:125], pinned.motion.expression[100:125])
    np.testing.assert_array_equal(felt.motion.head[100:125], pinned.motion.head[100:125])
