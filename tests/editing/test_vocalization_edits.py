"""Laughs of a project: added, removed, undone, saved; nothing else moves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.checkpoints import save_untrained

import ksdiff
from ksdiff.editing import (
    AddVocalization,
    Edit,
    History,
    PinRange,
    Project,
    RemoveVocalization,
    SetLayers,
    apply,
    create,
    edits_of_text,
    read_edits,
    render,
)
from ksdiff.errors import InputError
from ksdiff.layers.vocalizations import ATTACK, DECAY, Vocalization
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.motion.space import FLAME_JAW


@pytest.fixture(scope="module")
def project(first_take: Project) -> Project:
    return first_take


@pytest.mark.parametrize("fps", [25.0, 60.0])
def test_frames_outside_stay_bit_for_bit(project: Project, fps: float) -> None:
    after = apply(project, AddVocalization("laugh", 2.0, 3.0))
    assert not after.stale
    now, before = render(after, fps), render(project, fps)
    outside = (now.times <= 2.0 - ATTACK - 0.04) | (now.times >= 3.0 + DECAY + 0.04)
    np.testing.assert_array_equal(now.expression[outside], before.expression[outside])
    np.testing.assert_array_equal(now.head[outside], before.head[outside])
    inside = (now.times >= 2.0) & (now.times <= 3.0)
    assert (now.expression[inside] != before.expression[inside]).any(axis=1).all()
    assert (now.head[inside] != before.head[inside]).any(axis=1).all()


@pytest.mark.parametrize("fps", [25.0, 60.0])
def test_it_is_that_of_animate(project: Project, checkpoint: Checkpoint, fps: float) -> None:
    laughs = (Vocalization("cough", 1.0, 1.4), Vocalization("sigh", 3.0, 4.2, 0.5))
    options = ksdiff.AnimateOptions(fps=fps, vocalizations=laughs)
    alone = ksdiff.animate(project.voice.samples, model=checkpoint, options=options)
    seen = render(replace(project, layers=replace(project.layers, vocalizations=laughs)), fps)
    np.testing.assert_array_equal(alone.expression, seen.expression)
    np.testing.assert_array_equal(alone.head, seen.head)


def test_what_is_added_replaces_what_it_overlaps(project: Project) -> None:
    def listed(project: Project) -> list[tuple[str, float]]:
        return [(one.sound, one.start) for one in project.layers.vocalizations]

    two = apply(apply(project, AddVocalization("cough", 4.0, 4.4)), AddVocalization("laugh", 1.0, 2.0))
    assert listed(two) == [("laugh", 1.0), ("cough", 4.0)]
    assert listed(apply(two, AddVocalization("sigh", 1.8, 2.4))) == [("sigh", 1.8), ("cough", 4.0)]
    left = apply(two, RemoveVocalization(0.0, 3.0))
    assert listed(left) == [("cough", 4.0)]
    assert apply(left, RemoveVocalization(4.2, 4.3)).layers == project.layers
    for edit, message in (
        (RemoveVocalization(2.4, 3.0), "no laugh or other sound"),
        (AddVocalization("laugh", 2.0, 2.0), "is empty"),
        (AddVocalization("laugh", 2.0, 99.0), "outside the sound"),
        (AddVocalization("laugh", 2.0, 3.0, 2.0), "0 to 1"),
        (SetLayers({"vocalizations": [{"sound": "laugh", "start": 1.0, "end": 1900.0}]}), "beyond the end"),
        (SetLayers({"vocalizations": [{"sound": "laugh", "start": 1.0, "end": 2.0}] * 10_001}), "at most 10000"),
    ):
        with pytest.raises(InputError, match=message):
            apply(two, edit)
    with pytest.raises(InputError, match=r"unknown sound 'sneeze'.*laugh, sigh, breath, cough, cry"):
        read_edits('[{"edit": "add_vocalization", "sound": "sneeze", "start": 1, "end": 2}]', "edits")


def test_undo_files_and_pins(project: Project, tmp_path: Path) -> None:
    edit = AddVocalization("cry", 1.0, 2.5, 0.7)
    assert Edit.from_json(edit.to_json()) == edit
    after = apply(apply(project, PinRange(2.0, 3.0)), edit)
    np.testing.assert_array_equal(after.motion.expression[50:75], project.motion.expression[50:75])
    assert History(project).push(after).undo().present is project
    after.save(tmp_path / "cry.ksd")
    loaded = Project.load(tmp_path / "cry.ksd")
    assert loaded == after
    assert loaded.motion == after.motion


def test_sounds_in_a_text_become_edits(project: Project) -> None:
    """The demo voice is silent for a second before its first word."""
    words, sounds = edits_of_text(project, "[breath] Today after two years of negotiations the United States")
    assert [word.text for word in words.words][:2] == ["Today", "after"]
    (breath,) = sounds
    assert isinstance(breath, AddVocalization)
    assert breath.sound == "breath"
    assert 0 <= breath.start < breath.end <= words.words[0].start
    after = apply(apply(project, words), breath)
    assert [one.sound for one in after.layers.vocalizations] == ["breath"]


def test_other_spaces_have_none(tmp_path: Path, project: Project) -> None:
    weights = load_model(save_untrained(tmp_path / "flame.safetensors", FLAME_JAW))
    for make in (ksdiff.animate, create):
        with pytest.raises(InputError, match="flame-jaw"):
            make(project.voice.samples, "[laugh]", model=weights)
