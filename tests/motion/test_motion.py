import json

import jaxtyping
import numpy as np
import pytest
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.motion import Motion, Word
from ksdiff.motion.rotation import relative_angles
from ksdiff.motion.space import ARKIT


def test_saved_motion_loads_equal(tmp_path):
    motion = synthetic_motion()
    path = tmp_path / "größe und Leer zeichen.npz"
    motion.save(path)
    loaded = Motion.load(path)
    assert loaded == motion
    assert loaded.expression.dtype == motion.expression.dtype
    assert loaded.words == (Word("hello", 0.2, 0.6), Word("wörld", 0.7, 1.1))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_saved_file_is_documented_by_its_own_names(tmp_path):
    synthetic_motion().save(tmp_path / "motion.npz")
    with np.load(tmp_path / "motion.npz", allow_pickle=False) as data:
        assert tuple(data["expression_names"]) == ARKIT.expression
        assert tuple(data["head_units"]) == ("rad", "rad", "rad", "m", "m", "m")


def test_saving_under_a_name_without_suffix_makes_exactly_that_file(tmp_path):
    motion = synthetic_motion()
    motion.save(tmp_path / "motion")
    assert Motion.load(tmp_path / "motion") == motion


def test_motions_differ_by_any_of_their_parts():
    motion = synthetic_motion()
    assert motion == synthetic_motion()
    assert motion != synthetic_motion(seed=1)
    assert motion != motion.resample(30.0)
    assert motion != "motion"


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 50.0, 60.0])
def test_resampling_keeps_length_and_course(fps):
    motion = synthetic_motion(seconds=4.0)
    other = motion.resample(fps)
    assert other.fps == fps
    assert abs(other.duration - motion.duration) <= 0.5 / fps + 1e-9
    back = other.resample(motion.fps)
    inner = slice(2, min(len(back), len(motion)) - 2)
    # Curves go up to 1 Hz: linear interpolation errs by (2 pi f / fps)^2 / 8 of their height.
    np.testing.assert_allclose(back.expression[inner], motion.expression[inner], atol=0.015)
    np.testing.assert_allclose(back.head[inner], motion.head[inner], atol=0.01)


def test_resampling_to_a_multiple_hits_every_old_frame():
    motion = synthetic_motion()
    np.testing.assert_allclose(motion.resample(50.0).expression[::2], motion.expression, atol=1e-6)


def test_resampling_interpolates_rotations_as_rotations_across_pi():
    motion = synthetic_motion(seconds=1.0)
    head = np.zeros((25, 6))
    angle = np.linspace(3.0, 3.3, 25)  # as a wrapped vector it jumps to -pi half-way
    head[:, 1] = np.where(angle > np.pi, angle - 2 * np.pi, angle)
    turned = Motion(motion.expression, head, motion.keyframes_expression, motion.keyframes_head).resample(60.0)
    assert relative_angles(turned.head[:, :3]).max() < 0.3 / 24 * 25 / 60 * 1.01


def test_resampling_moves_keyframes_to_the_nearest_frame_and_keeps_their_strength():
    motion = synthetic_motion()
    for fps in (12.5, 29.97, 60.0):
        moved = motion.resample(fps)
        old, new = np.flatnonzero(motion.keyframes_head), np.flatnonzero(moved.keyframes_head)
        assert np.abs(old / 25 - new / fps).max() <= 0.5 / fps + 1e-9
        np.testing.assert_array_equal(moved.keyframes_head[new], motion.keyframes_head[old])


def test_resampling_one_frame():
    motion = synthetic_motion(seconds=0.04)
    assert len(motion) == 1
    longer = motion.resample(60.0)
    np.testing.assert_array_equal(longer.expression, np.repeat(motion.expression, len(longer), axis=0))


def test_channel_by_name_and_suggestion():
    motion = synthetic_motion()
    np.testing.assert_array_equal(motion.channel("jawOpen"), motion.expression[:, ARKIT.index("jawOpen")])
    with pytest.raises(InputError, match="did you mean 'jawOpen'"):
        motion.channel("jawOpn")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expression": np.zeros((10, 52))}, r"expression has shape \(10, 52\)"),
        ({"head": np.zeros((9, 6))}, r"head has shape \(9, 6\)"),
        ({"keyframes_head": np.zeros((10, 1))}, "keyframes_head has shape"),
        ({"expression": np.full((10, 51), np.nan)}, "not finite"),
        ({"head": np.full((10, 6), np.inf)}, "not finite"),
        ({"fps": 0.0}, "fps is 0"),
        ({"fps": float("nan")}, "fps is nan"),
    ],
)
def test_bad_values_are_named(change, message, monkeypatch):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as for users, whose shapes nothing checks first
    good = {
        "expression": np.zeros((10, 51)),
        "head": np.zeros((10, 6)),
        "keyframes_expression": np.zeros(10),
        "keyframes_head": np.zeros(10),
    }
    Motion(**good)
    with pytest.raises(InputError, match=message):
        Motion(**good | change)


def test_a_motion_needs_a_frame():
    with pytest.raises(InputError, match="at least one frame"):
        Motion(np.zeros((0, 51)), np.zeros((0, 6)), np.zeros(0), np.zeros(0))


def test_resampling_to_no_rate_is_refused():
    with pytest.raises(InputError, match="must be positive"):
        synthetic_motion().resample(0.0)


def test_loading_what_is_no_motion(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        Motion.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(InputError, match="not a motion file"):
        Motion.load(tmp_path / "text.npz")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(InputError, match="not a motion file"):
        Motion.load(tmp_path / "other.npz")
    synthetic_motion().save(tmp_path / "whole.npz")
    content = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="not a motion file"):
        Motion.load(tmp_path / "cut.npz")


def spoiled(path, **changes):
    """The file with other entries."""
    with np.load(path) as data:
        entries = {name: data[name] for name in data.files} | changes
    np.savez(path, **{name: value for name, value in entries.items() if value is not None})
    return path


def meta(**changes):
    return np.array(json.dumps({"version": 1, "space": "arkit", "words": [], "info": {}} | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"expression": np.zeros((50, 51), complex)}, "expression has the type complex128"),
        ({"head": np.zeros((50, 6), int)}, "head has the type int64"),
        ({"head": np.full((50, 6), "x")}, "head has the type <U1"),
        ({"head": np.float64(3)}, "head has shape"),
        ({"head": None}, "not a motion file"),
        ({"fps": np.float64(1e-300)}, "1 to 240"),
        ({"fps": np.float64(np.nan)}, "1 to 240"),
        ({"fps": np.zeros(3)}, "not a motion file"),
        ({"meta": np.array("[" * 100_000)}, "not a motion file"),
        ({"meta": np.array('{"version": 1' + "0" * 5000 + "}")}, "not a motion file"),
        ({"meta": meta(version="x")}, "not a motion file"),
        ({"meta": meta(version=9)}, "has version 9"),
        ({"meta": meta(space="flyme")}, "unknown motion space"),
        ({"meta": meta(space=[])}, "not a motion file"),
        ({"meta": meta(words=[["a", "b", 1]])}, "not a motion file"),
        ({"meta": meta(words=[["a", 1]])}, "not a motion file"),
        ({"meta": meta(info=[])}, "not a motion file"),
    ],
)
def test_hostile_files(tmp_path, changes, message):
    path = tmp_path / "motion.npz"
    synthetic_motion(2.0).save(path)
    with pytest.raises(InputError) as caught:
        Motion.load(spoiled(path, **changes))
    assert message in str(caught.value)
    assert "motion.npz" in str(caught.value)
    assert len(str(caught.value)) < 500 + len(str(path))


def test_a_file_that_unpacks_to_more_than_a_motion(tmp_path, monkeypatch):
    path = tmp_path / "motion.npz"
    synthetic_motion(2.0).save(path)
    monkeypatch.setattr("ksdiff.motion.motion.MAX_FILE_BYTES", 5000)
    with pytest.raises(InputError, match="unpacks to"):
        Motion.load(path)
