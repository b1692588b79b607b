"""Other people's glTF 2.0 files (.glb, .vrm, .gltf): read, added to, and written with all that was in them.

The JSON keeps every key and its order, known or not; the binary part keeps its bytes, and new data goes behind them.
https://registry.khronos.org/glTF/specs/2.0
"""

import base64
import binascii
import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import atomic_write

BINARY_SUFFIXES = (".glb", ".vrm")
SUFFIXES = (*BINARY_SUFFIXES, ".gltf")
_LISTS = ("accessors", "animations", "buffers", "bufferViews", "images", "meshes", "nodes", "skins")
_FLOAT = 5126  # component type
_TYPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


@dataclass
class GltfFile:
    """A glTF file in memory.

    Attributes:
        content: The JSON.
        binary: Content of the first buffer.
        chunks: Further chunks of a binary file, kind and content, kept as they are.
    """

    content: dict[str, Any]
    binary: bytearray
    chunks: tuple[tuple[bytes, bytes], ...] = ()

    def accessor(self, values: Float[np.ndarray, "..."], bounds: bool = False) -> int:
        """Add an accessor.

        Args:
            values: [N] or [N, C].
            bounds: Say the least and the greatest value too, as the times of an animation need.

        Returns:
            Its number.
        """
        table = np.ascontiguousarray(values, np.float32).reshape(len(values), -1)
        self.binary += b"\0" * (-len(self.binary) % 4)
        views, accessors = (self.content.setdefault(name, []) for name in ("bufferViews", "accessors"))
        views.append({"buffer": 0, "byteOffset": len(self.binary), "byteLength": table.nbytes})
        self.binary += table.tobytes()
        accessor = {
            "bufferView": len(views) - 1,
            "componentType": _FLOAT,
            "count": len(table),
            "type": _TYPES[table.shape[1]],
        }
        if bounds:
            accessor |= {"min": table.min(axis=0).tolist(), "max": table.max(axis=0).tolist()}
        accessors.append(accessor)
        return len(accessors) - 1

    def write(self, path: Path | str) -> None:
        """Write it as one file: binary, or as JSON if the name ends in .gltf.

        Raises:
            InputError: The name ends otherwise, or the file cannot be written.
        """
        path = check_suffix(Path(path))
        content = dict(self.content)
        if self.binary:
            first, *others = content.get("buffers") or [{}]
            content["buffers"] = [first | {"byteLength": len(self.binary)}, *others]
            content["buffers"][0].pop("uri", None)
        if path.suffix.lower() == ".gltf":
            if self.binary:
                content["buffers"][0]["uri"] = _data_uri(bytes(self.binary), "application/octet-stream")
            data = _text(content)
        else:
            data = self._chunked(_text(content))
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)

    def _chunked(self, text: bytes) -> bytes:
        binary = [(b"BIN\0", bytes(self.binary) + b"\0" * (-len(self.binary) % 4))] if self.binary else []
        chunks = [(b"JSON", text + b" " * (-len(text) % 4)), *binary, *self.chunks]
        body = b"".join(struct.pack("<I4s", len(content), kind) + content for kind, content in chunks)
        return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def check_suffix(path: Path) -> Path:
    """The path, if it ends as glTF files do.

    Raises:
        InputError: It does not.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is not named as a glTF file: it must end in {', '.join(SUFFIXES)}")
    return path


def read_gltf(path: Path | str) -> GltfFile:
    """Read a glTF file; of a .gltf, also the files in its folder that it refers to, which become a part of it.

    References to the web are left as they are.

    Raises:
        InputError: It is missing, damaged, of another version, or refers to a file outside its folder.
    """
    path = check_suffix(Path(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    try:
        chunks = _split(data) if path.suffix.lower() in BINARY_SUFFIXES else [(b"JSON", data)]
        (kind, text), *rest = chunks
        content = json.loads(text.rstrip(b"\0 ").decode("utf-8-sig"), parse_constant=_refuse)
        if kind != b"JSON" or not str(content["asset"]["version"]).startswith("2."):
            raise ValueError("it is not glTF 2")
        for name, parts in content.items():
            if isinstance(parts, list) and name in _LISTS and all(isinstance(part, dict) for part in parts):
                continue
            if name in _LISTS or (name in ("extensions", "asset") and not isinstance(parts, dict)):
                raise ValueError(f"{name} is not what it should be")
        binary = rest.pop(0)[1] if rest and rest[0][0] == b"BIN\0" else b""
        first = _embed(content, path.parent)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, struct.error) as error:
        raise InputError(f"{path} is not a glTF 2.0 file that can be read: {error}; export it anew") from error
    return GltfFile(content, bytearray(binary if first is None else first), tuple(rest))


def _split(data: bytes) -> list[tuple[bytes, bytes]]:
    magic, version, length = struct.unpack_from("<4sII", data)
    if magic != b"glTF" or version != 2 or length > len(data):
        raise ValueError("its first bytes are not those of a whole binary glTF 2 file")
    chunks, at = [], 12
    while at < length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise ValueError("a chunk goes beyond its end")
        chunks.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size
    if not chunks:
        raise ValueError("it has no chunks")
    return chunks


def _embed(content: dict[str, Any], folder: Path) -> bytes | None:
    """Put what lies in other files into the JSON; the first buffer, if it is such a file, is returned instead."""
    first = None
    for kind in ("buffers", "images"):
        for index, part in enumerate(content.get(kind, [])):
            uri = part.get("uri")
            if uri is None or ((kind, index) != ("buffers", 0) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", uri)):
                continue
            loaded = _load(uri, folder)
            if (kind, index) == ("buffers", 0):
                first = loaded
            else:
                mime = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
                part["uri"] = _data_uri(loaded, mime.get(Path(uri).suffix.lower(), "application/octet-stream"))
    return first


def _load(uri: str, folder: Path) -> bytes:
    if uri.startswith("data:"):
        header, _, data = uri.partition(",")
        if not header.endswith(";base64"):
            raise ValueError("its first buffer is not base64")
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise ValueError(f"its first buffer is not base64 ({error})") from error
    target = (folder / unquote(uri)).resolve()
    if "://" in uri or not target.is_relative_to(folder.resolve()):
        raise ValueError(f"it refers to {uri}, which is not in its folder")
    try:
        return target.read_bytes()
    except OSError as error:
        raise ValueError(f"it refers to {uri}, which cannot be read ({error.strerror})") from error


def _data_uri(data: bytes, mime: str) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def _refuse(constant: str) -> float:
    raise ValueError(f"it holds {constant}, which JSON has not")


def _text(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
