"""Looks of a project: set, cut, removed, undone, saved; poses and pins hold through them."""

from pathlib import Path

import numpy as np
import pytest

from ksdiff.cli import main
from ksdiff.editing import (
    PinRange,
    Project,
    RemoveLookAt,
    SetLayers,
    SetLookAt,
    SetPose,
    SetWords,
    apply,
    regenerate,
    render,
)
from ksdiff.errors import InputError
from ksdiff.layers.eyes import gaze_angles
from ksdiff.layers.look_at import GazeTarget
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion import Word
from ksdiff.motion.rotation import yaw_pitch_roll
from ksdiff.motion.space import ARKIT, PATHS

MOUTH = ARKIT.mouth_indices


@pytest.fixture(scope="module")
def project(first_take: Project, checkpoint: Checkpoint) -> Project:
    return regenerate(first_take, [SetWords((Word("my", 0.5, 0.7), Word("fellow", 2.0, 3.0)))], checkpoint)


def spans(project: Project) -> list[tuple[float, float, float | None]]:
    return [(one.start, one.end, one.yaw) for one in project.layers.gaze]


def test_head_and_eyes_turn_in_the_range_and_nowhere_else(project: Project) -> None:
    after = apply(project, SetLookAt(word="fellow", yaw=0.7))
    assert not after.stale
    assert spans(after) == [(2.0, 3.0, 0.7)]
    for fps in (25.0, 60.0):
        before, now = render(project, fps), render(after, fps)
        outside = (now.times < 2.0) | (now.times > 4.0)
        for path in PATHS:
            assert getattr(before, path)[outside].tobytes() == getattr(now, path)[outside].tobytes()
        np.testing.assert_array_equal(before.expression[:, MOUTH], now.expression[:, MOUTH])
        held = (now.times > 2.8) & (now.times < 3.0)
        turned = yaw_pitch_roll((now.head - before.head)[held, :3])[:, 0]
        assert np.degrees(turned).mean() == pytest.approx(27, abs=3)
        assert gaze_angles(now.expression.astype(float))[held].mean(axis=(0, 1))[0] > np.radians(5)
    alone = apply(project, SetLookAt(2.0, 3.0, yaw=0.3, head=0.0))
    assert alone.motion.head.tobytes() == project.motion.head.tobytes()
    asleep = apply(after, SetLayers({"eyes": None}))
    assert asleep.motion.head.tobytes() == project.motion.head.tobytes()  # nobody looks without eyes of their own


def test_looks_replace_each_other_and_are_removed(project: Project) -> None:
    both = apply(apply(project, SetLookAt(1.0, 4.0, yaw=0.5)), SetLookAt(2.0, 3.0, position=(0.2, 0.1, 0.6)))
    assert spans(both) == [(1.0, 2.0, 0.5), (2.0, 3.0, None), (3.0, 4.0, 0.5)]
    assert both.layers.gaze[1] == GazeTarget(2.0, 3.0, position=(0.2, 0.1, 0.6), head=1.0)
    gone = apply(apply(both, RemoveLookAt(0.0, 2.0)), RemoveLookAt(2.0, 6.0))
    assert all(getattr(gone.motion, path).tobytes() == getattr(project.motion, path).tobytes() for path in PATHS)
    for edit, message in (
        (SetLookAt(1.0, 2.0), "needs either a direction"),
        (SetLookAt(yaw=0.1), "a look needs a start and an end, or a word"),
        (SetLookAt(1.0, 2.0, yaw=3.0), "yaw is 3.0 rad"),
        (RemoveLookAt(1.0, 2.0), "there is no look between 1 and 2 s"),
    ):
        with pytest.raises(InputError, match=message):
            apply(project, edit)


def test_poses_and_pins_hold_through_looks(project: Project, checkpoint: Checkpoint) -> None:
    pinned = apply(project, PinRange(4.0, 5.0))
    pose = {"rotationX": 0.05, "rotationY": 0.35, "rotationZ": 0.0}
    after = regenerate(pinned, [SetLookAt(1.0, 5.5, yaw=0.8, pitch=0.1), SetPose("head", 2.4, pose)], checkpoint)
    np.testing.assert_allclose(after.motion.head[60, :3], list(pose.values()), atol=1e-5)
    # Most of it is the model's: what it made, with the turn, is near the pose before the ramp draws it there.
    assert np.degrees(abs(after.takes[0].motion["head"][60, 1])) < 25
    for path in PATHS:
        kept, was = (getattr(each.motion, path)[100:125] for each in (after, pinned))
        assert kept.tobytes() == was.tobytes()


def test_files_and_the_command_line(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "look.ksd"
    project.save(file)
    main(["edit", "apply", str(file), "--edit", "set_look_at start=1 end=2 position=[0.3,0.0,0.8] head=0.5"])
    loaded = Project.load(file)
    assert loaded.layers.gaze == (GazeTarget(1.0, 2.0, position=(0.3, 0.0, 0.8), head=0.5),)
    assert loaded.motion == apply(project, SetLookAt(1.0, 2.0, position=(0.3, 0.0, 0.8), head=0.5)).motion
    main(["edit", "show", str(file)])
    assert "1.00 to 2.00 s: look at (0.3, 0.0, 0.8) m, head 0.5" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["edit", "apply", str(file), "--edit", "set_look_at start=1 end=2 position=[0.3,0.0]"])
    assert "set_look_at.position" in capsys.readouterr().err
