"""Articulation of a project: by phone or word, set, removed, undone, saved; poses and pins hold through it."""

from pathlib import Path

import numpy as np
import pytest

from ksdiff.editing import (
    History,
    PinRange,
    Project,
    RemoveArticulation,
    SetArticulation,
    SetLayers,
    SetPose,
    SetWords,
    apply,
    regenerate,
    render,
)
from ksdiff.errors import InputError
from ksdiff.layers.articulation import BLEND
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion import Word
from ksdiff.motion.space import PATHS


@pytest.fixture(scope="module")
def project(first_take: Project, checkpoint: Checkpoint) -> Project:
    return regenerate(first_take, [SetWords((Word("my", 0.51, 0.73), Word("fellow", 2.0, 3.0)))], checkpoint)


def spans(project: Project) -> list[tuple[float, float, float, float]]:
    return [(one.start, one.end, one.jaw, one.lips) for one in project.layers.articulation]


def test_times_of_phones_are_exact_and_neighbours_meet(project: Project) -> None:
    made = apply(project, SetArticulation(2.01, 2.03, jaw=1.5))
    made = apply(made, SetArticulation(2.03, 2.11, lips=0.5))
    made = apply(made, SetArticulation(word="my", jaw=2.0, lips=2.0))
    assert spans(made) == [(0.51, 0.73, 2.0, 2.0), (2.01, 2.03, 1.5, 1.0), (2.03, 2.11, 1.0, 0.5)]
    assert not made.stale
    split = apply(made, SetArticulation(2.05, 2.07, jaw=0.5))
    assert spans(split)[2:] == [(2.03, 2.05, 1.0, 0.5), (2.05, 2.07, 0.5, 1.0), (2.07, 2.11, 1.0, 0.5)]
    gone = apply(split, RemoveArticulation(0.0, 6.0))
    assert all(getattr(gone.motion, path).tobytes() == getattr(project.motion, path).tobytes() for path in PATHS)


def test_only_the_mouth_moves_and_only_there(project: Project) -> None:
    after = apply(project, SetArticulation(2.0, 3.0, jaw=0.3, lips=1.8))
    for fps in (25.0, 60.0):
        before, now = render(project, fps), render(after, fps)
        outside = (now.times < 2.0 - BLEND - 0.04) | (now.times > 3.0 + BLEND + 0.04)
        assert before.expression[outside].tobytes() == now.expression[outside].tobytes()
        assert before.head.tobytes() == now.head.tobytes()
        changed = (before.expression != now.expression).any(axis=0)
        names = {name for name, any_ in zip(now.space.expression, changed, strict=True) if any_}
        assert names
        assert all(name.startswith(("jaw", "mouth")) for name in names)


def test_poses_pins_undo_and_files(project: Project, checkpoint: Checkpoint, tmp_path: Path) -> None:
    pinned = apply(project, PinRange(4.0, 5.0))
    edits = [SetArticulation(1.0, 5.5, jaw=0.5, lips=0.5), SetPose("expression", 2.0, {"jawOpen": 0.4})]
    after = regenerate(pinned, edits, checkpoint)
    assert after.motion.channel("jawOpen")[50] == pytest.approx(0.4, abs=1e-3)
    kept, was = (each.motion.expression[100:125] for each in (after, pinned))
    assert kept.tobytes() == was.tobytes()
    history = History(project).push(after)
    assert history.undo().present is project
    after.save(tmp_path / "said.ksd")
    assert Project.load(tmp_path / "said.ksd") == after
    assert np.isfinite(after.motion.expression).all()


def test_what_is_none_is_told(project: Project) -> None:
    one = {"start": 1.0, "end": 2.0}
    for edit, message in (
        (SetArticulation(1.0, 2.0, jaw=9.0), "jaw of an articulation is 9.0"),
        (SetArticulation(2.0, 1.0), "is empty"),
        (SetArticulation(1.0, 99.0), "outside the sound"),
        (SetArticulation(jaw=2.0), "an articulation needs a start and an end, or a word"),
        (RemoveArticulation(1.0, 2.0), "there is no articulation between 1 and 2 s"),
        (SetLayers({"articulation": [one, {**one, "start": 1.5}]}), "overlap"),
    ):
        with pytest.raises(InputError, match=message):
            apply(project, edit)
