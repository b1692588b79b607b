import json

import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.motion.keyframe_file import read_keyframes, write_keyframes


def test_written_keyframes_read_back(tmp_path):
    random = np.random.default_rng(0)
    expression, head = np.zeros((2, 500), np.float32)
    expression[::7] = random.uniform(0.1, 1, len(expression[::7])).round(3)
    head[[0, 499]] = 1.0
    write_keyframes(tmp_path / "k.json", expression, head, 25.0)
    read = read_keyframes(tmp_path / "k.json", 500, 25.0)
    np.testing.assert_allclose(read.expression, expression, atol=1e-6)
    np.testing.assert_array_equal(read.head, head)


def test_layout(tmp_path):
    write_keyframes(tmp_path / "k.json", np.array([0, 0.5, 0], np.float32), np.zeros(3, np.float32), 25.0)
    text = (tmp_path / "k.json").read_text()
    assert json.loads(text) == {
        "version": 1,
        "fps": 25.0,
        "expression": [{"time": 0.04, "strength": 0.5}],
        "head": [],
    }
    assert '{"time": 0.04, "strength": 0.5}\n' in text  # a line of its own


def test_a_track_that_is_left_out_is_not_an_empty_one(tmp_path):
    (tmp_path / "k.json").write_text('{"version": 1, "head": []}')
    read = read_keyframes(tmp_path / "k.json", 10, 25.0)
    assert read.expression is None
    np.testing.assert_array_equal(read.head, np.zeros(10))


def test_times_between_frames_go_to_the_nearest_and_the_stronger_stays(tmp_path):
    entries = [
        {"time": 0.05, "strength": 0.3},
        {"time": 0.041, "strength": 0.9},
        {"time": 0.4, "strength": 1},
    ]
    (tmp_path / "k.json").write_text(json.dumps({"version": 1, "expression": entries}))
    read = read_keyframes(tmp_path / "k.json", 10, 25.0)
    np.testing.assert_allclose(read.expression, [0, 0.9, 0, 0, 0, 0, 0, 0, 0, 1.0], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "cannot be read as a keyframe file"),
        ("[]", "not a keyframe file"),
        ('{"version": 2}', '"version": 1'),
        ('{"version": 1, "heads": []}', "unknown entry 'heads': did you mean 'head'"),
        ('{"version": 1, "head": {}}', "'head' must be a list"),
        ('{"version": 1, "head": [3]}', 'head keyframe 1 needs a number "time"'),
        ('{"version": 1, "head": [{"time": 1}]}', 'needs a number "strength"'),
        ('{"version": 1, "head": [{"time": NaN, "strength": 1}]}', 'needs a number "time"'),
        (
            '{"version": 1, "head": [{"time": 2.5, "strength": 1}]}',
            "at 2.5 s, outside the sound, which lasts 2.00 s",
        ),
        ('{"version": 1, "head": [{"time": -0.1, "strength": 1}]}', "at -0.1 s, outside the sound"),
        (
            '{"version": 1, "head": [{"time": 1, "strength": 1.5}]}',
            "strength 1.5; it must be between 0 and 1",
        ),
    ],
)
def test_bad_files_are_named(tmp_path, text, message):
    (tmp_path / "k.json").write_text(text)
    with pytest.raises(InputError) as caught:
        read_keyframes(tmp_path / "k.json", 50, 25.0)
    assert message in str(caught.value)
    assert "k.json" in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match="there is no keyframe file"):
        read_keyframes(tmp_path / "k.json", 50, 25.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"version": 1, "head": [{"time": 1' + "0" * 400 + ', "strength": 1}]}', "k.json"),
        ('{"version": 1, "head": [{"time": 1' + "0" * 5000 + ', "strength": 1}]}', "k.json"),
        ('{"version": 1' + "0" * 5000 + "}", "cannot be read as a keyframe file"),
        ('{"version": true}', '"version": 1'),
        ('{"version": 1, "head": ' + "[" * 100_000 + "]" * 100_000 + "}", "cannot be read as a keyframe file"),
        ('{"version": 1, "head": ' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}", "k.json"),
        ('{"version": 1, "head": null}', "'head' must be a list"),
        ('{"version": 1, "fps": -1}', '"fps" must be a positive number'),
        ('{"version": 1, "head": [{"time": "1", "strength": 1}]}', 'needs a number "time"'),
        ('{"version": 1, "head": [{"time": true, "strength": 1}]}', 'needs a number "time"'),
        ('{"version": 1, "head": [{"time": 1, "strength": 1, "stength": 1}]}', "did you mean 'strength'"),
        ("\ufeff{", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_hostile_files(tmp_path, text, message):
    (tmp_path / "k.json").write_text(text)
    with pytest.raises(InputError) as caught:
        read_keyframes(tmp_path / "k.json", 50, 25.0)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(tmp_path))


def test_a_file_that_is_far_too_large(tmp_path):
    with (tmp_path / "k.json").open("wb") as file:
        file.truncate(2**40)  # takes no room
    with pytest.raises(InputError, match="a keyframe file may have"):
        read_keyframes(tmp_path / "k.json", 50, 25.0)


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "k.json").write_bytes(b'{"version": 1, "\xff": 2}')
    with pytest.raises(InputError, match=r"k\.json"):
        read_keyframes(tmp_path / "k.json", 50, 25.0)
