"""Decoding: the same sound comes out of every container, aligned, and what is not sound is refused."""

import os
import shutil
import struct
import subprocess
import sys
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from scipy.signal import resample_poly
from support.files import SPEECH_VIDEO

from ksdiff.errors import InputError
from ksdiff.speech import audio, ffmpeg_reader
from ksdiff.speech.audio import SAMPLE_RATE, load, validate, write_flac
from ksdiff.speech.vad import silence


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return load(SPEECH_VIDEO)


def write(
    path: Path,
    samples: np.ndarray,
    codec: str,
    rate: int = SAMPLE_RATE,
    layout: str = "mono",
    start: float = 0.0,
) -> Path:
    """Encode mono 16 kHz samples at another rate, the same in every channel."""
    common = int(np.gcd(rate, SAMPLE_RATE))
    if rate != SAMPLE_RATE:
        samples = resample_poly(samples, rate // common, SAMPLE_RATE // common)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        channels = len(av.AudioLayout(layout).channels)
        packed = np.repeat(samples[:, None], channels, 1).astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = 0
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout=layout,
            rate=rate,
            frame_size=stream.codec_context.frame_size or None,
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = (piece.pts or 0) + round(start * rate)
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def lag(a: np.ndarray, b: np.ndarray) -> int:
    """Samples by which b is later than a."""
    size = 1 << 19
    crossed = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)))
    peak = int(np.argmax(crossed))
    return peak - size if peak > size // 2 else peak


FORMATS = [
    ("a.wav", "pcm_s16le", 16000, "mono"),
    ("a.wav", "pcm_f32le", 44100, "stereo"),
    ("a.wav", "pcm_s24le", 192000, "7.1"),
    ("a.wav", "pcm_u8", 8000, "mono"),
    ("a.aiff", "pcm_s16be", 44100, "stereo"),
    ("a.flac", "flac", 96000, "7.1"),
    ("a.mp3", "libmp3lame", 44100, "stereo"),
    ("a.mp3", "libmp3lame", 24000, "mono"),
    ("a.mp4", "aac", 48000, "stereo"),
    ("a.m4a", "aac", 22050, "mono"),
    ("a.m4a", "aac", 48000, "7.1"),
    ("a.mov", "aac", 44100, "5.1"),
    ("a.mkv", "aac", 44100, "stereo"),
    ("a.webm", "libopus", 48000, "stereo"),
    ("a.opus", "libopus", 48000, "mono"),
]


@pytest.mark.parametrize(("name", "codec", "rate", "layout"), FORMATS)
def test_same_sound_from_every_format(tmp_path, speech, name, codec, rate, layout):
    found = load(write(tmp_path / name, speech, codec, rate, layout))
    assert found.dtype == np.float32
    assert lag(speech, found) == 0
    # Containers other than Matroska say where the sound ends within the last frame.
    assert abs(len(found) - len(speech)) <= (128 if name.endswith("mkv") else 2)
    count = min(len(found), len(speech))
    assert np.corrcoef(found[:count], speech[:count])[0, 1] > (0.98 if rate < 16000 else 0.99)


def test_flv_keeps_time_despite_its_unstated_priming(tmp_path, speech):
    found = load(write(tmp_path / "a.flv", speech, "libmp3lame", 44100, "stereo"))
    assert 0 < lag(speech, found) < 0.06 * SAMPLE_RATE


def test_channels_are_averaged(tmp_path):
    left = 0.5 * np.sin(2 * np.pi * 200 * np.arange(SAMPLE_RATE) / SAMPLE_RATE).astype(np.float32)
    packed = np.stack([left, -0.5 * left], 1).reshape(1, -1)
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=SAMPLE_RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
    np.testing.assert_allclose(load(tmp_path / "a.wav"), left / 4, atol=1e-6)


def test_loud_float_sound_is_scaled(tmp_path):
    tone = 4 * np.sin(np.arange(SAMPLE_RATE) / 20)
    found = load(write(tmp_path / "a.wav", tone, "pcm_f32le"))
    assert np.abs(found).max() == pytest.approx(1)
    np.testing.assert_allclose(found, tone / np.abs(tone).max(), atol=1e-5)


@pytest.mark.parametrize("memory", [1200.0, 2.0], ids=["in memory", "in a file"])
def test_an_offset_is_removed(tmp_path, monkeypatch, speech, memory):
    """One of 2 % of full scale hid all pauses: the mouth hung open in them, and moved less in speech."""
    monkeypatch.setattr(audio, "MEMORY_SECONDS", memory)
    monkeypatch.setattr("ksdiff.speech.offset._BLOCK", 50_000)
    found = load(write(tmp_path / "a.wav", speech + 0.02, "pcm_f32le"))
    assert np.abs(found - speech)[800:-800].max() < 0.05 * np.abs(speech).max()
    assert (silence(found, 218, 25.0) != silence(speech, 218, 25.0)).mean() < 0.02
    assert silence(speech + np.float32(0.02), 218, 25.0).mean() < 0.1 < silence(speech, 218, 25.0).mean()


def test_an_offset_that_comes_and_goes_is_removed(tmp_path, speech):
    """As in an edit, whose pauses are digital silence."""
    pause = np.zeros(2 * SAMPLE_RATE, np.float32)
    found = load(write(tmp_path / "a.wav", np.concatenate([pause, speech + 0.1, pause]), "pcm_f32le"))
    assert np.abs(found[: len(pause) - 900]).max() < 1e-4
    assert np.abs(found[len(pause) + 900 : -len(pause) - 900].mean()) < 1e-4


def test_a_sound_that_an_offset_pushed_to_one_side_keeps_its_limits(tmp_path):
    tone = 0.9 * np.sin(2 * np.pi * 100 * np.arange(SAMPLE_RATE) / SAMPLE_RATE) - 0.6
    assert np.abs(load(write(tmp_path / "a.wav", tone, "pcm_f32le"))).max() <= 1


def test_silence_is_sound(tmp_path):
    found = load(write(tmp_path / "a.wav", np.zeros(SAMPLE_RATE), "pcm_s16le"))
    assert len(found) == SAMPLE_RATE
    assert not found.any()


def test_sound_that_starts_late_is_preceded_by_silence(tmp_path, speech):
    """A video's pictures start at 0, its sound a second later."""
    path = tmp_path / "late.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        sound = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono", format="s16")
        for number in range(100):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            picture.pts = number
            picture.time_base = Fraction(1, 25)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        for start in range(0, 3 * SAMPLE_RATE, 4096):
            block = (speech[2 * SAMPLE_RATE :][start : start + 4096] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block[None], format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = SAMPLE_RATE + start
            frame.time_base = Fraction(1, SAMPLE_RATE)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    found = load(path)
    assert not found[: SAMPLE_RATE - 32].any()
    assert abs(lag(speech[2 * SAMPLE_RATE :][: 3 * SAMPLE_RATE], found) - SAMPLE_RATE) <= 16


def timed_blocks(starts: list[float]) -> list[tuple[int, np.ndarray]]:
    """What `_timed` makes of tenths of a second of ones with these time stamps."""
    frames = []
    for start in starts:
        frame = av.AudioFrame.from_ndarray(np.ones((1, 1600), np.float32), format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, 1000)
        frame.pts = round(start * 1000)
        frames.append(frame)
    return list(ffmpeg_reader._timed(iter(frames), 0.0, False))


@pytest.mark.parametrize(
    ("starts", "seconds"),
    [
        ([0.0, 0.1, 0.2], 0.3),
        ([0.0, 0.093, 0.207], 0.3),  # jitter
        ([0.0, 0.1, 1.2], 1.3),  # sound left out
        ([0.0, 5000.0, 5000.1], 0.3),  # a stream that was joined half-way
        ([7200.0, 0.1, 0.2], 0.3),  # the first stamp is of the clock
        ([0.0, 0.0, 0.0], 0.3),  # stamps stand still
        ([0.3, 0.2, 0.1], 0.6),  # and run backwards, after a late start
    ],
)
def test_time_stamps(starts, seconds):
    blocks = timed_blocks(starts)
    assert sum(len(block) for _, block in blocks) == pytest.approx(seconds * SAMPLE_RATE, abs=1)
    assert sum(block.sum() for _, block in blocks) == 3 * 1600


def test_rate_that_changes_half_way():
    tone = np.sin(2 * np.pi * 100 * np.arange(44100) / 44100).astype(np.float32)
    blocks = [(44100, tone), (SAMPLE_RATE, np.zeros(8000, np.float32)), (8000, np.zeros(4000, np.float32))]
    found = np.concatenate(list(audio._resampled(blocks, Path("x"))))
    assert abs(len(found) - 2 * SAMPLE_RATE) < 8
    assert found[: SAMPLE_RATE - 100].std() == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_long_sound_is_kept_in_a_file_without_a_name(tmp_path, monkeypatch, speech):
    path = write(tmp_path / "a.wav", speech * 5, "pcm_f32le", 48000)
    expected = load(path)
    monkeypatch.setattr(audio, "MEMORY_SECONDS", 2.0)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(tmp_path.iterdir())
    found = load(path)
    assert isinstance(found, np.memmap)
    assert sorted(tmp_path.iterdir()) == before
    np.testing.assert_array_equal(found, expected)
    assert validate(found) is found
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1


@pytest.mark.slow
def test_two_hours_in_bounded_memory(tmp_path):
    resource = pytest.importorskip("resource")
    hour = tmp_path / "long.flac"
    write_flac(np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (7200 * SAMPLE_RATE,), (0,)), hour)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = load(hour)
    assert len(found) == 7200 * SAMPLE_RATE
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 250_000  # kB; the sound itself would be 460,000


def test_flac_round_trip(tmp_path, speech):
    write_flac(speech, tmp_path / "é a.flac")
    np.testing.assert_allclose(load(tmp_path / "é a.flac"), speech, atol=1 / 65000)
    assert [file.name for file in tmp_path.iterdir()] == ["é a.flac"]


def test_flac_into_a_missing_folder(tmp_path, speech):
    with pytest.raises(InputError, match="cannot write"):
        write_flac(speech, tmp_path / "nowhere/a.flac")


@pytest.mark.parametrize("name", ["ein Lied mit Leerzeichen é.wav", "歌.wav", "a:b.wav", "-.wav", "http:x.wav"])
def test_odd_names(tmp_path, speech, name, monkeypatch):
    plain = write(tmp_path / "plain.wav", speech, "pcm_s16le")
    shutil.copy(plain, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(load(name), load(plain))


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"there is no file .*nowhere\.wav"):
        load(tmp_path / "nowhere.wav")


def test_folder(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)


def test_empty_file(tmp_path):
    (tmp_path / "a.wav").touch()
    with pytest.raises(InputError, match="is empty"):
        load(tmp_path / "a.wav")


def test_text_is_not_sound(tmp_path):
    (tmp_path / "a.wav").write_text("this is not sound\n" * 100)
    with pytest.raises(InputError, match="cannot be read as sound"):
        load(tmp_path / "a.wav")


def test_play_list_opens_nothing_else(tmp_path, speech):
    write(tmp_path / "a.ts", speech, "aac", 44100)
    (tmp_path / "a.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n")
    with pytest.raises(InputError, match="is a play list"):
        load(tmp_path / "a.m3u8")


def test_cut_off_file(tmp_path):
    (tmp_path / "a.mp4").write_bytes(SPEECH_VIDEO.read_bytes()[:5000])
    with pytest.raises(InputError, match="cannot be read as sound"):
        load(tmp_path / "a.mp4")


def test_damaged_in_the_middle_is_played_on(tmp_path, speech):
    whole = write(tmp_path / "a.mp3", speech, "libmp3lame", 44100).read_bytes()
    middle = len(whole) // 2
    noise = np.random.default_rng(0).bytes(3000)
    (tmp_path / "b.mp3").write_bytes(whole[:middle] + noise + whole[middle + 3000 :])
    found = load(tmp_path / "b.mp3")
    assert abs(len(found) - len(speech)) < SAMPLE_RATE
    np.testing.assert_allclose(found[:16000], load(tmp_path / "a.mp3")[:16000], atol=1e-6)


def test_video_without_sound(tmp_path):
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        video = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        for _ in range(30):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
    with pytest.raises(InputError, match="has no sound"):
        load(tmp_path / "a.mp4")


def test_wav_without_samples(tmp_path):
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
    with pytest.raises(InputError, match=r"0 s long; it must be at least 0\.3 s"):
        load(tmp_path / "a.wav")


def test_too_short(tmp_path):
    with pytest.raises(InputError, match=r"0\.2 s long; it must be at least 0\.3 s"):
        load(write(tmp_path / "a.wav", np.zeros(3200), "pcm_s16le"))
    assert len(load(write(tmp_path / "b.wav", np.zeros(4800), "pcm_s16le"))) == 4800


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(tmp_path, bad):
    samples = np.zeros(2 * SAMPLE_RATE)
    samples[20000] = bad
    with pytest.raises(InputError, match="not finite"):
        load(write(tmp_path / "a.wav", samples, "pcm_f32le"))


def test_validate():
    tone = np.sin(np.arange(8000) / 10)
    checked = validate(tone)
    assert checked.dtype == np.float32
    np.testing.assert_allclose(checked, tone, atol=1e-6)
    assert validate(checked) is checked
    for wrong, message in [
        (np.zeros((2, 8000)), "average the channels"),
        (np.zeros(8000, np.int16), "floating-point"),
        (np.zeros(100), "at least 0.3 s"),
        (np.full(8000, np.nan), "not finite"),
        (np.full(8000, 3.0), "peak of 3"),
        ([0.0] * 8000, "average the channels"),
    ]:
        with pytest.raises(InputError, match=message):
            validate(wrong)


def forged_wav(path: Path, rate: int = 16000, channels: int = 1, size: int = 32000) -> Path:
    """16-bit silence under a header that says what it likes."""
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, channels, rate,
        rate * 2 * channels & 0xFFFFFFFF, 2 * channels & 0xFFFF, 16, b"data", size,
    )  # fmt: skip
    path.write_bytes(header + bytes(size))
    return path


@pytest.mark.parametrize(
    ("forged", "message"),
    [
        ({"rate": 1, "size": 10**6}, "1 samples/s by its header; it must be at least 1000"),
        ({"rate": 0}, "cannot be read as sound"),
        ({"rate": 2**32 - 1}, "cannot be read as sound"),
        ({"rate": 2 * 10**9}, "it must be at least 0.3 s"),
        ({"channels": 0}, "no sound that can be decoded"),
        ({"channels": 65535}, "no sound that can be decoded"),
    ],
)
def test_forged_headers(tmp_path, forged, message):
    with pytest.raises(InputError, match=message):
        load(forged_wav(tmp_path / "forged.wav", **forged))


def test_length_is_bounded_while_decoding(tmp_path, monkeypatch):
    """Silence takes next to no room in a file."""
    write_flac(np.zeros(120 * SAMPLE_RATE, np.float32), tmp_path / "bomb.flac")
    assert (tmp_path / "bomb.flac").stat().st_size < 100_000
    monkeypatch.setattr(audio, "MAX_SECONDS", 36.0)
    decoded = []
    mono = ffmpeg_reader._mono
    monkeypatch.setattr(ffmpeg_reader, "_mono", lambda frame: decoded.append(frame.samples) or mono(frame))
    with pytest.raises(InputError, match=r"bomb\.flac is longer than 0\.01 h"):
        load(tmp_path / "bomb.flac")
    assert sum(decoded) < 40 * SAMPLE_RATE


@pytest.mark.slow
def test_ten_hours_of_silence_are_refused_in_bounded_memory(tmp_path):
    write_flac(np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (36_000 * SAMPLE_RATE,), (0,)), tmp_path / "a")
    code = (
        "import resource, sys; from ksdiff.speech.audio import load\n"
        "try: load(sys.argv[1])\n"
        "except ValueError as error: print(error)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    result = subprocess.run([sys.executable, "-c", code, tmp_path / "a"], capture_output=True, text=True, check=True)
    message, used = result.stdout.splitlines()
    assert "longer than 4 h" in message
    assert int(used) < 400_000  # kB


def test_no_room_for_a_long_sound(tmp_path):
    """A limit on the size of files stands for a full disk."""
    path = write(tmp_path / "a.wav", np.zeros(20 * SAMPLE_RATE, np.float32), "pcm_s16le")
    code = (
        "import resource, sys; from ksdiff.speech import audio\n"
        "audio.MEMORY_SECONDS = 2\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))\n"
        "try: audio.load(sys.argv[1])\n"
        "except ValueError as error: print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert "the folder for temporary files" in result.stdout
    assert "TMPDIR" in result.stdout


def test_a_sound_just_too_short(tmp_path):
    path = write(tmp_path / "a.wav", np.zeros(4799, np.float32), "pcm_s16le")
    with pytest.raises(InputError, match=r"is 0\.2999 s long; it must be at least 0\.3 s"):
        load(path)


def test_links_that_lead_nowhere(tmp_path):
    (tmp_path / "a.wav").symlink_to(tmp_path / "b.wav")
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    with pytest.raises(InputError, match=r"a\.wav cannot be read: Too many levels of symbolic links"):
        load(tmp_path / "a.wav")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may enter any folder")
def test_a_folder_that_may_not_be_entered(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    with pytest.raises(InputError, match="Permission denied"):
        load(tmp_path / "closed/a.wav")


@pytest.mark.parametrize("given", [[0.0] * 16000, None, 3, b"sound"])
def test_what_is_no_array(given):
    with pytest.raises(InputError, match="must be the path of a file, or a NumPy array"):
        validate(given)


@pytest.mark.parametrize("dtype", [np.int16, np.complex64, bool, object])
def test_arrays_of_another_type(dtype):
    with pytest.raises(InputError, match="must be floating-point"):
        validate(np.zeros(16000, dtype))
