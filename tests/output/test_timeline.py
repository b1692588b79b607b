from dataclasses import replace

import numpy as np
import pytest
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.motion import Word
from ksdiff.output.timeline import write_timeline

image = pytest.importorskip("PIL.Image", reason="needs the extra render")
pytest.importorskip("matplotlib", reason="needs the extra render")


def drawn(tmp_path, motion, samples):
    write_timeline(motion, tmp_path / "timeline.png", samples)
    with image.open(tmp_path / "timeline.png") as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB")).astype(int)


def near(pixels, colour):
    return np.abs(pixels - np.array(colour)).max(axis=-1) < 24


EXPRESSION, HEAD = (0xE4, 0x57, 0x2E), (0x2D, 0x6C, 0xDF)


def test_keyframes_are_drawn_at_their_times(tmp_path):
    silent = np.zeros(32000, np.float32)
    motion = synthetic_motion()
    without = replace(motion, keyframes_expression=np.zeros(50, np.float32), keyframes_head=np.zeros(50, np.float32))
    difference = np.abs(drawn(tmp_path, motion, silent) - drawn(tmp_path, without, silent)).max(axis=-1) > 40
    columns = np.flatnonzero(difference.any(axis=0))
    at = np.concatenate([np.flatnonzero(motion.keyframes_expression), np.flatnonzero(motion.keyframes_head)]) / 25
    expected = 100 + at / 2.0 * (1400 - 100 - 30)
    assert all(np.abs(columns - x).min() < 3 for x in expected)
    assert all(np.abs(expected - column).min() < 8 for column in columns)


def test_a_louder_half_is_drawn_higher(tmp_path):
    samples = synthetic_sound()
    samples[:16000] *= 0.05
    pixels = drawn(tmp_path, replace(synthetic_motion(), words=()), samples)
    sound = near(pixels, (0x8F, 0xA3, 0xBF))
    quiet, loud = sound[:, 100:730].sum(), sound[:, 740:1370].sum()
    assert loud > 8 * quiet > 0


def test_both_words_appear(tmp_path):
    samples = np.zeros(32000, np.float32)
    with_words, without = (
        drawn(tmp_path, replace(synthetic_motion(), words=words), samples)
        for words in (synthetic_motion().words, (Word("", 0.2, 0.6), Word("", 0.7, 1.1)))
    )
    columns = np.flatnonzero((np.abs(with_words - without) > 60).any(axis=(0, 2)))
    for middle in (0.4, 0.9):
        assert np.abs(columns - (100 + middle / 2 * 1270)).min() < 10


@pytest.mark.parametrize("seconds", [0.04, 0.3, 40.0, 400.0])
def test_any_length_is_shown_in_a_sensible_width(tmp_path, seconds):
    pixels = drawn(tmp_path, synthetic_motion(seconds=seconds), synthetic_sound(max(seconds, 0.3)))
    assert 1400 <= pixels.shape[1] <= 6000
    curves = near(pixels, HEAD) | near(pixels, EXPRESSION)
    assert curves.any(axis=0).mean() > 0.1 or seconds < 0.1
