"""Sound of WAV, FLAC, MP3, OGG, Opus, AIFF and CAF files, through libsndfile: what is read without FFmpeg."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from jaxtyping import Float

from ksdiff.errors import InputError, UnavailableError
from ksdiff.files import is_utf8

# The last two: of soundfile, for names that end in .raw, and for forged headers.
ERRORS = (soundfile.SoundFileError, OSError, TypeError, ValueError)
_BLOCK = 1 << 16  # samples of all channels, read at once


class _Stream(soundfile.SoundFile):
    """A file that is only read on. Else soundfile seeks after each block, and MP3 begins anew there, with a click."""

    def seekable(self) -> bool:
        return False


def read_blocks(path: Path) -> Iterator[tuple[int, Float[np.ndarray, " N"]]]:
    """Decode a sound file.

    Yields:
        Samples per second, and mono samples.

    Raises:
        UnavailableError: As `open_sound`.
        InputError: As `open_sound`.
    """
    with open_sound(path) as sound:
        for block in channel_blocks(sound):
            yield sound.samplerate, block.mean(axis=1).astype(np.float32)


@contextmanager
def open_sound(path: Path) -> Iterator[soundfile.SoundFile]:
    """Open a sound file.

    Raises:
        UnavailableError: libsndfile does not know the format; FFmpeg, which is not installed, may.
        InputError: It is a pipe.
    """
    if not path.is_file():
        raise InputError(f"{path} is a pipe: give a file; or, to read pipes, run pip install 'ksdiff[video]'")
    with path.open("rb") as file:
        try:
            sound = _Stream(path.resolve() if is_utf8(path) else file)
        except soundfile.LibsndfileError as error:
            reason = error.error_string.rstrip(".")
            raise UnavailableError(
                f"{path} cannot be read as sound ({reason}): give an undamaged WAV, FLAC, MP3 or OGG; or, to read M4A, "
                "MP4 and others, run pip install 'ksdiff[video]'"
            ) from error
        with sound:
            yield sound


def channel_blocks(sound: soundfile.SoundFile) -> Iterator[Float[np.ndarray, "N C"]]:
    """All channels of an open file, in -1..1, in blocks of bounded size."""
    count = max(1, _BLOCK // sound.channels)
    # Not by sound.blocks: it goes on for as long as a forged header says.
    while len(block := sound.read(count, "float64", always_2d=True)):
        yield block
