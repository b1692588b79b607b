"""A motion on other people's heads: made here, small, with known shapes and bones."""

import base64
import copy
import json
import os
import re
import shutil
import struct
import subprocess
import wave
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear
from scipy.spatial.transform import Rotation
from support.avatars import FACE, HEAD, LEFT_EYE, NECK, avatar, glb_bytes, vrm_0, vrm_1, write_glb_avatar
from support.checkpoints import save_untrained
from support.files import GLTF_VALIDATOR
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.cli import main
from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.layers.eyes import gaze_angles
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES, get_space
from ksdiff.output.avatar import NECK_SHARE, PHOTO, read_avatar
from ksdiff.output.reduction import REGIONS, _bounded, reduce, usable
from ksdiff.output.retarget import MAX_WEIGHTS, RetargetReport, retarget
from ksdiff.output.shape_map import propose
from ksdiff.output.shape_names import SHAPES, VISEMES, shape_of

OCULUS = ("sil", *VISEMES)
VOWELS = {"aa": "aa", "ih": "ih", "ou": "ou", "ee": "E", "oh": "oh"}  # VRM's name, and that of the viseme


class Played:
    """What a program that reads glTF sees: JSON, binary part, and the curves of the last animation."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        if path.suffix == ".gltf":
            self.json, self.chunks = json.loads(data), []
            self.binary = base64.b64decode(self.json["buffers"][0]["uri"].split(",")[1])
            return
        magic, version, length = struct.unpack_from("<4sII", data)
        assert (magic, version, length) == (b"glTF", 2, len(data))
        self.chunks, at = [], 12
        while at < length:
            size, kind = struct.unpack_from("<I4s", data, at)
            self.chunks.append((kind, data[at + 8 : at + 8 + size]))
            at += 8 + size
        self.json = json.loads(self.chunks[0][1])
        self.binary = self.chunks[1][1] if len(self.chunks) > 1 else b""

    def accessor(self, number: int) -> np.ndarray:
        accessor = self.json["accessors"][number]
        view = self.json["bufferViews"][accessor["bufferView"]]
        width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[accessor["type"]]
        assert accessor["componentType"] == 5126
        assert view["byteLength"] == 4 * width * accessor["count"]
        return np.frombuffer(self.binary, "<f4", width * accessor["count"], view["byteOffset"]).reshape(-1, width)

    def curve(self, node: int, path: str) -> tuple[np.ndarray, np.ndarray]:
        """Times, and values [T, C], of the last animation."""
        animation = self.json["animations"][-1]
        (channel,) = (c for c in animation["channels"] if c["target"] == {"node": node, "path": path})
        sampler = animation["samplers"][channel["sampler"]]
        times = self.accessor(sampler["input"])[:, 0]
        return times, self.accessor(sampler["output"]).reshape(len(times), -1)

    def world(self, node: int, frame: int | None) -> Rotation:
        """Rotation of a node in the world: at a frame, or at rest."""
        nodes = self.json["nodes"]
        parents = {child: parent for parent, described in enumerate(nodes) for child in described.get("children", [])}
        moving = {
            c["target"]["node"] for c in self.json["animations"][-1]["channels"] if c["target"]["path"] == "rotation"
        }
        if frame is not None and node in moving:
            own = Rotation.from_quat(self.curve(node, "rotation")[1][frame])
        else:
            own = Rotation.from_quat(nodes[node].get("rotation", [0, 0, 0, 1]))
        return self.world(parents[node], frame) * own if node in parents else own


def put(motion: Motion, source: Path, out: Path) -> tuple[Played, RetargetReport]:
    report = retarget(motion, read_avatar(source), out)
    return Played(out), report


def looking(shapes: dict[str, float], frames: int = 3) -> Motion:
    """A still face with these ARKit weights."""
    motion = synthetic_motion(seconds=frames / 25)
    motion.expression[:] = 0
    for name in set(shapes) & set(ARKIT.expression):
        motion.expression[:, ARKIT.index(name)] = shapes[name]
    return motion


@pytest.fixture(scope="module")
def motion() -> Motion:
    return synthetic_motion(seconds=0.6)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("jawOpen", "jawOpen"),
        ("JAW_OPEN", "jawOpen"),
        ("blendShape1.jawOpen", "jawOpen"),
        ("Face|Body:jawOpen", "jawOpen"),
        ("jawOpen.001", "jawOpen"),
        ("eyeBlink_L", "eyeBlinkLeft"),
        ("Eye_Blink_R", "eyeBlinkRight"),
        ("MouthSmile.Left", "mouthSmileLeft"),
        ("mouthLeft", "mouthLeft"),
        ("Face.M_F00_000_00_Fcl_MTH_A", "aa"),
        ("Face.M_F00_000_00_Fcl_EYE_Close_L", "eyeBlinkLeft"),
        ("viseme_PP", "PP"),
        ("viseme_I", "ih"),
        ("vrc.v_oh", "oh"),
        ("mouthSmile", "mouthSmile"),
        ("eyesClosed", "eyeBlink"),
        ("browInnerUpLeft", "browInnerUp"),
        ("まばたき", "eyeBlink"),
        ("viseme_sil", None),
        ("Hair_SS", None),
        ("jawOpener", None),
        ("", None),
        ("007", None),
    ],
)
def test_names_in_all_their_spellings(name: str, shape: str | None) -> None:
    assert shape_of(name) == shape


@pytest.mark.parametrize("prefix", ["", "Head_geo.", "blendShape2."])
def test_every_arkit_shape_and_viseme_is_known_by_its_name(prefix: str) -> None:
    assert [shape_of(prefix + name) for name in ARKIT_SHAPES] == list(ARKIT_SHAPES)
    capital = [name[0].upper() + name[1:] for name in ARKIT_SHAPES]  # Live Link's, and VRM's "perfect sync"
    assert [shape_of(prefix + name) for name in capital] == list(ARKIT_SHAPES)
    assert [shape_of(f"{prefix}viseme_{name}") for name in VISEMES] == list(VISEMES)


def test_the_table_names_only_shapes_that_exist() -> None:
    for weights in SHAPES.values():
        assert set(weights) <= set(ARKIT_SHAPES)
        assert all(0 < weight <= 1 for weight in weights.values())
    channels = [name for name in ARKIT.expression if sum(name.startswith(starts) for starts in REGIONS.values()) == 1]
    assert channels == list(ARKIT.expression)


def test_arkit_weights_arrive_as_they_are(tmp_path: Path, motion: Motion) -> None:
    names = ("hairUp", *(f"Head_geo.{name}" for name in ARKIT_SHAPES))
    source = write_glb_avatar(tmp_path / "a.glb", names, meshes=2)
    played, report = put(motion, source, tmp_path / "b.glb")
    for node in (FACE, FACE + 1):
        times, weights = played.curve(node, "weights")
        np.testing.assert_allclose(times, motion.times, atol=1e-6)
        assert weights.shape == (len(motion), 53)
        for channel in ARKIT.expression:
            np.testing.assert_allclose(
                weights[:, names.index(f"Head_geo.{channel}")], motion.channel(channel), atol=1e-6
            )
        np.testing.assert_array_equal(weights[:, [0, 52]], 0)
    assert report.lost == ()
    assert report.unused == ("Head_geo.tongueOut", "hairUp")
    assert report.mapped["jawOpen"] == ("Head_geo.jawOpen",)
    assert min(report.shown.values()) == pytest.approx(1.0)


def test_nothing_else_of_the_file_changes(tmp_path: Path, motion: Motion) -> None:
    more = {
        "extensions": {"ACME_secret": {"ü": [1.5, 1e-7, None, {"deep": True}]}, "KHR_lights_punctual": {"lights": []}},
        "extensionsUsed": ["ACME_secret", "KHR_lights_punctual"],
        "extras": {"a": "b"},
    }
    content, binary = avatar(("jawOpen",), **more)
    source = tmp_path / "a.glb"
    source.write_bytes(glb_bytes(content, binary, extra=b"kept as it is..."))
    played, _ = put(motion, source, tmp_path / "b.glb")
    assert played.binary[: len(binary)] == binary
    assert played.chunks[2:] == [(b"XTRA", b"kept as it is...")]
    grown = ("accessors", "bufferViews", "animations")
    for name in grown:
        assert played.json[name][: len(content[name])] == content[name]
    same = set(content) - {*grown, "buffers"}
    assert {name: played.json[name] for name in same} == {name: content[name] for name in same}
    assert list(played.json) == list(content)
    assert [animation["name"] for animation in played.json["animations"]] == ["Idle", "Speech"]
    again, _ = put(motion, tmp_path / "b.glb", tmp_path / "c.glb")
    assert [animation["name"] for animation in again.json["animations"]] == ["Idle", "Speech", "Speech 2"]


def test_head_and_neck_together_turn_as_the_motion_does(tmp_path: Path, motion: Motion) -> None:
    played, report = put(motion, write_glb_avatar(tmp_path / "a.glb", ("jawOpen",)), tmp_path / "b.glb")
    assert report.bones == {
        "head": "Head", "neck": "Neck", "leftEye": "LeftEye", "rightEye": "RightEye",
    }  # fmt: skip
    for frame in (0, 7, 14):
        turn = Rotation.from_rotvec(motion.head[frame, :3])
        part = Rotation.from_rotvec(NECK_SHARE * motion.head[frame, :3])
        for node, expected in ((HEAD, turn), (NECK, part)):
            moved = played.world(node, frame) * played.world(node, None).inv()
            assert (moved * expected.inv()).magnitude() < 1e-6


def test_a_bone_at_rest_with_a_matrix_turns_alike(tmp_path: Path, motion: Motion) -> None:
    content, binary = avatar(("jawOpen",))
    plain = tmp_path / "plain.glb"
    plain.write_bytes(glb_bytes(content, binary))
    rest = Rotation.from_quat(content["nodes"][NECK].pop("rotation")).as_matrix()
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rest * [2, 2, 2], [1, 2, 3]
    content["nodes"][NECK]["matrix"] = matrix.T.ravel().tolist()
    source = tmp_path / "a.glb"
    source.write_bytes(glb_bytes(content, binary))
    played, _ = put(motion, source, tmp_path / "b.glb")
    expected, _ = put(motion, plain, tmp_path / "c.glb")
    node = played.json["nodes"][NECK]
    assert "matrix" not in node
    np.testing.assert_allclose(node["scale"], [2, 2, 2])
    np.testing.assert_allclose(node["translation"], [1, 2, 3])
    for bone in (NECK, HEAD):
        difference = (
            Rotation.from_quat(played.curve(bone, "rotation")[1])
            * Rotation.from_quat(expected.curve(bone, "rotation")[1]).inv()
        )
        assert difference.magnitude().max() < 1e-6


def test_eye_bones_turn_where_no_shape_moves_the_eyes(tmp_path: Path, motion: Motion) -> None:
    played, report = put(motion, write_glb_avatar(tmp_path / "a.glb", ("jawOpen",)), tmp_path / "b.glb")
    still = replace(motion, head=np.zeros_like(motion.head))
    played, _ = put(still, tmp_path / "a.glb", tmp_path / "b.glb")
    ahead = played.world(LEFT_EYE, None).inv().apply([0, 0, 1])
    for frame in (0, 9):
        yaw, pitch = gaze_angles(motion.expression.astype(float))[frame, 0]
        x, y, z = played.world(LEFT_EYE, frame).apply(ahead)
        assert np.arctan2(x, z) == pytest.approx(yaw, abs=1e-6)  # to the face's own left
        assert np.arctan2(y, np.hypot(x, z)) == pytest.approx(pitch, abs=1e-6)  # up
    assert not any(name.startswith("eyeLook") for name in report.lost)
    played, report = put(still, write_glb_avatar(tmp_path / "c.glb", ("jawOpen", "eyesLookUp")), tmp_path / "d.glb")
    assert "leftEye" not in report.bones


@pytest.mark.parametrize("version", [0, 1])
def test_vrm_vowels_move_what_their_expressions_bind(tmp_path: Path, version: int) -> None:
    names = tuple(f"Fcl_{number}" for number in range(7))
    binds = {"aa": {0: 1.0, 6: 0.5}, "ih": {1: 1.0}, "ou": {2: 1.0}, "ee": {3: 1.0}, "oh": {4: 1.0}, "blink": {5: 1.0}}
    if version == 1:
        extension = vrm_1({**binds, "happy": {6: 1.0}})
    else:
        old = {"aa": "a", "ih": "i", "ou": "u", "ee": "e", "oh": "o", "blink": "blink"}
        groups = [(old[n].upper(), old[n], {at: 100 * w for at, w in b.items()}) for n, b in binds.items()]
        extension = vrm_0([*groups, ("Joy", "joy", {6: 100})])
    source = write_glb_avatar(tmp_path / "a.vrm", names, extensions=extension)
    for vowel, viseme in VOWELS.items():
        spoken = {**VISEMES[viseme], "eyeBlinkLeft": 0.7, "eyeBlinkRight": 0.7}
        played, report = put(looking(spoken), source, tmp_path / "b.vrm")
        weights = played.curve(FACE, "weights")[1][1]
        target = min(binds[vowel])
        # E lies between aa and ih: half of it may be these.
        assert weights[target] == pytest.approx(1.0, abs=0.5 if vowel == "ee" else 0.1)
        assert int(np.argmax(weights[:5])) == target
        assert weights[5] == pytest.approx(0.7, abs=0.02)
        assert weights[6] == pytest.approx(0.5 * weights[0])
        assert played.json["extensions"] == extension
    assert set(report.mapped) == {*VOWELS.values(), "eyeBlink"}
    assert "eyeWideLeft" in report.lost
    assert "jawOpen" not in report.lost
    assert ("happy" if version == 1 else "Joy") in report.unused
    assert report.bones == {"head": "Head", "neck": "Neck"}


def test_the_head_of_a_photo_turns_as_far_as_the_photo_bears_and_alone(tmp_path: Path) -> None:
    head = np.zeros((3, 6), np.float32)
    head[1:, 1] = np.radians([6.0, 40.0])
    motion = Motion(np.zeros((3, 51), np.float32), head, np.zeros(3, np.float32), np.zeros(3, np.float32), 25.0)
    for photo in (False, True):
        source = write_glb_avatar(
            tmp_path / "a.glb", ARKIT.expression, asset={"version": "2.0", "extras": {PHOTO: photo}}
        )
        played, report = put(motion, source, tmp_path / "b.glb")
        turned = [played.world(HEAD, frame) * played.world(HEAD, None).inv() for frame in (1, 2)]
        small, large = (np.degrees(one.magnitude()) for one in turned)
        assert small == pytest.approx(6.0, abs=1e-3)
        assert large == (pytest.approx(40.0, abs=1e-3) if not photo else pytest.approx(15.0, abs=0.3))
        assert report.bones == {"head": "Head"} | ({} if photo else {"neck": "Neck"})


def test_vrm_0_faces_the_other_way(tmp_path: Path, motion: Motion) -> None:
    source = write_glb_avatar(tmp_path / "a.vrm", ("x",), extensions=vrm_0([("A", "a", {0: 100})]))
    played, _ = put(motion, source, tmp_path / "b.vrm")
    around = Rotation.from_rotvec([0, np.pi, 0])
    expected = around * Rotation.from_rotvec(motion.head[7, :3]) * around.inv()
    moved = played.world(HEAD, 7) * played.world(HEAD, None).inv()
    assert (moved * expected.inv()).magnitude() < 1e-6


def test_perfect_sync_expressions_of_vrm_are_arkit_shapes(tmp_path: Path, motion: Motion) -> None:
    custom = {name[0].upper() + name[1:]: {at: 1.0} for at, name in enumerate(ARKIT.expression)}
    names = tuple(f"m{at}" for at in range(len(custom)))
    source = write_glb_avatar(tmp_path / "a.vrm", names, extensions=vrm_1({"aa": {17: 0.8}}, custom))
    played, report = put(motion, source, tmp_path / "b.vrm")
    np.testing.assert_allclose(played.curve(FACE, "weights")[1], motion.expression, atol=1e-6)
    assert "aa" in report.unused


def test_a_binary_expression_is_0_or_1(tmp_path: Path) -> None:
    extension = vrm_1({"blink": {0: 0.6}})
    extension["VRMC_vrm"]["expressions"]["preset"]["blink"]["isBinary"] = True
    source = write_glb_avatar(tmp_path / "a.vrm", ("x",), extensions=extension)
    motion = looking({}, 3)
    for frame, weight in enumerate((0.2, 0.4, 0.9)):
        motion.expression[frame, [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]] = weight
    played, _ = put(motion, source, tmp_path / "b.vrm")
    np.testing.assert_allclose(played.curve(FACE, "weights")[1][:, 0], [0, 0, 0.6], atol=1e-6)


def test_oculus_visemes_say_what_arkit_weights_say(tmp_path: Path) -> None:
    source = write_glb_avatar(tmp_path / "a.glb", tuple(f"viseme_{name}" for name in OCULUS))
    for viseme in ("PP", "FF", "CH", "SS", "aa", "E", "ih", "oh", "ou"):
        played, report = put(looking(VISEMES[viseme]), source, tmp_path / "b.glb")
        weights = played.curve(FACE, "weights")[1][0]
        assert int(np.argmax(weights)) == OCULUS.index(viseme)
        assert report.shown["lips and jaw"] > 0.95
    played, report = put(looking({}), source, tmp_path / "b.glb")
    assert played.curve(FACE, "weights")[1].max() == 0
    assert "viseme_sil" in report.unused


def test_ready_player_me_moves_by_its_arkit_shapes_alone(tmp_path: Path, motion: Motion) -> None:
    names = (*ARKIT_SHAPES, *(f"viseme_{name}" for name in OCULUS), "mouthOpen", "mouthSmile", "eyesClosed")
    played, report = put(motion, write_glb_avatar(tmp_path / "a.glb", names), tmp_path / "b.glb")
    weights = played.curve(FACE, "weights")[1]
    np.testing.assert_allclose(weights[:, names.index("jawOpen")], motion.channel("jawOpen"), atol=1e-6)
    np.testing.assert_array_equal(weights[:, 52:], 0)
    assert {"viseme_aa", "mouthOpen", "eyesClosed"} <= set(report.unused)


def test_combined_shapes_stand_in_only_for_what_is_missing() -> None:
    assert usable({"mouthOpen", "mouthSmile"}) == ("mouthSmile", "mouthOpen")
    assert usable({"mouthOpen", "jawOpen", "mouthSmile", "mouthSmileLeft"}) == (
        "jawOpen",
        "mouthSmileLeft",
        "mouthSmile",
    )
    assert usable({"tongueOut"}) == ()


def test_lips_still_meet_on_a_head_without_mouth_close() -> None:
    head = load_head()
    motion = looking({"jawOpen": 0.3, "mouthClose": 0.3}, 1)
    reduced = reduce(motion.expression, set(ARKIT_SHAPES) - {"mouthClose"})
    solved = np.zeros((1, 51), np.float32)
    for name, weights in reduced.weights.items():
        solved[:, ARKIT.index(name)] = weights
    dropped = motion.expression.copy()
    dropped[:, ARKIT.index("mouthClose")] = 0

    def gap(expression: np.ndarray) -> float:
        upper, lower = head.landmark_positions(head.vertices(expression))[0, [13, 14]]
        return float(np.linalg.norm(upper - lower))

    assert gap(solved) < 0.35 * gap(dropped)
    assert reduced.lost == ("mouthClose",)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_the_solver_finds_what_scipy_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    factor, goal = random.normal(size=(8, 5)), random.normal(size=8)
    quadratic = factor.T @ factor + 0.02 * np.eye(5)
    linear = factor.T @ goal
    solved = _bounded(quadratic, linear[None], np.zeros((1, 5)))[0]
    padded = np.concatenate([factor, np.sqrt(0.02) * np.eye(5)])
    expected = lsq_linear(padded, np.concatenate([goal, np.zeros(5)]), (0, 1), tol=1e-12).x
    np.testing.assert_allclose(solved, expected, atol=1e-3)


def test_weights_follow_without_jumps() -> None:
    motion = synthetic_motion(seconds=2.0, fps=100.0)
    step = np.abs(np.diff(motion.expression, axis=0)).max()
    for weights in reduce(motion.expression, set(VISEMES)).weights.values():
        assert np.abs(np.diff(weights)).max() < 10 * step


def test_rest_weights_of_other_targets_stay(tmp_path: Path, motion: Motion) -> None:
    content, binary = avatar(("fat", "jawOpen"))
    content["meshes"][0]["weights"] = [0.25, 0.0]
    (tmp_path / "a.glb").write_bytes(glb_bytes(content, binary))
    played, _ = put(motion, tmp_path / "a.glb", tmp_path / "b.glb")
    np.testing.assert_array_equal(played.curve(FACE, "weights")[1][:, 0], 0.25)


def test_a_gltf_takes_its_files_along(tmp_path: Path, motion: Motion) -> None:
    content, binary = avatar(ARKIT_SHAPES)
    content["buffers"][0]["uri"] = "some%20data.bin"
    content["images"] = [{"uri": "skin.png"}, {"uri": "https://example.org/a.png"}]
    (tmp_path / "some data.bin").write_bytes(binary)
    (tmp_path / "skin.png").write_bytes(b"a picture")
    (tmp_path / "a.gltf").write_text(json.dumps(content))
    for name in ("b.gltf", "b.glb"):
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        played, _ = put(motion, tmp_path / "a.gltf", tmp_path / "elsewhere" / name)
        assert played.binary[: len(binary)] == binary
        assert played.json["images"][0]["uri"] == "data:image/png;base64," + base64.b64encode(b"a picture").decode()
        assert played.json["images"][1] == content["images"][1]
        np.testing.assert_allclose(played.curve(FACE, "weights")[1][:, 0], motion.channel("eyeBlinkLeft"), atol=1e-6)


@pytest.mark.parametrize("uri", ["../secret.bin", "/etc/hostname", "file:///etc/hostname", "missing.bin"])
def test_files_outside_the_folder_are_not_read(tmp_path: Path, uri: str) -> None:
    content, _ = avatar(("jawOpen",))
    content["buffers"][0]["uri"] = uri
    (tmp_path / "secret.bin").write_bytes(b"secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.gltf").write_text(json.dumps(content))
    with pytest.raises(InputError, match="it refers to"):
        read_avatar(tmp_path / "in" / "a.gltf")


def test_bad_files_are_named(tmp_path: Path, motion: Motion) -> None:
    with pytest.raises(InputError, match=r"must end in \.glb, \.vrm, \.gltf"):
        read_avatar(tmp_path / "a.fbx")
    with pytest.raises(InputError, match="cannot read"):
        read_avatar(tmp_path / "a.glb")
    (tmp_path / "a.glb").write_bytes(b"solid nonsense, and more of it")
    with pytest.raises(InputError, match=r"not a glTF 2\.0 file"):
        read_avatar(tmp_path / "a.glb")
    with pytest.raises(InputError, match="no shape that is known \\(its morph targets: hairUp, wink\\)"):
        read_avatar(write_glb_avatar(tmp_path / "a.glb", ("hairUp", "wink")))
    source = write_glb_avatar(tmp_path / "a.glb", ("jawOpen",))
    with pytest.raises(InputError, match="no node 'Haed': did you mean 'Head'"):
        read_avatar(source, head_node="Haed")
    with pytest.raises(InputError, match="the neck 'LeftEye' carries no head"):
        read_avatar(source, neck_node="LeftEye")
    with pytest.raises(InputError, match="must end in"):
        retarget(motion, read_avatar(source), tmp_path / "b.fbx")
    other = get_space("flame")
    flame = Motion(
        np.zeros((2, len(other.expression))), np.zeros((2, len(other.head))), np.zeros(2), np.zeros(2), space=other
    )
    with pytest.raises(InputError, match="'flame'"):
        retarget(flame, read_avatar(source), tmp_path / "b.glb")
    assert not (tmp_path / "b.glb").exists()


HUGE = 10**400
HOSTILE = {
    "weights of 400 digits": lambda c: c["meshes"][0].update(weights=[HUGE]),
    "a weight of 400 digits": lambda c: c["extensions"]["VRMC_vrm"]["expressions"]["preset"]["aa"]["morphTargetBinds"][
        0
    ].update(weight=HUGE),
    "infinity": lambda c: c.update(extras={"a": "@1e999"}),
    "a mesh counted from the end": lambda c: c["nodes"][FACE].update(mesh=-1),
    "a node counted from the end": lambda c: c["extensions"]["VRMC_vrm"]["expressions"]["preset"]["aa"][
        "morphTargetBinds"
    ][0].update(node=-1),
    "a bone counted from the end": lambda c: c["extensions"]["VRMC_vrm"].update(
        humanoid={"humanBones": {"head": {"node": -4}}}
    ),
    "a view beyond the buffer": lambda c: c["bufferViews"][0].update(byteLength=2**40),
    "an accessor beyond its view": lambda c: c["accessors"][0].update(count=2**40),
    "a bone scaled to nothing": lambda c: (
        c["nodes"][HEAD].pop("translation"),
        c["nodes"][HEAD].update(matrix=[0.0] * 15 + [1.0]),
    ),
    "its own ancestor": lambda c: c["nodes"][HEAD].update(children=[NECK]),
    "too many values": lambda c: c.update(extras=[[]] * 5_000_000),
    "deep nesting": lambda c: c.update(extras="@" + "[" * 100_000 + "]" * 100_000),
    "many faces": lambda c: c["nodes"].extend({"mesh": 0} for _ in range(20_000)),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(tmp_path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    content, binary = avatar(("jawOpen", "A"), extensions=vrm_1({"aa": {1: 1.0}}))
    content = copy.deepcopy(content)
    change(content)
    text = re.sub('"@([^"]*)"', lambda found: found[1], json.dumps(content, separators=(",", ":")))  # as it stands
    (tmp_path / "a.vrm").write_bytes(glb_bytes(text, binary))
    with pytest.raises(InputError, match=r"a\.vrm is (damaged|not a glTF 2\.0 file)"):
        read_avatar(tmp_path / "a.vrm")


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.glb")
    with pytest.raises(InputError, match="not a regular file"):
        read_avatar(tmp_path / "pipe.glb")
    with (tmp_path / "large.glb").open("wb") as file:
        file.truncate(2**30)  # takes no room
    with pytest.raises(InputError, match="1024 MB"):
        read_avatar(tmp_path / "large.glb")
    content, _ = avatar(("jawOpen",))
    content["images"] = [{"uri": "large.glb"}]
    (tmp_path / "a.gltf").write_text(json.dumps(content))
    with pytest.raises(InputError, match="1024 MB"):
        read_avatar(tmp_path / "a.gltf")


def test_nesting_that_can_be_read_and_not_written_is_a_message(tmp_path: Path, motion: Motion) -> None:
    content, binary = avatar(("jawOpen",))
    for depth in (200, 400, 600, 800, 900, 950):
        text = json.dumps({**content, "extras": "@"}).replace('"@"', "[" * depth + "]" * depth)
        (tmp_path / "a.glb").write_bytes(glb_bytes(text, binary))
        with suppress(InputError):  # and nothing else
            retarget(motion, read_avatar(tmp_path / "a.glb"), tmp_path / "b.glb")


def test_an_animation_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    names = ("jawOpen", *(f"other{number}" for number in range(999)))
    source = write_glb_avatar(tmp_path / "a.glb", names)
    still = looking({"jawOpen": 1.0}, MAX_WEIGHTS // 4000 + 1)
    with pytest.raises(InputError, match="animate it in parts"):
        retarget(still, read_avatar(source), tmp_path / "b.glb")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damaged_files_give_a_message(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content, binary = avatar(("jawOpen", "A"), extensions=vrm_1({"aa": {1: 1.0}}) | vrm_0([("A", "a", {1: 100})]))
    content = copy.deepcopy(content)
    owner: Any = content
    for _ in range(8):  # go down to some value and replace it
        keys = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(owner[key], dict | list) or not owner[key] or data.draw(st.booleans()):
            break
        owner = owner[key]
    owner[key] = data.draw(st.sampled_from([None, -1, 99, HUGE, 1.5, "x", [], {}, [0, 0], {"a": 1}]))
    path = tmp_path_factory.mktemp("damaged") / "a.vrm"
    damaged = glb_bytes(content, binary)
    path.write_bytes(damaged[: data.draw(st.sampled_from([len(damaged), len(damaged) - 4, 200, 16, 3]))])
    with suppress(InputError):  # and nothing else
        retarget(looking({}, 1), read_avatar(path), path.with_name("b.vrm"))


def test_the_command(tmp_path: Path, motion: Motion, capsys: pytest.CaptureFixture[str]) -> None:
    motion.save(tmp_path / "motion.npz")
    source = write_glb_avatar(tmp_path / "my head.glb", ("jawOpen", "wink"))
    base = ["retarget", str(tmp_path / "motion.npz"), str(source), "--out"]
    main([*base, str(tmp_path / "out.glb"), "--fps", "60"])  # names with blanks are fine
    printed = capsys.readouterr().out
    assert "by their own names: jawOpen" in printed
    assert "head -> Head" in printed
    assert "left at rest: wink" in printed
    assert "nothing shows: eyeBlinkLeft" in printed
    assert len(Played(tmp_path / "out.glb").curve(HEAD, "rotation")[0]) == round(0.6 * 60)
    with pytest.raises(SystemExit) as exit_info:
        main([*base, str(source)])
    assert exit_info.value.code == 2
    assert "would replace the input" in " ".join(capsys.readouterr().err.split())


def test_animate_puts_a_voice_onto_a_head(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = save_untrained(tmp_path / "untrained.safetensors")
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((8000 * synthetic_sound(0.5)).astype("<i2").tobytes())
    source = write_glb_avatar(tmp_path / "me.vrm", ("jawOpen",))
    base = [
        "animate", str(tmp_path / "tone.wav"), "--out", str(tmp_path / "out"), "--model", str(weights),
        "--formats", "csv", "bvh", "blender", "maya", "--fps", "29.97",
    ]  # fmt: skip
    main([*base, "--onto", str(source), "--timecode", "00:00:59:29"])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "arkit.csv", "head.bvh", "ksdiff_blender.py", "ksdiff_maya.py", "me_speech.vrm",
    }  # fmt: skip
    codes = [line.split(",")[0] for line in (tmp_path / "out" / "arkit.csv").read_text().splitlines()[1:]]
    assert codes[:2] == ["00:00:59:29.000", "00:01:00:02.000"]
    assert len(Played(tmp_path / "out" / "me_speech.vrm").curve(FACE, "weights")[0]) == len(codes)
    assert "head -> Head" in capsys.readouterr().out
    for wrong, message in (
        (["--timecode", "00:01:00:00"], "take 00:01:00:02"),
        (["--onto", str(tmp_path / "tone.wav")], "must end in .glb, .vrm, .gltf"),
    ):
        with pytest.raises(SystemExit) as exit_info:
            main([*base, "--model", "no such model", *wrong])  # said before anything is loaded
        assert exit_info.value.code == 2
        assert message in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("kind", ["arkit.glb", "visemes.glb", "one.vrm", "zero.vrm", "plain.gltf"])
def test_the_khronos_validator_finds_nothing(tmp_path: Path, motion: Motion, kind: str) -> None:
    node = shutil.which("node")
    if node is None or not (GLTF_VALIDATOR / "node_modules").is_dir():
        pytest.skip("the glTF validator is not installed: npm ci --prefix tests/gltf_validator")
    extensions = {
        "one.vrm": vrm_1({"aa": {0: 1.0}}), "zero.vrm": vrm_0([("A", "a", {0: 100})]),
    }.get(kind)  # fmt: skip
    names = {"arkit.glb": ARKIT_SHAPES, "visemes.glb": tuple(f"viseme_{name}" for name in OCULUS)}.get(
        kind, ("jawOpen",)
    )
    more = {"extensions": extensions, "extensionsUsed": list(extensions)} if extensions else {}
    content, binary = avatar(names, **more)
    source = tmp_path / f"a{Path(kind).suffix}"
    if kind == "plain.gltf":
        content["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(binary).decode()
        source.write_text(json.dumps(content))
    else:
        source.write_bytes(glb_bytes(content, binary))

    def messages(path: Path) -> list[dict[str, Any]]:
        command = [node, str(GLTF_VALIDATOR / "validate.js"), str(path)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)[
            "issues"
        ]["messages"]

    retarget(motion, read_avatar(source), tmp_path / kind)
    before, after = messages(source), messages(tmp_path / kind)
    assert after == before
    # "VRM" is a name that the validator does not like; errors and warnings of ours there are none.
    assert [m for m in after if m["severity"] < 2 and m["pointer"] != "/extensionsUsed/0"] == []


# The map of shapes.


@pytest.mark.parametrize(
    ("names", "moving"),
    [
        (("Fcl_EYE_Close_L", "eyeBlinkLeft"), {"eyeBlinkLeft"}),
        (("eyeBlink_L", "eyeBlinkLeft", "Fcl_EYE_Close_L"), {"eyeBlinkLeft"}),
        (("Head.eyeBlinkLeft", "eyeBlinkLeft.001"), {"Head.eyeBlinkLeft"}),
        (("browInnerUpLeft", "browInnerUpRight"), {"browInnerUpLeft", "browInnerUpRight"}),
        (("browInnerUpLeft", "browInnerUpRight", "browInnerUp"), {"browInnerUp"}),
    ],
)
def test_what_several_shapes_mean_is_driven_once(
    tmp_path: Path, motion: Motion, names: tuple[str, ...], moving: set[str]
) -> None:
    source = write_glb_avatar(tmp_path / "a.glb", names)
    spoken = looking({"eyeBlinkLeft": 0.8, "browInnerUp": 0.6})
    played, report = put(spoken, source, tmp_path / "b.glb")
    weights = dict(zip(names, played.curve(FACE, "weights")[1][0], strict=True))
    assert {name for name, weight in weights.items() if weight > 0.5} == moving
    assert all(weight == 0 for name, weight in weights.items() if name not in moving)
    assert {label for labels in report.mapped.values() for label in labels} == moving


def test_every_mesh_gets_the_best_of_its_own_shapes(tmp_path: Path) -> None:
    content, binary = avatar(("eyeBlinkLeft", "jawOpen"), meshes=2)
    content["meshes"][1]["extras"]["targetNames"] = ["Fcl_EYE_Close_L", "Teeth.jawOpen"]  # lashes and teeth
    (tmp_path / "a.glb").write_bytes(glb_bytes(content, binary))
    played, _ = put(looking({"eyeBlinkLeft": 0.8, "jawOpen": 0.3}), tmp_path / "a.glb", tmp_path / "b.glb")
    for node in (FACE, FACE + 1):
        np.testing.assert_allclose(played.curve(node, "weights")[1][0], [0.8, 0.3], atol=1e-6)


def test_an_expression_named_as_arkit_goes_before_a_preset(tmp_path: Path) -> None:
    names = ("Fcl_EYE_Close_L", "eyeBlinkLeft")
    for extension in (
        vrm_1({"blinkLeft": {0: 1.0}}, {"eyeBlinkLeft": {1: 1.0}}),
        vrm_0([("eyeBlinkLeft", "unknown", {1: 100}), ("Blink_L", "blink_l", {0: 100})]),
    ):
        source = write_glb_avatar(tmp_path / "a.vrm", names, extensions=extension)
        played, _ = put(looking({"eyeBlinkLeft": 0.8}), source, tmp_path / "b.vrm")
        np.testing.assert_allclose(played.curve(FACE, "weights")[1][0], [0, 0.8], atol=1e-6)


def test_an_edited_map_is_followed(tmp_path: Path) -> None:
    read = read_avatar(write_glb_avatar(tmp_path / "a.glb", ("jawOpen", "Joy", "wink", "mouthSmileLeft")))
    shapes = propose(read)
    assert shapes == {"jawOpen": {"jawOpen": 1.0}, "Joy": {}, "wink": {}, "mouthSmileLeft": {"mouthSmileLeft": 1.0}}
    shapes |= {"Joy": {"mouthSmileLeft": 0.25, "mouthSmileRight": 0.5}, "jawOpen": {"jawOpen": 1.5, "tongueOut": 1.0}}
    shapes["mouthSmileLeft"] = {"mouthSmileLeft": -1.0}
    spoken = looking({"jawOpen": 0.4, "mouthSmileLeft": 0.8, "mouthSmileRight": 0.6})
    report = retarget(spoken, read, tmp_path / "b.glb", shapes)
    weights = Played(tmp_path / "b.glb").curve(FACE, "weights")[1][0]
    np.testing.assert_allclose(weights, [0.6, 0.5, 0, 0], atol=1e-3)
    assert report.mapped["mouthSmileRight"] == ("Joy",)
    assert report.unused == ("wink",)
    for wrong, message in (
        ({"jawOpn": {"jawOpen": 1.0}}, "no shape 'jawOpn': did you mean 'jawOpen'"),
        ({"jawOpen": {"jawOpn": 1.0}}, "follows 'jawOpn', which is not known: did you mean 'jawOpen'"),
        ({"jawOpen": {"jawOpen": 3.0}}, "weight 3.0; it must be -2 to 2"),
    ):
        with pytest.raises(InputError, match=message):
            retarget(spoken, read, tmp_path / "c.glb", wrong)
    assert not (tmp_path / "c.glb").exists()


def test_a_map_is_written_edited_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    motion = looking({"eyeBlinkLeft": 0.8, "jawOpen": 0.2})
    motion.save(tmp_path / "motion.npz")
    source = write_glb_avatar(tmp_path / "a.glb", ("jawOpen", "ウィンク"))
    base = ["retarget", str(tmp_path / "motion.npz"), str(source), "--out", str(tmp_path / "b.glb")]
    main([*base, "--save-map", str(tmp_path / "map.json")])
    capsys.readouterr()
    text = (tmp_path / "map.json").read_text(encoding="utf-8")
    assert text == '{\n "jawOpen": {"jawOpen": 1.0},\n "ウィンク": {}\n}\n'
    (tmp_path / "map.json").write_text('{"ウィンク": {"eyeBlinkLeft": 0.5}}', encoding="utf-8")
    main([*base, "--map", str(tmp_path / "map.json")])
    assert "eyeBlinkLeft -> ウィンク" in capsys.readouterr().out
    weights = Played(tmp_path / "b.glb").curve(FACE, "weights")[1]
    np.testing.assert_allclose(weights[:, 1], 0.5 * motion.channel("eyeBlinkLeft"), atol=1e-6)
    assert not weights[:, 0].any()
    for content, message in (
        ("[1]", "must hold"),
        ('{"jawOpen": 1}', "must hold"),
        ('{"jawOpen": {"jawOpen": true}}', "must hold"),
        ('{"jawOpen": {"jawOpen": NaN}}', "is not JSON"),
        ('{"jaw": {}}', "no shape 'jaw'"),
    ):
        (tmp_path / "map.json").write_text(content)
        with pytest.raises(SystemExit) as exit_info:
            main([*base, "--map", str(tmp_path / "map.json")])
        assert exit_info.value.code == 2
        assert message in " ".join(capsys.readouterr().err.split())
