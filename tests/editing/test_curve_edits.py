"""Curves of a project: set, replaced, removed, undone, saved; poses and pins hold through them."""

from pathlib import Path

import numpy as np
import pytest

from ksdiff.cli import main
from ksdiff.editing import (
    History,
    PinRange,
    Project,
    RemoveCurve,
    SetCurve,
    SetLayers,
    SetPose,
    apply,
    regenerate,
    render,
)
from ksdiff.errors import InputError
from ksdiff.layers.curves import CurveKey
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion.rotation import yaw_pitch_roll
from ksdiff.motion.space import ARKIT, PATHS


def keys(*pairs: tuple[float, float]) -> tuple[CurveKey, ...]:
    return tuple(CurveKey(*pair) for pair in pairs)


@pytest.fixture(scope="module")
def project(first_take: Project) -> Project:
    return first_take


def test_the_finished_motion_follows_curves_at_any_rate(project: Project) -> None:
    after = apply(project, SetCurve("browInnerUp", keys((2.0, 0.1), (3.0, 0.9)), "replace"))
    after = apply(after, SetCurve("yaw", keys((2.0, 0.0), (2.5, 0.3), (3.0, 0.0))))
    after = apply(after, SetCurve("eyeBlinkLeft", keys((4.0, 1.0), (4.5, 1.0)), "replace"))
    assert not after.stale
    brow = after.layers.curves[0]
    for fps in (25.0, 60.0):
        before, now = render(project, fps), render(after, fps)
        inside = (now.times >= 2.0) & (now.times <= 3.0)
        np.testing.assert_allclose(now.channel("browInnerUp")[inside], brow.values(now.times[inside]), atol=1e-6)
        yaw, plain = (yaw_pitch_roll(each.head[:, :3].astype(float))[:, 0] for each in (now, before))
        assert (yaw - plain)[np.argmin(abs(now.times - 2.5))] == pytest.approx(0.3, abs=0.005)
        assert now.channel("eyeBlinkLeft")[(now.times >= 4.0) & (now.times <= 4.5)].min() == pytest.approx(1.0)
        outside = (now.times < 1.75) | (now.times > 4.75)
        for path in PATHS:
            assert getattr(now, path)[outside].tobytes() == getattr(before, path)[outside].tobytes()
    # The eyes stay on the viewer while a curve turns the head.
    left = after.motion.channel("eyeLookInLeft")[62] - project.motion.channel("eyeLookInLeft")[62]
    assert left > 0.3


def test_curves_of_a_channel_replace_those_they_overlap(project: Project) -> None:
    one = apply(project, SetCurve("roll", keys((1.0, 0.1), (2.0, 0.1))))
    two = apply(one, SetCurve("roll", keys((3.0, 0.1), (4.0, 0.1))))
    assert [(each.start, each.end) for each in two.layers.curves] == [(1.0, 2.0), (3.0, 4.0)]
    assert len(apply(two, SetCurve("yaw", keys((1.0, 0.1), (4.0, 0.1)))).layers.curves) == 3
    wide = apply(two, SetCurve("roll", keys((2.0, 0.1), (3.5, 0.1))))
    assert [(each.start, each.end) for each in wide.layers.curves] == [(2.0, 3.5)]
    gone = apply(apply(two, RemoveCurve("roll", 0.0, 1.5)), RemoveCurve("roll"))
    assert all(getattr(gone.motion, path).tobytes() == getattr(project.motion, path).tobytes() for path in PATHS)
    for edit, message in (
        (SetCurve("rol", keys((1.0, 0.0))), "did you mean 'roll'"),
        (SetCurve("roll", keys((9.0, 0.0))), "at 9 s, outside the sound"),
        (SetCurve("roll", ()), "has no key"),
        (SetCurve("jawOpen", keys((1.0, 2.0)), "replace"), "it must be 0 to 1"),
        (RemoveCurve("roll", 1.0, 2.0), "no curve of roll between 1 and 2 s"),
        (SetLayers({"curves": [{"channel": "roll", "keys": [{"time": 1.0}]}]}), "value"),
    ):
        with pytest.raises(InputError, match=message):
            apply(project, edit)


def test_poses_and_pins_hold_through_curves(project: Project, checkpoint: Checkpoint) -> None:
    pinned = apply(project, PinRange(4.0, 5.0))
    after = regenerate(
        pinned,
        [
            SetCurve("pitch", keys((1.0, 0.2), (5.0, 0.2))),
            SetCurve("mouthSmileLeft", keys((1.0, 0.3), (5.0, 0.3))),
            SetCurve("browInnerUp", keys((1.0, 0.2), (5.0, 0.2)), "replace"),
            SetPose("head", 2.0, {"rotationX": 0.1}),
            SetPose("expression", 2.0, {"mouthSmileLeft": 0.6, "browInnerUp": 0.7}),
        ],
        checkpoint,
    )
    assert after.motion.head[50, 0] == pytest.approx(0.1, abs=1e-3)
    assert after.motion.channel("mouthSmileLeft")[50] == pytest.approx(0.6, abs=1e-3)
    assert after.motion.channel("browInnerUp")[50] == pytest.approx(0.7, abs=1e-3)
    smile = ARKIT.index("mouthSmileLeft")
    made = after.takes[0].motion["expression"][50, smile] + after.neutral[smile]
    assert made == pytest.approx(0.3, abs=1e-3)  # the model made it with the curve undone
    assert after.takes[0].motion["head"][50, 0] == pytest.approx(-0.1, abs=0.01)
    for path in PATHS:
        kept, was = (getattr(each.motion, path)[100:125] for each in (after, pinned))
        assert kept.tobytes() == was.tobytes()


def test_undo_files_and_the_command_line(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit = SetCurve("yaw", (CurveKey(1.0, 0.1, "step"), CurveKey(2.0, 0.2, "free", 0.5, -0.5)), "replace", 0.0, 0.5)
    after = apply(project, edit)
    history = History(project).push(after)
    assert history.undo().present is project
    assert history.undo().redo().present is after
    file = tmp_path / "curves.ksd"
    after.save(file)
    assert Project.load(file) == after
    assert Project.load(file).motion == after.motion
    keys_text = '[{"time":1,"value":0.2},{"time":2,"value":0.0,"tangent":"flat"}]'
    main(["edit", "apply", str(file), "--edit", f"set_curve channel=browInnerUp keys={keys_text}"])
    main(["edit", "show", str(file)])
    assert "1.00 to 2.00 s: curve of browInnerUp, add, 2 keys" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["edit", "apply", str(file), "--edit", "set_curve channel=yaw mode=put keys=[]"])
    assert "set_curve.mode" in capsys.readouterr().err
