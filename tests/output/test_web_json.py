"""JSON for the web: what comes back, how small it is, and files that are something else."""

import gzip
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.files import REPOSITORY
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT, SPACES
from ksdiff.output.web_json import read_web_json, write_web_json


def written(motion: Motion, folder: Path) -> dict:
    write_web_json(motion, folder / "motion.json")
    return json.loads((folder / "motion.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fps", [24.0, 25.0, 30000 / 1001, 60.0])
def test_round_trip(tmp_path: Path, fps: float) -> None:
    motion = replace(synthetic_motion(1.0, fps), info={"timecode": "10:00:00:05"})
    written(motion, tmp_path)
    back = read_web_json(tmp_path / "motion.json")
    np.testing.assert_allclose(back.expression, motion.expression, atol=0.00051)
    np.testing.assert_allclose(back.head[:, 3:], motion.head[:, 3:], atol=0.0000051)
    turn = Rotation.from_rotvec(back.head[:, :3]) * Rotation.from_rotvec(motion.head[:, :3]).inv()
    assert np.degrees(turn.magnitude()).max() < 0.02
    assert np.array_equal(np.flatnonzero(back.keyframes_head), np.flatnonzero(motion.keyframes_head))
    np.testing.assert_allclose(back.keyframes_expression, motion.keyframes_expression, atol=0.001)
    assert (back.fps, back.words, back.space) == (motion.fps, motion.words, motion.space)
    assert back.info == {"timecode": "10:00:00:05"}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_every_space(tmp_path: Path, space) -> None:
    random = np.random.default_rng(0)
    head = random.normal(0, 0.1, (5, len(space.head))).astype(np.float32)
    expression = random.uniform(0, 1, (5, len(space.expression))).astype(np.float32)
    motion = Motion(expression, head, np.zeros(5), np.zeros(5), space=space)
    data = written(motion, tmp_path)
    assert set(data["head"]) == set(space.head) - set(space.head[space.rotation])
    back = read_web_json(tmp_path / "motion.json")
    np.testing.assert_allclose(back.expression, motion.expression, atol=0.00051)
    np.testing.assert_allclose(back.head, motion.head, atol=0.0003)


def test_layout(tmp_path: Path) -> None:
    """What docs/formats.md says, value by value."""
    expression = np.zeros((2, 51), np.float32)
    expression[:, ARKIT.index("jawOpen")] = 0.25, 1.0
    head = np.zeros((2, 6), np.float32)
    head[1] = 0, np.pi / 2, 0, 0.01, 0, -0.002
    strengths = np.array([0.0, 0.8], np.float32)
    data = written(Motion(expression, head, strengths, strengths * 0), tmp_path)
    assert data == {
        "format": "ksdiff-motion", "version": 1, "fps": 25.0, "frames": 2, "timecode": "00:00:00:00", "space": "arkit",
        "steps": {"expression": 0.001, "rotation": 0.0001, "head": 0.00001},
        "expression": {"jawOpen": [250, 1000]},
        "rotation": [0, 0, 0, 10000, 0, 7071, 0, 7071],
        "head": {"translationX": [0, 1000], "translationZ": [0, -200]},
        "keyframes": {"expression": [[1, 0.8]], "head": []},
        "words": [],
    }  # fmt: skip


def test_neighbouring_quaternions_are_close(tmp_path: Path) -> None:
    motion = synthetic_motion(2.0)
    head = np.array(motion.head)
    head[:, 1] = np.linspace(0, 6 * np.pi, len(motion))  # three whole turns
    parts = np.reshape(written(replace(motion, head=head), tmp_path)["rotation"], (-1, 4))
    assert (np.einsum("tc,tc->t", parts[1:], parts[:-1]) > 0).all()


def test_small(tmp_path: Path) -> None:
    motion = synthetic_motion(10.0)
    write_web_json(motion, tmp_path / "motion.json")
    motion.save(tmp_path / "motion.npz")
    content = (tmp_path / "motion.json").read_bytes()
    assert len(gzip.compress(content)) < 0.6 * (tmp_path / "motion.npz").stat().st_size
    assert len(content) < 60_000  # 10 s with all channels moving


def test_the_reader_in_the_documentation_works(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node is installed")
    page = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")
    code = page.split("```js\n")[1].split("```")[0]
    motion = synthetic_motion(1.0)
    data = written(motion, tmp_path)
    script = f"{code}\nconsole.log(JSON.stringify(faceAt(JSON.parse(require('fs').readFileSync(0)), 0.2)));"
    result = subprocess.run([node, "-e", script], input=json.dumps(data), capture_output=True, text=True, check=True)
    face = json.loads(result.stdout)
    assert face["weights"]["jawOpen"] == pytest.approx(float(motion.channel("jawOpen")[5]), abs=0.001)
    np.testing.assert_allclose(face["quaternion"], Rotation.from_rotvec(motion.head[5, :3]).as_quat(), atol=0.0002)
    np.testing.assert_allclose(face["position"], motion.head[5, 3:], atol=0.00001)


def test_other_files(tmp_path: Path) -> None:
    path = tmp_path / "motion.json"
    with pytest.raises(InputError, match="there is no file"):
        read_web_json(path)
    good = written(synthetic_motion(0.2), tmp_path)
    cases = [
        ("{", "is not a motion"),
        ("[]", "is not a motion"),
        (json.dumps({"format": "other"}), "has the format 'other'"),
        (json.dumps(good | {"version": 2}), "reads up to 1"),
        (json.dumps(good | {"rotation": [1, 2]}), "is not a motion"),
        (json.dumps(good | {"expression": {"jawopen": [0] * 5}}), "did you mean 'jawOpen'"),
        (json.dumps(good | {"head": {"jawX": [0] * 5}}), "is not a motion"),
        (json.dumps(good | {"space": "arkid"}), "did you mean 'arkit'"),
    ]
    for content, message in cases:
        path.write_text(content)
        with pytest.raises(InputError, match=message):
            read_web_json(path)
