"""Sound: decoding and resampling to the one rate that everything else uses."""

import stat
import tempfile
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np
import soundfile
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.extras import is_installed
from ksdiff.files import WriteError, atomic_write, no_scratch_space, release
from ksdiff.motion import MOTION_RATE
from ksdiff.speech.offset import OFFSET, remove_offset
from ksdiff.speech.resampling import Resampler, make_resampler

SAMPLE_RATE = 16_000  # samples/s
SAMPLES_PER_FRAME = SAMPLE_RATE // MOTION_RATE
MINIMUM_SECONDS = 0.3
MAX_SECONDS = 4 * 3600.0  # of one sound: a small file can hold days of silence
MIN_RATE = 1000  # samples/s; a lower rate is a damaged header, and would be blown up by more than sixteen times
MEMORY_SECONDS = 1200.0  # longer sound is kept in a temporary file, not in memory
BLOCK = 1 << 20  # samples handled at once where a whole sound need not be in memory


def frame_count(samples: int) -> int:
    """Frames of motion for so many samples of sound: as long as the sound to within half a frame, but at least one."""
    return max(1, round(samples / SAMPLES_PER_FRAME))


def load(path: Path | str) -> Float[np.ndarray, " N"]:
    """Decode the sound of a file to mono at 16 kHz.

    Any container, codec, rate and number of channels that FFmpeg opens, where the extra ``video`` is installed; else
    those that libsndfile opens: WAV, FLAC, MP3, OGG and some more. Channels are averaged. Sample 0 is the start of the
    file's time line (`av.container.Container.start_time`), so that the sound of a video lines up with its pictures:
    what an encoder put before the sound (priming) is cut where the file says how long it is, and a sound that starts
    late or has gaps is filled with silence. Time stamps that make no sense are ignored and the samples counted instead.
    An offset of the whole sound is removed (`ksdiff.speech.offset`).

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
    reader = _reader()
    sink = _Sink(str(path))
    try:
        for block in _resampled(reader.read_blocks(path), path):
            sink.write(block)
    except InputError:
        raise
    except reader.ERRORS as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{path} cannot be read as sound ({reason}): give an undamaged WAV, FLAC, MP3, "
            "M4A, OGG, MP4 or another file with sound"
        ) from error
    _check_length(sink.count, str(path))
    return sink.finish()


def _reader() -> ModuleType:
    """What decodes files here."""
    if is_installed("video"):
        from ksdiff.speech import ffmpeg_reader

        return ffmpeg_reader
    from ksdiff.speech import sndfile_reader

    return sndfile_reader


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
        output: Any = None
        try:
            with temporary.open("wb") as file:
                output = _Output(file)
                with soundfile.SoundFile(output, "w", SAMPLE_RATE, 1, "PCM_16", format="FLAC") as sound:
                    for start in range(0, len(samples), SAMPLE_RATE):
                        block = np.clip(samples[start : start + SAMPLE_RATE] * 32768.0, -32768, 32767)
                        sound.write(np.round(block).astype(np.int16))
                if output.error is not None:
                    raise output.error
        except (soundfile.SoundFileError, AssertionError, OSError) as error:
            cause = (output and output.error) or error
            reason = getattr(cause, "strerror", None) or cause
            raise WriteError(f"cannot write {path}: {reason}; choose another folder") from error


class _Output:
    """A file that libsndfile writes to. It cannot be told what went wrong there, so that it is kept."""

    def __init__(self, file: BinaryIO) -> None:
        self.error: OSError | None = None
        self.seek, self.tell = file.seek, file.tell
        self._file = file

    def write(self, content: bytes) -> int:
        try:
            return self._file.write(content)
        except OSError as error:
            self.error = self.error or error
            return 0


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


def _resampled(blocks: Iterable[tuple[int, np.ndarray]], path: Path) -> Iterator[np.ndarray]:
    """Blocks at 16 kHz. A change of rate in mid-stream starts a new resampler."""
    current, seconds = 0, 0.0
    resampler: Resampler | None = None
    for rate, block in _gathered(blocks):
        if rate < MIN_RATE:
            raise InputError(
                f"{path} has {rate} samples/s by its header; it must be at least {MIN_RATE}: export it again"
            )
        _check_finite(block, str(path), seconds)
        seconds += len(block) / rate
        if rate != current:
            if resampler is not None:
                yield resampler.finish()
            current = rate
            resampler = None if rate == SAMPLE_RATE else make_resampler(rate, SAMPLE_RATE)
        yield block if resampler is None else resampler.push(block)
    if resampler is not None:
        yield resampler.finish()


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
        self._sum = 0.0
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
        self._sum += float(block.sum(dtype=np.float64))
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
        mapped = None if self._file is None else np.memmap(self._file, np.float32, "r+")  # type: ignore[call-overload]
        samples = np.concatenate(self._blocks) if mapped is None else mapped
        peak = self._peak
        if abs(self._sum) > OFFSET * self.count * max(peak, 1.0):
            peak = remove_offset(samples, SAMPLE_RATE // 10)
        if peak > 1:
            for start in range(0, len(samples), BLOCK):
                samples[start : start + BLOCK] *= np.float32(1 / peak)
                release(samples)
        if self._file is None or mapped is None:
            return samples
        mapped.flush()
        found = np.memmap(self._file, np.float32, "r")  # type: ignore[call-overload]
        self._file.close()  # the mapping keeps the file's content
        return found
