"""SMPTE timecode, ``HH:MM:SS:FF``: frames counted at the nearest whole rate.

At 29.97 and 59.94 frames/s the count is drop-frame: the first two (four) numbers of each minute are left out, but for
every tenth minute, so that the code keeps up with the clock. No other rate has a drop-frame count; at 23.976 the code
is 3.6 s behind the clock after an hour. Source: SMPTE ST 12-1.

Own code, since the timecode package (MIT) truncates rates that SMPTE does not list, while a motion may have any.
"""

import re

from ksdiff.errors import InputError
from ksdiff.motion import Motion

DROP_FRAME_RATES = {30: 2, 60: 4}  # whole rate to how many numbers a minute leaves out
NTSC = 1000 / 1001  # true rate by whole rate
HOURS = 24  # after which the count starts again


def dropped(fps: float) -> int:
    """How many frame numbers each minute but the tenth leaves out at a rate: 0 where the count is not drop-frame."""
    whole = round(fps)
    # 29.97 is written for 30000/1001 = 29.97003; 30 is further away than this.
    return DROP_FRAME_RATES.get(whole, 0) if abs(fps - whole * NTSC) < 0.01 else 0


def timecode(frame: int, fps: float) -> str:
    """Timecode of a frame.

    Colons stand before the frames in drop-frame counts too, since Unreal's and Maya's readers split there.

    Args:
        frame: Number of the frame, from 0.
        fps: Frames per second.
    """
    whole, drop = max(1, round(fps)), dropped(fps)
    minute, ten_minutes = 60 * whole - drop, 600 * whole - 9 * drop
    tens, rest = divmod(frame, ten_minutes)
    frame += drop * 9 * tens + (drop * ((rest - drop) // minute) if rest > drop else 0)
    seconds, frames = divmod(frame, whole)
    hours, minutes = seconds // 3600 % HOURS, seconds // 60 % 60
    return f"{hours:02d}:{minutes:02d}:{seconds % 60:02d}:{frames:02d}"


def frame_number(code: str, fps: float) -> int:
    """Number of the frame that has a timecode; the inverse of `timecode`.

    Args:
        code: ``HH:MM:SS:FF``, or with ``;`` before the frames.
        fps: Frames per second.

    Raises:
        InputError: It is no timecode, or none that exists at this rate.
    """
    whole, drop = max(1, round(fps)), dropped(fps)
    parts = re.fullmatch(r"(\d\d):(\d\d):(\d\d)[:;](\d\d+)", code)
    if parts is None:
        raise InputError(f"{code!r} is not a timecode: it must be HH:MM:SS:FF, such as 01:00:00:00")
    hours, minutes, seconds, frames = map(int, parts.groups())
    if hours >= HOURS or minutes >= 60 or seconds >= 60 or frames >= whole:
        raise InputError(f"there is no timecode {code} at {fps:g} frames/s: frames go from 00 to {whole - 1:02d}")
    if minutes % 10 and seconds == 0 and frames < drop:
        raise InputError(
            f"there is no timecode {code} at {fps:g} frames/s: "
            f"drop-frame counts leave out its number; take {code[:-2]}{drop:02d}"
        )
    all_minutes = 60 * hours + minutes
    return (60 * all_minutes + seconds) * whole + frames - drop * (all_minutes - all_minutes // 10)


def start_frame(motion: Motion) -> int:
    """Number of a motion's first frame: that of ``info["timecode"]``, or 0.

    Raises:
        InputError: The motion's timecode does not exist at its rate.
    """
    return frame_number(motion.info.get("timecode", "00:00:00:00"), motion.fps)
