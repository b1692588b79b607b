"""What clients may say, and how frames look."""

import json
import struct

import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.live.protocol import (
    Interrupt,
    frames_as_bytes,
    frames_as_json,
    header,
    read_control,
    read_sound,
    read_start,
)
from ksdiff.live.streamer import Frames
from ksdiff.motion.space import ARKIT

FRAMES = Frames(75, np.random.default_rng(0).random((3, 51), np.float32), np.zeros((3, 6), np.float32))


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{", '{"type": "begin"}', '{"type": "start", "rate": 7999}', '{"type": "start", "rate": 1e9}',
        '{"type": "start", "rate": "16000"}', '{"type": "start", "format": "mp3"}', '{"type": "start", "seed": -1}',
        '{"type": "start", "more": 1}', '{"type": "start", "max_lag": NaN}', '{"type": "start", "subject": "ä"}',
        '{"type": "start", "style": "' + "x" * 5000 + '"}', "[" * 4000,
    ],
)  # fmt: skip
def test_what_is_no_start(text):
    with pytest.raises(InputError):
        read_start(text)


@pytest.mark.parametrize(
    "text", ['{"type": "start"}', '{"type": "interrupt", "shown": -1}', '{"type": "flush", "a": 1}']
)
def test_what_is_no_control(text):
    with pytest.raises(InputError, match="flush, interrupt or end"):
        read_control(text)


def test_controls():
    assert read_control('{"type": "interrupt", "shown": 1.5}') == Interrupt(type="interrupt", shown=1.5)
    assert read_start('{"type": "start"}').rate == 16_000


def test_sound():
    samples = np.array([0, 1, -32768], np.int16)
    assert np.array_equal(read_sound(samples.tobytes(), "pcm16"), samples)
    with pytest.raises(InputError, match="5 bytes"):
        read_sound(b"12345", "pcm16")
    with pytest.raises(InputError, match="not finite"):
        read_sound(np.array([np.inf], "<f4").tobytes(), "float32")


def test_frames_as_json():
    sound = np.arange(-3, 3, dtype=np.int16)
    message = json.loads(json.dumps(frames_as_json(FRAMES, sound)))
    assert message["first"] == 75
    assert message["time"] == 3.0
    np.testing.assert_allclose(message["expression"], FRAMES.expression, atol=1e-5)


def test_frames_as_bytes():
    sound = np.arange(-3, 3, dtype=np.int16)
    data = frames_as_bytes(FRAMES, sound)
    assert struct.unpack("<BBHId", data[:16]) == (1, 1, 3, 75, 3.0)
    values = np.frombuffer(data, "<f4", 3 * 57, 16).reshape(3, 57)
    assert np.array_equal(values[:, :51], FRAMES.expression)
    assert np.array_equal(np.frombuffer(data, "<i2", offset=16 + 4 * 3 * 57), sound)


def test_the_header_names_all_channels():
    found = header(ARKIT, read_start('{"type": "start", "sound": true}'), 0.24, "id", "1")
    assert found["expression"] == list(ARKIT.expression)
    assert found["head_units"][0] == "rad"
    assert found["sound"] == "pcm16"
