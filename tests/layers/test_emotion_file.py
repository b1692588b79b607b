"""Emotion files, JSON and CSV, and the short form of the command line."""

import json
from pathlib import Path

import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.layers.emotion import EmotionRange, emotion_curves
from ksdiff.layers.emotion_file import parse_emotion, read_emotions
from ksdiff.layers.emotion_words import with_times
from ksdiff.motion import Word

ALWAYS = float("inf")


def written(folder: Path, content: object, suffix: str = ".json") -> Path:
    path = folder / f"emotions{suffix}"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_points_lead_from_one_to_the_next(tmp_path: Path) -> None:
    points = [{"time": 3, "emotion": "sad"}, {"time": 1, "emotion": "happy", "intensity": 0.5}]
    found = read_emotions(written(tmp_path, {"version": 1, "points": points}))
    times = np.linspace(0, 5, 501)
    curves = emotion_curves(found, times)
    happy, sad = EmotionRange(0.0, 1.0, "happy", 0.5).face(), EmotionRange(0.0, 1.0, "sad").face()
    np.testing.assert_allclose(curves[:101], np.broadcast_to(happy, (101, len(happy))))
    np.testing.assert_allclose(curves[200], (happy + sad) / 2)
    np.testing.assert_allclose(curves[300:], np.broadcast_to(sad, (201, len(sad))))


def test_ranges_cover_points(tmp_path: Path) -> None:
    content = {
        "version": 1,
        "points": [{"time": 0, "valence": 0.4, "arousal": 0.1}],
        "ranges": [{"start": 1, "end": 2, "emotion": "angry", "onset": 0.2, "decay": 0.3, "seed": 4}],
    }
    assert read_emotions(written(tmp_path, content)) == (
        EmotionRange(0.0, ALWAYS, valence=0.4, arousal=0.1, onset=0.0, decay=0.0),
        EmotionRange(1.0, 2.0, "angry", onset=0.2, decay=0.3, seed=4),
    )


def test_csv_says_the_same(tmp_path: Path) -> None:
    table = "start,end,time,emotion,intensity,valence,arousal\n,,0,,,0.4,0.1\n1,2,,angry,0.5,,\n"
    assert read_emotions(written(tmp_path, table, ".csv")) == (
        EmotionRange(0.0, ALWAYS, valence=0.4, arousal=0.1, onset=0.0, decay=0.0),
        EmotionRange(1.0, 2.0, "angry", 0.5),
    )


def test_a_word_gets_its_times_from_the_transcript(tmp_path: Path) -> None:
    table = "word,occurrence,emotion,intensity\nFellow,,happy,0.5\nmy,2,sad,\n"
    found = read_emotions(written(tmp_path, table, ".csv"))
    words = (Word("my", 0.1, 0.3), Word("fellow", 0.3, 0.8), Word("my", 2.0, 2.0))
    assert with_times(found, words) == (EmotionRange(0.3, 0.8, "happy", 0.5), EmotionRange(2.0, 2.04, "sad"))
    for said, message in (((), "no words are known"), (words[:2], "said 1 times"), (words[:1], "nobody says 'Fellow'")):
        with pytest.raises(InputError, match=message):
            with_times(found, said)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not an emotion file"),
        ([], "not an emotion file"),
        ({"points": []}, "not an emotion file"),
        ({"version": 2}, "not an emotion file"),
        ({"version": 1, "pionts": []}, "did you mean 'points'"),
        ({"version": 1, "points": [{"time": 1, "emotoin": "sad"}]}, "did you mean 'emotion'"),
        ({"version": 1, "points": [{"emotion": "sad"}]}, "points 1, time"),
        ({"version": 1, "points": [{"time": 1, "emotion": "sda"}]}, "point 1: unknown emotion 'sda'"),
        ({"version": 1, "points": [{"time": 1}]}, "point 1: an emotion needs either"),
        ({"version": 1, "points": [{"time": 1, "emotion": "sad"}] * 2}, "two points at 1 s"),
        ({"version": 1, "points": [{"time": 1e9, "emotion": "sad"}]}, "points 1, time"),
        ({"version": 1, "ranges": [{"start": 2, "end": 1, "emotion": "sad"}]}, "range 1: .*the end must be after"),
        ({"version": 1, "ranges": [{"start": 0, "end": 1, "emotion": "sad", "intensity": 2}]}, "ranges 1, intensity"),
        ('{"version": 1, "points": [{"time": NaN, "emotion": "sad"}]}', "emotion"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_emotions(written(tmp_path, content))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("time,feeling\n1,sad\n", "unknown column 'feeling'"),
        ("time,emotion\nsoon,sad\n", "points 1, time"),
        ("emotion\nsad\n", "range 1 needs either a start and an end, or a word"),
        ("start,word,emotion\n1,hello,sad\n", "range 1 needs either a start and an end, or a word"),
        ("start,end,word,emotion\n1,2,hello,sad\n", "range 1 needs either a start and an end, or a word"),
        ("time,emotion\n1,sad,7\n", "unknown column 'None'"),
    ],
)
def test_tables_that_are_none(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_emotions(written(tmp_path, table, ".csv"))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(InputError, match="cannot be read as an emotion file"):
            read_emotions(path)
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as an emotion file"):
        read_emotions(tmp_path / "bytes.csv")


def test_the_short_form() -> None:
    assert parse_emotion("happy") == EmotionRange(0.0, ALWAYS, "happy")
    assert parse_emotion("sad:0.25") == EmotionRange(0.0, ALWAYS, "sad", 0.25)
    assert parse_emotion("-0.5,0.75") == EmotionRange(0.0, ALWAYS, valence=-0.5, arousal=0.75)
    for text in ("happy:", "happy:x", "0.5,x", "", "0.1,0.2,0.3", "happy:2", "2,0"):
        with pytest.raises(InputError):
            parse_emotion(text)
