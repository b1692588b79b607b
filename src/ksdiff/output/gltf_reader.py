"""Other people's glTF 2.0 files, read with care: sizes, numbers and references are checked before they are used."""

import base64
import binascii
import json
import math
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ksdiff.errors import InputError
from ksdiff.output.gltf_file import BINARY_SUFFIXES, GltfFile, check_suffix, data_uri

MAX_FILE = 512 * 2**20  # bytes, with all that the file refers to
MAX_VALUES = 5_000_000  # in the JSON: each takes up to 80 bytes of memory
MAX_DIGITS = 19  # of a whole number: more do not fit into 64 bits
# Ways to pack that need decoders which no page of this package has. Required only where "required" says so; else the
# file holds the same unpacked too.
_PACKED = {
    "KHR_draco_mesh_compression": ("Draco", "extensionsUsed"),
    "EXT_meshopt_compression": ("meshopt", "extensionsRequired"),
    "KHR_meshopt_compression": ("meshopt", "extensionsRequired"),
    "KHR_texture_basisu": ("KTX2 (Basis Universal)", "extensionsRequired"),
}
_LISTS = ("accessors", "animations", "buffers", "bufferViews", "images", "meshes", "nodes", "skins")
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_SIZES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}  # bytes by component type


def read_gltf(path: Path | str) -> GltfFile:
    """Read a glTF file; of a .gltf, also the files in its folder that it refers to, which become a part of it.

    References to the web are left as they are.

    Raises:
        InputError: It is missing, damaged, of another version, too large, or refers to a file outside its folder.
    """
    path = check_suffix(Path(path))
    try:
        data = _read_file(path, MAX_FILE)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"cannot read {path}: {error}") from error
    return parse_gltf(data, path, path.parent)


def parse_gltf(data: bytes, path: Path, folder: Path | None = None) -> GltfFile:
    """Read the content of a glTF file.

    Args:
        data: Its content.
        path: What to call it in messages; its suffix tells its kind.
        folder: Where files lie that it refers to; None lets it refer to none.

    Raises:
        InputError: It is damaged, of another version, or refers to what it may not.
    """
    try:
        chunks = _split(data) if path.suffix.lower() in BINARY_SUFFIXES else [(b"JSON", data)]
        (kind, text), *rest = chunks
        content = _parse(text)
        if kind != b"JSON" or not str(content["asset"]["version"]).startswith("2."):
            raise ValueError("it is not glTF 2")
        for name, parts in content.items():
            if isinstance(parts, list) and name in _LISTS and all(isinstance(part, dict) for part in parts):
                continue
            if name in _LISTS or (name in ("extensions", "asset") and not isinstance(parts, dict)):
                raise ValueError(f"{name} is not what it should be")
        binary = rest.pop(0)[1] if rest and rest[0][0] == b"BIN\0" else b""
        first = _embed(content, folder, MAX_FILE - len(data))
        binary = binary if first is None else first
        _check_references(content, len(binary))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, struct.error) as error:
        raise InputError(f"{path} is not a glTF 2.0 file that can be read: {error}; export it again") from error
    return GltfFile(content, bytearray(binary), tuple(rest))


def undrawn(content: dict[str, Any]) -> str | None:
    """The compression of a file that pages of this package cannot show; None where they can show it."""
    for extension, (name, key) in _PACKED.items():
        named = content.get(key, [])
        if isinstance(named, list) and extension in named:
            return name
    return None


def _read_file(path: Path, limit: int) -> bytes:
    if path.exists() and not path.is_file():
        raise ValueError("it is not a regular file")
    size = path.stat().st_size
    if size > limit:
        raise ValueError(f"it has {size / 2**20:.0f} MB, and up to {limit / 2**20:.0f} MB are read")
    return path.read_bytes()


def _parse(text: bytes) -> dict[str, Any]:
    values = sum(text.count(mark) for mark in (b",", b"[", b"{"))
    if values > MAX_VALUES:
        raise ValueError(f"its JSON holds {values} values, and up to {MAX_VALUES} are read")
    stripped = text.rstrip(b"\0 ").decode("utf-8-sig")
    return json.loads(stripped, parse_constant=_refuse, parse_int=_whole, parse_float=_finite)


def _refuse(constant: str) -> float:
    raise ValueError(f"it holds {constant}, which JSON has not")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"it holds a number of {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"it holds {digits[:40]}, which is beyond all numbers")
    return value


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


def _embed(content: dict[str, Any], folder: Path | None, room: int) -> bytes | None:
    """Put what lies in other files into the JSON; the first buffer, if it is such a file, is returned instead."""
    first = None
    for kind in ("buffers", "images"):
        for index, part in enumerate(content.get(kind, [])):
            uri = part.get("uri")
            if uri is None or ((kind, index) != ("buffers", 0) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", uri)):
                continue
            loaded = _load(uri, folder, room)
            room -= len(loaded)
            if (kind, index) == ("buffers", 0):
                first = loaded
            else:
                types = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
                part["uri"] = data_uri(loaded, types.get(Path(uri).suffix.lower(), "application/octet-stream"))
    return first


def _load(uri: str, folder: Path | None, room: int) -> bytes:
    if uri.startswith("data:"):
        header, _, data = uri.partition(",")
        if not header.endswith(";base64"):
            raise ValueError("its first buffer is not base64")
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise ValueError(f"its first buffer is not base64 ({error})") from error
    if folder is None:
        raise ValueError(f"it refers to {uri}, which is not in its folder: export it as one file (.glb)")
    target = (folder / unquote(uri)).resolve()
    if "://" in uri or not target.is_relative_to(folder.resolve()):
        raise ValueError(f"it refers to {uri}, which is not in its folder")
    try:
        return _read_file(target, room)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"it refers to {uri}, which cannot be read ({reason})") from error


def _check_references(content: dict[str, Any], length: int) -> None:
    """See that numbers of parts are those of parts, and that what is said of the first buffer lies within it.

    Raises:
        ValueError: Something refers to nothing.
    """
    counts = {name: len(content.get(name, [])) for name in _LISTS}
    for kind, number in _references(content):
        if type(number) is not int or not 0 <= number < counts[kind]:
            raise ValueError(f"it refers to number {number} of its {counts[kind]} {kind}")
    views = content.get("bufferViews", [])
    for number, view in enumerate(views):
        end = view.get("byteOffset", 0) + view["byteLength"]
        if view["buffer"] == 0 and not 0 <= view.get("byteOffset", 0) <= end <= length:
            raise ValueError(f"bufferView {number} ends at byte {end} of {length}")
    for number, accessor in enumerate(content.get("accessors", [])):
        if "bufferView" not in accessor:
            continue
        view = views[accessor["bufferView"]]
        size = _SIZES[accessor["componentType"]] * _WIDTHS[accessor["type"]]
        gaps = view.get("byteStride", size) * (accessor["count"] - 1)
        if accessor["count"] < 1 or accessor.get("byteOffset", 0) + gaps + size > view["byteLength"]:
            raise ValueError(f"accessor {number} goes beyond bufferView {accessor['bufferView']}")


def _references(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Kind and number of what the parts refer to, as far as it is followed here."""
    for node in content.get("nodes", []):
        yield from (("meshes", node[key]) for key in ("mesh",) if key in node)
        yield from (("nodes", child) for child in node.get("children", []))
    for skin in content.get("skins", []):
        yield from (("nodes", joint) for joint in skin["joints"])
    for mesh in content.get("meshes", []):
        for primitive in mesh["primitives"]:
            for attributes in (primitive["attributes"], *primitive.get("targets", [])):
                yield from (("accessors", number) for number in attributes.values())
    yield from (("buffers", view["buffer"]) for view in content.get("bufferViews", []))
    yield from (("bufferViews", a["bufferView"]) for a in content.get("accessors", []) if "bufferView" in a)
