"""Stretches of long videos, cropped to a face, as videos of their own for `ksdiff prepare` or DECA."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.sources.recordings import MANIFEST
from ksdiff.corpus.video import SUFFIXES, frames
from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.files import WriteError, atomic_write, make_folder
from ksdiff.output.video import VIDEO_ENCODERS, choose_encoder
from ksdiff.speech import audio
from ksdiff.tasks.work import Report, Work
from ksdiff.tasks.workers import Workers

with needs("track"):
    import av
    from av.error import FFmpegError
    from av.video.stream import VideoStream

SUFFIX = ".mkv"  # holds the sound without loss
OPTIONS = {"libx264": {"preset": "medium", "crf": "12"}, "mpeg4": {"qscale": "2"}, "libopenh264": {"b": "8M"}}
SIZE = 512  # pixels of a side, as HDTF's authors resize
TICKS = 1000  # per second
MAX_SECONDS = 4 * 3600.0


@dataclass(frozen=True)
class Stretch:
    """What is cut out of a video.

    Attributes:
        name: Of the new video, without suffix; may have folders.
        speaker: Who speaks.
        start: s.
        stop: s.
        box: Left, top, width and height, as shares of the picture.
    """

    name: str
    speaker: str
    start: float
    stop: float
    box: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop <= MAX_SECONDS:
            raise InputError(f"{self.name}: the range {self.start:g} to {self.stop:g} s is none")
        left, top, width, height = self.box
        if not (0 <= left < 1 and 0 <= top < 1 and width > 0 and height > 0):
            raise InputError(f"{self.name}: the window {self.box} does not lie in the picture")


@dataclass(frozen=True)
class Cuts:
    """All stretches of one video.

    Attributes:
        video: Name of the video, without suffix.
        stretches: What is cut out of it.
    """

    video: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class CutResult:
    """What `cut_all` did.

    Attributes:
        written: Names of the new videos, those of earlier runs included.
        left_out: What could not be done, and why; videos that are not there included.
    """

    written: tuple[str, ...]
    left_out: tuple[str, ...]


def cut_all(cuts: Sequence[Cuts], videos: Path, out: Path, workers: Workers, progress: Any = None) -> CutResult:
    """Cut and crop videos, resume what was interrupted, and write ``manifest.csv`` with the speakers.

    Args:
        cuts: What to cut, from the recipe of a data set.
        videos: Folder of the user's videos, found by their names without suffix, subfolders included.
        out: Folder for the new ones.
        workers: Where to do it.
        progress: Called with the name of what is done, and how much of it.

    Raises:
        InputError: Not one of the videos is there, or the folder cannot be written.
    """
    found = {path.stem: path for path in sorted(videos.rglob("*")) if path.suffix.lower() in SUFFIXES}
    tasks = [(found[one.video], one) for one in cuts if one.video in found]
    left_out = [f"{one.video}: there is no such video in {videos}" for one in cuts if one.video not in found]
    if not tasks:
        raise InputError(f"none of the {len(cuts)} videos of the lists is in {videos}, such as {cuts[0].video}.mp4")
    make_folder(out)
    written: dict[str, str] = {}
    for done, event in enumerate(workers.run(_make_cutter, (out,), tasks, out), start=1):
        if event.kind == "progress":
            continue
        if event.error == WriteError.__name__:
            raise WriteError(event.value)
        if progress is not None:
            progress(tasks[event.index][1].video, min(1.0, done / len(tasks)))
        if event.kind == "failed":
            left_out.append(f"{tasks[event.index][1].video}: {event.value}")
            continue
        names, reasons = event.value
        written |= names
        left_out += reasons
    with atomic_write(out / MANIFEST) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "speaker"))
        writer.writerows(sorted((f"{name}{SUFFIX}", speaker) for name, speaker in written.items()))
    return CutResult(tuple(sorted(written)), tuple(sorted(left_out)))


def _make_cutter(out: Path) -> Work:
    def work(task: tuple[Path, Cuts], report: Report) -> tuple[dict[str, str], list[str]]:
        video, cuts = task
        written: dict[str, str] = {}
        left_out: list[str] = []
        sound: Float[np.ndarray, " N"] | None = None
        for stretch in cuts.stretches:
            target = out / f"{stretch.name}{SUFFIX}"
            try:
                if not target.is_file():
                    sound = audio.load(video) if sound is None else sound
                    make_folder(target.parent)
                    cut(video, sound, stretch, target)
                written[stretch.name] = stretch.speaker
            except WriteError:
                raise
            except InputError as error:
                left_out.append(f"{stretch.name}: {error}")
        return written, left_out

    return work


def cut(video: Path, sound: Float[np.ndarray, " N"], stretch: Stretch, target: Path) -> None:
    """Write a stretch of a video, cropped to a square of `SIZE` pixels, with its sound at 16 kHz.

    Each picture keeps its time, so a variable rate stays one.

    Raises:
        InputError: The video cannot be read, or ends before the stretch; or the file cannot be written.
    """
    heard = np.asarray(sound[round(stretch.start * audio.SAMPLE_RATE) : round(stretch.stop * audio.SAMPLE_RATE)])
    if len(heard) < audio.SAMPLE_RATE:
        raise InputError(f"{video} has no sound from {stretch.start:g} to {stretch.stop:g} s")
    encoder = choose_encoder()
    options = OPTIONS.get(encoder, VIDEO_ENCODERS[encoder])
    with atomic_write(target) as temporary:
        try:
            with av.open(f"file:{temporary.absolute()}", "w", format="matroska") as container:
                picture = container.add_stream(encoder, rate=Fraction(25), options=dict(options))
                assert isinstance(picture, VideoStream)
                picture.width = picture.height = SIZE
                picture.pix_fmt, picture.codec_context.time_base = "yuv420p", Fraction(1, TICKS)
                voice: Any = container.add_stream("flac", rate=audio.SAMPLE_RATE, layout="mono")
                _mux_pictures(container, picture, video, stretch)
                samples = (np.clip(heard, -1, 1) * 32767).astype(np.int16)
                block = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
                block.sample_rate, block.pts, block.time_base = audio.SAMPLE_RATE, 0, Fraction(1, audio.SAMPLE_RATE)
                container.mux(voice.encode(block))
                container.mux(voice.encode(None))
        except FFmpegError as error:
            raise WriteError(f"cannot write {target}: {error.strerror}; choose another --out, or free space") from error


def _mux_pictures(container: Any, picture: VideoStream, video: Path, stretch: Stretch) -> None:
    last = -1
    for frame in frames(video):
        if frame.time < stretch.start - 1e-6:
            continue
        if frame.time >= stretch.stop - 1e-6:
            break
        height, width = frame.image.shape[:2]
        left, top = round(stretch.box[0] * width), round(stretch.box[1] * height)
        right = min(width, left + max(2, round(stretch.box[2] * width)))
        bottom = min(height, top + max(2, round(stretch.box[3] * height)))
        cropped = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.image[top:bottom, left:right]), format="rgb24")
        shown: Any = cropped.reformat(SIZE, SIZE, "yuv420p", interpolation="BICUBIC")
        last = max(last + 1, round((frame.time - stretch.start) * TICKS))
        shown.pts, shown.time_base = last, Fraction(1, TICKS)
        container.mux(picture.encode(shown))
    if last < 0:
        raise InputError(f"{video} has no picture from {stretch.start:g} to {stretch.stop:g} s")
    container.mux(picture.encode(None))
