"""A glTF 2.0 file in memory (.glb, .vrm, .gltf): JSON and binary part, added to and written.

The JSON keeps every key and its order, known or not; the binary part keeps its bytes, and new data goes behind them.
pygltflib is not used, since it drops keys and chunks that it does not know. https://registry.khronos.org/glTF/specs/2.0
"""

import base64
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import atomic_write

BINARY_SUFFIXES = (".glb", ".vrm")
SUFFIXES = (*BINARY_SUFFIXES, ".gltf")
MAX_BYTES = 2**32 - 1  # the format counts them in 32 bits
FLOAT, USHORT, UBYTE = 5126, 5123, 5121  # component types
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963  # what a view is for
_COMPONENTS = {"f": FLOAT, "H": USHORT, "B": UBYTE}
_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


@dataclass
class GltfFile:
    """A glTF file in memory.

    Attributes:
        content: The JSON.
        binary: Content of the first buffer.
        chunks: Further chunks of a binary file, kind and content, kept as they are.
    """

    content: dict[str, Any] = field(default_factory=dict)
    binary: bytearray = field(default_factory=bytearray)
    chunks: tuple[tuple[bytes, bytes], ...] = ()

    def branch(self) -> "GltfFile":
        """A file to which nodes, animations and data can be added while this one stays as it is."""
        lists = {name: list(self.content.get(name, [])) for name in ("nodes", "bufferViews", "accessors", "animations")}
        return GltfFile({**self.content, **lists}, bytearray(self.binary), self.chunks)

    def view(self, content: bytes, target: int | None = None) -> int:
        """Add a buffer view.

        Args:
            content: Its bytes.
            target: `ARRAY_BUFFER`, `ELEMENT_ARRAY_BUFFER`, or None for other than vertices and their indices.

        Returns:
            Its number.
        """
        views = self._views
        self.binary += b"\0" * (-len(self.binary) % 4)
        views.append({"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(content)})
        if target is not None:
            views[-1]["target"] = target
        self.binary += content
        return len(views) - 1

    def accessor(
        self, values: np.ndarray, target: int | None = None, bounds: bool = False, normalized: bool = False
    ) -> int:
        """Add an accessor.

        Args:
            values: [N] or [N, C]; floating-point values become 32-bit.
            target: As of `view`.
            bounds: Say the least and the greatest value too, as times and positions need.
            normalized: Whole numbers stand for 0..1.

        Returns:
            Its number.
        """
        values = np.ascontiguousarray(values, np.float32 if values.dtype.kind == "f" else None)
        described = {
            "bufferView": self.view(values.tobytes(), target),
            "componentType": _COMPONENTS[values.dtype.char],
            "count": len(values),
            "type": _TYPES[1 if values.ndim == 1 else values.shape[1]],
        }
        if normalized:
            described["normalized"] = True
        return self._add(described, values if bounds else None)

    def sparse(self, values: Float[np.ndarray, "V 3"], least: float, indices: bytearray, moved: bytearray) -> int:
        """Add an accessor of mostly zero vectors.

        Args:
            values: The vectors.
            least: Shorter ones are left out.
            indices: Takes the content of the next view to be added.
            moved: That of the view after it.

        Returns:
            Its number.
        """
        at = np.flatnonzero(np.linalg.norm(values, axis=1) > least)
        described: dict[str, Any] = {"componentType": FLOAT, "count": len(values), "type": "VEC3"}
        kept = np.zeros_like(values)
        if len(at):  # an accessor without a view is all zeros
            kept[at] = values[at]
            view = len(self._views)
            described["sparse"] = {
                "count": len(at),
                "indices": {"bufferView": view, "byteOffset": len(indices), "componentType": USHORT},
                "values": {"bufferView": view + 1, "byteOffset": len(moved)},
            }
            indices += at.astype(np.uint16).tobytes()
            moved += values[at].astype(np.float32).tobytes()
        return self._add(described, kept)

    def animation(self, name: str, times: Float[np.ndarray, " T"], curves: "dict[tuple[int, str], np.ndarray]") -> None:
        """Add an animation, linear between its frames.

        Args:
            name: Its name.
            times: Of the frames, s.
            curves: Values of each frame, by number of the node and what is moved, such as ``rotation``.
        """
        clock = self.accessor(times, bounds=True)
        samplers = [{"input": clock, "output": self.accessor(v), "interpolation": "LINEAR"} for v in curves.values()]
        channels = [{"sampler": i, "target": {"node": node, "path": path}} for i, (node, path) in enumerate(curves)]
        animation = {"name": name, "samplers": samplers, "channels": channels}
        self.content.setdefault("animations", []).append(animation)

    def glb(self) -> bytes:
        """The file in its binary form.

        Raises:
            InputError: It is larger than the format allows, or its JSON is nested too deeply.
        """
        text = _text(self._described())
        binary = [(b"BIN\0", bytes(self.binary) + b"\0" * (-len(self.binary) % 4))] if self.binary else []
        chunks = [(b"JSON", text + b" " * (-len(text) % 4)), *binary, *self.chunks]
        total = 12 + sum(8 + len(content) for _, content in chunks)
        if total > MAX_BYTES:
            raise InputError(f"this takes {total / 1e9:.1f} GB as glTF, which holds up to 4.3: animate it in parts")
        body = b"".join(struct.pack("<I4s", len(content), kind) + content for kind, content in chunks)
        return struct.pack("<4sII", b"glTF", 2, total) + body

    def write(self, path: Path | str) -> None:
        """Write it as one file: binary, or as JSON if the name ends in .gltf.

        Raises:
            InputError: The name ends otherwise, or the file is too large or cannot be written.
        """
        path = check_suffix(Path(path))
        if path.suffix.lower() == ".gltf":
            content = self._described()
            if self.binary:
                content["buffers"][0]["uri"] = data_uri(bytes(self.binary), "application/octet-stream")
            data = _text(content)
        else:
            data = self.glb()
        with atomic_write(path) as temporary:
            temporary.write_bytes(data)

    @property
    def _views(self) -> list[dict[str, Any]]:
        return self.content.setdefault("bufferViews", [])

    def _add(self, described: dict[str, Any], bounded: np.ndarray | None) -> int:
        if bounded is not None:
            table = bounded.reshape(len(bounded), -1)
            described |= {"min": table.min(axis=0).tolist(), "max": table.max(axis=0).tolist()}
        accessors = self.content.setdefault("accessors", [])
        accessors.append(described)
        return len(accessors) - 1

    def _described(self) -> dict[str, Any]:
        """The JSON, which says how long the binary part is."""
        content = dict(self.content)
        if self.binary:
            first, *others = content.get("buffers") or [{}]
            content["buffers"] = [first | {"byteLength": len(self.binary)}, *others]
            content["buffers"][0].pop("uri", None)
        return content


def check_suffix(path: Path) -> Path:
    """The path, if it ends as glTF files do.

    Raises:
        InputError: It does not.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is not named as a glTF file: it must end in {', '.join(SUFFIXES)}")
    return path


def data_uri(data: bytes, media_type: str) -> str:
    """Bytes as an address that carries them."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _text(content: dict[str, Any]) -> bytes:
    try:
        return json.dumps(content, separators=(",", ":"), allow_nan=False).encode()
    except RecursionError as error:
        raise InputError("the file's JSON is nested too deeply to be written: export it without its extras") from error
