import numpy as np
import pytest

from ksdiff.numerics.resample import Resampler

RATES = (8000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000)


def resampled(sound: np.ndarray, rate: int, wanted: int, pieces: int) -> np.ndarray:
    resampler = Resampler(rate, wanted)
    return np.concatenate([*(resampler.push(piece) for piece in np.array_split(sound, pieces)), resampler.finish()])


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, 50_000).astype(np.float32)


@pytest.mark.parametrize(("rate", "wanted"), [*((rate, 16_000) for rate in RATES), (8000, 48_000), (96_000, 48_000)])
def test_sound_is_what_ffmpeg_makes_of_it(rate: int, wanted: int, noise: np.ndarray) -> None:
    pytest.importorskip("av", reason="PyAV is what it is compared with")
    from ksdiff.speech.ffmpeg_reader import FfmpegResampler

    theirs = FfmpegResampler(rate, wanted)
    expected = np.concatenate([theirs.push(noise[:20_000]), theirs.push(noise[20_000:]), theirs.finish()])
    np.testing.assert_allclose(resampled(noise, rate, wanted, 3), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("rate", RATES)
def test_the_sizes_of_the_pieces_do_not_matter(rate: int, noise: np.ndarray) -> None:
    expected = resampled(noise, rate, 16_000, 1)
    for pieces in (7, 1000):
        np.testing.assert_array_equal(resampled(noise, rate, 16_000, pieces), expected)


def test_a_tone_keeps_its_time_and_what_is_too_high_goes(noise: np.ndarray) -> None:
    times, wanted = np.arange(48_000) / 48_000, np.arange(16_000) / 16_000
    for frequency, kept in ((1000, 1.0), (12_000, 0.0)):
        found = resampled(np.sin(2 * np.pi * frequency * times), 48_000, 16_000, 5)
        assert len(found) == 16_000
        expected = kept * np.sin(2 * np.pi * frequency * wanted)
        np.testing.assert_allclose(found[100:-100], expected[100:-100], rtol=0, atol=1e-3)


def test_some_milliseconds_give_nothing() -> None:
    assert len(resampled(np.ones(20), 48_000, 16_000, 2)) == 0
