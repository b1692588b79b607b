"""Prosody: pitch, energy and voicing of sound whose pitch, energy and voicing are known."""

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.speech import prosody as module
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.prosody import level, prosody


def voice(pitch: np.ndarray) -> np.ndarray:
    """A buzz with formants, of a given pitch (Hz) at each sample."""
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    return 0.05 * sum(np.cos(k * phase) / (1 + abs(k * 120 - 600) / 300) for k in range(1, 25)).astype(np.float32)


def instants(samples: np.ndarray) -> np.ndarray:
    return np.arange(0.03, len(samples) / SAMPLE_RATE - 0.03, 0.024)


def test_pitch_rises_as_the_voice_does():
    pitch = np.geomspace(90, 220, 3 * SAMPLE_RATE)
    samples = voice(pitch)
    times = instants(samples)
    found = prosody(samples, times)
    assert found.dtype == np.float32
    assert (found[:, 2] > 0.5).mean() > 0.95
    truth = np.log(np.interp(times, np.arange(len(pitch)) / SAMPLE_RATE, pitch))
    inner = slice(5, -5)
    assert np.corrcoef(found[inner, 0], truth[inner])[0, 1] > 0.995
    assert abs(found[:, 0].mean()) < 0.1


def test_normalised_by_voice():
    """The same melody, an octave apart, is the same prosody."""
    melody = 1 + 0.2 * np.sin(np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE * 4)
    low, high = voice(110 * melody), voice(220 * melody)
    times = instants(low)
    a, b = prosody(low, times)[5:-5], prosody(high, times)[5:-5]
    assert np.abs(a[:, 0] - b[:, 0]).mean() < 0.1


def test_voicing_and_energy_of_voice_noise_and_silence():
    rng = np.random.default_rng(0)
    buzz = voice(np.full(SAMPLE_RATE, 130.0))
    noise = 0.02 * rng.standard_normal(SAMPLE_RATE).astype(np.float32)
    samples = np.concatenate([buzz, noise, np.zeros(SAMPLE_RATE, np.float32)])
    times = instants(samples)
    found = prosody(samples, times)
    parts = [found[(times > a + 0.1) & (times < a + 0.9)] for a in (0, 1, 2)]
    assert parts[0][:, 2].min() > 0.5
    assert parts[1][:, 2].max() < 0.5
    assert parts[2][:, 2].max() < 0.5
    assert parts[0][:, 1].mean() > parts[1][:, 1].mean() > parts[2][:, 1].mean()
    np.testing.assert_allclose(parts[2][:, 1], -3)
    np.testing.assert_array_equal(parts[1][:, 0], 0)


def test_monotone_is_not_blown_up():
    samples = voice(np.full(2 * SAMPLE_RATE, 150.0))
    found = prosody(samples, instants(samples))[5:-5]
    assert np.abs(found[:, 0]).max() < 1


def test_silence():
    found = prosody(np.zeros(SAMPLE_RATE, np.float32), np.arange(40) / 40)
    np.testing.assert_array_equal(found, np.tile(np.float32([0, -3, 0]), (40, 1)))


def test_speech_is_the_same_at_another_level():
    samples = load(SPEECH_VIDEO)
    times = instants(samples)
    loud, quiet = prosody(samples, times), prosody(samples * 0.1, times)
    assert np.abs(loud).max() <= 3
    assert 0.25 < (loud[:, 2] > 0.5).mean() < 0.6
    assert np.abs(loud[:, 1] - quiet[:, 1]).mean() < 0.3
    assert ((loud[:, 2] > 0.5) != (quiet[:, 2] > 0.5)).mean() < 0.03


def test_blocks_leave_no_trace(monkeypatch):
    samples = load(SPEECH_VIDEO)
    times = instants(samples)
    whole = prosody(samples, times)
    monkeypatch.setattr(module, "_BLOCK", 50)
    np.testing.assert_allclose(prosody(samples, times), whole, atol=1e-3)


def test_level():
    samples = np.concatenate([np.full(8000, 0.1), np.full(8000, 0.01)]).astype(np.float32)
    found = level(samples, np.array([0.25, 0.75, 2.0]))
    np.testing.assert_allclose(found, [-20, -40, -100], atol=1e-3)


@pytest.mark.slow
def test_ten_minutes(tmp_path):
    buzz = voice(120 + 20 * np.sin(np.arange(SAMPLE_RATE * 10) / 9000))
    np.save(tmp_path / "a.npy", np.tile(buzz, 60))
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    times = np.arange(1, 600 * 41) / 41.6667
    found = prosody(mapped, times[times < 599])
    assert (found[:, 2] > 0.5).mean() > 0.95
