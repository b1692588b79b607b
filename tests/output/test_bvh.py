"""BVH, read back by a parser of its own that knows only the format."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.motion.space import get_space
from ksdiff.output.bvh import NECK_LENGTH, write_bvh


class Bvh:
    """Joints with offsets and channels, and the table of values."""

    def __init__(self, text: str) -> None:
        hierarchy, motion = text.split("MOTION\n")
        self.joints: dict[str, tuple[str | None, np.ndarray, list[str]]] = {}
        stack: list[str | None] = [None]
        name: str | None = None
        for line in hierarchy.splitlines()[1:]:
            words = line.split()
            if words[0] in ("ROOT", "JOINT", "End"):
                name = words[1]
            elif words[0] == "{":
                self.joints[str(name)] = (stack[-1], np.zeros(3), [])
                stack.append(name)
            elif words[0] == "}":
                stack.pop()
            elif words[0] == "OFFSET":
                self.joints[str(stack[-1])][1][:] = [float(word) for word in words[1:]]
            else:
                assert words[0] == "CHANNELS"
                assert int(words[1]) == len(words) - 2
                self.joints[str(stack[-1])][2].extend(words[2:])
        assert stack == [None]
        count, step, *rows = motion.strip().splitlines()
        self.step = float(re.fullmatch(r"Frame Time: ([\d.]+)", step)[1])
        self.values = np.array([[float(word) for word in row.split()] for row in rows])
        assert count == f"Frames: {len(self.values)}"

    def place(self, joint: str, frame: int) -> tuple[np.ndarray, np.ndarray]:
        """Position and rotation matrix of a joint in the world."""
        parent, offset, channels = self.joints[joint]
        first = sum(len(self.joints[name][2]) for name in list(self.joints)[: list(self.joints).index(joint)])
        position, rotation = offset.copy(), np.eye(3)
        for channel, value in zip(channels, self.values[frame, first:], strict=False):
            axis = "XYZ".index(channel[0])
            if channel.endswith("position"):
                position[axis] += value
            else:
                cosine, sine = np.cos(np.radians(value)), np.sin(np.radians(value))
                turn = np.eye(3)
                others = [(axis + 1) % 3, (axis + 2) % 3]
                turn[np.ix_(others, others)] = [[cosine, -sine], [sine, cosine]]
                rotation = rotation @ turn
        if parent is None:
            return position, rotation
        at, turned = self.place(parent, frame)
        return at + turned @ position, turned @ rotation


def written(motion: Motion, tmp_path: Path) -> Bvh:
    write_bvh(motion, tmp_path / "head.bvh")
    return Bvh((tmp_path / "head.bvh").read_text())


@pytest.mark.parametrize("fps", [23.976, 25.0, 60.0])
def test_the_head_is_where_the_motion_has_it(tmp_path: Path, fps: float) -> None:
    motion = synthetic_motion(seconds=1.0, fps=fps)
    bvh = written(motion, tmp_path)
    assert bvh.step == pytest.approx(1 / fps, abs=1e-9)
    assert len(bvh.values) == len(motion)
    for frame in (0, 11, len(motion) - 1):
        position, rotation = bvh.place("Head", frame)
        np.testing.assert_allclose(rotation, Rotation.from_rotvec(motion.head[frame, :3]).as_matrix(), atol=1e-6)
        np.testing.assert_allclose(position, [0, NECK_LENGTH, 0] + 100 * motion.head[frame, 3:], atol=1e-4)


def test_values_by_hand(tmp_path: Path) -> None:
    motion = synthetic_motion(seconds=0.12)
    motion.head[:] = 0
    motion.head[1, 1] = np.radians(50)  # to the face's own left: 20° by the neck and 30° by the head
    motion.head[2, 0] = np.radians(-25)  # the nose goes up: the neck leans back by 10°
    motion.head[2, 3:] = [0.01, 0, 0]
    bvh = written(motion, tmp_path)
    assert list(bvh.joints) == ["Neck", "Head", "Site"]
    np.testing.assert_array_equal(bvh.values[0], 0)
    np.testing.assert_allclose(bvh.values[1], [0, 0, 0, 20, 0, 0, 30, 0, 0], atol=1e-5)
    lean = np.radians(10)
    np.testing.assert_allclose(
        bvh.values[2], [1, 15 - 15 * np.cos(lean), 15 * np.sin(lean), 0, -10, 0, 0, -15, 0], atol=1e-5
    )
    assert "-0.000000" not in (tmp_path / "head.bvh").read_text()


def test_motion_of_another_space_is_refused(tmp_path: Path) -> None:
    space = get_space("flame")
    motion = Motion(
        np.zeros((2, len(space.expression))), np.zeros((2, len(space.head))), np.zeros(2), np.zeros(2), space=space
    )
    with pytest.raises(InputError, match="'flame'"):
        write_bvh(motion, tmp_path / "head.bvh")
