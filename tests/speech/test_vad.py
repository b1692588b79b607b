"""Where nobody speaks: noise, music and clicks, alone and around a voice; and no part of speech or singing."""

import numpy as np
import pytest
from scipy.signal import butter, lfilter, sosfilt
from support.files import SPEECH_VIDEO

import ksdiff
from ksdiff.errors import InputError
from ksdiff.motion.space import ARKIT
from ksdiff.speech import silero
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.prosody import track_pitch
from ksdiff.speech.silero import probability_times, speech_probability
from ksdiff.speech.vad import nobody_speaks, silence

TIMES = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE


def scaled(sound: np.ndarray) -> np.ndarray:
    return (0.1 * sound / sound.std()).astype(np.float32)


def noise(seconds: float = 4.0) -> np.ndarray:
    return scaled(np.random.default_rng(0).standard_normal(round(seconds * SAMPLE_RATE)))


def clicks() -> np.ndarray:
    within = TIMES % 0.23
    band = butter(2, (800, 5000), "bandpass", fs=SAMPLE_RATE, output="sos")
    return scaled(sosfilt(band, noise() * np.exp(-within / 0.01)))


def chord() -> np.ndarray:
    notes = (261.6, 329.6, 392.0)
    decay = np.exp(-(TIMES % 0.5) / 0.4)
    return scaled(decay * sum(np.sin(2 * np.pi * f * k * TIMES) / k**1.5 for f in notes for k in range(1, 6)))


def sung() -> np.ndarray:
    """A held vowel with vibrato: harmonics through the formants of ah."""
    phase = 2 * np.pi * np.cumsum(160 + 4 * np.sin(2 * np.pi * 5.5 * TIMES)) / SAMPLE_RATE
    voice = sum(np.sin(k * phase) / k for k in range(1, 40))
    for frequency, width in ((730, 90), (1090, 110), (2440, 160)):
        radius, angle = np.exp(-np.pi * width / SAMPLE_RATE), 2 * np.pi * frequency / SAMPLE_RATE
        voice = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], voice)
    return scaled(voice)


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return np.asarray(load(SPEECH_VIDEO))


@pytest.mark.parametrize("sound", [noise(), clicks(), chord()], ids=["noise", "clicks", "chord"])
def test_nobody_speaks_in_noise_clicks_and_music(sound: np.ndarray) -> None:
    assert nobody_speaks(sound, 100, 25.0).mean() > 0.8
    assert silence(sound, 100, 25.0).mean() < 0.8


def test_a_held_vowel_may_be_sung() -> None:
    assert speech_probability(sung())[20:].max() < 0.1  # it is no speech to the network, but it opens a mouth
    assert not nobody_speaks(sung(), 100, 25.0).any()


@pytest.mark.parametrize("gain", [1.0, 0.1])
@pytest.mark.parametrize("added", [0.0, 0.02])
def test_speech_is_speech_in_noise_and_however_quiet(speech: np.ndarray, gain: float, added: float) -> None:
    heard = (gain * (speech + added * np.random.default_rng(1).standard_normal(len(speech)))).astype(np.float32)
    absent = nobody_speaks(heard, 218, 25.0)
    said = np.zeros(218, bool)
    for start, end in ((1.1, 1.5), (2.2, 3.6), (4.3, 5.3), (5.7, 7.4), (8.1, 8.7)):
        said[round(start * 25) : round(end * 25)] = True
    assert not (absent & ~silence(heard, 218, 25.0))[said].any()


def test_noise_around_a_voice_is_told_from_it(speech: np.ndarray) -> None:
    heard = np.concatenate([noise(), speech, noise(6.0)])
    frames = len(heard) // 640
    absent = nobody_speaks(heard, frames, 25.0)
    assert absent[:90].mean() > 0.9
    assert absent[-50:].all()
    quiet = silence(heard, frames, 25.0)
    assert not (absent & ~quiet)[round((4 + 5.7) * 25) : round((4 + 7.3) * 25)].any()
    assert not quiet[:90].any()


@pytest.mark.parametrize("quieter", [33.0, 38.0])
def test_a_murmur_after_a_shout_is_speech(speech: np.ndarray, quieter: float) -> None:
    """Its words lie below the level that is silence beside the shout, and the lips used to stay shut on them."""
    murmur = speech * np.float32(10 ** (-quieter / 20))
    heard = np.concatenate([speech, murmur]) * np.float32(5)
    absent = nobody_speaks(heard, 437, 25.0)
    # The long pauses of the murmur are pauses still, and the shout is heard as it is alone, but for its softest ends.
    alone = nobody_speaks(speech, 218, 25.0)
    assert absent[218:436][~alone[:218]].mean() < 0.1
    assert absent[218:][8:16].all()
    assert (absent[:210] != alone[:210]).mean() < 0.03


def test_what_is_far_below_a_voice_is_no_line_of_its_own(speech: np.ndarray) -> None:
    bleeding = speech * np.float32(10 ** (-50 / 20))
    heard = np.concatenate([speech, bleeding]) * np.float32(5)
    assert nobody_speaks(heard, 437, 25.0)[225:].all()


def test_the_probability_does_not_depend_on_blocks(speech: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = speech_probability(speech)
    monkeypatch.setattr(silero, "_BLOCK", 37)
    np.testing.assert_allclose(speech_probability(speech), whole, atol=1e-5)
    assert len(probability_times(len(whole))) == len(whole) == -(-len(speech) // 512)


@pytest.mark.parametrize("count", [1, 100, 511, 513])
def test_the_shortest_sounds_are_heard(count: int) -> None:
    assert nobody_speaks(np.zeros(count, np.float32), 3, 25.0).all()
    assert nobody_speaks(np.full(count, 0.5, np.float32), 3, 25.0).shape == (3,)


def test_damaged_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero, "WEIGHTS", "assets/moonshine_base_encoder.onnx")
    silero._session.cache_clear()
    with pytest.raises(InputError, match="install the package again"):
        speech_probability(noise(0.1))
    silero._session.cache_clear()


def test_the_mouth_rests_on_noise() -> None:
    """Before the rest layer heard the difference, lips chattered on it at a fifth of their speed in speech."""
    motion = ksdiff.animate(noise())
    parting = [ARKIT.index(name) for name in ARKIT.mouth if not name.startswith(("mouthSmile", "mouthDimple"))]
    assert np.ptp(motion.expression[:, parting], axis=0).max() < 1e-6


def test_pitch_that_is_known_changes_nothing() -> None:
    voice = load(SPEECH_VIDEO)
    frames, encoder_times = round(len(voice) / SAMPLE_RATE * 25), np.arange(len(voice) / 384) * 0.024
    known = nobody_speaks(voice, frames, 25.0, track_pitch(voice, encoder_times))
    np.testing.assert_array_equal(known, nobody_speaks(voice, frames, 25.0))
