"""MP4: the head's motion as H.264 with the sound as AAC.

Extra ``render``. PyAV's wheels carry FFmpeg built with x264, which is under the GPL; this package only calls it. Where
a build lacks x264, the next encoder of `VIDEO_ENCODERS` is taken.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError, UnavailableError
from ksdiff.extras import needs
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.picture import PICTURE, Picture, check_size
from ksdiff.output.render import check_space, render_frames
from ksdiff.output.sound_track import RATES, SoundTrack
from ksdiff.output.timecode import dropped, start_frame, timecode

with needs("render"):
    import av
    from av.codec.codec import Codec, UnknownCodecError
    from av.container import OutputContainer
    from av.error import FFmpegError
    from av.video.reformatter import ColorRange, VideoReformatter
    from av.video.stream import VideoStream

# The first that this build of FFmpeg has. x264 gives the best picture; the others are H.264 too, but for the
# last.
VIDEO_ENCODERS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "veryfast", "crf": "18", "tune": "animation"},
    "libopenh264": {"b": "3M"},
    "h264_videotoolbox": {"b": "3M"},
    "mpeg4": {"qscale": "3"},
}
BT709 = 1  # FFmpeg's number for the colours of high-definition video


@dataclass(frozen=True)
class Encoding:
    """How a video is stored, in the names of FFmpeg.

    Attributes:
        container: Format of the file.
        encoder: Of the pictures.
        options: Of the encoder.
        pixels: Format that the encoder takes.
        sound: Encoder of the sound.
        sound_rates: Rates that it takes, samples/s, 48 kHz among them; other sound becomes 48 kHz.
        container_options: Of the container.
        metadata: What the file says about itself, by FFmpeg's names, such as ``comment``.
    """

    container: str
    encoder: str
    options: Mapping[str, str]
    pixels: str
    sound: str
    sound_rates: tuple[int, ...] = RATES
    container_options: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def choose_encoder() -> str:
    """Name of the video encoder that `write_video` uses here.

    Raises:
        UnavailableError: FFmpeg as installed has none of `VIDEO_ENCODERS`.
    """
    for name in VIDEO_ENCODERS:
        with suppress(UnknownCodecError):
            return Codec(name, "w").name
    raise UnavailableError(
        f"PyAV has no video encoder of {', '.join(VIDEO_ENCODERS)}: reinstall it with pip install av"
    )


def write_video(
    motion: Motion,
    path: Path | str,
    audio: Path | str | Float[np.ndarray, " N"] | None = None,
    *,
    picture: Picture = PICTURE,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Draw a motion and write it as MP4, with sound, ready to be streamed.

    Args:
        motion: What to show, of the ``arkit`` space.
        path: Where to write; a name that ends in ``.mp4``.
        audio: A sound file, taken over at its own rate and as mono or stereo; or mono samples at 16 kHz;
            or none.
        picture: How it is to look; width and height even.
        progress: Called with the number of frames done and of all.

    Raises:
        InputError: The motion is of another space, the size is odd, the sound cannot be read, this machine
            cannot draw, or the folder cannot be written.
    """
    path = Path(path)
    check_space(motion)
    check_size(picture.width, picture.height)
    if path.suffix.lower() != ".mp4":
        raise InputError(f"{path} must end in .mp4")
    frames = render_frames(motion, picture.width, picture.height, background=picture.colour)
    encode(motion, frames, path, mp4_encoding(), audio, progress)


def mp4_encoding() -> Encoding:
    """MP4 that players can begin before all of it is there.

    Raises:
        UnavailableError: As `choose_encoder`.
    """
    encoder = choose_encoder()
    return Encoding(
        "mp4", encoder, VIDEO_ENCODERS[encoder], "yuv420p", "aac", container_options={"movflags": "+faststart"}
    )


def encode(
    motion: Motion,
    frames: Generator[UInt8[np.ndarray, "H W C"], None, None],
    path: Path,
    encoding: Encoding,
    audio: Path | str | Float[np.ndarray, " N"] | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Write pictures and sound to a file.

    Args:
        motion: What the pictures show.
        frames: One for each frame of the motion, sRGB, with opacity as a fourth channel or without.
        path: Where to write.
        encoding: How.
        audio: A sound file, or mono samples at 16 kHz, or none.
        progress: Called with the number of frames done and of all.

    Raises:
        InputError: The sound cannot be read, or the file cannot be written.
    """
    first = next(frames)  # fails here, before anything is written, where nothing can be drawn
    try:
        with written(path) as temporary, opened(motion, temporary, encoding, audio) as video:
            video.draw(with_progress(chain([first], frames), progress, 0, len(motion)))
    finally:
        frames.close()


def with_progress(
    frames: Iterable[UInt8[np.ndarray, "H W C"]], progress: Callable[[int, int], None] | None, first: int, total: int
) -> Generator[UInt8[np.ndarray, "H W C"], None, None]:
    """Frames ``first`` and following of ``total``; when the next is asked for, says that the one before is done."""
    for done, frame in enumerate(frames, start=first + 1):
        yield frame
        if progress is not None:
            progress(done, total)


@contextmanager
def written(path: Path) -> Generator[Path, None, None]:
    """`ksdiff.files.atomic_write` for a file that FFmpeg writes.

    Raises:
        InputError: It cannot be written.
    """
    with atomic_write(path) as temporary:
        try:
            yield temporary
        except FFmpegError as error:
            raise InputError(
                f"cannot write {path}: {error.strerror}; choose a folder that you may write, with room left"
            ) from error


class VideoFile:
    """A video file that is open for writing: pictures and, beside them, their sound."""

    def __init__(
        self,
        motion: Motion,
        container: OutputContainer,
        encoding: Encoding,
        picture: VideoStream,
        track: SoundTrack | None,
    ) -> None:
        self._motion, self._container, self._encoding = motion, container, encoding
        self._picture, self._track = picture, track
        self._done = 0

    def draw(self, frames: Iterable[UInt8[np.ndarray, "H W C"]]) -> None:
        """Encode pictures, sRGB, with opacity as a fourth channel or without; these are all."""
        picture, container, encoding = self._picture, self._container, self._encoding
        rate = _rate(self._motion)
        reformatter = VideoReformatter()  # a frame's own would set up conversion and threads for each picture anew
        for pixels in frames:
            if self._done == 0:
                picture.height, picture.width = pixels.shape[:2]
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(pixels), format="rgb24" if pixels.shape[2] == 3 else "rgba"
            )
            frame = reformatter.reformat(
                frame, format=encoding.pixels, dst_colorspace=BT709, dst_color_range=ColorRange.MPEG, threads=1
            )
            frame.pts, frame.time_base = self._done, 1 / rate
            container.mux(picture.encode(frame))
            self._count()
        container.mux(picture.encode(None))

    def copy(self, parts: Iterable[Path]) -> None:
        """Take over the encoded pictures of videos that follow each other and have this file's encoding."""
        for part in parts:
            with av.open(f"file:{part.absolute()}") as source:
                (stream,) = source.streams.video
                assert stream.time_base is not None
                if self._done == 0:
                    self._describe_as(stream)
                before = round(self._done / _rate(self._motion) / stream.time_base)
                for packet in source.demux(stream):
                    if packet.pts is None or packet.dts is None:  # the end
                        continue
                    packet.pts, packet.dts = packet.pts + before, packet.dts + before
                    packet.stream = self._picture
                    self._container.mux(packet)
                    self._count()

    def _describe_as(self, stream: VideoStream) -> None:
        """Describe the pictures as another stream does, but for the frame rate.

        `OutputContainer.add_stream_from_template` would leave that out before PyAV 18.1, and FFmpeg then writes no
        timecode.
        """
        context = self._picture.codec_context
        context.width, context.height = stream.width, stream.height
        context.open()  # here, for it sets the extradata; else the first packet would open it
        context.extradata = stream.codec_context.extradata

    def _count(self) -> None:
        self._done += 1
        if self._track is not None:
            self._track.encode_until(self._done / self._motion.fps)


@contextmanager
def opened(
    motion: Motion,
    path: Path,
    encoding: Encoding,
    audio: Path | str | Float[np.ndarray, " N"] | None,
) -> Generator[VideoFile, None, None]:
    """Open a video file for the pictures of a motion; its sound is encoded beside them, and to its end when it closes.

    Args:
        motion: What the pictures show.
        path: Where to write.
        encoding: How.
        audio: A sound file, or mono samples at 16 kHz, or none.

    Raises:
        InputError: The sound cannot be read.
    """
    options = {"fflags": "+bitexact", **encoding.container_options}  # no random identifiers
    with (
        av.open(f"file:{path.absolute()}", "w", format=encoding.container, options=options) as container,
        ExitStack() as cleanup,
    ):
        container.metadata.update(encoding.metadata)
        picture = _encoder(container, encoding, motion)
        if "timecode" in motion.info:
            picture.metadata["timecode"] = _first_code(motion)
        track = None
        if audio is not None:
            limit = motion.duration + 1 / motion.fps
            track = SoundTrack(container, audio, limit, encoding.sound, rates=encoding.sound_rates)
            cleanup.callback(track.close)
        yield VideoFile(motion, container, encoding, picture, track)
        if track is not None:
            track.finish()


def _encoder(container: OutputContainer, encoding: Encoding, motion: Motion) -> VideoStream:
    picture = container.add_stream(encoding.encoder, rate=_rate(motion), options=dict(encoding.options))
    assert isinstance(picture, VideoStream)
    picture.pix_fmt = encoding.pixels
    # Several pictures at once, each in one thread: the next is drawn while those before it are encoded.
    picture.thread_type = "FRAME"
    colours = picture.codec_context  # said in the file, or players guess
    colours.color_primaries = colours.color_trc = colours.colorspace = BT709
    colours.color_range = ColorRange.MPEG
    return picture


def _rate(motion: Motion) -> Fraction:
    return Fraction(motion.fps).limit_denominator(1001)


def _first_code(motion: Motion) -> str:
    """A motion's first timecode; FFmpeg knows a drop-frame count by the semicolon."""
    code = timecode(start_frame(motion), motion.fps)
    return f"{code[:8]};{code[9:]}" if dropped(motion.fps) else code
