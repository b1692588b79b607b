"""The encoder on a sound that goes on, against the encoder on the whole of it."""

import numpy as np
import pytest
from support.files import SPEECH_VIDEO

from ksdiff.errors import InputError
from ksdiff.speech import streaming_encoder
from ksdiff.speech.audio import load
from ksdiff.speech.encoder import load_encoder
from ksdiff.speech.prosody import level
from ksdiff.speech.streaming_encoder import StreamingEncoder, streaming_encoder_of

SECONDS = 6


@pytest.fixture(scope="module")
def streaming():
    return StreamingEncoder()


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(threads=1)


@pytest.fixture(scope="module")
def voice():
    return np.array(load(SPEECH_VIDEO)[: SECONDS * 16_000])


@pytest.fixture(scope="module")
def whole(encoder, voice):
    return encoder.encode_at_once(voice)


@pytest.fixture(scope="module")
def loudest(voice):
    return float(np.percentile(level(voice, np.arange(0.02, SECONDS, 0.024)), 95))


def distance(a: np.ndarray, b: np.ndarray, spread: np.ndarray) -> float:
    """Mean squared difference, in parts of each channel's variance."""
    return float(((a - b) ** 2 / spread.var(axis=0)).mean())


def test_without_a_memory_it_is_the_encoder(streaming, voice, whole, loudest):
    """But for the level, which is that of the voice and not of this window."""
    features, _ = streaming.encode(voice, streaming.beginning(), 0, loudest)
    assert features.shape == whole.shape
    assert distance(features, whole, whole) < 0.05


def test_a_memory_is_as_good_as_hearing_again(streaming, encoder, voice, loudest):
    features, _ = streaming.encode(voice, streaming.beginning(), 0, loudest)
    count = len(features)
    old = count - 60
    _, memory = streaming.encode(voice, streaming.beginning(), old, loudest)
    assert memory.shape[2] == old
    latest = voice[old * encoder.stride :]
    remembered, _ = streaming.encode(latest, memory, 0, loudest)
    alone, _ = streaming.encode(latest, streaming.beginning(), 0, loudest)
    assert remembered.shape == alone.shape == (60, encoder.width)
    found = distance(remembered, features[old:], features)
    assert found < 0.02  # whole numbers of 8 bits are scaled by what is encoded at once
    assert distance(alone, features[old:], features) > 5 * found


def test_the_memory_ends(streaming, voice, loudest):
    memory = streaming.beginning()
    for _ in range(3):
        features, memory = streaming.encode(voice[: 16_000 * 4], memory, 120, loudest)
    assert memory.shape == (10, 8, 250, 52)
    assert np.isfinite(features).all()


def test_what_it_is_there_for(encoder, monkeypatch):
    assert streaming_encoder_of(encoder) is streaming_encoder_of(encoder)
    monkeypatch.setattr(encoder, "name", "wav2vec2:elsewhere")
    assert streaming_encoder_of(encoder) is None


def test_a_damaged_graph(monkeypatch):
    monkeypatch.setattr(streaming_encoder, "_SHA256", "0" * 64)
    with pytest.raises(InputError, match="damaged"):
        StreamingEncoder()
