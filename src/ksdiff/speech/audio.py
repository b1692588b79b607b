"""Sound: decoding and resampling to the one rate that everything else uses."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from io import FileIO
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError, InvalidDataError
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import WriteError, atomic_write, no_scratch_space, release
from ksdiff.motion import MOTION_RATE

SAMPLE_RATE = 16_000  # samples/s
SAMPLES_PER_FRAME = SAMPLE_RATE // MOTION_RATE
MINIMUM_SECONDS = 0.3
MAX_SECONDS = 4 * 3600.0  # of one sound: a small file can hold days of silence
MIN_RATE = 1000  # samples/s; a lower rate is a damaged header, and would be blown up by more than sixteen times
MEMORY_SECONDS = 1200.0  # longer sound is kept in a temporary file, not in memory
GAP_SECONDS = 0.1  # time stamps jitter by less than this; a greater jump is silence that was not stored
MAX_GAP_SECONDS = 60.0  # a jump beyond this is a broken time stamp, not silence
BLOCK = 1 << 20  # samples handled at once where a whole sound need not be in memory
_SAMPLE_TYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}


def frame_count(samples: int) -> int:
    """Frames of motion for so many samples of sound: as long as the sound to within half a frame, but at least one."""
    return max(1, round(samples / SAMPLES_PER_FRAME))


def load(path: Path | str) -> Float[np.ndarray, " N"]:
    """Decode the sound of a file to mono at 16 kHz.

    Any container, codec, rate and number of channels that PyAV opens; channels are averaged. Sample 0 is the
    start of the file's time line (`av.container.Container.start_time`), so that the sound of a video lines up
    with its pictures: what an encoder put before the sound (priming) is cut where the file says how long it
    is, and a sound that starts late or has gaps is filled with silence. Time stamps that make no sense are
    ignored and the samples counted instead.

    Args:
        path: A sound file, or a video with sound.

    Returns:
        Samples in -1..1; louder floating-point sound is scaled down to a peak of 1. Sound longer than
        `MEMORY_SECONDS` is a read-only `numpy.memmap` on a temporary file without a name, freed with it.

    Raises:
        InputError: The file is missing, is not sound, is damaged, is shorter than 0.3 s or longer than 4 h, has
            samples that are not finite numbers, or does not fit into the folder for temporary files.
    """
    path = Path(path)
    _check_file(path)
    sink = _Sink(str(path))
    try:
        with (
            path.open("rb") as file,
            # A name that is not UTF-8 cannot be given to FFmpeg: it reads from the open file then.
            av.open(
                f"file:{path.resolve()}" if _is_utf8(path) else file,
                metadata_errors="ignore",
                options={"protocol_whitelist": "file"},
            ) as container,
        ):
            if not container.streams.audio:
                raise InputError(f"{path} has no sound: give a sound file, or a video with a sound track")
            frames = _timed(_frames(container, path), _origin(container), "mp4" in container.format.name)
            for block in _resampled(frames, path):
                sink.write(block)
    except InputError:
        raise
    except (FFmpegError, OSError, ValueError, OverflowError) as error:  # the last two: of PyAV, for forged headers
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path} cannot be read as sound ({reason}): give an undamaged WAV, FLAC, MP3, "
            "M4A, OGG, MP4 or another file with sound"
        ) from error
    _check_length(sink.count, str(path))
    return sink.finish()


def validate(samples: Any) -> Float[np.ndarray, " N"]:
    """Check sound that did not come from `load`.

    Args:
        samples: Should be an array of mono sound at 16 kHz, floating-point, in -1..1.

    Returns:
        The same samples as 32-bit floats; not copied where they are that already.

    Raises:
        InputError: Not one row of floating-point numbers, not finite, beyond -1..1, or shorter than 0.3 s.
    """
    if not isinstance(samples, np.ndarray):
        kind = type(samples).__name__
        raise InputError(
            f"sound is of the type {kind}; it must be the path of a file, or a NumPy array of one row of samples: "
            "average the channels"
        )
    if samples.ndim != 1:
        shape = f"shape {samples.shape}"
        raise InputError(f"sound has {shape}; it must be one row of mono samples: average the channels")
    if not np.issubdtype(samples.dtype, np.floating):
        raise InputError(f"sound has the type {samples.dtype}; it must be floating-point in -1..1: divide it first")
    _check_length(len(samples), "the sound")
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        _check_finite(block, "the sound", start / SAMPLE_RATE)
        if np.abs(block).max() > 1:
            raise InputError(f"sound has a peak of {np.abs(block).max():.4g}; samples must be in -1..1: scale it")
        release(samples)
    return samples if samples.dtype == np.float32 else samples.astype(np.float32)


def write_flac(samples: Float[np.ndarray, " N"], path: Path | str) -> None:
    """Write mono 16 kHz sound as 16-bit FLAC.

    Args:
        samples: Sound in -1..1; beyond that it is clipped.
        path: Where to write.

    Raises:
        InputError: The folder cannot be written.
    """
    with atomic_write(Path(path)) as temporary:
        try:
            with av.open(f"file:{temporary.absolute()}", "w", format="flac") as container:
                _encode_flac(samples, container)
        except FFmpegError as error:
            raise WriteError(f"cannot write {path}: {error.strerror}; choose another folder") from error


def _encode_flac(samples: np.ndarray, container: OutputContainer) -> None:
    stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono", format="s16")
    for start in range(0, len(samples), SAMPLE_RATE):
        block = np.clip(samples[start : start + SAMPLE_RATE] * 32768.0, -32768, 32767)
        integers = np.round(block).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(integers, format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a null character
        raise InputError(f"there is no file {path}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"{path} is a folder: give a sound file")
    if stat.S_ISREG(status.st_mode) and status.st_size == 0:
        raise InputError(f"{path} is empty (0 bytes): give a sound file")
    if stat.S_ISREG(status.st_mode) and _begins_with(path, b"#EXTM3U"):
        raise InputError(f"{path} is a play list: give the sound files that it names")


def _is_utf8(path: Path) -> bool:
    try:
        os.fspath(path.resolve()).encode()
    except UnicodeEncodeError:
        return False
    return True


def _begins_with(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _check_length(count: int, name: str) -> None:
    if count < MINIMUM_SECONDS * SAMPLE_RATE:
        raise InputError(f"{name} is {count / SAMPLE_RATE:.4g} s long; it must be at least {MINIMUM_SECONDS} s")


def _check_finite(block: np.ndarray, name: str, seconds: float) -> None:
    if not np.isfinite(block).all():
        raise InputError(
            f"{name} has samples that are not finite numbers (NaN or infinity) near {seconds:.2f} s: export "
            "it again, or as 16-bit sound"
        )


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
                for start in range(0, missing := round(gap * rate), BLOCK):
                    yield rate, np.zeros(min(BLOCK, missing - start), np.float32)
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


def _resampled(blocks: Iterable[tuple[int, np.ndarray]], path: Path) -> Iterator[np.ndarray]:
    """Blocks at 16 kHz. A change of rate in mid-stream starts a new resampler."""
    current, resampler, seconds = 0, None, 0.0

    def drain() -> Iterator[np.ndarray]:
        if resampler is not None:
            for frame in resampler.resample(None):
                yield frame.to_ndarray()[0]

    for rate, block in _gathered(blocks):
        if rate < MIN_RATE:
            raise InputError(
                f"{path} has {rate} samples/s by its header; it must be at least {MIN_RATE}: export it again"
            )
        _check_finite(block, str(path), seconds)
        seconds += len(block) / rate
        if rate == SAMPLE_RATE:
            yield from drain()
            current, resampler = rate, None
            yield block
            continue
        if rate != current:
            yield from drain()
            current, resampler = rate, av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
        assert resampler is not None
        frame = av.AudioFrame.from_ndarray(block[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        for output in resampler.resample(frame):
            yield output.to_ndarray()[0]
    yield from drain()


def _gathered(blocks: Iterable[tuple[int, np.ndarray]]) -> Iterator[tuple[int, np.ndarray]]:
    """Small blocks of one rate joined into blocks of about a second, since each costs a call to resample."""
    held: list[np.ndarray] = []
    count, current = 0, 0
    for rate, block in blocks:
        if held and (rate != current or count >= min(rate, BLOCK)):
            yield current, np.concatenate(held)
            held, count = [], 0
        current = rate
        held.append(block)
        count += len(block)
    if count:
        yield current, np.concatenate(held)


class _Sink:
    """Collects samples in memory, or in a nameless temporary file once there are many."""

    def __init__(self, name: str) -> None:
        self.count = 0
        self._name = name
        self._peak = 0.0
        self._blocks: list[np.ndarray] = []
        self._file: FileIO | None = None

    def write(self, block: np.ndarray) -> None:
        if len(block) == 0:
            return
        block = np.ascontiguousarray(block, np.float32)
        self.count += len(block)
        if self.count > MAX_SECONDS * SAMPLE_RATE:
            raise InputError(
                f"{self._name} is longer than {MAX_SECONDS / 3600:g} h: cut it into parts, and animate them one by one"
            )
        self._peak = max(self._peak, float(np.abs(block).max()))
        self._blocks.append(block)
        if self._file is not None or self.count > MEMORY_SECONDS * SAMPLE_RATE:
            self._flush()

    def _flush(self) -> None:
        """Move the blocks from memory to the file."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="ksdiff-", buffering=0)  # noqa: SIM115 (outlives this block)
            for block in self._blocks:
                rest = memoryview(block.data).cast("B")
                while rest:  # a disk that is nearly full takes a part
                    rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise no_scratch_space(error, 4 * self.count) from error
        self._blocks = []

    def finish(self) -> np.ndarray:
        scale = 1.0 if self._peak <= 1 else 1 / self._peak
        if self._file is None:
            return np.concatenate(self._blocks) * np.float32(scale)
        if scale != 1.0:
            samples = np.memmap(self._file, np.float32, "r+")  # type: ignore[call-overload]
            for start in range(0, len(samples), BLOCK):
                samples[start : start + BLOCK] *= np.float32(scale)
                release(samples)
            samples.flush()
        samples = np.memmap(self._file, np.float32, "r")  # type: ignore[call-overload]
        self._file.close()  # the mapping keeps the file's content
        return samples
