"""Video: decoded frames with the instants at which they are shown, whatever the container says about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError
from ksdiff.extras import needs

with needs("video"):
    import av
    from av.error import FFmpegError

SUFFIXES = (".avi", ".flv", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".ts", ".webm", ".wmv")


@dataclass(frozen=True)
class VideoFrame:
    """One picture.

    Attributes:
        time: When it is shown, s, since the start of the file's time line, where `ksdiff.speech.audio.load` puts
            sample 0.
        image: Red, green, blue; upright even if the container says that the picture is to be turned.
    """

    time: float
    image: UInt8[np.ndarray, "height width 3"]


def frame_times(path: Path) -> Float[np.ndarray, " N"]:
    """When each picture of a video is shown, s, as `frames` has it, but without decoding the pictures.

    Raises:
        InputError: The file cannot be opened or has no video.
    """
    try:
        with av.open(f"file:{path.resolve()}", metadata_errors="ignore") as container:
            if not container.streams.video:
                raise InputError(f"{path} has no video; give a video of a face that speaks")
            stream = container.streams.video[0]
            rate = float(stream.average_rate or stream.guessed_rate or 25)
            start = (container.start_time or 0) / av.time_base
            shown = [
                None if packet.pts is None or packet.time_base is None else float(packet.pts * packet.time_base) - start
                for packet in container.demux(stream)
                if packet.size and not packet.is_discard
            ]
    except (FFmpegError, OSError) as error:
        raise InputError(f"cannot read {path} as a video: {error}") from error
    known = sorted(time for time in shown if time is not None)
    if not shown or len(known) < len(shown) or len(set(known)) < len(known):  # stamps that make no sense are counted
        return np.arange(len(shown)) / rate
    return np.array(known)


def frames(path: Path) -> Iterator[VideoFrame]:
    """Decode a video, one frame at a time.

    Time stamps are those of the container as long as they grow. One that is missing or does not grow (some
    FLV and MPG files) is replaced by the one before it plus a frame's length at the average rate.

    Raises:
        InputError: The file cannot be opened, has no video, or breaks off before its first frame.
    """
    decoded = False
    try:
        with av.open(f"file:{path.resolve()}", metadata_errors="ignore") as container:
            if not container.streams.video:
                raise InputError(f"{path} has no video; give a video of a face that speaks")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            rate = float(stream.average_rate or stream.guessed_rate or 25)
            start = (container.start_time or 0) / av.time_base
            last = -np.inf
            for frame in container.decode(stream):
                time = frame.time - start if frame.time is not None else last + 1 / rate
                if not np.isfinite(time):  # the first frame has no time stamp
                    time = 0.0
                if time <= last:
                    time = last + 1 / rate
                last, decoded = time, True
                image = frame.to_ndarray(format="rgb24")
                if frame.rotation:
                    image = np.rot90(image, round(frame.rotation / 90))
                yield VideoFrame(time, np.ascontiguousarray(image))
    except (FFmpegError, OSError) as error:
        # A file that breaks off later is used up to there, as players do.
        if not decoded:
            raise InputError(f"cannot read {path} as a video: {error}") from error
    if not decoded:
        raise InputError(f"{path} has a video stream without a single frame that can be decoded")
