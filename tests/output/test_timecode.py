"""Timecode against values of the standard, and its inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.synthetic import synthetic_motion

from ksdiff.errors import InputError
from ksdiff.output.timecode import frame_number, start_frame, timecode

RATES = (23.976, 24.0, 25.0, 29.97, 30000 / 1001, 30.0, 59.94, 60.0)


@pytest.mark.parametrize(
    ("frame", "fps", "expected"),
    [
        (23, 23.976, "00:00:00:23"),
        (24, 23.976, "00:00:01:00"),
        (24 * 3600, 23.976, "01:00:00:00"),  # not drop-frame: 3.6 s behind the clock
        (24 * 3600 + 5, 24.0, "01:00:00:05"),
        (25, 25.0, "00:00:01:00"),
        (25 * 86400, 25.0, "00:00:00:00"),
        (1799, 29.97, "00:00:59:29"),
        (1800, 29.97, "00:01:00:02"),  # 00 and 01 are left out
        (3597, 29.97, "00:01:59:29"),
        (3598, 29.97, "00:02:00:02"),
        (17981, 29.97, "00:09:59:29"),
        (17982, 29.97, "00:10:00:00"),  # but not in the tenth minute
        (107892, 29.97, "01:00:00:00"),  # 3600 s · 29.97
        (1800, 30.0, "00:01:00:00"),
        (3600, 59.94, "00:01:00:04"),
        (215784, 59.94, "01:00:00:00"),
        (3600, 60.0, "00:01:00:00"),
        (119, 120.0, "00:00:00:119"),
    ],
)
def test_known_codes(frame: int, fps: float, expected: str) -> None:
    assert timecode(frame, fps) == expected
    assert frame_number(expected, fps) == frame % (25 * 86400 if fps == 25 else 10**9)


@given(st.sampled_from(RATES), st.integers(0, 2_000_000))
def test_every_frame_has_a_code_of_its_own(fps: float, frame: int) -> None:
    assert frame_number(timecode(frame, fps), fps) == frame


@given(st.integers(0, 2_000_000))
def test_drop_frame_codes_keep_up_with_the_clock(frame: int) -> None:
    hours, minutes, seconds, frames = map(int, timecode(frame, 29.97).split(":"))
    assert 3600 * hours + 60 * minutes + seconds + frames / 30 == pytest.approx(frame / 29.97, abs=0.08)


@pytest.mark.parametrize(
    ("code", "fps", "message"),
    [
        ("1:00", 25.0, "'1:00' is not a timecode: it must be HH:MM:SS:FF"),
        ("00:00:00:25", 25.0, "frames go from 00 to 24"),
        ("24:00:00:00", 25.0, "no timecode 24:00:00:00"),
        ("00:01:00:00", 29.97, "take 00:01:00:02"),
    ],
)
def test_codes_that_do_not_exist(code: str, fps: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        frame_number(code, fps)


def test_a_motion_starts_at_its_timecode() -> None:
    motion = synthetic_motion(seconds=0.2)
    assert start_frame(motion) == 0
    motion.info["timecode"] = "10:00:00;12"
    assert start_frame(motion) == 10 * 3600 * 25 + 12
