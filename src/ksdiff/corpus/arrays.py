"""Arrays in an ``.npz`` file that are read when they are used, not when the file is opened.

numpy reads a member of an ``.npz`` as a whole. Here a large one that is not compressed is mapped into memory instead,
so that a window of a long clip costs a window.
"""

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tokenize import TokenError
from typing import IO, Any

import numpy as np

from ksdiff.errors import InputError
from ksdiff.files import atomic_write

MAX_BYTES = 1 << 36  # of one array: 64 GiB
KEPT_BYTES = 4096  # a smaller array is read once and kept
MAPPED_BYTES = 1 << 20  # a larger one is mapped; a map takes one of the few files that a process may have open
DAMAGED = (
    ValueError, TypeError, KeyError, EOFError, OverflowError, NotImplementedError, RuntimeError, SyntaxError,
    TokenError, MemoryError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What numpy and zipfile raise at files that are not as they should be."""
_ALIGNMENT = 64
_LOCAL_HEADER = 30  # bytes before a member's name
_PADDING = 0xD935  # identifier of a zip extra field that only aligns
_BLOCK = 1 << 24


@dataclass(frozen=True)
class _Member:
    """Where an array lies in the file."""

    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    order: Any

    @property
    def size(self) -> int:
        """Bytes."""
        return self.dtype.itemsize * math.prod(self.shape)


class StoredArrays(Mapping[str, np.ndarray]):
    """Arrays of a file, by name; each use reads or maps one, and none is kept but the smallest."""

    def __init__(self, path: Path, members: Mapping[str, _Member]) -> None:
        """Describe the arrays of a file; see `open_arrays`."""
        self._path, self._members, self._stamp = path, members, _stamp(path)
        self._small = {
            name: _read_stored(path, member) for name, member in members.items() if member.size <= KEPT_BYTES
        }

    def __getitem__(self, name: str) -> np.ndarray:
        """An array.

        Raises:
            InputError: The file has changed since it was opened.
        """
        if name in self._small:
            return self._small[name]
        member = self._members[name]
        if _stamp(self._path) != self._stamp:
            raise InputError(f"{self._path} changed while it was in use: start again")
        return _read_stored(self._path, member)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


class SlicedArrays(Mapping[str, np.ndarray]):
    """Stretches of other arrays, along their first axis."""

    def __init__(self, arrays: Mapping[str, np.ndarray], stretches: Mapping[str, slice]) -> None:
        """Cut ``arrays``; those that ``stretches`` does not name stay whole."""
        self._arrays, self._stretches = arrays, stretches

    def __getitem__(self, name: str) -> np.ndarray:
        array = self._arrays[name]
        return array[self._stretches[name]] if name in self._stretches else array

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write an ``.npz`` whose members can be mapped: not compressed, and aligned.

    Equal arrays give equal bytes.

    Raises:
        InputError: The file cannot be written.
    """
    with atomic_write(path) as temporary, temporary.open("wb") as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.file_size = array.nbytes + _BLOCK  # at most: decides whether the header is one for large files
            start = file.tell() + _LOCAL_HEADER + len(info.filename) + 4
            padding = -start % _ALIGNMENT
            info.extra = struct.pack("<HH", _PADDING, padding) + bytes(padding)
            with archive.open(info, "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def open_arrays(
    path: Path, names: Collection[str] | None = None, start: int = 0, size: int | None = None
) -> Mapping[str, np.ndarray]:
    """Open an ``.npz``.

    Args:
        path: The file.
        names: Which arrays, if not all; those that the file lacks are left out.
        start: Where it starts within the file, if this holds more than that.
        size: Its bytes; None for all to the end.

    Returns:
        Arrays by name. They are read when they are used, unless the file is compressed.

    Raises:
        InputError: The file is missing or damaged, or holds something else than arrays of numbers.
    """
    with _telling_damage(str(path)), path.open("rb") as whole:
        file = whole if size is None else _Part(whole, start, size)
        with zipfile.ZipFile(file) as archive:
            members = {
                info.filename.removesuffix(".npy"): (info, _describe(archive, info, file))
                for info in archive.infolist()
                if names is None or info.filename.removesuffix(".npy") in names
            }
            if all(info.compress_type == zipfile.ZIP_STORED for info, _ in members.values()):
                placed = {name: replace(member, offset=start + member.offset) for name, (_, member) in members.items()}
                return StoredArrays(path, placed)
            return {name: _read(archive, info, member) for name, (info, member) in members.items()}


def read_arrays(content: bytes, called: str) -> dict[str, np.ndarray]:
    """All arrays of an ``.npz`` that is in memory.

    Args:
        content: Of the file.
        called: Its name, for messages.

    Raises:
        InputError: It is damaged, or holds something else than arrays of numbers.
    """
    file = io.BytesIO(content)
    with _telling_damage(called), zipfile.ZipFile(file) as archive:
        return {
            info.filename.removesuffix(".npy"): _read(archive, info, _describe(archive, info, file))
            for info in archive.infolist()
        }


@contextmanager
def _telling_damage(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror or error}") from error
    except DAMAGED as error:
        raise InputError(
            f"{name} is damaged: {str(error) or type(error).__name__}; delete it and make it again"
        ) from error


class _Part(io.RawIOBase):
    """A stretch of a file, as a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._at)
        content = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


def checksums(path: Path) -> dict[str, int]:
    """CRC-32 of each array of an ``.npz``, as its directory has them: they tell whether the content is the same.

    Raises:
        InputError: The file is missing or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {info.filename: info.CRC for info in archive.infolist()}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(f"cannot read {path}: {error}") from error


def _describe(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: Any) -> _Member:
    """Shape, type and place of a member, whose checksum has been verified unless it is compressed."""
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = header(member)
        if dtype.hasobject or dtype.kind not in "biuf":
            raise ValueError(f"{info.filename} holds {dtype}; arrays of numbers are needed, not pickled objects")
        begin = member.tell()
        size = dtype.itemsize * math.prod(shape)
        if size > MAX_BYTES or begin + size != info.file_size:
            raise ValueError(f"{info.filename} has {info.file_size} bytes; its shape {shape} of {dtype} needs others")
        if info.compress_type == zipfile.ZIP_STORED:
            while member.read(_BLOCK):  # zipfile compares the checksum at the end
                pass
    file.seek(info.header_offset)
    local = file.read(_LOCAL_HEADER)
    name, extra = struct.unpack("<HH", local[26:])
    offset = info.header_offset + _LOCAL_HEADER + name + extra + begin
    return _Member(offset, shape, dtype, "F" if fortran else "C")


def _read_stored(path: Path, member: _Member) -> np.ndarray:
    """An array that is not compressed; may be written to, which changes no file."""
    try:
        if member.size > MAPPED_BYTES:
            with suppress(OSError):  # too many files are open
                mapped = np.memmap(path, member.dtype, "c", member.offset, member.shape, member.order)
                return mapped.view(np.ndarray)
        flat = np.fromfile(path, member.dtype, math.prod(member.shape), offset=member.offset)
        return flat.reshape(member.shape, order=member.order)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: _Member) -> np.ndarray:
    with archive.open(info) as stream:
        array = np.lib.format.read_array(stream, allow_pickle=False)
    if array.shape != member.shape:
        raise ValueError(f"{info.filename} has another shape than its header says")
    return array


def _stamp(path: Path) -> tuple[int, int, int]:
    """Changes when the file is replaced."""
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return status.st_ino, status.st_size, status.st_mtime_ns
