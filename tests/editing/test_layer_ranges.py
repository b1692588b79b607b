"""Layers of ranges: they come and go by fades, change nothing outside, and poses and pins hold through them."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from ksdiff.editing import (
    History,
    PinRange,
    Project,
    RemoveRangeLayers,
    SetLayers,
    SetPose,
    SetRangeLayers,
    SetWords,
    apply,
    regenerate,
    render,
)
from ksdiff.errors import InputError
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.motion import Word
from ksdiff.motion.space import ARKIT, PATHS

BROWS = [ARKIT.index(name) for name in ARKIT.expression if name.startswith("brow")]
REST = [index for index, name in enumerate(ARKIT.expression) if not name.startswith(("brow", "eye"))]


@pytest.fixture(scope="module")
def project(first_take: Project, checkpoint: Checkpoint) -> Project:
    return regenerate(first_take, [SetWords((Word("my", 0.5, 0.7), Word("fellow", 2.0, 3.0)))], checkpoint)


def test_a_gain_holds_in_its_range_and_nowhere_else(project: Project) -> None:
    after = apply(project, SetRangeLayers(2.0, 3.0, gains={"brows": 1.8}, fade_in=0.4, fade_out=0.2))
    assert not after.stale
    whole = apply(project, SetLayers({"gains": {"brows": 1.8}}))
    for fps in (25.0, 60.0):
        before, now, everywhere = (render(each, fps) for each in (project, after, whole))
        outside = (now.times <= 1.6) | (now.times >= 3.2)
        inside = (now.times >= 2.0) & (now.times <= 3.0)
        assert before.expression[outside].tobytes() == now.expression[outside].tobytes()
        np.testing.assert_allclose(now.expression[inside][:, BROWS], everywhere.expression[inside][:, BROWS], atol=1e-6)
        np.testing.assert_array_equal(before.expression[:, REST], now.expression[:, REST])
        np.testing.assert_array_equal(before.head, now.head)
        assert np.abs(now.expression - before.expression)[inside][:, BROWS].max() > 0.02
    # It comes without a step: nowhere does it differ from one frame to the next by more than by a level-ended fade.
    difference = (after.motion.expression - project.motion.expression)[:, BROWS]
    most = np.abs(whole.motion.expression - project.motion.expression)[:, BROWS].max()
    own = np.abs(np.diff(whole.motion.expression - project.motion.expression, axis=0))[:, BROWS].max()
    assert np.abs(np.diff(difference, axis=0)).max() < own + 1.5 * most * 0.04 / 0.2 + 1e-6


def test_smoothing_and_amplitude_of_the_head(project: Project) -> None:
    after = apply(
        project, SetRangeLayers(2.0, 4.0, head_amplitude=0.0, expression_smoothing=0.1, fade_in=0.0, fade_out=0.0)
    )
    assert not after.motion.head[50:101].any()
    np.testing.assert_array_equal(after.motion.head[:50], project.motion.head[:50])
    np.testing.assert_array_equal(after.motion.head[101:], project.motion.head[101:])
    everywhere = apply(project, SetLayers({"expression_smoothing": 0.1})).motion.expression
    np.testing.assert_array_equal(after.motion.expression[50:101, REST], everywhere[50:101, REST])
    np.testing.assert_array_equal(after.motion.expression[:50, REST], project.motion.expression[:50, REST])
    # The other way round: a clip that is smoothed, and a range that is not.
    rough = apply(
        apply(project, SetLayers({"expression_smoothing": 0.1})), SetRangeLayers(2.0, 4.0, expression_smoothing=0.0)
    )
    np.testing.assert_array_equal(rough.motion.expression[50:101, REST], project.motion.expression[50:101, REST])
    np.testing.assert_array_equal(rough.motion.expression[120:, REST], everywhere[120:, REST])


def test_offsets_stay_those_of_the_clip_where_a_range_names_none(project: Project) -> None:
    clip = apply(project, SetLayers({"offsets": {"rotationY": 0.1, "mouthSmileLeft": 0.2}}))
    after = apply(clip, SetRangeLayers(2.0, 3.0, offsets={"rotationY": -0.1}))
    np.testing.assert_allclose(after.motion.head[50:76, 1], project.motion.head[50:76, 1] - 0.1, atol=1e-6)
    np.testing.assert_array_equal(after.motion.head[100:], clip.motion.head[100:])
    smile = ARKIT.index("mouthSmileLeft")
    np.testing.assert_array_equal(after.motion.expression[:, smile], clip.motion.expression[:, smile])


def test_ranges_replace_each_other_and_meet(project: Project) -> None:
    one = apply(project, SetRangeLayers(1.0, 4.0, head_amplitude=0.5))
    both = apply(one, SetRangeLayers(word="fellow", head_amplitude=1.5))
    assert [(r.start, r.end, r.head_amplitude) for r in both.layers.ranges] == [
        (1.0, 2.0, 0.5), (2.0, 3.0, 1.5), (3.0, 4.0, 0.5),
    ]  # fmt: skip
    gains = both.layers.gains_at("head", project.space.head, project.motion.times)[:, 0]
    np.testing.assert_allclose(gains[50:67], 1.5)  # then it turns into the next, which begins at 3 s
    assert np.abs(np.diff(gains)).max() < 0.25  # one turns into the other
    cut = apply(both, RemoveRangeLayers(2.52, 3.52))
    assert [(r.start, r.end) for r in cut.layers.ranges] == [(1.0, 2.0), (2.0, 2.52), (3.52, 4.0)]
    gone = apply(cut, RemoveRangeLayers(0.0, 6.0))
    assert all(getattr(gone.motion, path).tobytes() == getattr(project.motion, path).tobytes() for path in PATHS)
    for edit, message in (
        (SetRangeLayers(1.0, 2.0), "sets nothing"),
        (SetRangeLayers(gains={"jaw": 1.0}), "needs a start and an end, or a word"),
        (SetRangeLayers(1.0, 2.0, gains={"nose": 1.0}), "there is no region 'nose'"),
        (SetRangeLayers(1.0, 2.0, head_amplitude=5.0), "the gain of head is 5.0"),
        (SetRangeLayers(1.0, 2.0, head_smoothing=float("nan")), "head_smoothing is nan"),
        (SetRangeLayers(1.0, 2.0, offsets={"jawOpn": 0.1}), "did you mean 'jawOpen'"),
        (SetRangeLayers(1.0, 2.0, head_amplitude=1.0, fade_in=-1.0), "the fade_in of a range of layers is -1.0"),
        (RemoveRangeLayers(1.0, 2.0), "there is no range of layers between 1 and 2 s"),
    ):
        with pytest.raises(InputError, match=message):
            apply(project, edit)


def test_poses_and_pins_hold_through_ranges(project: Project, checkpoint: Checkpoint) -> None:
    pinned = apply(project, PinRange(4.0, 5.0))
    after = regenerate(
        pinned,
        [
            SetRangeLayers(1.0, 5.5, gains={"mouth": 1.6}, head_amplitude=0.5, offsets={"rotationY": 0.2}),
            SetPose("head", 2.0, {"rotationY": 0.3}),
            SetPose("expression", 2.0, {"mouthSmileLeft": 0.6}),
        ],
        checkpoint,
    )
    assert after.motion.head[50, 1] == pytest.approx(0.3, abs=1e-3)
    assert after.motion.channel("mouthSmileLeft")[50] == pytest.approx(0.6, abs=1e-3)
    # The model made the pose with the range undone, and not a ramp afterwards.
    assert after.takes[0].motion["head"][50, 1] == pytest.approx((0.3 - 0.2) / 0.5, abs=1e-3)
    for path in PATHS:
        kept, was = (getattr(each.motion, path)[100:125] for each in (after, pinned))
        assert kept.tobytes() == was.tobytes()


def test_undo_and_files(project: Project, tmp_path: Path) -> None:
    after = apply(project, SetRangeLayers(1.0, 2.0, gains={"jaw": 0.5}, offsets={"browInnerUp": 0.2}, fade_in=0.1))
    history = History(project).push(after)
    assert history.undo().present is project
    after.save(tmp_path / "ranges.ksd")
    loaded = Project.load(tmp_path / "ranges.ksd")
    assert loaded == after
    assert loaded.motion == after.motion
    with zipfile.ZipFile(tmp_path / "ranges.ksd") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = json.loads(parts["project.json"])
    assert content["version"] == 4
    content.update(version=3, edits=content["edits"][:-1])
    del content["layers"]["ranges"]
    with zipfile.ZipFile(tmp_path / "before.ksd", "w") as archive:
        for name, data in {**parts, "project.json": json.dumps(content).encode()}.items():
            archive.writestr(name, data)
    assert Project.load(tmp_path / "before.ksd") == project
    with pytest.raises(InputError, match="beyond the end"):
        apply(project, SetLayers({"ranges": [{"start": 1.0, "end": 9e9, "head_amplitude": 0.5}]}))
