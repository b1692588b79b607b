"""Sound of any file that FFmpeg opens, through PyAV. Extra ``video``."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.files import is_utf8

with needs("video"):
    import av
    from av.container import InputContainer
    from av.error import FFmpegError, InvalidDataError

ERRORS = (FFmpegError, OSError, ValueError, OverflowError)  # the last two: of PyAV, for forged headers
GAP_SECONDS = 0.1  # time stamps jitter by less than this; a greater jump is silence that was not stored
MAX_GAP_SECONDS = 60.0  # a jump beyond this is a broken time stamp, not silence
_BLOCK = 1 << 20  # samples of silence at once
_SAMPLE_TYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}


def read_blocks(path: Path) -> Iterator[tuple[int, Float[np.ndarray, " N"]]]:
    """Decode the main sound of a file.

    Yields:
        Samples per second, and mono samples.

    Raises:
        InputError: The file has no sound, or none that can be decoded.
    """
    with (
        path.open("rb") as file,
        # A name that is not UTF-8 cannot be given to FFmpeg: it reads from the open file then.
        av.open(
            f"file:{path.resolve()}" if is_utf8(path) else file,
            metadata_errors="ignore",
            options={"protocol_whitelist": "file"},
        ) as container,
    ):
        if not container.streams.audio:
            raise InputError(f"{path} has no sound: give a sound file, or a video with a sound track")
        yield from _timed(_frames(container, path), _origin(container), "mp4" in container.format.name)


class FfmpegResampler:
    """Mono sound of one rate to another, by libswresample; the result does not depend on the sizes of the pieces."""

    def __init__(self, rate: int, wanted: int) -> None:
        """Nothing has come yet.

        Args:
            rate: Samples per second that come.
            wanted: Samples per second that are wanted.
        """
        self._rate = rate
        self._resampler = av.AudioResampler(format="fltp", layout="mono", rate=wanted)

    def push(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " M"]:
        """What comes next, as far as it can be told at the other rate already."""
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = self._rate
        return _joined(self._resampler.resample(frame))

    def finish(self) -> Float[np.ndarray, " M"]:
        """The rest."""
        return _joined(self._resampler.resample(None))


def _joined(frames: list[av.AudioFrame]) -> Float[np.ndarray, " M"]:
    return np.concatenate([np.zeros(0, np.float32), *(frame.to_ndarray()[0] for frame in frames)])


def _origin(container: InputContainer) -> float:
    """Start of the file's time line, s: the earliest of its streams."""
    return (container.start_time or 0) / av.time_base  # None where the file does not say


def _frames(container: InputContainer, path: Path) -> Iterator[av.AudioFrame]:
    """Decoded frames of the main sound stream; packets that are damaged are skipped, as players do."""
    stream = container.streams.best("audio")
    if not isinstance(stream, av.AudioStream):  # none has a channel and a codec that is known
        raise InputError(f"{path} has no sound that can be decoded: its header may be damaged; export it again")
    decoded, damaged = 0, 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except InvalidDataError:
            damaged += 1
            continue
        decoded += len(frames)
        yield from frames  # type: ignore[misc]
    if damaged and not decoded:
        raise InputError(f"{path} is damaged: none of its sound can be decoded")


def _timed(frames: Iterable[av.AudioFrame], origin: float, trust_durations: bool) -> Iterator[tuple[int, np.ndarray]]:
    """Mono blocks and their rate, with silence where the time stamps leave a gap.

    MP4 says how much of the last frame is sound and how much is padding (``trust_durations``).
    """
    now = origin  # when the next frame is due
    for frame in frames:
        mono, rate = _mono(frame), frame.sample_rate
        if frame.pts is not None and frame.time_base is not None:
            at = float(frame.pts * frame.time_base)
            if trust_durations and 0 < frame.duration * frame.time_base < Fraction(len(mono), rate):
                mono = mono[: round(frame.duration * frame.time_base * rate)]
            gap = at - now
            first = now == origin
            if gap > MAX_GAP_SECONDS or gap < -GAP_SECONDS:
                now = at
            elif gap > (0.0 if first else GAP_SECONDS):
                for start in range(0, missing := round(gap * rate), _BLOCK):
                    yield rate, np.zeros(min(_BLOCK, missing - start), np.float32)
                now = at
        if not len(mono):
            continue
        now += len(mono) / rate
        yield rate, mono


def _mono(frame: av.AudioFrame) -> Float[np.ndarray, " N"]:
    """The average of a frame's channels, in -1..1 for integer formats."""
    kind = np.dtype(_SAMPLE_TYPES[frame.format.packed.name])
    channels = len(frame.layout.channels)
    # Not frame.to_ndarray(): PyAV counts a plane too many where eight or more channels are planar.
    planes: list[Any] = list(frame.planes)
    if frame.format.is_planar:
        mono = np.zeros(frame.samples)
        for plane in planes[:channels]:
            mono += np.frombuffer(plane, kind, frame.samples)
        mono /= channels
    else:
        packed = np.frombuffer(planes[0], kind, frame.samples * channels)
        mono = packed.reshape(-1, channels).mean(axis=1, dtype=np.float64)
    if kind == np.uint8:
        mono = (mono - 128) / 128
    elif np.issubdtype(kind, np.integer):
        mono /= -float(np.iinfo(kind).min)
    return mono.astype(np.float32)
