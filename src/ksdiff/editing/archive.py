"""The zip of a project file: parts of bounded size, and arrays of known type and shape."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ksdiff.editing.character import MAX_CARRIED
from ksdiff.editing.schema import MAX_SOUND
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.speech.audio import SAMPLE_RATE

CONTENT, MOTION, SOUND, SOUND_REST = "project.json", "motion.npz", "sound.flac", "sound_rest.npz"
CHARACTER = "character"
# The most that each part may unpack to, bytes: a small file that grows without bound is an attack.
MAX_BYTES = {
    CONTENT: 64 << 20,
    MOTION: 256 << 20,
    SOUND: int(MAX_SOUND * SAMPLE_RATE * 2.1),
    SOUND_REST: int(MAX_SOUND * SAMPLE_RATE * 4.1),
    CHARACTER: MAX_CARRIED,
}
# What a damaged or forged archive makes the readers of zips and arrays raise.
DAMAGE = (
    OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, MemoryError, ValueError,
    KeyError, TypeError, AttributeError, OverflowError, Warning,
)  # fmt: skip
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same project gives the same file
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def write_archive(path: Path, parts: Mapping[str, bytes]) -> None:
    """Write parts; an earlier file stays as it was until the new one is whole.

    Raises:
        InputError: The file cannot be written, or could not be read again.
    """
    for name, data in parts.items():
        if len(data) > MAX_BYTES[name]:
            raise InputError(
                f"the project is too large: its {name} is over {MAX_BYTES[name] >> 20} MiB. Delete a take, or unpin a "
                "range"
            )
    with atomic_write(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            # Level 1: floats hardly shrink, and a studio saves after every edit.
            entry.compress_type = zipfile.ZIP_STORED if name in (SOUND, CHARACTER) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=1)


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of the archive.

    Raises:
        InputError: It is larger than such a part can be, or packed in another way.
    """
    if archive.getinfo(name).compress_type not in _METHODS:
        raise InputError(f"{name} is packed in a way that ksdiff does not write")
    with archive.open(name) as part:
        data = part.read(MAX_BYTES[name] + 1)
    if len(data) > MAX_BYTES[name]:
        raise InputError(f"{name} unpacks to more than {MAX_BYTES[name] >> 20} MiB: this is not a ksdiff project")
    return data


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays as an npz."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


class Arrays:
    """Arrays of an npz, none of them larger than the data that holds them."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > len(data):
                raise InputError("its arrays are packed twice: this is not a ksdiff project")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            self._arrays: dict[str, np.ndarray] = {name: arrays[name] for name in arrays.files}

    def take(self, name: str, kind: type, shape: tuple[int | None, ...], most: float = np.inf) -> np.ndarray:
        """One array.

        Args:
            name: Its name.
            kind: Its type of number: ``np.float32`` or ``bool``.
            shape: Its length along each axis; None for any.
            most: Greatest magnitude.

        Raises:
            InputError: It is missing, of another type or shape, or has values beyond bounds or not finite.
        """
        array = self._arrays.get(name)
        if not isinstance(array, np.ndarray):
            raise InputError(f"it has no array {name!r}")
        fits = array.ndim == len(shape) and all(
            want is None or have == want for have, want in zip(array.shape, shape, strict=True)
        )
        if array.dtype != np.dtype(kind) or not fits:
            wanted = " x ".join("any" if want is None else str(want) for want in shape)
            raise InputError(
                f"the array {name!r} is {array.dtype} {array.shape}; it must be {np.dtype(kind)}, {wanted}"
            )
        if array.dtype != bool and not (np.abs(array) <= most).all():
            raise InputError(f"the array {name!r} has values that are not finite, or beyond ±{most:g}")
        return array

    def __contains__(self, name: str) -> bool:
        return name in self._arrays
