import wave

import av
import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT
from ksdiff.output import video
from ksdiff.output.picture import Picture
from ksdiff.output.video import write_video
from ksdiff.speech import audio

RATE = 16_000


def speechlike(seconds, rate=RATE):
    """A tone that comes and goes three times a second, so that shifts in time show."""
    t = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * 220 * t) * (np.sin(2 * np.pi * 3 * t) > 0)).astype(np.float32)


def motion_for(seconds, fps=25.0):
    frames = max(1, round(seconds * fps))
    expression = np.zeros((frames, 51), np.float32)
    expression[:, ARKIT.index("jawOpen")] = 0.3 + 0.3 * np.sin(np.arange(frames))
    zeros = np.zeros(frames, np.float32)
    return Motion(expression, np.zeros((frames, 6), np.float32), zeros, zeros, fps)


def write_wave(path, samples, rate, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.repeat(samples, channels) * 32767).astype("<i2").tobytes())
    return path


def write(motion, path, sound, **options):
    write_video(motion, path, sound, picture=Picture(64, 64), **options)
    return path


@pytest.mark.parametrize("seconds", [0.3, 1.017])
def test_length_equals_that_of_the_sound(tmp_path, seconds):
    samples = speechlike(seconds)
    path = write(motion_for(seconds), tmp_path / "a.mp4", samples)
    with av.open(path) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.codec_context.name == "h264"
        assert sound.codec_context.name == "aac"
        assert picture.codec_context.pix_fmt == "yuv420p"
        assert picture.average_rate == 25
        for length in (
            container.duration / av.time_base,
            float(picture.duration * picture.time_base),
            float(sound.duration * sound.time_base),
        ):
            assert abs(length - seconds) <= 1 / 25
        assert len(list(container.decode(picture))) == max(1, round(seconds * 25))


def test_sound_stays_in_time(tmp_path):
    samples = speechlike(1.2)
    path = write(motion_for(1.2), tmp_path / "a.mp4", samples)
    heard = audio.load(path)
    assert abs(len(heard) - len(samples)) <= RATE // 25
    common = min(len(heard), len(samples))
    envelope = [np.convolve(np.abs(x[:common]), np.ones(80) / 80, "same") for x in (heard, samples)]
    lags = np.arange(-800, 801, 16)
    match = [np.dot(np.roll(envelope[0], -lag), envelope[1]) for lag in lags]
    assert abs(lags[int(np.argmax(match))]) <= 0.005 * RATE
    assert np.corrcoef(heard[:common], samples[:common])[0, 1] > 0.95


@pytest.mark.parametrize(("rate", "channels", "kept"), [(44_100, 2, 44_100), (8_000, 1, 48_000), (48_000, 6, 48_000)])
def test_sound_file_keeps_its_quality(tmp_path, rate, channels, kept):
    source = write_wave(tmp_path / "voice with space é.wav", speechlike(1.5, rate), rate, channels)
    path = write(motion_for(1.5), tmp_path / "a.mp4", source)
    with av.open(path) as container:
        sound = container.streams.audio[0]
        assert sound.rate == kept
        assert sound.channels == min(channels, 2)
        assert abs(container.duration / av.time_base - 1.5) <= 1 / 25
    heard, given = audio.load(path), audio.load(source)
    common = min(len(heard), len(given))
    assert np.corrcoef(heard[:common], given[:common])[0, 1] > 0.9


def test_sound_of_a_video(tmp_path):
    first = write(motion_for(1.2), tmp_path / "first.mp4", speechlike(1.2))
    second = write(motion_for(1.2), tmp_path / "second.mp4", first)
    one, two = audio.load(first), audio.load(second)
    common = min(len(one), len(two))
    assert abs(len(one) - len(two)) <= RATE // 25
    assert np.corrcoef(one[:common], two[:common])[0, 1] > 0.95


def test_pictures_are_those_of_the_renderer(tmp_path):
    from ksdiff.output.render import render_frames

    motion = motion_for(0.4)
    write_video(motion, tmp_path / "a.mp4", None, picture=Picture(128, 128))
    with av.open(tmp_path / "a.mp4") as container:
        assert not container.streams.audio
        shown = [frame.to_ndarray(format="rgb24", src_colorspace="ITU709") for frame in container.decode(video=0)]
    drawn = list(render_frames(motion, 128, 128))
    assert len(shown) == len(drawn) == 10
    for a, b in zip(shown, drawn, strict=True):
        assert np.abs(a.astype(int) - b).mean() < 3


@pytest.mark.parametrize("fps", [24.0, 30000 / 1001, 60.0])
def test_other_frame_rates(tmp_path, fps):
    path = write(motion_for(1.0, fps), tmp_path / "a.mp4", speechlike(1.0))
    with av.open(path) as container:
        assert float(container.streams.video[0].average_rate) == pytest.approx(fps, rel=1e-4)
        assert abs(container.duration / av.time_base - 1.0) <= 1 / fps


def test_plays_before_it_is_whole(tmp_path):
    data = write(motion_for(0.5), tmp_path / "a.mp4", speechlike(0.5)).read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_progress(tmp_path):
    seen = []
    write(motion_for(0.4), tmp_path / "a.mp4", None, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 10) for n in range(1, 11)]


@pytest.mark.parametrize("content", [b"", b"this is not sound" * 50])
def test_bad_sound_leaves_nothing_behind(tmp_path, content):
    bad = tmp_path / "bad.wav"
    bad.write_bytes(content)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(InputError, match=r"bad\.wav"):
        write(motion_for(0.4), out / "a.mp4", bad)
    with pytest.raises(InputError, match=r"nowhere\.wav"):
        write(motion_for(0.4), out / "a.mp4", tmp_path / "nowhere.wav")
    assert list(out.iterdir()) == []


def test_interrupted_writing_leaves_nothing_behind(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(motion_for(0.4), tmp_path / "a.mp4", speechlike(0.4), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot write"):
        write(motion_for(0.4), tmp_path / "no" / "a.mp4", None)


@pytest.mark.parametrize(("name", "size", "message"), [("a.mp4", 63, "even"), ("a.avi", 64, r"\.mp4")])
def test_names_and_sizes(tmp_path, name, size, message):
    with pytest.raises(InputError, match=message):
        write_video(motion_for(0.4), tmp_path / name, None, picture=Picture(size, 64))


def test_falls_back_to_another_encoder(tmp_path, monkeypatch):
    # Put back, an item that was deleted would be the last one, and so no longer the one that is taken.
    others = {name: options for name, options in video.VIDEO_ENCODERS.items() if name != "libx264"}
    monkeypatch.setattr(video, "VIDEO_ENCODERS", others)
    assert video.choose_encoder() == "mpeg4" or video.choose_encoder().endswith("264")
    path = write(motion_for(0.4), tmp_path / "a.mp4", speechlike(0.4))
    with av.open(path) as container:
        assert len(list(container.decode(video=0))) == 10
    monkeypatch.setattr(video, "VIDEO_ENCODERS", {"not_an_encoder": {}})
    with pytest.raises(InputError, match="not_an_encoder"):
        video.choose_encoder()
