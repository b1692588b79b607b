"""Loudness of a voice relative to itself, and the rule that guesses arousal from it and from pitch."""

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.speech.arousal import MOST, suggest_arousal
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.loudness import relative_loudness


def voice(seconds: float, wobble: float, loudness: float) -> np.ndarray:
    """A harmonic sound whose pitch goes up and down by so many semitones."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 140 * 2 ** (wobble * np.sin(2 * np.pi * 0.7 * times) / 12)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    return (loudness * sum(np.sin(k * phase) / k for k in range(1, 8))).astype(np.float32)


def test_loudness_is_relative_to_the_voice_and_not_to_the_microphone() -> None:
    samples = np.concatenate([voice(4.0, 2.0, 0.02), voice(4.0, 2.0, 0.06)])
    loudness = relative_loudness(samples, 200)
    assert loudness[20:80].max() < 0 < loudness[120:180].min()
    np.testing.assert_allclose(relative_loudness(3 * samples, 200), loudness, atol=1e-3)
    assert np.abs(loudness).max() <= 1
    assert not relative_loudness(np.zeros(SAMPLE_RATE, np.float32), 25).any()


def test_a_livelier_voice_is_guessed_to_be_more_stirred() -> None:
    calm, lively = (suggest_arousal(voice(6.0, wobble, 0.1)) for wobble in (0.3, 7.0))
    assert np.mean([one.arousal for one in calm]) < -0.2
    assert np.mean([one.arousal for one in lively]) > 0.2
    assert {one.valence for one in (*calm, *lively)} == {0.0}


def test_a_real_voice_gets_something_moderate_and_silence_nothing() -> None:
    found = suggest_arousal(load(SPEECH_VIDEO))
    assert len(found) >= 6
    assert max(abs(one.arousal or 0.0) for one in found) <= MOST
    assert [one.start for one in found] == pytest.approx([round(one.start) for one in found])
    assert suggest_arousal(np.zeros(3 * SAMPLE_RATE, np.float32)) == ()
