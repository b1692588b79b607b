"""FLAME to ARKit and back, on a FLAME-shaped face made from the open head."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import lsq_linear
from scipy.spatial.transform import Rotation
from support.flames import flame_of_head, save_flame_npz

from ksdiff.cli import main
from ksdiff.errors import InputError
from ksdiff.face import flame_arkit
from ksdiff.face.flame import FlameModel, FlameParameters, load_flame
from ksdiff.face.flame_arkit import CHIN, IBUG_51, Bridge, Landmarks, by_landmarks, load_landmarks
from ksdiff.face.head import load_head
from ksdiff.motion import Motion, Word
from ksdiff.motion.space import ARKIT, FLAME, FLAME_JAW
from ksdiff.output.flame_convert import convert

POINTS = np.array((*IBUG_51, *CHIN))
SCALE = 0.9  # of the made-up face, relative to the head


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FlameModel:
    entries, _, _ = flame_of_head(POINTS, SCALE)
    return load_flame(save_flame_npz(tmp_path_factory.mktemp("flame") / "made_up.npz", entries))


@pytest.fixture(scope="module")
def landmarks() -> Landmarks:
    _, triangles, weights = flame_of_head(POINTS, SCALE)
    return Landmarks(POINTS, triangles, weights)


@pytest.fixture(scope="module")
def bridge(model: FlameModel, landmarks: Landmarks) -> Bridge:
    return Bridge(model, by_landmarks(model, landmarks))


def performance(frames: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """A mouth that speaks and smiles under a head that turns."""
    times = np.arange(frames) / 25
    expression = np.zeros((frames, len(ARKIT.expression)))
    for number, name in enumerate(("jawOpen", "mouthFunnel", "mouthSmileLeft", "mouthSmileRight", "browInnerUp")):
        expression[:, ARKIT.index(name)] = 0.25 + 0.25 * np.sin((2 + number) * times * 3)
    head = np.stack([np.sin(times * speed) for speed in (1, 2, 3, 4, 5, 6)], axis=1)
    return expression, head * [0.2, 0.3, 0.1, 0.01, 0.01, 0.0]


def test_the_table_of_landmarks_is_a_face() -> None:
    """Right and left are mirrored, brows lie over eyes over nose over lips, upper over lower lip."""
    points = load_head().landmark_basis()[0][list(IBUG_51)]
    pairs = {17: 26, 18: 25, 19: 24, 20: 23, 21: 22, 31: 35, 32: 34, 36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46}
    pairs |= {48: 54, 49: 53, 50: 52, 59: 55, 58: 56, 60: 64, 61: 63, 67: 65}
    for right, left in pairs.items():
        np.testing.assert_allclose(points[right - 17] * [-1, 1, 1], points[left - 17], atol=2e-4)
        assert points[right - 17, 0] < 0
    middle = [27, 28, 29, 30, 33, 51, 62, 66, 57]
    np.testing.assert_allclose(points[np.array(middle) - 17, 0], 0, atol=2e-4)
    heights = points[np.array([19, 37, 41, 30, 33, 51, 62, 57]) - 17, 1]
    assert (np.diff(heights) < 0).all()


def test_the_same_face_in_another_size_and_place_is_laid_on_exactly(bridge: Bridge) -> None:
    assert bridge.distance < 1e-3  # mm


def test_there_and_back_is_the_same_face(bridge: Bridge) -> None:
    expression, head = performance()
    parameters, there = bridge.to_flame(expression, head)
    assert there.moved > 2
    assert there.residual < 0.2 * there.moved
    # The jaw that opens is FLAME's jaw.
    jaw = expression[:, ARKIT.index("jawOpen")]
    assert np.corrcoef(parameters.pose[:, 3], jaw)[0, 1] > 0.98
    again, head_again, back = bridge.to_arkit(parameters)
    assert back.residual < 0.2 * back.moved
    assert again.min() >= 0
    assert again.max() <= 1
    for name in ("jawOpen", "mouthFunnel", "browInnerUp"):
        channel = ARKIT.index(name)
        assert np.corrcoef(again[:, channel], expression[:, channel])[0, 1] > 0.9, name
    np.testing.assert_allclose(head_again[:, :3], head[:, :3], atol=1e-6)
    np.testing.assert_allclose(head_again[:, 3:5], head[:, 3:5], atol=1e-6)


def test_less_ridge_leaves_less_behind(bridge: Bridge) -> None:
    expression, head = performance(6)
    parameters, loose = bridge.to_flame(expression, head, ridge=1e-3)
    _, firm = bridge.to_flame(expression, head, ridge=1e-1)
    assert loose.residual < firm.residual
    assert bridge.to_arkit(parameters, 1e-3)[2].residual < bridge.to_arkit(parameters, 1e-1)[2].residual


def test_a_still_face_stays_still(bridge: Bridge) -> None:
    rest = FlameParameters(np.zeros((2, 50)), np.zeros((2, 6)), np.zeros((2, 3)))
    expression, head, misfit = bridge.to_arkit(rest)
    assert not expression.any()
    assert not head.any()
    assert (misfit.residual, misfit.moved) == (0, 0)
    parameters, _ = bridge.to_flame(np.zeros((2, 51)), np.zeros((2, 6)))
    np.testing.assert_allclose(parameters.expression, 0, atol=1e-6)
    np.testing.assert_allclose(parameters.pose, 0, atol=1e-6)


def test_the_head_turns_about_its_own_joint(bridge: Bridge) -> None:
    """FLAME turns about a root 9 cm (a tenth more on the head) below the joint of skull and neck."""
    pose = np.zeros((1, 6))
    pose[0, 2] = np.pi / 2  # tips what is above to the face's right, that is -x
    _, head, _ = bridge.to_arkit(FlameParameters(np.zeros((1, 50)), pose, np.array([[0.1, 0.02, 0.03]])))
    np.testing.assert_allclose(head[0, :3], [0, 0, np.pi / 2], atol=1e-6)
    # The joint goes from (0, 0.1, 0.01) above the root to (-0.1, 0, 0.01); then comes the camera's translation.
    np.testing.assert_allclose(head[0, 3:], [-0.1 + 0.02 / SCALE, -0.1 + 0.03 / SCALE, 0], atol=1e-6)


def test_bounds_are_the_best_within_them() -> None:
    random = np.random.default_rng(0)
    design, wanted = random.standard_normal((30, 8)), random.standard_normal((4, 30)) * 3
    found = flame_arkit._bounded(
        (design.T @ design)[None], wanted @ design, np.zeros(8), np.ones(8), np.full((4, 8), 0.5)
    )
    for row, target in zip(found, wanted, strict=True):
        best = lsq_linear(design, target, (0, 1), tol=1e-12)
        np.testing.assert_allclose(row, best.x, atol=2e-3)


def test_slopes_are_those_of_the_face(bridge: Bridge) -> None:
    random = np.random.default_rng(1)
    found = 0.3 * random.standard_normal((3, 53))
    reached = bridge._displacement(found)
    slopes = bridge._slopes(found, reached)
    for unknown in (0, 7, 49, 50, 52):
        unit = np.eye(53)[unknown]
        change = (bridge._displacement(found + 1e-5 * unit) - bridge._displacement(found - 1e-5 * unit)) / 2e-5
        np.testing.assert_allclose(slopes[:, unknown], change.reshape(3, -1), atol=1e-5)


def test_embeddings_of_all_three_kinds_are_read(tmp_path: Path, model: FlameModel, landmarks: Landmarks) -> None:
    torch = pytest.importorskip("torch")
    triangles, weights = landmarks.triangles, landmarks.weights
    full, full_weights = np.zeros((1, 68), dtype=np.int64), np.zeros((1, 68, 3))
    full[0, 7:10], full_weights[0, 7:10] = triangles[51:], weights[51:]
    deca = {
        "static_lmk_faces_idx": triangles[:51],
        "static_lmk_bary_coords": weights[:51],
        "full_lmk_faces_idx": full,
        "full_lmk_bary_coords": full_weights,
        "dynamic_lmk_faces_idx": torch.zeros(79, 17, dtype=torch.long),  # as in DECA's file, and not read
    }
    np.save(tmp_path / "landmark_embedding.npy", np.array(deca, dtype=object), allow_pickle=True)
    np.savez(tmp_path / "mediapipe.npz", landmark_indices=POINTS, lmk_face_idx=triangles, lmk_b_coords=weights)
    static = {"lmk_face_idx": triangles[:51], "lmk_b_coords": weights[:51]}
    (tmp_path / "flame_static_embedding.pkl").write_bytes(pickle.dumps(static, protocol=2))
    for name, count in (("landmark_embedding.npy", 54), ("mediapipe.npz", 54), ("flame_static_embedding.pkl", 51)):
        read = load_landmarks(tmp_path / name)
        np.testing.assert_array_equal(read.indices, POINTS[:count])
        np.testing.assert_array_equal(read.triangles, triangles[:count])
        np.testing.assert_array_equal(read.weights, weights[:count])
        assert Bridge(model, by_landmarks(model, read)).distance < 1e-3


def test_motions_are_converted_by_the_command(
    tmp_path: Path, bridge: Bridge, capsys: pytest.CaptureFixture[str]
) -> None:
    entries, triangles, weights = flame_of_head(POINTS, SCALE)
    save_flame_npz(tmp_path / "flame.npz", entries)
    np.savez(tmp_path / "landmarks.npz", landmark_indices=POINTS, lmk_face_idx=triangles, lmk_b_coords=weights)
    expression, head = performance(5)
    marks = np.array([0, 0.5, 0, 0, 0])
    Motion(expression, head, marks, marks, words=(Word("ah", 0.0, 0.1),)).save(tmp_path / "arkit.npz")
    files = ["--flame", str(tmp_path / "flame.npz"), "--landmarks", str(tmp_path / "landmarks.npz")]
    formats = ["--formats", "npz"]
    main(["convert", str(tmp_path / "arkit.npz"), *files, *formats, "--out", str(tmp_path / "there")])
    assert "landmarks moved" in capsys.readouterr().out
    there = Motion.load(tmp_path / "there/motion.npz")
    assert there.space == FLAME_JAW
    assert there.words[0].text == "ah"
    main(["convert", str(tmp_path / "there/motion.npz"), *files, *formats, "--out", str(tmp_path / "back")])
    back = Motion.load(tmp_path / "back/motion.npz")
    assert back.space == ARKIT
    np.testing.assert_array_equal(back.keyframes_head, marks)
    jaw = back.channel("jawOpen")
    assert np.corrcoef(jaw, expression[:, ARKIT.index("jawOpen")])[0, 1] > 0.98
    # From one path to the other, the jaw is all that moves.
    moved, misfit = convert(there, bridge, FLAME)
    assert misfit is None
    np.testing.assert_array_equal(moved.opening, there.opening)
    with pytest.raises(InputError, match="flame already"):
        convert(moved, bridge, FLAME)
    with pytest.raises(SystemExit) as stop:
        main(["convert", str(tmp_path / "arkit.npz"), "--flame", "no.pkl", *files[2:], "--out", str(tmp_path / "x")])
    assert stop.value.code == 2
    assert "flame.is.tue.mpg.de" in capsys.readouterr().err


def test_landmarks_that_do_not_fit_are_refused(tmp_path: Path, model: FlameModel, landmarks: Landmarks) -> None:
    with pytest.raises(InputError, match=r"no landmark embedding.*mediapipe_landmark_embedding\.npz"):
        load_landmarks(tmp_path / "missing.npy")
    np.savez(tmp_path / "other.npz", points=np.zeros(3))
    with pytest.raises(InputError, match="not a landmark embedding"):
        load_landmarks(tmp_path / "other.npz")
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(InputError, match="not one object"):
        load_landmarks(tmp_path / "array.npy")
    short = {"static_lmk_faces_idx": np.zeros(50, int), "static_lmk_bary_coords": np.zeros((50, 3))}
    np.save(tmp_path / "short.npy", np.array(short, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="50 triangles for 51 landmarks"):
        load_landmarks(tmp_path / "short.npy")
    below = {"static_lmk_faces_idx": np.full(51, -1), "static_lmk_bary_coords": np.zeros((51, 3))}
    np.save(tmp_path / "below.npy", np.array(below, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="negative numbers"):
        load_landmarks(tmp_path / "below.npy")
    with pytest.raises(InputError, match="another mesh"):
        by_landmarks(model, Landmarks(POINTS, landmarks.triangles + 9000, landmarks.weights))


def test_an_axis_the_other_way_is_turned_back(tmp_path: Path, landmarks: Landmarks, bridge: Bridge) -> None:
    """A model in other axes gives the same weights: the faces are laid on each other by a rotation too."""
    entries, _, _ = flame_of_head(POINTS, SCALE)
    turn = Rotation.from_euler("XYZ", [np.pi, 0.1, 0.2]).as_matrix()
    entries["v_template"] = entries["v_template"] @ turn.T
    entries["shapedirs"] = np.einsum("xy,vyk->vxk", turn, entries["shapedirs"])
    other = load_flame(save_flame_npz(tmp_path / "turned.npz", entries))
    expression = 0.5 * np.random.default_rng(5).standard_normal((2, 50))
    upright, turned = (
        FlameParameters(expression, pose, np.zeros((2, 3)))
        for pose in (np.full((2, 6), 0.1), np.tile(turn @ np.full(3, 0.1), (2, 2)))
    )
    first, head, _ = bridge.to_arkit(upright)
    second, head_again, _ = Bridge(other, by_landmarks(other, landmarks)).to_arkit(turned)
    np.testing.assert_allclose(first, second, atol=2e-3)
    np.testing.assert_allclose(head, head_again, atol=1e-6)
