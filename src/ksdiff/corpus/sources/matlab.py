"""Arrays of numbers in MATLAB 5 files.

scipy's reader ends the process on some damaged files (a segmentation fault), so foreign files are read here. The
format: MathWorks, "MAT-File Format", section "Level 5 MAT-File Format".
"""

import math
import struct
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

MAX_BYTES = 1 << 32  # of a file, and of what is compressed in it
_HEADER, _TAG = 128, 8
_MATRIX, _COMPRESSED = 14, 15
_NUMBERS = {
    1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8",
}  # fmt: skip
_FIRST_NUMERIC_CLASS, _LAST_NUMERIC_CLASS, _COMPLEX = 6, 15, 0x800


def read_arrays(path: Path, names: Collection[str]) -> dict[str, np.ndarray]:
    """Read some of a file's arrays.

    Args:
        path: The file.
        names: Which arrays; those that the file lacks are left out, others are skipped.

    Raises:
        ValueError: It is no MATLAB 5 file, is damaged, or one of the arrays is not one of real numbers.
        OSError: It cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES >> 30} GB")
    content = path.read_bytes()
    if len(content) < _HEADER or content[126:128] not in (b"IM", b"MI"):
        raise ValueError("it is not a MATLAB 5 file")
    order = "<" if content[126:128] == b"IM" else ">"
    (version,) = struct.unpack(order + "H", content[124:126])
    if version == 0x200:
        raise ValueError("it is a MATLAB 7.3 file: save it with scipy.io.savemat")
    arrays: dict[str, np.ndarray] = {}
    for kind, data in _elements(content[_HEADER:], order):
        if kind == _COMPRESSED:
            for inner, unpacked in _elements(_unpack(data), order):
                kind, data = inner, unpacked
                break
        if kind == _MATRIX:
            arrays |= _matrix(data, order, names)
    return arrays


def _elements(content: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Type and data of each element; padding behind the last is ignored."""
    at = 0
    while at + _TAG <= len(content):
        kind, size = struct.unpack(order + "II", content[at : at + _TAG])
        if kind >> 16:  # up to four bytes lie within the tag
            kind, size = kind & 0xFFFF, kind >> 16
            begin, after = at + 4, at + _TAG
            if size > 4:
                raise ValueError(f"a small element has {size} bytes")
        else:
            begin = at + _TAG
            after = begin + size + (0 if kind == _COMPRESSED else -size % 8)
        if begin + size > len(content):
            raise ValueError(f"an element ends {begin + size - len(content)} bytes after the file")
        yield kind, content[begin : begin + size]
        at = after


def _unpack(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    content = stream.decompress(data, MAX_BYTES)
    if not stream.eof:
        raise ValueError("compressed data break off")
    return content


def _matrix(data: bytes, order: str, names: Collection[str]) -> dict[str, np.ndarray]:
    parts = [part for _, part in zip(range(4), _elements(data, order), strict=False)]
    if len(parts) < 3 or len(parts[0][1]) < 4:
        raise ValueError("an array lacks its description")
    (flags,) = struct.unpack(order + "I", parts[0][1][:4])
    name = parts[2][1].decode("latin1")
    if name not in names:
        return {}
    if not _FIRST_NUMERIC_CLASS <= flags & 0xFF <= _LAST_NUMERIC_CLASS or flags & _COMPLEX:
        raise ValueError(f"{name} is not an array of real numbers")
    if len(parts) < 4 or parts[3][0] not in _NUMBERS or len(parts[1][1]) % 4:
        raise ValueError(f"{name} has no numbers")
    shape = np.frombuffer(parts[1][1], order + "i4").tolist()
    numbers = np.dtype(order + _NUMBERS[parts[3][0]])
    if min(shape, default=-1) < 0 or math.prod(shape) * numbers.itemsize != len(parts[3][1]):
        raise ValueError(f"{name} has {len(parts[3][1])} bytes; its shape {tuple(shape)} needs others")
    values = np.frombuffer(parts[3][1], numbers).reshape(shape, order="F")
    return {name: values.astype(numbers.newbyteorder("="))}
