"""Poses by name."""

from pathlib import Path

import numpy as np
import pytest

from ksdiff.cli.edit import Poses
from ksdiff.editing import SetPose
from ksdiff.editing.edits import Edit
from ksdiff.editing.pose_library import (
    BUILT_IN,
    NamedPose,
    find_pose,
    mirrored_pose,
    read_poses,
    with_named_poses,
    write_poses,
)
from ksdiff.errors import InputError
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD

MINE = NamedPose(
    "mine", EXPRESSION, {"jawLeft": 0.3, "mouthSmileLeft": 0.5, "browInnerUp": 0.2}, 1.5, attack=0.4, ease="linear"
)


def test_poses_come_back_from_their_file(tmp_path: Path) -> None:
    write_poses((MINE, *BUILT_IN), tmp_path / "mine.json")
    assert read_poses(tmp_path / "mine.json") == (MINE, *BUILT_IN)
    assert MINE.at(3.0) == SetPose(EXPRESSION, 3.0, dict(MINE.pose), 1.5, 0.4, ease="linear")


def test_a_mirrored_pose_is_the_mirrored_face() -> None:
    assert mirrored_pose(EXPRESSION, MINE.pose) == {"jawRight": 0.3, "mouthSmileRight": 0.5, "browInnerUp": 0.2}
    assert mirrored_pose(HEAD, {"rotationX": 0.1, "rotationY": 0.2}) == {"rotationX": 0.1, "rotationY": -0.2}
    _, shapes = load_head().landmark_basis()
    corners = [61, 291]  # of the mouth: right and left
    one, other = (
        np.tensordot([pose.get(name, 0.0) for name in ARKIT.expression], shapes[:51, corners], axes=1)
        for pose in (MINE.pose, MINE.mirrored().pose)
    )
    np.testing.assert_allclose(other, one[::-1] * [-1, 1, 1], atol=3e-4)
    assert all(pose.mirrored().mirrored() == pose for pose in BUILT_IN)


def test_an_edit_can_name_its_pose() -> None:
    data = {"edit": "set_pose", "time": 2.0, "pose": "smirk", "mirrored": True, "hold": 3.0}
    edit = Edit.from_json(with_named_poses(data))
    assert isinstance(edit, SetPose)
    assert edit.path == EXPRESSION
    assert edit.hold == 3.0
    assert edit.pose["mouthSmileLeft"] == find_pose("smirk").pose["mouthSmileRight"]
    assert Edit.from_json(with_named_poses({"edit": "set_pose", "time": 1.0, "pose": "mine"}, (MINE,))) == MINE.at(1.0)
    other = {"edit": "set_gesture", "path": "head", "time": 1.0, "gesture": "nod"}
    assert with_named_poses(other) is other


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "JSON|EOF"),
        ('{"format": "ksdiff-poses", "version": 2, "poses": []}', "version"),
        ('{"format": "ksdiff-poses", "version": 1, "poses": [{"name": "a", "path": "neck", "pose": {}}]}', "path|neck"),
        ('{"format": "ksdiff-poses", "version": 1, "poses": [{"name": "a", "path": "head", "pose": {"x": 1}}]}', "'x'"),
        ('{"format": "ksdiff-poses", "version": 1, "poses": [{"name": "a", "path": "head", "pose": {}}]}', "pose"),
    ],
)
def test_files_that_are_none_are_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_poses(tmp_path / "bad.json")


def test_names_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no pose 'smil': did you mean"):
        find_pose("smil")
    with pytest.raises(InputError, match="is of the head, not of the expression"):
        with_named_poses({"edit": "set_pose", "path": "expression", "time": 1.0, "pose": "look_up"})
    with pytest.raises(InputError, match="cannot be read"):
        read_poses(tmp_path / "none.json")


def test_the_list_names_all(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_poses([NamedPose("mine", HEAD, {"rotationX": 0.1})], tmp_path / "mine.json")
    Poses(tmp_path / "mine.json").run()
    printed = capsys.readouterr().out
    assert all(pose.name in printed for pose in BUILT_IN)
    assert "mine" in printed
