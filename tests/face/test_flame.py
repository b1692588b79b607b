"""FLAME: reading a user's files without running them, and skinning by hand-computed cases."""

import os
import pickle
import struct
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import sparse
from scipy.spatial.transform import Rotation
from support.flames import flame_entries, save_flame_npz, save_flame_pickle
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics.faces import face_shape
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.score import score_clip
from ksdiff.face.flame import JAW, NECK, ROOT, FlameModel, FlameParameters, load_flame, load_masks
from ksdiff.layers.rest import rest_in_silence
from ksdiff.motion import Motion
from ksdiff.motion.keyframe_targets import motion_variation
from ksdiff.motion.space import ARKIT, FLAME, FLAME_JAW, SPACES, get_space
from ksdiff.output.flame_npz import write_flame_npz
from ksdiff.output.formats import Sound, default_formats, write_outputs
from ksdiff.restricted_pickle import Unread, read_pickle, read_pickled_npy


def two_bones(weights: list[list[float]], points: list[list[float]]) -> FlameModel:
    """A model with FLAME's joints: root at the origin, neck 1 m up, jaw 1 m ahead of that, eyes at the neck."""
    count = len(points)
    joints = np.array([[0, 0, 0], [0, 1, 0], [0, 1, 1], [0, 1, 0], [0, 1, 0]], dtype=np.float64)
    return FlameModel(
        template=np.array(points, dtype=np.float64),
        triangles=np.zeros((0, 3), dtype=np.int32),
        shape_basis=np.zeros((count, 3, 2)),
        expression_basis=np.zeros((count, 3, 3)),
        pose_basis=np.zeros((count, 3, 36)),
        weights=np.array(weights, dtype=np.float64),
        joints=joints,
        joint_shape_basis=np.zeros((5, 3, 2)),
        joint_expression_basis=np.zeros((5, 3, 3)),
        parents=(-1, 0, 1, 1, 1),
    )


def turned(model: FlameModel, **joints: tuple[float, float, float]) -> np.ndarray:
    rotations = np.zeros((1, 5, 3))
    for name, vector in joints.items():
        rotations[0, {"root": ROOT, "neck": NECK, "jaw": JAW}[name]] = vector
    return model.vertices(np.zeros((1, 3)), rotations)[0]


QUARTER = np.pi / 2


def test_one_joint_turns_about_its_own_place() -> None:
    # 2 m ahead of the neck's height, 1 m beyond the jaw's joint; a quarter turn about x brings z to -y.
    model = two_bones([[0, 0, 1, 0, 0]], [[0.3, 1, 2]])
    np.testing.assert_allclose(turned(model, jaw=(QUARTER, 0, 0))[0], [0.3, 0, 1], atol=1e-12)
    # About y at the neck: from (x, z) = (0.3, 2) to (2, -0.3).
    np.testing.assert_allclose(turned(model, neck=(0, QUARTER, 0))[0], [2, 1, -0.3], atol=1e-12)


def test_a_joint_is_carried_by_the_one_before_it() -> None:
    model = two_bones([[0, 0, 1, 0, 0]], [[0, 1, 2]])
    # The root turns everything about the origin: the point to (2, 1, 0); the jaw's joint comes to (1, 1, 0), and its
    # own quarter turn about its own x axis, which is now -z, brings the point 1 m below it.
    both = turned(model, root=(0, QUARTER, 0), jaw=(QUARTER, 0, 0))[0]
    np.testing.assert_allclose(both, [1, 0, 0], atol=1e-12)


def test_halves_of_two_joints_blend() -> None:
    model = two_bones([[0, 0.5, 0.5, 0, 0]], [[0, 1, 2]])
    # Still with the neck at (0, 1, 2), with the jaw at (0, 0, 1): half way.
    np.testing.assert_allclose(turned(model, jaw=(QUARTER, 0, 0))[0], [0, 0.5, 1.5], atol=1e-12)


def test_pose_correctives_follow_the_rotation_matrices() -> None:
    model = two_bones([[0, 1, 0, 0, 0]], [[0, 1, 2]])
    basis = np.zeros((1, 3, 36))
    # The jaw is the second joint after the root; element (2, 1) of its matrix is sin of a turn about x, 1 here.
    basis[0, 0, 9 + 2 * 3 + 1] = 0.25
    basis[0, 1, 9] = 7.0  # element (0, 0) less identity: 0 for a turn about x
    np.testing.assert_allclose(
        turned(replace(model, pose_basis=basis), jaw=(QUARTER, 0, 0))[0], [0.25, 1, 2], atol=1e-12
    )
    # Nothing corrects the root's rotation.
    np.testing.assert_allclose(
        turned(replace(model, pose_basis=np.ones((1, 3, 36))), root=(0, QUARTER, 0))[0], [2, 1, 0], atol=1e-12
    )


def test_shape_and_expression_are_linear_and_move_the_joints() -> None:
    model = two_bones([[0, 0, 1, 0, 0]], [[0, 1, 2]])
    expression = np.zeros((1, 3, 3))
    expression[0, 1, 0], expression[0, 0, 2] = 0.5, -0.1
    shape = np.zeros((1, 3, 2))
    shape[0, 2, 1] = 1.0
    still = np.zeros((2, 5, 3))
    model = replace(model, expression_basis=expression, shape_basis=shape)
    moved = model.vertices(np.array([[2.0, 0, 1], [0, 0, 0]]), still, np.array([0.0, 0.5]))
    np.testing.assert_allclose(moved[:, 0], [[-0.1, 2, 2.5], [0, 1, 2.5]], atol=1e-12)
    # A joint that comes 1 m forward with the expression: the point is then at its own place.
    joints = np.zeros((5, 3, 3))
    joints[JAW, 2, 1] = 1.0
    rotations = np.zeros((1, 5, 3))
    rotations[0, JAW, 0] = QUARTER
    swung = replace(model, joint_expression_basis=joints).vertices(np.array([[0.0, 1, 0]]), rotations)
    np.testing.assert_allclose(swung[0, 0], [0, 1, 2], atol=1e-12)


def test_turning_the_root_is_a_rigid_motion(tmp_path: Path) -> None:
    model = load_flame(save_flame_npz(tmp_path / "made_up.npz", flame_entries()))
    random = np.random.default_rng(1)
    frames = 7
    parameters = FlameParameters(
        random.standard_normal((frames, 50)), 0.3 * random.standard_normal((frames, 6)), np.zeros((frames, 3))
    )
    upright, turned_head = model.posed(parameters, head=False), model.posed(parameters)
    centre = upright.mean(axis=1, keepdims=True)
    turn = Rotation.from_rotvec(parameters.pose[:, :3]).as_matrix()
    about = np.einsum("txy,tvy->tvx", turn, upright - centre)
    np.testing.assert_allclose(turned_head - turned_head.mean(axis=1, keepdims=True), about, atol=2e-6)


def test_some_vertices_alone_are_the_same_vertices(tmp_path: Path) -> None:
    model = load_flame(save_flame_npz(tmp_path / "made_up.npz", flame_entries()))
    random = np.random.default_rng(2)
    expression, rotations = random.standard_normal((3, 50)), 0.2 * random.standard_normal((3, 5, 3))
    shape, chosen = random.standard_normal(100), np.array([200, 3, 77])
    whole = model.vertices(expression, rotations, shape)
    np.testing.assert_allclose(model.at(chosen).vertices(expression, rotations, shape), whole[:, chosen], atol=1e-6)
    with pytest.raises(InputError, match="101 expression coefficients"):
        model.vertices(np.zeros((1, 101)), np.zeros((1, 5, 3)))


def test_a_pickle_with_chumpy_objects_is_the_same_model_as_arrays(tmp_path: Path) -> None:
    entries = flame_entries()
    first = load_flame(save_flame_npz(tmp_path / "made_up.npz", entries))
    second = load_flame(save_flame_pickle(tmp_path / "made_up.pkl", entries))
    for name in ("template", "triangles", "shape_basis", "expression_basis", "pose_basis", "weights", "joints"):
        np.testing.assert_allclose(getattr(first, name), getattr(second, name), atol=1e-8)
    assert first.parents == second.parents == (-1, 0, 1, 1, 1)
    np.testing.assert_allclose(first.joints, entries["J_regressor"] @ entries["v_template"], atol=1e-6)
    assert first.expression_basis.shape[-1] == 100
    np.testing.assert_array_equal(first.expression_basis, entries["shapedirs"][..., 300:].astype(np.float32))


class Evil:
    def __reduce__(self) -> tuple:
        return exec, ("import pathlib; pathlib.Path('run').touch()",)


def test_a_pickle_cannot_run_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({"v_template": Evil()}))
    with pytest.raises(InputError, match=r"builtins\.exec.*only numpy arrays"):
        load_flame(tmp_path / "evil.pkl")
    np.save(tmp_path / "evil.npy", np.array({"lips": Evil()}, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"builtins\.exec"):
        read_pickled_npy(tmp_path / "evil.npy")
    # By way of what is allowed: making an object of any class, or state that names a function.
    trick = b"\x80\x02ccopy_reg\n_reconstructor\ncnumpy\ndtype\nc__builtin__\nobject\nN\x87R."
    (tmp_path / "trick.pkl").write_bytes(trick)
    with pytest.raises(InputError, match="unusual way"):
        read_pickle(tmp_path / "trick.pkl")
    (tmp_path / "os.pkl").write_bytes(b"cos\nsystem\n(S'touch run'\ntR.")
    with pytest.raises(InputError, match=r"os\.system"):
        read_pickle(tmp_path / "os.pkl")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_plain_pickles_of_any_protocol_are_read(tmp_path: Path, protocol: int) -> None:
    content = {
        "array": np.arange(6.0).reshape(2, 3),
        "slanted": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "number": np.float32(2.5),
        "list": [1, "two", b"three", (4.0, None), {5}],
        "tensor": torch.ones(2),
    }
    (tmp_path / "plain.pkl").write_bytes(pickle.dumps(content, protocol=protocol))
    read = read_pickle(tmp_path / "plain.pkl")
    np.testing.assert_array_equal(read["array"], content["array"])
    np.testing.assert_array_equal(read["slanted"], content["slanted"])
    assert read["number"] == 2.5
    assert read["list"] == [1, "two", b"three", [4.0, None], {5}]
    assert isinstance(read["tensor"], Unread)


def test_files_that_are_not_flame_say_so(tmp_path: Path) -> None:
    def refused(message: str, **changes: np.ndarray) -> None:
        entries = {**flame_entries(vertices=30), **changes}
        save_flame_npz(tmp_path / "bad.npz", {name: value for name, value in entries.items() if value is not None})
        with pytest.raises(InputError, match=message):
            load_flame(tmp_path / "bad.npz")

    with pytest.raises(InputError, match=r"no FLAME model.*flame\.is\.tue\.mpg\.de"):
        load_flame(tmp_path / "missing.pkl")
    refused("lacks posedirs", posedirs=None)
    refused("posedirs has shape", posedirs=np.zeros((30, 3, 207)))  # SMPL's
    refused("J_regressor has shape", J_regressor=np.zeros((24, 30)))
    refused("expression's are missing", shapedirs=np.zeros((30, 3, 300)))
    refused("not an array of numbers", weights=np.full((30, 5), "x"))
    (tmp_path / "text.pkl").write_text("no pickle")
    with pytest.raises(InputError, match="cannot read"):
        load_flame(tmp_path / "text.pkl")
    (tmp_path / "list.pkl").write_bytes(pickle.dumps([1]))
    with pytest.raises(InputError, match="holds a list"):
        load_flame(tmp_path / "list.pkl")
    (tmp_path / "text.npz").write_text("no zip")
    with pytest.raises(InputError, match="cannot read"):
        load_flame(tmp_path / "text.npz")


@pytest.mark.parametrize(
    ("entry", "change", "message"),
    [
        ("f", lambda a: a + 30, "f names vertex"),
        ("f", lambda a: a.astype(np.int64) - 40, "f names vertex"),
        ("f", lambda a: a[:0], "f is not an array of numbers"),
        ("v_template", lambda a: np.where(a == a[0, 0], np.nan, a), "v_template holds what is no number"),
        ("kintree_table", lambda a: a[:, ::-1] + 3, "carried by none before it"),
    ],
)
def test_models_that_would_fail_later_are_refused(tmp_path: Path, entry: str, change: Any, message: str) -> None:
    entries = flame_entries(vertices=30)
    save_flame_npz(tmp_path / "bad.npz", {**entries, entry: change(entries[entry])})
    with pytest.raises(InputError, match=message):
        load_flame(tmp_path / "bad.npz")


def test_any_flipped_byte_of_a_model_is_a_message_or_nothing(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "whole.npz", **flame_entries(vertices=9))
    whole = (tmp_path / "whole.npz").read_bytes()
    for at in np.random.default_rng(0).integers(0, len(whole), 60):
        (tmp_path / "bad.npz").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(InputError):  # and nothing else
            load_flame(tmp_path / "bad.npz")


def test_small_files_that_would_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", f=np.zeros(5_000_000))
    monkeypatch.setattr("ksdiff.face.own_files.MAX_FILE", 32 << 20)
    with pytest.raises(InputError, match="unpacks to 38 MB"):
        load_flame(tmp_path / "bomb.npz")
    (tmp_path / "far.pkl").write_bytes(b"\x80\x02]r" + struct.pack("<I", 2**31) + b".")
    with pytest.raises(InputError, match="more objects than it has bytes"):
        read_pickle(tmp_path / "far.pkl")
    laughs: list = []
    for _ in range(100):
        laughs = [laughs, laughs]
    (tmp_path / "laughs.pkl").write_bytes(pickle.dumps(laughs))
    assert len(read_pickle(tmp_path / "laughs.pkl")) == 2
    wide = sparse.csc_matrix((200_000, 200_000))
    (tmp_path / "wide.pkl").write_bytes(pickle.dumps({"J_regressor": wide}, protocol=4))
    with pytest.raises(InputError, match="sparse matrix of the shape"):
        read_pickle(tmp_path / "wide.pkl")
    os.mkfifo(tmp_path / "pipe.pkl")
    with pytest.raises(InputError, match="regular file"):
        read_pickle(tmp_path / "pipe.pkl")


def test_masks_name_each_vertex_once(tmp_path: Path) -> None:
    masks = {
        "lips": np.array([9, 4, 4, 7]),
        "forehead": np.array([1, 3]),
        "eye_region": np.array([3, 0]),
        "neck": np.array([8]),
    }
    (tmp_path / "FLAME_masks.pkl").write_bytes(pickle.dumps(masks, protocol=2))
    read = load_masks(tmp_path / "FLAME_masks.pkl")
    assert read.lips.tolist() == [4, 7, 9]
    assert read.upper_face.tolist() == [0, 1, 3]
    (tmp_path / "other.pkl").write_bytes(pickle.dumps(masks | {"lips": np.array([-1, 4])}))
    with pytest.raises(InputError, match="lips names vertex"):
        load_masks(tmp_path / "other.pkl")
    (tmp_path / "other.pkl").write_bytes(pickle.dumps({"lips": masks["lips"]}))
    with pytest.raises(InputError, match="lacks forehead, eye_region"):
        load_masks(tmp_path / "other.pkl")
    with pytest.raises(InputError, match=r"FLAME_masks\.pkl.*https"):
        load_masks(tmp_path / "missing.pkl")


def test_the_spaces_agree_about_their_channels() -> None:
    assert FLAME.head[FLAME.rotations("head")[1]] == FLAME_JAW.expression[FLAME_JAW.rotations("expression")[0]]
    assert FLAME.rotations("expression") == ()
    assert ARKIT.rotations("head") == (slice(0, 3),)
    for name, space in SPACES.items():
        assert get_space(name) is space
        path, channel = space.opening
        assert channel in space.channels(path)
        assert set(space.mouth) <= set(space.expression)


def flame_motion(space=FLAME, frames=6):
    random = np.random.default_rng(3)
    parameters = FlameParameters(
        random.standard_normal((frames, 50)), random.standard_normal((frames, 6)), random.standard_normal((frames, 3))
    )
    expression, head = parameters.channels(space)
    return parameters, Motion(expression, head, np.zeros(frames), np.zeros(frames), space=space)


@pytest.mark.parametrize("space", [FLAME, FLAME_JAW])
def test_channels_and_parameters_are_each_others_inverse(space) -> None:
    parameters, motion = flame_motion(space)
    again = FlameParameters.of(motion.expression, motion.head, space)
    for name in ("expression", "pose", "camera"):
        np.testing.assert_array_equal(getattr(again, name), getattr(parameters, name))
    np.testing.assert_array_equal(motion.opening, parameters.pose[:, 3])
    with pytest.raises(InputError, match="but it is arkit"):
        FlameParameters.of(np.zeros((1, 51)), np.zeros((1, 6)), ARKIT)


@pytest.mark.parametrize("space", [FLAME, FLAME_JAW])
def test_the_jaw_is_resampled_as_a_rotation(space) -> None:
    _, motion = flame_motion(space, frames=2)
    path, jaw = space.jaw
    getattr(motion, path)[:, jaw] = [[3.0, 0, 0], [0, 3.0, 0]]  # nearly half turns: halfway is no mean of vectors
    fast = motion.resample(50.0)
    half = getattr(fast, path)[1, jaw]
    first, last = (Rotation.from_rotvec(vector) for vector in ([3.0, 0, 0], [0, 3.0, 0]))
    expected = first * Rotation.from_rotvec((first.inv() * last).as_rotvec() / 2)
    np.testing.assert_allclose(Rotation.from_rotvec(half).as_matrix(), expected.as_matrix(), atol=1e-9)
    np.testing.assert_allclose(fast.expression[1, :50], motion.expression[:, :50].mean(axis=0), atol=1e-12)


def test_a_motion_survives_its_file(tmp_path: Path) -> None:
    _, motion = flame_motion(FLAME_JAW)
    motion.save(tmp_path / "motion.npz")
    assert Motion.load(tmp_path / "motion.npz") == motion


def test_keyframes_see_the_jaw_where_it_is() -> None:
    still = FlameParameters(np.zeros((3, 50)), np.zeros((3, 6)), np.zeros((3, 3)))
    pose = np.zeros((3, 6))
    pose[1:, 3] = 0.2
    opened = replace(still, pose=pose)
    head, expression = motion_variation(*reversed(opened.channels(FLAME)), FLAME)
    np.testing.assert_allclose(head, [0, 0.2, 0])
    assert not expression.any()
    head, expression = motion_variation(*reversed(opened.channels(FLAME_JAW)), FLAME_JAW)
    np.testing.assert_allclose(expression, [0, 0.2, 0])
    assert not head.any()


def test_a_face_whose_mouth_cannot_be_told_apart_does_not_freeze_in_silence() -> None:
    _, motion = flame_motion(FLAME_JAW, frames=50)
    silent = np.ones(50, dtype=bool)
    rested = rest_in_silence(motion.expression, np.zeros(53), silent, FLAME_JAW, 25.0)
    np.testing.assert_array_equal(rested, motion.expression)


@pytest.mark.parametrize("space", [FLAME, FLAME_JAW])
def test_coefficients_are_written_under_the_names_of_deca(space, tmp_path: Path) -> None:
    parameters, motion = flame_motion(space)
    write_flame_npz(motion, tmp_path / "flame.npz", camera=(10.0, 0.5, -0.5))
    # What reads DECA's output reads it too: the scale is that of the neutral pose times one plus the change.
    with np.load(tmp_path / "flame.npz", allow_pickle=False) as data:
        assert set(data.files) == {"exp", "pose", "cam", "fps"}
        np.testing.assert_allclose(data["exp"], parameters.expression, atol=1e-6)
        np.testing.assert_allclose(data["pose"], parameters.pose, atol=1e-6)
        np.testing.assert_allclose(data["cam"], [10, 0.5, -0.5] + parameters.camera * [10, 1, 1], atol=1e-5)
        assert data["fps"] == 25.0
    with pytest.raises(InputError, match="it is arkit"):
        write_flame_npz(synthetic_motion(), tmp_path / "arkit.npz")


def test_formats_are_those_that_a_space_allows(tmp_path: Path) -> None:
    assert "flame" not in default_formats(ARKIT)
    assert set(default_formats(FLAME)) == {"npz", "timeline", "keyframes", "flame"}
    _, motion = flame_motion(FLAME_JAW)
    written, missing = write_outputs(motion, tmp_path, Sound(None, synthetic_sound(0.3)))
    assert {path.name for path in written} == {"motion.npz", "timeline.png", "keyframes.json", "flame.npz"}
    assert not missing
    with pytest.raises(InputError, match=r"arkit.*flame-jaw"):
        write_outputs(motion, tmp_path, Sound(None, synthetic_sound(0.3)), ["csv"])


@pytest.fixture
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlameModel:
    """A folder of FLAME files, as the metrics look for it."""
    masks = {"lips": np.array([3, 8, 8, 20]), "forehead": np.array([1]), "eye_region": np.array([1, 5])}
    (tmp_path / "FLAME_masks.pkl").write_bytes(pickle.dumps(masks))
    monkeypatch.setenv("KSDIFF_FLAME", str(tmp_path))
    return load_flame(save_flame_npz(tmp_path / "flame.npz", flame_entries()))


@pytest.mark.parametrize("space", [FLAME, FLAME_JAW])
def test_lip_errors_are_those_of_the_lips_in_motion(space, own_files: FlameModel) -> None:
    frames = 30
    parameters, motion = flame_motion(space, frames)
    pose = parameters.pose.copy()
    pose[:, 3] += 0.1  # only the jaw is wrong
    expression, head = replace(parameters, pose=pose).channels(space)
    everywhere = {path: np.ones(frames, dtype=bool) for path in ("expression", "head")}
    performance = Performance(
        clip="a", speaker="b", expression=expression, head=head, keyframes={}, real_expression=motion.expression,
        real_head=motion.head, real_keyframes={}, known=everywhere, neutral=np.zeros(len(space.expression)),
        silent=np.zeros(frames, dtype=bool), phones=[], audio_beats=np.zeros(0), space=space,
    )  # fmt: skip
    scores = score_clip(performance)
    lips = np.array([3, 8, 20])
    made, real = (
        own_files.posed(replace(parameters, pose=turns), head=False)[:, lips] for turns in (pose, parameters.pose)
    )
    expected = ((made - real) ** 2).sum(axis=-1).max(axis=-1).mean()
    assert scores["lve"][0] == pytest.approx(expected, rel=1e-3)
    assert scores["lve"][1] == frames
    # Turning the head changes nothing; without a model there is no figure.
    turned_head = head.copy()
    turned_head[:, :3] += 1.0
    assert score_clip(replace(performance, head=turned_head))["lve"] == scores["lve"]


def test_without_a_model_flame_has_no_shape(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KSDIFF_FLAME", raising=False)
    _, motion = flame_motion()
    assert face_shape(motion.expression, motion.head, FLAME) is None
    monkeypatch.setenv("KSDIFF_FLAME", str(tmp_path / "empty"))
    with pytest.raises(InputError, match=r"none of generic_model\.pkl"):
        face_shape(motion.expression, motion.head, FLAME)


@pytest.mark.parametrize("kind", [sparse.csc_matrix, sparse.csr_matrix])
@pytest.mark.parametrize("protocol", [2, 4])
def test_sparse_matrices_are_read_as_arrays(tmp_path: Path, kind: type, protocol: int) -> None:
    dense = np.random.default_rng(3).standard_normal((5, 9)) * (np.arange(9) % 3 == 1)
    matrix = kind(dense)
    matrix.data, matrix.indices = np.append(matrix.data, 7.0), np.append(matrix.indices, 0)  # room that is not used
    (tmp_path / "a.pkl").write_bytes(pickle.dumps({"J_regressor": matrix}, protocol=protocol))
    np.testing.assert_array_equal(read_pickle(tmp_path / "a.pkl")["J_regressor"], dense)


@pytest.mark.parametrize(
    ("part", "values", "message"),
    [
        ("indices", [0, 9], "beyond its 3 columns"),
        ("indices", [0, -1], "beyond its 3 columns"),
        ("indptr", [0, 1, 9], "not where it says"),
        ("indptr", [0, 2, 1], "not where it says"),
        ("indptr", [1, 1, 2], "not where it says"),
        ("indptr", [0, 2], "not where it says"),
    ],
)
def test_sparse_matrices_that_are_damaged_are_refused(
    tmp_path: Path, part: str, values: list[int], message: str
) -> None:
    matrix = sparse.csr_matrix(np.array([[1.0, 0, 0], [0, 2.0, 0]]))
    setattr(matrix, part, np.array(values, np.int32))
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(matrix, protocol=4))
    with pytest.raises(InputError, match=message):
        read_pickle(tmp_path / "a.pkl")
