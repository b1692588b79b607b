import numpy as np
import pytest

from ksdiff.numerics.rotation import Rotation, slerp

transform = pytest.importorskip("scipy.spatial.transform", reason="scipy is what they are compared with")
SciPys = transform.Rotation
RIGHT = np.pi / 2
SEQUENCES = ("YXZ", "xyz", "XYZ", "zyx", "ZXY", "yxz")


@pytest.fixture(params=["many", "one", "none"])
def vectors(request: pytest.FixtureRequest) -> np.ndarray:
    """Rotation vectors of all lengths: none, tiny, half a turn, several turns."""
    random = np.random.default_rng(2)
    directions = random.standard_normal((400, 3))
    lengths = np.concatenate([np.zeros(4), 10 ** random.uniform(-12, 0, 196), random.uniform(0, 7, 196), [np.pi] * 4])
    many = directions / np.linalg.norm(directions, axis=1, keepdims=True) * lengths[:, None]
    return {"many": many, "one": many[300], "none": many[:0]}[request.param]


def close(found: np.ndarray, expected: np.ndarray, atol: float = 1e-14) -> None:
    assert found.shape == expected.shape
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=0, atol=atol)


def test_conversions_are_scipys(vectors: np.ndarray) -> None:
    ours, scipys = Rotation.from_rotvec(vectors), SciPys.from_rotvec(vectors)
    close(ours.as_quat(), scipys.as_quat())
    close(ours.as_matrix(), scipys.as_matrix())
    close(ours.magnitude(), np.asarray(scipys.magnitude()))
    close(ours.inv().as_rotvec(), scipys.inv().as_rotvec())
    close(Rotation.from_quat(2 * ours.as_quat()).as_matrix(), scipys.as_matrix())
    # At half a turn either direction of the axis is right.
    away = np.abs(np.asarray(scipys.magnitude()) - np.pi) > 1e-6
    close(ours.as_rotvec()[away], scipys.as_rotvec()[away])


def test_numbers_of_single_precision_are_computed_in_double() -> None:
    vectors = np.random.default_rng(3).standard_normal((20, 3)).astype(np.float32)
    close(Rotation.from_rotvec(vectors).as_matrix(), SciPys.from_rotvec(vectors).as_matrix())


def test_matrices_are_read_as_scipy_reads_them(vectors: np.ndarray) -> None:
    matrices = SciPys.from_rotvec(vectors).as_matrix()
    close(Rotation.from_matrix(matrices).as_matrix(), SciPys.from_matrix(matrices).as_matrix())
    skewed = matrices + np.random.default_rng(4).uniform(-0.1, 0.1, matrices.shape)
    close(Rotation.from_matrix(skewed).as_matrix(), SciPys.from_matrix(skewed).as_matrix(), 1e-12)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_angles_are_scipys(sequence: str, vectors: np.ndarray) -> None:
    close(Rotation.from_rotvec(vectors).as_euler(sequence), SciPys.from_rotvec(vectors).as_euler(sequence), 1e-12)
    angles = vectors % 3.0
    for degrees in (False, True):
        ours, scipys = (kind.from_euler(sequence, angles, degrees=degrees) for kind in (Rotation, SciPys))
        close(ours.as_matrix(), scipys.as_matrix())
        close(ours.as_euler(sequence, degrees=degrees), scipys.as_euler(sequence, degrees=degrees), 1e-11)


def test_angles_about_two_axes() -> None:
    angles = np.random.default_rng(5).standard_normal((30, 2))
    close(Rotation.from_euler("YX", angles).as_matrix(), SciPys.from_euler("YX", angles).as_matrix())


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("middle", [RIGHT, -RIGHT])
@pytest.mark.filterwarnings("ignore:Gimbal lock")
def test_where_the_middle_angle_is_right_the_third_is_0(sequence: str, middle: float) -> None:
    given = np.array([[0.3, middle, 0.5], [-2.0, middle, 0.0], [3.0, middle, 3.0]])
    ours, scipys = (kind.from_euler(sequence, given) for kind in (Rotation, SciPys))
    found = ours.as_euler(sequence)
    assert not found[:, 2].any()
    close(found, scipys.as_euler(sequence), 1e-7)
    close(Rotation.from_euler(sequence, found).as_matrix(), scipys.as_matrix(), 1e-7)


def test_products_and_points_are_scipys() -> None:
    random = np.random.default_rng(6)
    a, b, points = random.standard_normal((3, 50, 3))
    for first, second in ((a, b), (a[0], b), (a, b[0]), (a[0], b[0])):
        ours, scipys = (kind.from_rotvec(first) * kind.from_rotvec(second) for kind in (Rotation, SciPys))
        close(ours.as_quat(), scipys.as_quat())
    for turn, moved in ((a, points), (a[0], points), (a, points[0]), (a[0], points[0])):
        close(Rotation.from_rotvec(turn).apply(moved), SciPys.from_rotvec(turn).apply(moved))
    some = Rotation.from_rotvec(a)
    assert len(some) == 50
    close(some[3:9].as_quat(), SciPys.from_rotvec(a)[3:9].as_quat())
    close(some[7].as_quat(), SciPys.from_rotvec(a)[7].as_quat())
    close(Rotation.identity().apply(points), points)


def test_means_are_scipys() -> None:
    vectors = np.array([0.5, 1.0, -0.2]) + 0.2 * np.random.default_rng(7).standard_normal((40, 3))
    close(Rotation.from_rotvec(vectors).mean().as_matrix(), SciPys.from_rotvec(vectors).mean().as_matrix(), 1e-12)


def test_interpolation_is_scipys() -> None:
    random = np.random.default_rng(8)
    times, vectors = np.cumsum(random.random(20) + 0.01), random.standard_normal((20, 3))
    at = np.concatenate([np.linspace(times[0], times[-1], 200), times])
    expected = transform.Slerp(times, SciPys.from_rotvec(vectors))(at)
    close(slerp(times, Rotation.from_rotvec(vectors), at).as_matrix(), expected.as_matrix(), 1e-12)


@pytest.mark.parametrize("quaternion", [[0, 0, 0, 0], [0, 0, 1], np.zeros((2, 4)), np.ones((2, 2, 4))])
def test_what_is_no_quaternion_is_refused(quaternion: object) -> None:
    with pytest.raises(ValueError, match="quaternion"):
        Rotation.from_quat(quaternion)


@pytest.mark.parametrize("matrix", [np.diag([1.0, 1, -1]), np.diag([1.0, 1, 0])])
def test_what_is_no_matrix_of_a_rotation_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(ValueError, match="determinant"):
        Rotation.from_matrix(matrix)


def test_one_rotation_has_no_length() -> None:
    with pytest.raises(TypeError):
        len(Rotation.identity())
