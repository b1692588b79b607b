import json
import shutil
import struct
import subprocess

import numpy as np
import pytest
from support.files import GLTF_VALIDATOR
from support.portraits import PORTRAITS, look, motion_of

import ksdiff
from ksdiff.errors import InputError
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES
from ksdiff.output.avatar import read_avatar
from ksdiff.output.retarget import retarget
from ksdiff.output.shape_map import propose
from ksdiff.photo.glb import portrait_glb, write_portrait_glb


def turning(frames=8):
    expression = np.stack([look(jawOpen=0.1 * frame) for frame in range(frames)])
    head = np.zeros((frames, 6))
    head[:, 1] = np.linspace(-1, 1, frames)  # further than a photo bears
    return motion_of(expression, head)


def described(content):
    (length,) = struct.unpack_from("<I", content, 12)
    return json.loads(content[20 : 20 + length])


def animated(content, path):
    """Values of an animated property."""
    file = described(content)
    start = 20 + struct.unpack_from("<I", content, 12)[0] + 8
    (animation,) = file["animations"]
    (channel,) = [each for each in animation["channels"] if each["target"]["path"] == path]
    accessor = file["accessors"][animation["samplers"][channel["sampler"]]["output"]]
    view = file["bufferViews"][accessor["bufferView"]]
    return np.frombuffer(content[start + view["byteOffset"] :][: view["byteLength"]], np.float32)


def test_the_photo_is_a_head_with_the_shapes_of_arkit(serious, tmp_path):
    motion = turning()
    content = portrait_glb(serious, motion)
    file = described(content)
    assert file["meshes"][0]["extras"]["targetNames"] == list(ARKIT_SHAPES)
    assert "ynthetic" in file["asset"]["copyright"]
    assert {image["mimeType"] for image in file["images"]} == {"image/jpeg", "image/png"}
    weights = animated(content, "weights").reshape(len(motion), 52)
    assert np.allclose(weights[:, ARKIT.index("jawOpen")], motion.expression[:, ARKIT.index("jawOpen")])
    turns = animated(content, "rotation").reshape(-1, 4)
    assert np.degrees(2 * np.arccos(np.abs(turns[:, 3]))).max() < 15.1
    write_portrait_glb(serious, tmp_path / "face.glb")
    avatar = read_avatar(tmp_path / "face.glb")
    retarget(motion, avatar, tmp_path / "moved.glb", propose(avatar))
    assert described((tmp_path / "moved.glb").read_bytes())["animations"]


@pytest.mark.skipif(
    shutil.which("node") is None or not (GLTF_VALIDATOR / "node_modules").is_dir(), reason="no glTF validator"
)
def test_the_file_is_valid(serious, tmp_path):
    write_portrait_glb(serious, tmp_path / "face.glb", turning())
    command = ["node", str(GLTF_VALIDATOR / "validate.js"), str(tmp_path / "face.glb")]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert report["issues"]["numErrors"] == 0, report["issues"]["messages"][:5]


def test_page_and_head_are_written_by_one_call(tmp_path):
    photo = PORTRAITS["render_1"]
    assert ksdiff.portrait(photo, out=tmp_path / "face.glb", size=(128, 128)) is None
    motion = turning()
    motion.save(tmp_path / "motion.npz")
    ksdiff.portrait(photo, out=tmp_path / "talk.html", motion=tmp_path / "motion.npz", size=(128, 128))
    page = (tmp_path / "talk.html").read_text()
    assert "render_1.jpg, synthetic" in page
    assert len(page) > 500_000
    with pytest.raises(InputError, match="background colour and a watermark are for videos"):
        ksdiff.portrait(photo, out=tmp_path / "a.glb", watermark="AI-generated")
    with pytest.raises(InputError, match="neither a voice nor a motion"):
        ksdiff.portrait(photo, out=tmp_path / "a.html")
