import csv

import numpy as np
import pytest
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.layers.eyes import gaze_angles
from ksdiff.motion.space import ARKIT
from ksdiff.output.arkit_csv import COLUMNS, read_arkit_csv, write_arkit_csv

# As a Live Link Face recording begins.
HEADER = (
    "Timecode,BlendshapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,EyeLookUpLeft,"
    "EyeSquintLeft,EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,"
    "EyeSquintRight,EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,"
    "MouthRight,MouthLeft,MouthSmileLeft,MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,"
    "MouthDimpleRight,MouthStretchLeft,MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,"
    "MouthShrugUpper,MouthPressLeft,MouthPressRight,MouthLowerDownLeft,MouthLowerDownRight,MouthUpperUpLeft,"
    "MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,"
    "CheekSquintLeft,CheekSquintRight,NoseSneerLeft,NoseSneerRight,TongueOut,HeadYaw,HeadPitch,HeadRoll,"
    "LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
)


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_layout(tmp_path):
    motion = synthetic_motion()
    write_arkit_csv(motion, tmp_path / "arkit.csv")
    lines = (tmp_path / "arkit.csv").read_text().splitlines()
    assert lines[0] == HEADER
    assert len(COLUMNS) == 63
    assert len(lines) == len(motion) + 1
    for line in lines[1:]:
        cells = line.split(",")
        assert len(cells) == 63
        assert cells[1] == "61"
        assert all(len(cell.split(".")[1]) == 10 for cell in cells[2:])
    assert "-0.0000000000" not in lines[1]


@pytest.mark.parametrize("fps", [23.976, 24.0, 25.0, 29.97, 30.0, 60.0])
def test_round_trip(tmp_path, fps):
    motion = synthetic_motion().resample(fps)
    write_arkit_csv(motion, tmp_path / "arkit.csv")
    read = read_arkit_csv(tmp_path / "arkit.csv", fps)
    assert read.fps == fps
    np.testing.assert_allclose(read.expression, motion.expression, atol=1e-9)
    np.testing.assert_allclose(read.head[:, :3], motion.head[:, :3], atol=1e-7)


def test_reading_goes_by_name(tmp_path):
    motion = synthetic_motion()
    write_arkit_csv(motion, tmp_path / "arkit.csv")
    rows = rows_of(tmp_path / "arkit.csv")
    with (tmp_path / "other.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, [*sorted(rows[0]), "Comment"])
        writer.writeheader()
        writer.writerows(row | {"Comment": "x"} for row in rows)
    assert read_arkit_csv(tmp_path / "other.csv", 25.0) == read_arkit_csv(tmp_path / "arkit.csv", 25.0)


def test_signs_of_the_head(tmp_path):
    motion = synthetic_motion(seconds=0.12)
    motion.head[:] = 0
    motion.head[0, 1] = 0.2  # about y: to the face's own left
    motion.head[1, 0] = 0.2  # about x: the nose goes down
    motion.head[2, 2] = 0.2  # about z: the crown goes to the face's own right
    write_arkit_csv(motion, tmp_path / "arkit.csv")
    left, down, right = rows_of(tmp_path / "arkit.csv")
    assert float(left["HeadYaw"]) == pytest.approx(0.2)
    assert float(down["HeadPitch"]) == pytest.approx(-0.2)
    assert float(right["HeadRoll"]) == pytest.approx(0.2)
    assert float(left["HeadPitch"]) == float(left["HeadRoll"]) == 0


def test_angles_of_the_eyes_follow_their_shapes(tmp_path):
    motion = synthetic_motion(seconds=0.08)
    motion.expression[:] = 0
    for name in ("eyeLookOutLeft", "eyeLookInRight"):  # both eyes to the face's own left
        motion.expression[0, ARKIT.index(name)] = 1
    for name in ("eyeLookDownLeft", "eyeLookDownRight"):
        motion.expression[1, ARKIT.index(name)] = 0.5
    write_arkit_csv(motion, tmp_path / "arkit.csv")
    left, down = rows_of(tmp_path / "arkit.csv")
    for eye in ("LeftEye", "RightEye"):
        assert float(left[f"{eye}Yaw"]) == pytest.approx(np.radians(25))
        assert float(down[f"{eye}Pitch"]) == pytest.approx(-np.radians(10))
        assert float(left[f"{eye}Pitch"]) == float(down[f"{eye}Yaw"]) == float(left[f"{eye}Roll"]) == 0
    assert gaze_angles(motion.expression).shape == (2, 2, 2)


@pytest.mark.parametrize(
    ("fps", "start", "second"),
    [
        (23.976, "00:00:00:00", "00:00:01:00.000"),
        (24.0, "10:00:00:12", "10:00:01:12.000"),
        (25.0, "00:59:59:00", "01:00:00:00.000"),
        (29.97, "00:00:59:00", "00:01:00:02.000"),  # drop-frame
        (30.0, "00:00:59:00", "00:01:00:00.000"),
        (60.0, "23:59:59:59", "00:00:00:59.000"),
    ],
)
def test_timecodes_go_on_from_the_motion_s_and_come_back(tmp_path, fps, start, second):
    motion = synthetic_motion(seconds=1.2, fps=fps)
    motion.info["timecode"] = start
    write_arkit_csv(motion, tmp_path / "arkit.csv")
    codes = [row["Timecode"] for row in rows_of(tmp_path / "arkit.csv")]
    assert len(set(codes)) == len(motion)
    assert (codes[0], codes[round(fps)]) == (f"{start}.000", second)
    read = read_arkit_csv(tmp_path / "arkit.csv", fps)
    assert read.info["timecode"] == start
    write_arkit_csv(read, tmp_path / "again.csv")
    assert [row["Timecode"] for row in rows_of(tmp_path / "again.csv")] == codes


def test_a_recording_that_counts_frames_has_no_timecode(tmp_path):
    write_arkit_csv(synthetic_motion(seconds=0.04), tmp_path / "arkit.csv")
    text = (tmp_path / "arkit.csv").read_text().replace("00:00:00:00.000", "17")
    (tmp_path / "arkit.csv").write_text(text)
    assert read_arkit_csv(tmp_path / "arkit.csv", 25.0).info == {}


def test_bad_files_are_named(tmp_path):
    path = tmp_path / "arkit.csv"
    with pytest.raises(InputError, match="cannot read"):
        read_arkit_csv(path, 25.0)
    path.write_text("")
    with pytest.raises(InputError, match="no rows"):
        read_arkit_csv(path, 25.0)
    path.write_text("Timecode,JawOpen\n00:00:00:00.000,0.5\n")
    with pytest.raises(InputError, match="no column HeadYaw"):
        read_arkit_csv(path, 25.0)
    write_arkit_csv(synthetic_motion(seconds=0.04), path)
    path.write_text(path.read_text().rsplit(",", 8)[0] + ",wide,0,0,0,0,0,0,0\n")
    with pytest.raises(InputError, match="column HeadPitch holds something that is not a number"):
        read_arkit_csv(path, 25.0)
