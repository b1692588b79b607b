import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.transform import Rotation

from ksdiff.motion.rotation import (
    continuous,
    from_yaw_pitch_roll,
    interpolate,
    quaternions,
    relative_angles,
    yaw_pitch_roll,
)

X, Y, Z = np.eye(3)


def matrices(rotation_vectors):
    return Rotation.from_rotvec(rotation_vectors).as_matrix()


def test_relative_angle_is_that_of_the_relative_rotation_even_across_pi():
    vectors = np.array([3.0 * Y, 3.1 * Y, (3.2 - 2 * np.pi) * Y, (3.2 - 2 * np.pi) * Y])
    np.testing.assert_allclose(relative_angles(vectors), [0, 0.1, 0.1, 0], atol=1e-12)


def test_relative_angle_of_rotations_about_different_axes():
    # Turning by 90 degrees about x, then being at 90 degrees about y: 120 degrees apart.
    np.testing.assert_allclose(relative_angles(np.array([X, Y]) * np.pi / 2), [0, 2 * np.pi / 3], atol=1e-12)


def test_relative_angles_of_one_frame():
    np.testing.assert_array_equal(relative_angles(np.array([X])), [0])


def test_continuous_follows_a_turn_of_several_rounds():
    angles = np.linspace(-7, 7, 200)
    wrapped = Rotation.from_rotvec(angles[:, None] * Y).as_rotvec()
    assert np.abs(np.diff(wrapped[:, 1])).max() > 6  # as_rotvec jumps
    unwrapped = continuous(wrapped)
    np.testing.assert_allclose(np.diff(unwrapped[:, 1]), np.diff(angles), atol=1e-9)
    np.testing.assert_allclose(matrices(unwrapped), matrices(wrapped), atol=1e-9)


def test_continuous_passes_through_a_whole_turn():
    angles = np.array([6.0, 6.2, 2 * np.pi, 6.4])
    wrapped = Rotation.from_rotvec(angles[:, None] * Z).as_rotvec()
    first = wrapped[0] + 2 * np.pi * Z  # told apart from -0.28 by its start only
    np.testing.assert_allclose(continuous(np.vstack([first, wrapped[1:]]))[:, 2], angles, atol=1e-9)


def test_interpolation_near_pi_takes_the_short_way():
    before, after = (np.pi - 0.1) * Y, -(np.pi - 0.1) * Y  # 0.2 rad apart through pi
    middle = interpolate(np.array([before, after]), np.array([0.0, 1.0]), np.array([0.0, 0.25, 0.5, 1.0]))
    np.testing.assert_allclose(relative_angles(middle), [0, 0.05, 0.05, 0.1], atol=1e-9)
    np.testing.assert_allclose(matrices(middle[2]), matrices(np.pi * Y), atol=1e-9)


def test_interpolation_stays_at_the_ends_outside_the_range():
    vectors = np.array([0.1 * X, 0.5 * X])
    result = interpolate(vectors, np.array([0.0, 1.0]), np.array([-5.0, 9.0]))
    np.testing.assert_allclose(result, vectors, atol=1e-12)
    np.testing.assert_array_equal(interpolate(vectors[:1], np.array([0.0]), np.array([0.0, 3.0])), vectors[[0, 0]])


def test_yaw_pitch_roll_signs_and_order():
    nose, crown = Z, Y
    yaw, pitch, roll = (Rotation.from_rotvec(from_yaw_pitch_roll(0.3 * row[None])[0]) for row in np.eye(3))
    assert yaw.apply(nose)[0] > 0.2  # to the face's own left
    assert pitch.apply(nose)[1] < -0.2  # down
    assert roll.apply(crown)[0] < -0.2  # the crown to the face's own right
    both = Rotation.from_rotvec(from_yaw_pitch_roll(np.array([[0.3, 0.2, 0.0]]))[0])
    np.testing.assert_allclose((yaw * Rotation.from_rotvec(0.2 * X)).as_matrix(), both.as_matrix(), atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (5, 3), elements=st.floats(-1.4, 1.4)))
def test_yaw_pitch_roll_round_trip(angles):
    np.testing.assert_allclose(yaw_pitch_roll(from_yaw_pitch_roll(angles)), angles, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (6, 3), elements=st.floats(-6, 6)))
def test_quaternions_are_the_same_rotations_with_near_neighbours(vectors):
    result = quaternions(vectors)
    np.testing.assert_allclose(np.linalg.norm(result, axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(Rotation.from_quat(result).as_matrix(), matrices(vectors), atol=1e-9)
    assert (np.einsum("tc,tc->t", result[1:], result[:-1]) >= -1e-12).all()
