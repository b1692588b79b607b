"""Speech heard otherwise keeps its length and its timing, and is changed by as much as is said."""

import numpy as np
import pytest
from support.files import VOICE

from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.training.sound_augmentation import (
    UNCHANGED,
    added,
    babble,
    coloured_noise,
    heard_otherwise,
    narrow,
    other_voice,
    rms,
    room,
    speech_level,
    tilted,
)


@pytest.fixture(scope="module")
def voice() -> np.ndarray:
    return np.asarray(load(VOICE), np.float64)[: 6 * SAMPLE_RATE]


def spectrum(sound: np.ndarray, low: float, high: float) -> float:
    """Energy between two frequencies."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    frequency = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    return float(power[(frequency >= low) & (frequency < high)].sum())


@pytest.mark.parametrize("down", [16, 25])
def test_another_voice_has_another_pitch_at_the_same_time(down: int) -> None:
    times = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    sounds = (times % 0.7 > 0.4).astype(float)
    changed = other_voice(np.sin(2 * np.pi * 200 * times) * sounds, down)
    assert len(changed) == len(times)
    assert np.abs(np.fft.rfft(changed)).argmax() / 4 == pytest.approx(200 * down / UNCHANGED, abs=3)
    loud = np.convolve(np.abs(changed), np.full(320, 1 / 320), "same") > 0.3
    onsets, expected = (np.flatnonzero(np.diff(each.astype(int)) == 1) for each in (loud, sounds > 0))
    assert np.abs(onsets[:, None] - expected).min(axis=1).max() < 0.025 * SAMPLE_RATE
    assert len(onsets) == len(expected)


def test_what_is_added_is_as_weak_as_is_said(voice: np.ndarray) -> None:
    random = np.random.default_rng(0)
    for other in (coloured_noise(len(voice), 1.0, random), babble(voice, random)):
        beside = added(voice, other, 12.0) - voice
        assert 20 * np.log10(speech_level(voice) / rms(beside)) == pytest.approx(12, abs=0.01)
    np.testing.assert_array_equal(added(voice, np.zeros(len(voice)), 12.0), voice)


def test_noise_has_its_colour() -> None:
    random = np.random.default_rng(0)
    for slope in (0.0, 1.0, 2.0):
        noise = coloured_noise(1 << 16, slope, random)
        octaves = spectrum(noise, 500, 1000) / spectrum(noise, 1000, 2000)
        assert np.log2(octaves) == pytest.approx(slope - 1, abs=0.15)


def test_rooms_ring_after_the_sound() -> None:
    click = np.zeros(SAMPLE_RATE)
    click[1000] = 1.0
    heard = room(click, 0.4, 0.5, np.random.default_rng(0))
    assert np.abs(heard[:1000]).max() < 1e-9
    assert np.linalg.norm(heard[1001:]) == pytest.approx(0.5, rel=0.1)
    early, late = (rms(heard[1000 + round(at * SAMPLE_RATE) :][:400]) for at in (0.05, 0.25))
    assert 20 * np.log10(early / late) == pytest.approx(30, abs=3)


def test_microphones_and_lines(voice: np.ndarray) -> None:
    bright = tilted(voice, 3.0)
    ratio = [spectrum(bright, f, 2 * f) / spectrum(voice, f, 2 * f) for f in (500, 2000)]
    assert 10 * np.log10(ratio[1] / ratio[0]) == pytest.approx(6, abs=1)
    line = narrow(voice, 300.0, 3400.0)
    assert spectrum(line, 4500, 8000) < 1e-3 * spectrum(voice, 4500, 8000)
    assert spectrum(line, 800, 2000) == pytest.approx(spectrum(voice, 800, 2000), rel=0.05)


@pytest.mark.parametrize("count", [1, 50, 399, 16_000])
def test_any_length_and_silence(count: int, voice: np.ndarray) -> None:
    silence = np.zeros(count, np.float32)
    np.testing.assert_array_equal(heard_otherwise(silence, np.random.default_rng(0)), silence)
    for seed in range(12):
        sound = voice[20_000:][:count].astype(np.float32)
        heard = heard_otherwise(sound, np.random.default_rng(seed))
        assert (heard.shape, heard.dtype) == (sound.shape, np.float32)
        assert np.abs(heard).max() < 1  # and no NaN
        np.testing.assert_array_equal(heard, heard_otherwise(sound, np.random.default_rng(seed)))
