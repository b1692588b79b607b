"""Live Link Face CSV: what Unreal Engine, and the ARKit importers of Blender, Unity and Maya, read.

A row per frame with 63 columns: ``Timecode``, ``BlendshapeCount``, the 52 ARKit shapes and nine angles (rad).
Programs that record this format differ in the order of the jaw columns, so it is to be read by name. After the frames
of a `timecode` come three digits for parts of a frame, always 0 here.
"""

import csv
from contextlib import suppress
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.layers.eyes import gaze_angles
from ksdiff.motion import Motion
from ksdiff.motion.rotation import from_yaw_pitch_roll, yaw_pitch_roll
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES
from ksdiff.output.timecode import frame_number, start_frame, timecode


def shape_column(shape: str) -> str:
    """Column of an ARKit shape: its name with a capital first letter."""
    return shape[0].upper() + shape[1:]


ANGLE_COLUMNS = (
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
    "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
)  # fmt: skip
COLUMNS = ("Timecode", "BlendshapeCount", *map(shape_column, ARKIT_SHAPES), *ANGLE_COLUMNS)

# Live Link: yaw turns the head to its own left, pitch lifts the nose, roll tips the crown to its own right.
# Yaw and roll are our rotations about y and z; pitch about x lowers the nose, hence the sign.
LIVE_LINK_SIGNS = np.array([1.0, -1.0, 1.0])


def write_arkit_csv(motion: Motion, path: Path | str) -> None:
    """Write a motion in the layout of Live Link Face recordings.

    Channels that the motion does not have (``TongueOut``) and the rolls of the eyes are 0. The format has no
    place for the head's translation. Timecodes go on from the motion's ``info["timecode"]``.

    Raises:
        InputError: The motion is not in the arkit space, or its timecode does not exist at its rate.
    """
    if motion.space != ARKIT:
        raise InputError(f"arkit.csv needs motion of the space 'arkit', but this is {motion.space.name!r}")
    shapes = np.zeros((len(motion), len(ARKIT_SHAPES)))
    shapes[:, [ARKIT_SHAPES.index(name) for name in motion.space.expression]] = motion.expression
    head = yaw_pitch_roll(motion.head[:, motion.space.rotation]) * LIVE_LINK_SIGNS
    eyes = np.zeros((len(motion), 2, 3))
    eyes[..., :2] = gaze_angles(motion.expression)
    values = np.concatenate([shapes, head, eyes.reshape(len(motion), 6)], axis=1)
    values += 0.0  # no "-0.0000000000"
    start = start_frame(motion)
    with atomic_write(Path(path)) as temporary, temporary.open("w", encoding="ascii", newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        for frame, row in enumerate(values, start):
            file.write(f"{timecode(frame, motion.fps)}.000,{values.shape[1]},")
            file.write(",".join(f"{value:.10f}" for value in row) + "\n")


def read_arkit_csv(path: Path | str, fps: float) -> Motion:
    """Read a Live Link Face recording by the names of its columns, in whatever order they stand.

    The head's translation, which the format lacks, is 0; the eyes' angles are not read, since the eyeLook
    shapes say the same. The first row's timecode, if it is one, goes to ``info["timecode"]``.

    Args:
        path: The file.
        fps: Frames per second at which it was recorded: 60 on a phone, otherwise what it was written with.

    Raises:
        InputError: The file is missing, has no rows, lacks a column, or holds something that is not a number.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if not rows:
        raise InputError(f"{path} has no rows; a Live Link Face recording has a header and a row for each frame")

    def column(name: str) -> Float[np.ndarray, " T"]:
        if name not in rows[0]:
            raise InputError(f"{path} has no column {name}: it is not a Live Link Face recording")
        try:
            return np.array([float(row[name]) for row in rows])
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}: column {name} holds something that is not a number ({error})") from error

    head = np.zeros((len(rows), len(ARKIT.head)))
    angles = np.stack([column(name) for name in ANGLE_COLUMNS[:3]], axis=1)
    head[:, ARKIT.rotation] = from_yaw_pitch_roll(angles * LIVE_LINK_SIGNS)
    info = {}
    with suppress(InputError):  # some programs count frames in this column
        code = (rows[0].get("Timecode") or "").split(".")[0]
        frame_number(code, fps)
        info["timecode"] = code
    return Motion(
        expression=np.stack([column(shape_column(name)) for name in ARKIT.expression], axis=1),
        head=head,
        keyframes_expression=np.zeros(len(rows)),
        keyframes_head=np.zeros(len(rows)),
        fps=fps,
        info=info,
    )
