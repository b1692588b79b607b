import json
import shutil
import struct
import subprocess

import numpy as np
import pytest
from scipy.spatial import cKDTree
from support.files import GLTF_VALIDATOR
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion import Motion
from ksdiff.motion.rotation import quaternions
from ksdiff.motion.space import ARKIT_SHAPES, MotionSpace
from ksdiff.output.gltf import glb, write_glb


class Asset:
    """Reads what the tests need of a GLB, by the specification and not by the writer."""

    def __init__(self, content):
        magic, version, length = struct.unpack_from("<4sII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content))
        size, kind = struct.unpack_from("<I4s", content, 12)
        assert kind == b"JSON"
        self.json = json.loads(content[20 : 20 + size])
        binary, kind = struct.unpack_from("<I4s", content, 20 + size)
        assert kind == b"BIN\0"
        assert 28 + size + binary == len(content)
        self.binary = content[28 + size :]

    def view(self, number, offset, count, dtype, width):
        start = self.json["bufferViews"][number]["byteOffset"] + offset
        return np.frombuffer(self.binary, dtype, count * width, start).reshape(count, width)

    def accessor(self, number):
        accessor = self.json["accessors"][number]
        dtype = {5126: np.float32, 5123: np.uint16, 5121: np.uint8}[accessor["componentType"]]
        width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[accessor["type"]]
        count = accessor["count"]
        values = np.zeros((count, width), dtype)
        if "bufferView" in accessor:
            values = self.view(accessor["bufferView"], 0, count, dtype, width).copy()
        if "sparse" in accessor:
            sparse = accessor["sparse"]
            at, moved = sparse["indices"], sparse["values"]
            indices = self.view(at["bufferView"], at["byteOffset"], sparse["count"], np.uint16, 1)[:, 0]
            assert (np.diff(indices.astype(int)) > 0).all()
            values[indices] = self.view(moved["bufferView"], moved["byteOffset"], sparse["count"], dtype, width)
        return values / np.iinfo(dtype).max if accessor.get("normalized") else values

    def primitives(self):
        return self.json["meshes"][0]["primitives"]

    def joined(self, attribute):
        return np.concatenate([self.accessor(p["attributes"][attribute]) for p in self.primitives()])

    def targets(self, attribute):
        """[52, V, 3]"""
        return np.concatenate(
            [np.stack([self.accessor(t[attribute]) for t in p["targets"]]) for p in self.primitives()], axis=1
        )

    def curve(self, path):
        animation = self.json["animations"][0]
        channel = next(c for c in animation["channels"] if c["target"]["path"] == path)
        sampler = animation["samplers"][channel["sampler"]]
        return (
            channel["target"]["node"],
            self.accessor(sampler["input"])[:, 0],
            self.accessor(sampler["output"]),
        )


@pytest.fixture(scope="module")
def motion():
    return synthetic_motion(seconds=1.0)


@pytest.fixture(scope="module")
def asset(motion):
    return Asset(glb(motion))


def source_vertices(asset):
    """The head's vertex with the place and the normal of each of the file's (closed lips touch)."""
    head = load_head()
    known = np.hstack([head.neutral, 0.01 * head.normals(head.neutral)])
    stored = np.hstack([asset.joined("POSITION"), 0.01 * asset.joined("NORMAL")])
    distance, index = cKDTree(known).query(stored)
    assert distance.max() < 1e-6
    return index


def test_the_52_shapes_are_named_in_apple_s_order(asset):
    mesh = asset.json["meshes"][0]
    assert tuple(mesh["extras"]["targetNames"]) == ARKIT_SHAPES
    assert all(len(primitive["targets"]) == 52 for primitive in mesh["primitives"])
    assert len(mesh["weights"]) == 52


def test_the_whole_head_is_there(asset):
    head = load_head()
    triangles = np.concatenate([asset.accessor(p["indices"]) for p in asset.primitives()])
    assert len(triangles) == 3 * len(head.triangles)
    used = np.unique(head.triangles)
    assert len(np.unique(asset.joined("POSITION"), axis=0)) == len(np.unique(head.neutral[used], axis=0))
    materials = {material["name"] for material in asset.json["materials"]}
    assert {"skin", "eye", "teeth", "tongue"} <= materials


def test_weights_follow_the_motion(asset, motion):
    node, times, weights = asset.curve("weights")
    assert asset.json["nodes"][node]["mesh"] == 0
    np.testing.assert_allclose(times, motion.times, atol=1e-6)
    weights = weights.reshape(len(motion), 52)
    for name in ("jawOpen", "eyeBlinkRight", "noseSneerRight"):
        np.testing.assert_array_equal(weights[:, ARKIT_SHAPES.index(name)], motion.channel(name))
    np.testing.assert_array_equal(weights[:, ARKIT_SHAPES.index("tongueOut")], 0)


def test_played_as_the_specification_says_it_gives_the_head_s_own_vertices(asset, motion):
    head, frame = load_head(), 7
    _, _, weights = asset.curve("weights")
    node, _, rotations = asset.curve("rotation")
    assert asset.json["nodes"][node]["name"] == "Head"
    np.testing.assert_allclose(rotations, quaternions(motion.head[:, :3]), atol=1e-6)
    other, _, translations = asset.curve("translation")
    assert other == node
    vertices = asset.joined("POSITION") + np.tensordot(
        weights.reshape(len(motion), 52)[frame], asset.targets("POSITION"), 1
    )
    x, y, z, w = rotations[frame]
    matrix = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    turned = vertices @ matrix.T + translations[frame]
    joints, influence = asset.joined("JOINTS_0"), asset.joined("WEIGHTS_0")
    follow = (influence * (joints == 1)).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(influence.sum(axis=1), 1, atol=1e-6)
    played = follow * turned + (1 - follow) * vertices
    expected = head.posed(head.vertices(motion.expression[frame : frame + 1]), motion.head[frame : frame + 1])[0]
    at = source_vertices(asset)
    # Weights of the neck are stored in 255 steps, tiny displacements are left out.
    np.testing.assert_allclose(played, expected[at], atol=1e-4)


def test_normals_turn_with_the_shapes(asset):
    head, shape = load_head(), ARKIT_SHAPES.index("jawOpen")
    expected = head.normals(head.neutral + head.deltas[shape])[source_vertices(asset)]
    opened = asset.joined("NORMAL") + asset.targets("NORMAL")[shape]
    np.testing.assert_allclose(opened, expected, atol=0.03)
    assert np.abs(asset.targets("NORMAL")[shape]).max() > 0.3


def test_the_file_stays_small(motion):
    assert len(glb(motion)) < 4e6


def test_writing_a_file_whose_path_has_spaces_and_umlauts(tmp_path, motion):
    write_glb(motion, tmp_path / "mein Köpfchen.glb")
    assert (tmp_path / "mein Köpfchen.glb").read_bytes() == glb(motion)


def test_motion_of_another_space_is_refused(tmp_path):
    space = MotionSpace("other", ("open",), "1", None, ("x", "y", "z"), ("rad",) * 3, slice(0, 3), ("open",))
    motion = Motion(np.zeros((5, 1)), np.zeros((5, 3)), np.zeros(5), np.zeros(5), space=space)
    with pytest.raises(InputError, match="'other'"):
        write_glb(motion, tmp_path / "head.glb")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("seconds", [0.04, 2.0])
def test_the_khronos_validator_finds_nothing(tmp_path, seconds):
    node = shutil.which("node")
    if node is None or not (GLTF_VALIDATOR / "node_modules").is_dir():
        pytest.skip("the glTF validator is not installed: npm ci --prefix tests/gltf_validator")
    write_glb(synthetic_motion(seconds=seconds), tmp_path / "head.glb")
    command = [node, str(GLTF_VALIDATOR / "validate.js"), str(tmp_path / "head.glb")]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    assert report["issues"]["messages"] == []
    assert report["info"]["animationCount"] == 1
    assert report["info"]["hasMorphTargets"]
