"""A long video is drawn in parts, joined without a seam, and goes on where it was interrupted, to the same bytes."""

import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.motion.space import FLAME_JAW
from ksdiff.output import video, video_parts
from ksdiff.output.parts import Parts, remove_parts
from ksdiff.output.picture import Picture
from ksdiff.output.render import render_frames
from ksdiff.output.video import write_video
from ksdiff.output.video_parts import write_video_in_parts

SMALL = Picture(128, 128)  # at 64, x264 itself is not always the same to the byte (its mbtree)
PART = 32  # frames
SECONDS = 2.8  # two parts and a bit


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_parts, "FRAMES", PART)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many frames were drawn, each time."""
    counts: list[int] = []
    draw = video_parts.render_frames

    def counting(*arguments: object, **options: object) -> object:
        counts.append(0)
        for frame in draw(*arguments, **options):
            counts[-1] += 1
            yield frame

    monkeypatch.setattr(video_parts, "render_frames", counting)
    return counts


def motion_for(seconds: float, fps: float = 25.0) -> Motion:
    return replace(synthetic_motion(seconds).resample(fps), info={"timecode": "01:00:00:00"})


def pictures(path: Path) -> np.ndarray:
    with av.open(path) as container:
        shown = [frame.to_ndarray(format="rgb24", src_colorspace="ITU709") for frame in container.decode(video=0)]
    return np.stack(shown).astype(int)


@pytest.mark.parametrize("encoder", ["libx264", "mpeg4"])  # the first choice, and the last
@pytest.mark.parametrize("fps", [25.0, 24000 / 1001, 30000 / 1001])
def test_parts_join_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fps: float, encoder: str) -> None:
    """Times of pictures and sound, timecode and pictures are those of a video that was encoded in one go."""
    monkeypatch.setattr(video, "VIDEO_ENCODERS", {encoder: video.VIDEO_ENCODERS[encoder]})
    motion, sound = motion_for(SECONDS, fps), synthetic_sound(SECONDS)
    write_video_in_parts(motion, tmp_path / "parts.mp4", sound, tmp_path / "kept", picture=SMALL)
    write_video(motion, tmp_path / "whole.mp4", sound, picture=SMALL)
    found = []
    for name in ("parts.mp4", "whole.mp4"):
        with av.open(tmp_path / name) as container:
            picture, heard = container.streams.video[0], container.streams.audio[0]
            times = sorted(packet.pts for packet in container.demux(picture) if packet.pts is not None)
            assert len(times) == len(motion)
            step = {Fraction(b - a) * picture.time_base for a, b in pairwise(times)}
            found.append((
                times, step, picture.time_base, picture.average_rate, picture.duration, heard.duration,
                container.duration, picture.metadata, {stream.type for stream in container.streams},
                picture.codec_context.pix_fmt, picture.codec_context.color_primaries,
            ))  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0][1]) == 1
    drawn = np.stack(list(render_frames(motion, SMALL.width, SMALL.height))).astype(int)
    errors = [np.abs(pictures(tmp_path / name) - drawn).mean(axis=(1, 2, 3)) for name in ("parts.mp4", "whole.mp4")]
    assert errors[0].mean() < 1.1 * errors[1].mean()
    assert errors[0].max() < 1.5 * errors[1].max()
    data = (tmp_path / "parts.mp4").read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")  # plays before it is whole


class Stopped(BaseException):
    """As a signal ends the work, at any point."""


def stopping(most: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done == most:
            raise Stopped

    return progress


def test_drawing_goes_on_to_the_same_bytes(tmp_path: Path, drawn: list[int]) -> None:
    motion, sound, kept = motion_for(SECONDS), synthetic_sound(SECONDS), tmp_path / "kept"
    write_video_in_parts(motion, tmp_path / "whole.mp4", sound, tmp_path / "others", picture=SMALL)
    assert drawn == [70]
    for most in (10, 45, 66):  # within the first part, the second, the third
        with pytest.raises(Stopped):
            write_video_in_parts(motion, tmp_path / "a.mp4", sound, kept, picture=SMALL, progress=stopping(most))
        assert not (tmp_path / "a.mp4").exists()
        assert not list(kept.glob(".*"))  # nor what is half drawn
    seen: list[tuple[int, int]] = []
    write_video_in_parts(
        motion, tmp_path / "a.mp4", sound, kept, picture=SMALL, progress=lambda done, total: seen.append((done, total))
    )
    assert drawn[4] == 70 - 2 * PART
    assert seen == [(done, 70) for done in range(2 * PART + 1, 71)]
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()
    write_video_in_parts(motion, tmp_path / "b.mp4", sound, kept, picture=SMALL)  # all is there
    assert len(drawn) == 5
    assert (tmp_path / "b.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()
    (kept / "mine.txt").touch()
    remove_parts(kept)
    remove_parts(tmp_path / "others")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.mp4", "b.mp4", "kept", "mine.txt", "whole.mp4"]


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """The folder of a video that was interrupted in its third part; and the whole video."""
    folder = tmp_path_factory.mktemp("half")
    motion, sound = motion_for(SECONDS), synthetic_sound(SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(video_parts, "FRAMES", PART)
        with pytest.raises(Stopped):
            write_video_in_parts(motion, folder / "a.mp4", sound, folder / "kept", picture=SMALL, progress=stopping(66))
        write_video_in_parts(motion, folder / "whole.mp4", sound, folder / "others", picture=SMALL)
    return folder / "kept", (folder / "whole.mp4").read_bytes()


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _listed(kept: Path, content: bytes) -> None:
    (kept / "parts.json").write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (lambda kept: None, 2),
        (lambda kept: _flipped(kept / "00001.mp4"), 1),
        (lambda kept: (kept / "00000.mp4").unlink(), 0),
        (lambda kept: _listed(kept, b"[" * 100_000), 0),
        (lambda kept: _listed(kept, b'{"format": "ksdiff-parts-1", "key": "%s", "parts": ["../a"]}' % (b"0" * 64)), 0),
        (lambda kept: _listed(kept, (kept / "parts.json").read_bytes() + b" " * 2**20), 0),
    ],
)
def test_what_is_damaged_is_drawn_anew(
    tmp_path: Path, drawn: list[int], half: tuple[Path, bytes], damage: Callable[[Path], object], left: int
) -> None:
    motion, kept = motion_for(SECONDS), tmp_path / "kept"
    shutil.copytree(half[0], kept)
    damage(kept)
    write_video_in_parts(motion, tmp_path / "a.mp4", synthetic_sound(SECONDS), kept, picture=SMALL)
    assert drawn == [len(motion) - left * PART]
    assert (tmp_path / "a.mp4").read_bytes() == half[1]


def test_what_is_only_checked_is_not_opened_for_writing(
    half: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: set[str] = set()
    opened = Path.open

    def noting(path: Path, mode: str = "r", *arguments: object, **options: object) -> object:
        modes.add(mode)
        return opened(path, mode, *arguments, **options)

    key = json.loads((half[0] / "parts.json").read_text())["key"]
    monkeypatch.setattr(Path, "open", noting)
    monkeypatch.setattr(os, "fsync", _full)
    assert len(Parts(half[0], key, ".mp4")) == 2
    assert modes == {"rb"}


def _full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_part_that_is_not_on_the_disk_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(InputError, match=r"cannot write .*00000\.mp4: No space left"):
        write_video_in_parts(
            motion_for(0.4), tmp_path / "a.mp4", synthetic_sound(0.4), tmp_path / "kept", picture=SMALL
        )
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "00000.mp4"]


def test_what_is_of_something_else_is_not_used(tmp_path: Path, drawn: list[int]) -> None:
    motion, sound, kept = motion_for(0.4), synthetic_sound(0.4), tmp_path / "kept"
    write_video_in_parts(motion, tmp_path / "a.mp4", sound, kept, picture=SMALL)
    write_video_in_parts(motion, tmp_path / "a.mp4", sound, kept, picture=Picture(128, 128, "#00ff00"))
    write_video_in_parts(motion, tmp_path / "a.mp4", sound, kept, picture=Picture(96, 64, "#00ff00"))
    other = replace(motion, head=motion.head + np.float32(1e-6))
    write_video_in_parts(other, tmp_path / "a.mp4", sound, kept, picture=Picture(96, 64, "#00ff00"))
    assert drawn == [10, 10, 10, 10]
    louder = replace(other, info={"timecode": "02:00:00:00"})  # sound and timecode are put on at the end
    write_video_in_parts(louder, tmp_path / "a.mp4", 2 * sound, kept, picture=Picture(96, 64, "#00ff00"))
    assert len(drawn) == 4
    with av.open(tmp_path / "a.mp4") as container:
        assert container.streams.video[0].metadata["timecode"] == "02:00:00:00"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    motion, sound = motion_for(0.4), synthetic_sound(0.4)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write"):
        write_video_in_parts(motion, tmp_path / "a.mp4", sound, tmp_path / "file" / "kept", picture=SMALL)
    with pytest.raises(InputError, match="even"):
        write_video_in_parts(motion, tmp_path / "a.mp4", sound, tmp_path / "kept", picture=Picture(63, 64))
    frames = 10
    flame = Motion(
        np.zeros((frames, 53), np.float32), np.zeros((frames, 6), np.float32), np.zeros(frames), np.zeros(frames),
        space=FLAME_JAW,
    )  # fmt: skip
    with pytest.raises(InputError, match="flame-jaw"):
        write_video_in_parts(flame, tmp_path / "a.mp4", sound, tmp_path / "kept", picture=SMALL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]
