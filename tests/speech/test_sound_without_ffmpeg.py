"""Sound where FFmpeg is not installed: the same from WAV, FLAC, MP3 and OGG; other files say what to install."""

import os
import shutil
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile
from support.files import SPEECH_VIDEO, VOICE

import ksdiff
from ksdiff.errors import InputError, UnavailableError
from ksdiff.face.lips import lip_gaps
from ksdiff.numerics.resample import Resampler
from ksdiff.speech import audio, resampling
from ksdiff.speech.audio import SAMPLE_RATE, load, write_flac

FORMATS = [
    ("a.wav", "WAV", "PCM_16", 16_000, 1),
    ("a.wav", "WAV", "FLOAT", 44_100, 2),
    ("a.wav", "WAV", "PCM_24", 192_000, 8),
    ("a.wav", "WAV", "PCM_U8", 8000, 1),
    ("a.wav", "WAVEX", "PCM_16", 48_000, 2),
    ("a.aiff", "AIFF", "PCM_16", 44_100, 2),
    ("a.flac", "FLAC", "PCM_16", 16_000, 2),
    ("a.flac", "FLAC", "PCM_24", 96_000, 8),
    ("a.mp3", "MP3", "MPEG_LAYER_III", 44_100, 2),
    ("a.mp3", "MP3", "MPEG_LAYER_III", 24_000, 1),
    ("a.ogg", "OGG", "VORBIS", 44_100, 2),
    ("a.opus", "OGG", "OPUS", 48_000, 1),
]


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return load(VOICE)


@pytest.fixture
def without_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (audio, resampling):
        monkeypatch.setattr(module, "is_installed", lambda extra: False)


def write(path: Path, samples: np.ndarray, format: str, subtype: str, rate: int, channels: int) -> Path:
    """Encode mono 16 kHz samples at another rate, the same in every channel."""
    if rate != SAMPLE_RATE:
        resampler = Resampler(SAMPLE_RATE, rate)
        samples = np.concatenate([resampler.push(samples), resampler.finish()])
    soundfile.write(path, np.repeat(samples[:, None], channels, 1), rate, subtype, format=format)
    return path


@pytest.mark.parametrize(("name", "format", "subtype", "rate", "channels"), FORMATS)
def test_it_is_the_sound_that_ffmpeg_reads(
    tmp_path: Path,
    speech: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    format: str,
    subtype: str,
    rate: int,
    channels: int,
) -> None:
    pytest.importorskip("av", reason="PyAV is what it is compared with")
    path = write(tmp_path / name, speech, format, subtype, rate, channels)
    expected = load(path)
    for module in (audio, resampling):
        monkeypatch.setattr(module, "is_installed", lambda extra: False)
    found = load(path)
    assert found.dtype == np.float32
    assert abs(len(found) - len(expected)) <= 2
    count = min(len(found), len(expected), len(speech))
    difference = np.abs(found[:count] - expected[:count]).max()
    if rate == SAMPLE_RATE:
        assert difference == 0
    elif subtype.startswith(("PCM", "FLOAT")):
        assert difference < 1e-6
    else:
        assert np.corrcoef(found[:count], expected[:count])[0, 1] > 0.9999
    assert np.corrcoef(found[:count], speech[:count])[0, 1] > (0.98 if rate < 16_000 else 0.99)


def test_motion_differs_no_more_than_by_noise_that_nobody_hears(
    tmp_path: Path, speech: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sound at another rate than 16 kHz is the same to 1e-6; what that changes, noise of 1e-6 changes too."""
    pytest.importorskip("av", reason="PyAV is what it is compared with")
    path = write(tmp_path / "a.wav", speech, "WAV", "PCM_16", 48_000, 2)
    sound, expected = load(path), ksdiff.animate(path)
    noise = np.random.default_rng(0).uniform(-1e-6, 1e-6, len(sound)).astype(np.float32)
    noisy = ksdiff.animate(np.clip(sound + noise, -1, 1))
    for module in (audio, resampling):
        monkeypatch.setattr(module, "is_installed", lambda extra: False)
    found = ksdiff.animate(path)
    apart, apart_noisy = (
        float(np.abs(lip_gaps(other.expression) - lip_gaps(expected.expression)).mean()) for other in (found, noisy)
    )
    assert apart < 2 * apart_noisy < 4e-4  # m


@pytest.mark.usefixtures("without_ffmpeg")
def test_other_files_say_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("this is not sound\n" * 100)
    (tmp_path / "cut.mp4").write_bytes(SPEECH_VIDEO.read_bytes()[:5000])
    for path in (SPEECH_VIDEO, tmp_path / "text.wav", tmp_path / "cut.mp4"):
        with pytest.raises(UnavailableError, match=r"cannot be read as sound.*pip install 'ksdiff\[video\]'"):
            load(path)


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    with pytest.raises(InputError, match="is a pipe: give a file"):
        load(tmp_path / "a.wav")


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize("name", ["é b.wav", "歌.wav", "a:b.wav", "-", os.fsdecode(b"\xff.wav")])
def test_odd_names(tmp_path: Path, speech: np.ndarray, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = write(tmp_path / "plain.wav", speech, "WAV", "PCM_16", 16_000, 1)
    shutil.copy(plain, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(load(name), load(plain))


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers(tmp_path: Path, bad: float) -> None:
    samples = np.zeros(2 * SAMPLE_RATE)
    samples[20_000] = bad
    with pytest.raises(InputError, match="not finite"):
        load(write(tmp_path / "a.wav", samples, "WAV", "FLOAT", 16_000, 1))


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize(
    ("rate", "channels", "message"),
    [
        (1, 1, "1 samples/s by its header; it must be at least 1000"),
        (0, 1, "cannot be read as sound"),
        (2**32 - 1, 1, "cannot be read as sound|at least 0.3 s"),
        (2 * 10**9, 1, "at least 0.3 s"),
        (16_000, 0, "cannot be read as sound"),
        (16_000, 65_535, "cannot be read as sound|at least 0.3 s"),
    ],
)
def test_forged_headers(tmp_path: Path, rate: int, channels: int, message: str) -> None:
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 32_000, b"WAVE", b"fmt ", 16, 1, channels, rate,
        rate * 2 * channels & 0xFFFFFFFF, 2 * channels & 0xFFFF, 16, b"data", 2**31,
    )  # fmt: skip
    (tmp_path / "a.wav").write_bytes(header + bytes(32_000))
    with pytest.raises(InputError, match=message):
        load(tmp_path / "a.wav")


@pytest.mark.usefixtures("without_ffmpeg")
@pytest.mark.parametrize(("name", "format", "subtype", "rate", "channels"), FORMATS[1:])
def test_damaged_files_are_read_or_refused(
    tmp_path: Path, speech: np.ndarray, name: str, format: str, subtype: str, rate: int, channels: int
) -> None:
    whole = write(tmp_path / name, speech[: 2 * SAMPLE_RATE], format, subtype, rate, channels).read_bytes()
    random = np.random.default_rng(0)
    for trial in range(20):
        bad = bytearray(whole)
        for at in random.integers(0, len(bad) if trial % 2 else 200, 10):
            bad[at] ^= int(random.integers(1, 256))
        (tmp_path / name).write_bytes(bad[: int(random.integers(100, len(bad)))])
        with suppress(InputError):  # and nothing else
            assert len(load(tmp_path / name)) >= audio.MINIMUM_SECONDS * SAMPLE_RATE


@pytest.mark.usefixtures("without_ffmpeg")
def test_length_is_bounded_while_decoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_flac(np.zeros(120 * SAMPLE_RATE, np.float32), tmp_path / "bomb.flac")
    monkeypatch.setattr(audio, "MAX_SECONDS", 36.0)
    with pytest.raises(InputError, match=r"bomb\.flac is longer than 0\.01 h"):
        load(tmp_path / "bomb.flac")


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """A limit on the size of files stands for it."""
    code = (
        "import resource, sys, numpy as np; from ksdiff.speech.audio import write_flac\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10**5, 10**5))\n"
        "try: write_flac(np.random.default_rng(0).uniform(-1, 1, 10**6), sys.argv[1])\n"
        "except ValueError as error: print(error)"
    )
    command = [sys.executable, "-c", code, tmp_path / "a.flac"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "cannot write" in done.stdout
    assert "File too large" in done.stdout
    assert not done.stderr
    assert not list(tmp_path.iterdir())
