from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.portraits import look, motion_of

from ksdiff.errors import InputError
from ksdiff.liveportrait.drive import movements
from ksdiff.liveportrait.keypoints import SourceFace, degrees_of, picture_rotation, rotation_of
from ksdiff.motion import Motion
from ksdiff.motion.space import KEYPOINTS, LIVEPORTRAIT

X, Y, Z = range(3)
NOSE = 0  # of the made-up face: before the others, since z goes inwards


def face(pitch=0.0, yaw=0.0, roll=0.0):
    rng = np.random.default_rng(0)
    canonical = 0.2 * rng.standard_normal((21, 3))
    canonical[NOSE] = (0.0, 0.0, -0.3)
    scores = {name: np.zeros(66) for name in ("pitch", "yaw", "roll")}
    found = SourceFace.of(
        {
            "kp": canonical.ravel(),
            "exp": 0.01 * rng.standard_normal(63),
            "t": np.array([0.1, -0.05, 0.3]),
            "scale": np.array([1.2]),
            **scores,
        }
    )
    return replace(found, rotation=rotation_of(pitch, yaw, roll))


def turned(head, source=None):
    source = source or face()
    (movement,) = movements(motion_of(look()[None], np.array([head])), scale=5.0)
    return source.moved(movement) - source.points


def test_a_face_that_does_not_move_has_the_keypoints_of_the_photo():
    source = face(pitch=4.0, yaw=-7.0, roll=3.0)
    expected = source.scale * (source.canonical @ source.rotation.T + source.displacement)
    expected[:, :2] += source.translation
    assert np.allclose(source.points, expected)
    assert np.allclose(turned(np.zeros(6), source), 0)


def test_angles_are_the_mean_of_their_bins():
    scores = np.full(66, -50.0)
    scores[[40, 41]] = 0
    assert degrees_of(scores) == pytest.approx(40.5 * 3 - 97.5)


def test_the_rotation_is_that_of_liveportrait():
    """Of rows it multiplies from the right by (Rz Ry Rx) transposed."""
    a, b, c = np.radians([10.0, -20.0, 5.0])
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    assert np.allclose(rotation_of(10.0, -20.0, 5.0), z @ y @ x)


def test_heads_turn_to_where_they_do_in_ksdiff():
    nose = turned((0.0, 0.2, 0.0, 0, 0, 0))[NOSE]
    assert nose[X] > 0.05  # yaw: to its own left, the right of the picture
    assert turned((0.2, 0.0, 0.0, 0, 0, 0))[NOSE, Y] > 0.05  # pitch: the nose goes down
    source = face()
    above = replace(source, canonical=np.tile([0.0, -0.3, 0.0], (21, 1)))  # the crown
    assert turned((0.0, 0.0, 0.2, 0, 0, 0), above)[0, X] < -0.05  # roll: to its own right, the left of the picture
    assert rotation_of(0.0, 10.0, 0.0)[X] @ (0, 0, -1) < 0  # LivePortrait's own yaw is the other way round
    assert np.allclose(picture_rotation(np.radians([10.0, 0, 0])), rotation_of(10.0, 0.0, 0.0))
    assert np.allclose(picture_rotation(np.radians([0.0, 10, 0])), rotation_of(0.0, -10.0, 0.0))
    assert np.allclose(picture_rotation(np.radians([0.0, 0, 10])), rotation_of(0.0, 0.0, -10.0))


def test_heads_shift_and_grow():
    assert np.allclose(turned((0, 0, 0, 0.01, 0.005, 0))[:, :2], (0.05, -0.025))
    source = face()
    grown = turned((0, 0, 0, 0, 0, 0.05), source)  # nearer
    assert np.allclose(grown[:, Z], source.points[:, Z] * (0.6 / 0.55 - 1))


def test_turns_are_held_within_what_liveportrait_allows():
    for axis, most in enumerate((15.0, 25.0, 15.0)):
        vector = np.zeros(6)
        vector[axis] = 1.0
        (movement,) = movements(motion_of(look()[None], vector[None]), scale=5.0)
        angles = np.degrees(np.abs(Rotation.from_matrix(movement.rotation).as_euler("xyz")))
        assert most * 0.9 < angles[axis] <= most
    far = np.array([[0, 0, 0, 1.0, -1.0, 0.5]])
    (movement,) = movements(motion_of(look()[None], far), scale=5.0)
    assert np.abs(movement.shift).max() <= 0.19
    assert 1.15 < movement.scale <= 1.2


def test_motion_of_its_own_keypoints_is_put_on_the_photo_as_liveportrait_puts_it():
    """x = s s'/s0 (c R' + d + (d' - d0)) + t + (t' - t0), with rows."""
    rng = np.random.default_rng(5)
    frames = 10
    canonical = 0.2 * rng.standard_normal((21, 3))
    exp = 0.01 * rng.standard_normal((frames, 21, 3))
    exp[:5] = exp[0]
    exp[:5, 19, Y] -= 1.0  # closed lips, at rest
    turns = np.stack([rotation_of(*each.tolist()) for each in rng.uniform(-3, 3, (frames, 3))])
    moved, grown = rng.uniform(-0.02, 0.02, (frames, 2)), rng.uniform(0, 0.04, (frames, 1))
    head = np.concatenate([Rotation.from_matrix(turns).as_rotvec(), moved, grown], axis=1)
    expression = 10 * (canonical + exp)
    none = np.zeros(frames)
    motion = Motion(expression.reshape(frames, 63), head, none, none, 25.0, LIVEPORTRAIT)
    source = face(yaw=5.0)
    for index, movement in enumerate(movements(motion, 5.0)):
        turn = source.rotation @ turns[index]
        inner = exp[index] - exp[0] if index >= 5 else np.zeros((21, 3))
        expected = source.scale * (1 + head[index, 5]) * (
            (source.canonical + inner) @ turn.T + source.displacement
        )  # fmt: skip
        expected[:, :2] += source.translation + head[index, 3:5]
        assert np.allclose(source.moved(movement), expected, atol=1e-6)


def test_other_spaces_are_refused():
    none = np.zeros(2)
    motion = Motion(np.zeros((2, 63)), np.zeros((2, 6)), none, none, 25.0, KEYPOINTS)
    with pytest.raises(InputError, match="arkit and liveportrait, but this motion is keypoints"):
        next(movements(motion, 5.0))
