"""Pictures without a backdrop: that opacity survives each container, with the right times, rates and sound."""

import subprocess
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.output.formats import Sound, write_outputs
from ksdiff.output.image_sequence import write_image_sequence
from ksdiff.output.render import Renderer, render_frames
from ksdiff.output.transparent_video import ENCODINGS, write_transparent_video
from ksdiff.output.video import encode
from ksdiff.speech import audio

SIZE = 96
GREEN = np.array([0, 255, 0])
DECODERS = {".webm": "libvpx-vp9", ".mov": "prores"}


@pytest.fixture(scope="module")
def motion() -> Motion:
    return replace(synthetic_motion(0.2), info={"timecode": "01:00:00:10"})


@pytest.fixture(scope="module")
def drawn(motion: Motion) -> np.ndarray:
    return np.stack(list(render_frames(motion, SIZE, SIZE, transparent=True)))


def decoded(path: Path) -> np.ndarray:
    """RGBA pictures; with libvpx, since FFmpeg's own decoder of VP9 leaves the opacity out."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        decoder = av.CodecContext.create(DECODERS[path.suffix], "r")
        decoder.width, decoder.height, decoder.codec_tag = stream.width, stream.height, stream.codec_context.codec_tag
        frames = [frame for packet in container.demux(stream) for frame in decoder.decode(packet)]
    return np.stack([f.reformat(format="rgba", src_colorspace="ITU709").to_ndarray() for f in frames])


def over(pictures: np.ndarray, backdrop: np.ndarray) -> np.ndarray:
    opacity = pictures[..., 3:] / 255
    return pictures[..., :3] * opacity + backdrop * (1 - opacity)


def test_transparent_pictures_lie_over_the_backdrop_as_if_drawn_on_it(motion: Motion, drawn: np.ndarray) -> None:
    opaque = np.stack(list(render_frames(motion, SIZE, SIZE)))
    with Renderer(SIZE, SIZE) as renderer:
        nothing = renderer.head.neutral * 0
        backdrop = renderer.draw(nothing)
    assert drawn.shape == (5, SIZE, SIZE, 4)
    assert (drawn[:, 0, :, 3] == 0).all()  # above the head
    assert (drawn[:, SIZE // 2, SIZE // 2, 3] == 255).all()
    assert ((drawn[..., 3] > 0) & (drawn[..., 3] < 255)).any()  # smooth edges
    # Half-covered pixels are drawn with the colour of what covers them, not darkened by what does not.
    assert np.abs(over(drawn, backdrop) - opaque).max() <= 4
    inside = drawn[..., 3] == 255
    assert np.array_equal(drawn[..., :3][inside], opaque[inside])


@pytest.mark.parametrize("suffix", DECODERS)
def test_opacity_survives(motion: Motion, drawn: np.ndarray, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"head{suffix}"
    seen = []
    write_transparent_video(motion, path, width=SIZE, height=SIZE, progress=lambda done, all: seen.append((done, all)))
    shown = decoded(path)
    assert seen == [(number, 5) for number in range(1, 6)]
    assert shown.shape == drawn.shape
    error = np.abs(shown[..., 3].astype(int) - drawn[..., 3])
    composed = np.abs(over(shown, GREEN) - over(drawn, GREEN))
    edge = (drawn[..., 3] > 0) & (drawn[..., 3] < 255)
    exact = suffix == ".mov"
    assert error.max() <= (1 if exact else 40)
    assert error.mean() < (0.1 if exact else 0.5)
    assert composed[edge].mean() < (2 if exact else 10)
    assert composed.mean() < (0.5 if exact else 2)


@pytest.mark.parametrize(("suffix", "codecs"), [(".webm", ("vp9", "opus")), (".mov", ("prores", "pcm_s16le"))])
@pytest.mark.parametrize(("fps", "code"), [(25.0, "01:00:00:10"), (30000 / 1001, "01:00:00;10"), (90.0, "01:00:00:10")])
def test_rate_timecode_and_sound(
    motion: Motion, tmp_path: Path, suffix: str, codecs: tuple[str, str], fps: float, code: str
) -> None:
    path = tmp_path / f"head{suffix}"
    moving, sound = replace(synthetic_motion(0.4, fps), info=motion.info), synthetic_sound(0.4)
    frames = (np.full((32, 32, 4), number, np.uint8) for number in range(len(moving)))
    encode(moving, frames, path, ENCODINGS[suffix], sound, None)
    with av.open(str(path)) as container:
        picture, heard = container.streams.video[0], container.streams.audio[0]
        tags = {name.lower(): value for name, value in picture.metadata.items()}
        assert tags["timecode"] == code
        assert (picture.codec_context.name, heard.codec_context.name) == codecs
        assert float(picture.average_rate or 0) == pytest.approx(fps, rel=1e-3)
        times = [frame.time for frame in container.decode(picture)]
    np.testing.assert_allclose(times, moving.times, atol=1e-3)
    samples = audio.load(path)
    common = min(len(samples), len(sound))
    assert abs(len(samples) - len(sound)) <= 16_000 / fps + 400
    assert np.corrcoef(samples[:common], sound[:common])[0, 1] > 0.97


def test_no_timecode_unless_given(tmp_path: Path) -> None:
    write_transparent_video(synthetic_motion(0.1), tmp_path / "a.mov", width=32, height=32)
    with av.open(str(tmp_path / "a.mov")) as container:
        assert "timecode" not in container.streams.video[0].metadata
        assert [stream.type for stream in container.streams] == ["video"]


def test_numbered_pictures(motion: Motion, drawn: np.ndarray, tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    write_image_sequence(motion, folder, width=SIZE, height=SIZE)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"head.{90010 + number:07d}.png" for number in range(5)]  # 25 * 3600 + 10
    for number, name in enumerate(names):
        with Image.open(folder / name) as picture:
            assert picture.mode == "RGBA"
            assert picture.info["Timecode"] == f"01:00:00:{10 + number:02d}"
            assert picture.info["FrameRate"] == "25"
            assert np.array_equal(np.array(picture), drawn[number])


def test_an_earlier_sequence_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "frames"
    write_image_sequence(synthetic_motion(0.12), folder, width=16, height=16)
    write_image_sequence(synthetic_motion(0.08), folder, width=16, height=16)
    assert sorted(path.name for path in folder.iterdir()) == ["head.0000000.png", "head.0000001.png"]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_image_sequence(synthetic_motion(0.2), folder, width=16, height=16, progress=stop)
    assert len(list(folder.iterdir())) == 2
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match=r"notes\.txt"):
        write_image_sequence(synthetic_motion(0.2), folder, width=16, height=16)
    assert len(list(folder.iterdir())) == 3
    with pytest.raises(InputError, match="is a file"):
        write_image_sequence(synthetic_motion(0.2), folder / "notes.txt", width=16, height=16)
    assert [path.name for path in tmp_path.iterdir()] == ["frames"]


def test_what_cannot_be_written(motion: Motion, tmp_path: Path) -> None:
    for name, size, message in (("a.mp4", 32, r"\.webm or \.mov"), ("a.mov", 31, "even"), ("no/a.mov", 32, "cannot")):
        with pytest.raises(InputError, match=message):
            write_transparent_video(motion, tmp_path / name, width=size, height=32)
    with pytest.raises(InputError, match="cannot write"):
        write_image_sequence(motion, tmp_path / "no" / "frames", width=32, height=32)
    late = replace(motion, info={"timecode": "00:00:00:25"})
    for write, name in ((write_transparent_video, "a.mov"), (write_image_sequence, "frames")):
        with pytest.raises(InputError, match="frames go from 00 to 24"):
            write(late, tmp_path / name, width=32, height=32)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.webm", "a.mov"])
def test_the_same_motion_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    written = []
    for _ in range(2):
        write_transparent_video(synthetic_motion(0.4), tmp_path / name, synthetic_sound(0.4), width=64, height=64)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


@pytest.mark.slow
def test_a_browser_shows_what_lies_behind(chromium: str, tmp_path: Path) -> None:
    write_outputs(synthetic_motion(0.4), tmp_path, Sound(None, synthetic_sound(0.4)), ("webm",))
    (tmp_path / "page.html").write_text(
        "<body style='margin:0;background:#0f0'><video src=head.webm muted autoplay width=512 height=512></video>"
    )
    command = [
        chromium, "--headless=new", "--no-sandbox", "--disable-gpu", f"--screenshot={tmp_path / 'shot.png'}",
        "--window-size=512,700", "--virtual-time-budget=4000", f"file://{tmp_path}/page.html",
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    with Image.open(tmp_path / "shot.png") as shot:
        pixels = np.array(shot.convert("RGB"))[:512]
    green = (pixels == [0, 255, 0]).all(axis=-1)
    assert green[5].all()
    assert 0.3 < green.mean() < 0.8
    assert not green[256, 256]
