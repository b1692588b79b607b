"""Motion at other frame rates: `Motion.resample`."""

from dataclasses import replace

import numpy as np
import pytest
from support.files import REPOSITORY
from support.synthetic import synthetic_motion

from ksdiff.face.lips import lip_gaps
from ksdiff.layers.limits import limit
from ksdiff.motion import Motion
from ksdiff.motion.rotation import interpolate
from ksdiff.motion.space import FLAME, FLAME_JAW, MotionSpace
from ksdiff.numerics.rotation import Rotation


def nodding(seconds: float = 8.0, rates: tuple[float, ...] = (0.7, 1.9, 3.1)) -> Motion:
    """A head that nods and turns as one that speaks does, at 25 frames/s."""
    motion = synthetic_motion(seconds)
    head = np.array(motion.head)
    for axis, rate in enumerate(rates):
        head[:, axis] = 0.12 * np.sin(2 * np.pi * rate * motion.times + axis)
    return replace(motion, head=head)


def accelerations(motion: Motion) -> np.ndarray:
    """Of the head, degrees/s^2, from frame to frame."""
    rotations = Rotation.from_rotvec(motion.head[:, :3].astype(np.float64))
    speeds = np.degrees((rotations[:-1].inv() * rotations[1:]).as_rotvec()) * motion.fps
    return np.linalg.norm(np.diff(speeds, axis=0), axis=1) * motion.fps


@pytest.mark.parametrize("fps", [50.0, 60.0, 120.0])
def test_a_head_does_not_jerk_between_its_frames(fps):
    motion = nodding()
    still = slice(0, -int(0.1 * fps))  # beyond the last frame it is held
    at_frames = accelerations(motion).max()
    assert accelerations(motion.resample(fps))[still].max() < 1.8 * at_frames  # linearly: 2 to 5 times
    truth = 0.12 * np.sin(2 * np.pi * 1.9 * motion.resample(fps).times + 1)
    assert np.abs(motion.resample(fps).head[:, 1] - truth)[still].max() < 0.002


def test_weights_stay_within_those_of_the_frames_around():
    random = np.random.default_rng(0)
    motion = synthetic_motion(4.0)
    jumping = replace(motion, expression=random.choice([0.0, 0.02, 0.7, 1.0], motion.expression.shape).astype("f4"))
    fast = jumping.resample(60.0)
    before = np.minimum((fast.times * 25 + 1e-9).astype(int), len(motion) - 1)
    around = np.stack([jumping.expression[before], jumping.expression[np.minimum(before + 1, len(motion) - 1)]])
    assert (fast.expression >= around.min(axis=0)).all()
    assert (fast.expression <= around.max(axis=0)).all()


def test_what_is_closed_at_two_frames_stays_closed_between_them():
    motion = synthetic_motion()
    expression = np.array(motion.expression)
    expression[20:22] = 0.0
    fast = replace(motion, expression=expression).resample(240.0)
    between = (fast.times >= 20 / 25) & (fast.times <= 21 / 25)
    assert between.sum() > 8
    assert not fast.expression[between].any()


@pytest.mark.parametrize("fps", [10.0, 24.0])
def test_fewer_frames_are_read_linearly(fps):
    motion = synthetic_motion(4.0)
    slow = motion.resample(fps)
    expected = [np.interp(slow.times, motion.times, column) for column in motion.expression.T]
    np.testing.assert_array_equal(slow.expression, np.stack(expected, axis=1).astype(np.float32))
    turned = interpolate(motion.head[:, :3], motion.times, slow.times).astype(np.float32)
    np.testing.assert_array_equal(slow.head[:, :3], turned)


def test_a_change_elsewhere_changes_nothing_here():
    motion = nodding()
    head, expression = np.array(motion.head), np.array(motion.expression)
    head[100:], expression[100:] = 0, 0
    changed = replace(motion, head=head, expression=expression).resample(60.0)
    same = slice(0, int(98 / 25 * 60))
    fast = motion.resample(60.0)
    np.testing.assert_array_equal(changed.head[same], fast.head[same])
    np.testing.assert_array_equal(changed.expression[same], fast.expression[same])


def test_a_long_motion_is_resampled_as_a_short_one():
    long = nodding(120.0)  # more frames than are made at a time
    parts = ("expression", "head", "keyframes_expression", "keyframes_head")
    short = replace(long, **{part: getattr(long, part)[:500] for part in parts})
    fast = short.resample(60.0)
    same = slice(0, len(fast) - 6)
    for path in ("expression", "head"):
        np.testing.assert_array_equal(getattr(long.resample(60.0), path)[same], getattr(fast, path)[same])


def test_resampling_a_head_that_goes_round_and_round():
    motion = synthetic_motion(4.0)
    turning = np.zeros((100, 3))
    turning[:, 1] = 0.9 * np.arange(100) + 0.3 * np.sin(np.arange(100) / 4)  # 14 turns, by up to 56 degrees a frame
    head = np.array(motion.head)
    head[:, :3] = Rotation.from_rotvec(turning).as_rotvec()
    fast = replace(motion, head=head).resample(60.0)
    expected = 0.9 * fast.times * 25 + 0.3 * np.sin(fast.times * 25 / 4)
    inner = slice(4, -6)
    found = Rotation.from_rotvec(fast.head[:, :3].astype(np.float64))
    wrong = (found * Rotation.from_rotvec(np.outer(expected, [0, 1, 0])).inv()).magnitude()
    assert wrong[inner].max() < 0.002
    assert np.abs(np.diff(fast.head[:, 1])).max() < 1  # written without jumps by whole turns


def test_speech_closes_the_lips_no_less_at_more_frames():
    with np.load(REPOSITORY / "tests/golden/motion.npz") as data:
        expression, head = (data[name].astype(np.float32) for name in ("expression", "head"))
    nothing = np.zeros(len(head), np.float32)
    motion = limit(Motion(expression, head, nothing, nothing))
    fast = limit(motion.resample(60.0))
    gaps, more = (lip_gaps(each.expression).max(axis=1) for each in (motion, fast))
    closures = [at for at in range(2, len(motion) - 2) if gaps[at] == gaps[at - 1 : at + 2].min() and gaps[at] < 1e-3]
    assert len(closures) > 5
    linear = [np.interp(fast.times, motion.times, column) for column in motion.expression.T]
    less = lip_gaps(np.stack(linear, axis=1).astype(np.float32)).max(axis=1)
    for at in closures:
        near = np.abs(fast.times * 25 - at) <= 1
        assert more[near].min() <= less[near].min() + 2e-5


@pytest.mark.parametrize("space", [FLAME, FLAME_JAW], ids=lambda space: space.name)
def test_a_jaw_that_shuts_does_not_open_backwards(space: MotionSpace):
    arrays = {each: np.zeros((9, len(space.channels(each)))) for each in ("expression", "head")}
    motion = Motion(**arrays, keyframes_expression=np.zeros(9), keyframes_head=np.zeros(9), space=space)
    path, jaw = space.jaw
    getattr(motion, path)[:, jaw] = np.outer([0.3, 0.2, 0.0, 0.0, 0.1, 0.0, 0.3, 0.1, 0.0], [1, 0, 0])
    opening = getattr(motion.resample(120.0), path)[:, jaw][:, 0]
    assert opening.min() > -1e-7
    assert opening.max() < 0.3 + 1e-7
