"""glTF 2.0 binary (GLB): the head with its 52 shapes as morph targets, and the motion as an animation.

Two joints carry the mesh: ``Neck`` stands still, ``Head`` turns and moves about the joint of skull and neck;
the neck's vertices follow both in part. Weights, rotation and translation are animated.
https://registry.khronos.org/glTF/specs/2.0
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.face.head import Head, load_head
from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.motion.rotation import quaternions
from ksdiff.motion.space import ARKIT, ARKIT_SHAPES

# A part's material, by the part's name up to "_": how rough it is; colours are those of the vertices.
ROUGHNESS = {
    "skin": 0.55,
    "mouth": 0.4,
    "eye": 0.08,
    "teeth": 0.25,
    "tongue": 0.35,
    "lashes": 0.9,
    "brow": 0.9,
}
_SHADE = 0.6  # part of the light that a vertex closed in on all sides loses
MIN_MOVE = 2e-6  # m: smaller displacements, and changes of the normals below the next, are left out
MIN_TURN = 0.02

_FLOAT, _USHORT, _UBYTE = 5126, 5123, 5121  # component types
_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_TYPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


def write_glb(motion: Motion, path: Path | str) -> None:
    """Write the head performing a motion, as one binary glTF file.

    Raises:
        InputError: The motion is not in the arkit space.
    """
    content = glb(motion)
    with atomic_write(Path(path)) as temporary:
        temporary.write_bytes(content)


def glb(motion: Motion) -> bytes:
    """The content of the file that `write_glb` writes.

    Raises:
        InputError: The motion is not in the arkit space.
    """
    return glb_of_takes({"Speech": motion})


def glb_of_takes(takes: Mapping[str, Motion]) -> bytes:
    """One head with several animations.

    Args:
        takes: Motions by the name that their animation gets.

    Raises:
        InputError: A motion is not in the arkit space.
    """
    still = _still_head()
    buffer = _Buffer(bytearray(still.data), list(still.views), list(still.accessors))
    animations = [_animation(buffer, name, motion) for name, motion in takes.items()]
    content = {
        "asset": {
            "version": "2.0",
            "generator": "ksdiff",
            "copyright": "Head: made from MakeHuman's base mesh and face units, CC0 1.0",
        },
        "scene": 0,
        "scenes": [{"name": "Scene", "nodes": [0, 1]}],
        "nodes": [
            {"name": "Face", "mesh": 0, "skin": 0},
            {"name": "Neck", "children": [2]},
            {"name": "Head"},
        ],
        "skins": [{"name": "Head", "joints": [1, 2], "skeleton": 1}],
        "meshes": [
            {
                "name": "Face",
                "primitives": still.primitives,
                "weights": [0.0] * len(ARKIT_SHAPES),
                "extras": {"targetNames": list(ARKIT_SHAPES)},
            }
        ],
        "materials": still.materials,
        "animations": animations,
        "accessors": buffer.accessors,
        "bufferViews": buffer.views,
        "buffers": [{"byteLength": len(buffer.data)}],
    }
    text = json.dumps(content, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data = bytes(buffer.data) + b"\0" * (-len(buffer.data) % 4)
    total = 12 + 8 + len(text) + 8 + len(data)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + data
    return struct.pack("<4sII", b"glTF", 2, total) + chunks


def _animation(buffer: "_Buffer", name: str, motion: Motion) -> dict[str, Any]:
    if motion.space != ARKIT:
        raise InputError(f"head.glb needs motion of the space 'arkit', but this is {motion.space.name!r}")
    weights = np.zeros((len(motion), len(ARKIT_SHAPES)), np.float32)
    weights[:, [ARKIT_SHAPES.index(shape) for shape in motion.space.expression]] = motion.expression
    times = buffer.accessor(motion.times.astype(np.float32), bounds=True)
    curves = {
        "rotation": quaternions(motion.head[:, motion.space.rotation]).astype(np.float32),
        "translation": motion.head[:, 3:].astype(np.float32),
        "weights": weights.reshape(-1),
    }
    node_of = {"rotation": 2, "translation": 2, "weights": 0}
    return {
        "name": name,
        "samplers": [
            {"input": times, "output": buffer.accessor(values), "interpolation": "LINEAR"} for values in curves.values()
        ],
        "channels": [
            {"sampler": index, "target": {"node": node_of[curve], "path": curve}} for index, curve in enumerate(curves)
        ],
    }


@dataclass
class _Buffer:
    """The binary part of a file, and what describes it."""

    data: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def view(self, content: bytes, target: int | None = None) -> int:
        self.data += b"\0" * (-len(self.data) % 4)
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(content)})
        if target is not None:
            self.views[-1]["target"] = target
        self.data += content
        return len(self.views) - 1

    def accessor(
        self, values: np.ndarray, target: int | None = None, bounds: bool = False, normalized: bool = False
    ) -> int:
        """Add values [N] or [N, C] and return the number of their accessor."""
        component = {"f": _FLOAT, "H": _USHORT, "B": _UBYTE}[values.dtype.char]
        described = {
            "bufferView": self.view(np.ascontiguousarray(values).tobytes(), target),
            "componentType": component,
            "count": len(values),
            "type": _TYPES[1 if values.ndim == 1 else values.shape[1]],
        }
        if normalized:
            described["normalized"] = True
        return self._add(described, values if bounds else None)

    def sparse(self, values: Float[np.ndarray, "V 3"], least: float, indices: bytearray, moved: bytearray) -> int:
        """Add mostly zero vectors; their content goes to ``indices`` and ``moved``, the next two views."""
        at = np.flatnonzero(np.linalg.norm(values, axis=1) > least)
        described: dict[str, Any] = {"componentType": _FLOAT, "count": len(values), "type": "VEC3"}
        kept = np.zeros_like(values)
        if len(at):  # an accessor without a view is all zeros
            kept[at] = values[at]
            view = len(self.views)
            described["sparse"] = {
                "count": len(at),
                "indices": {"bufferView": view, "byteOffset": len(indices), "componentType": _USHORT},
                "values": {"bufferView": view + 1, "byteOffset": len(moved)},
            }
            indices += at.astype(np.uint16).tobytes()
            moved += values[at].astype(np.float32).tobytes()
        return self._add(described, kept)

    def _add(self, described: dict[str, Any], bounded: np.ndarray | None) -> int:
        if bounded is not None:
            table = bounded.reshape(len(bounded), -1)
            described |= {"min": table.min(axis=0).tolist(), "max": table.max(axis=0).tolist()}
        self.accessors.append(described)
        return len(self.accessors) - 1


@dataclass(frozen=True)
class _StillHead:
    """All that does not depend on the motion."""

    data: bytes
    views: tuple[dict[str, Any], ...]
    accessors: tuple[dict[str, Any], ...]
    primitives: list[dict[str, Any]]
    materials: list[dict[str, Any]]


@cache
def _still_head() -> _StillHead:
    head = load_head()
    buffer = _Buffer()
    normals = head.normals(head.neutral)
    turns = np.stack([head.normals(head.neutral + delta) - normals for delta in head.deltas])
    kinds: dict[str, list[str]] = {}
    for part in head.parts:
        kinds.setdefault(part.split("_")[0], []).append(part)
    primitives = [
        _primitive(buffer, head, normals, turns, np.concatenate([head.triangles[head.parts[part]] for part in parts]))
        for parts in kinds.values()
    ]
    for material, primitive in enumerate(primitives):
        primitive["material"] = material
    materials = [
        _material(kind, float(head.colours[head.part_vertices(*parts), 3].min())) for kind, parts in kinds.items()
    ]
    return _StillHead(bytes(buffer.data), tuple(buffer.views), tuple(buffer.accessors), primitives, materials)


def _primitive(
    buffer: _Buffer,
    head: Head,
    normals: Float[np.ndarray, "V 3"],
    turns: Float[np.ndarray, "52 V 3"],
    triangles: Int[np.ndarray, "F 3"],
) -> dict[str, Any]:
    used, corners = np.unique(triangles, return_inverse=True)
    follow = head.neck_weights[used]
    follow = np.round(follow * 255).astype(np.uint8)
    weights = np.zeros((len(used), 4), np.uint8)
    weights[:, 0], weights[:, 1] = 255 - follow, follow
    joints = np.zeros((len(used), 4), np.uint8)
    joints[:, 1] = follow > 0  # an unused joint must be 0
    colours = painted_colours(head)[used]
    attributes = {
        "POSITION": buffer.accessor(head.neutral[used], _ARRAY_BUFFER, bounds=True),
        "NORMAL": buffer.accessor(_unit(normals[used]), _ARRAY_BUFFER),
        "COLOR_0": buffer.accessor(np.round(colours * 65535).astype(np.uint16), _ARRAY_BUFFER, normalized=True),
        "JOINTS_0": buffer.accessor(joints, _ARRAY_BUFFER),
        "WEIGHTS_0": buffer.accessor(weights, _ARRAY_BUFFER, normalized=True),
    }
    elements = buffer.accessor(corners.reshape(-1).astype(np.uint16), _ELEMENT_ARRAY_BUFFER)
    indices, moved = bytearray(), bytearray()
    targets = [
        {
            "POSITION": buffer.sparse(delta[used], MIN_MOVE, indices, moved),
            "NORMAL": buffer.sparse(turn[used], MIN_TURN, indices, moved),
        }
        for delta, turn in zip(head.deltas, turns, strict=True)
    ]
    if indices:
        buffer.view(bytes(indices))
        buffer.view(bytes(moved))
    return {"attributes": attributes, "indices": elements, "targets": targets}


def painted_colours(head: Head) -> Float[np.ndarray, "V 4"]:
    """Colour of each vertex in linear light, and opacity, 0..1.

    Viewers cast no shadows within the head, so that of the mouth and under lids and chin is painted on.

    Args:
        head: The head.
    """
    colours = head.colours.astype(np.float64)
    colours[:, :3] = np.where(  # sRGB to linear light
        colours[:, :3] <= 0.04045, colours[:, :3] / 12.92, ((colours[:, :3] + 0.055) / 1.055) ** 2.4
    )
    colours[:, :3] *= 1 - _SHADE * (1 - head.occlusion[:, None])
    return colours


def _unit(normals: Float[np.ndarray, "V 3"]) -> Float[np.ndarray, "V 3"]:
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    up = np.array([0, 1, 0], np.float32)  # for a vertex of no area at all
    return np.where(length > 0.5, normals / np.maximum(length, 1e-9), up).astype(np.float32)


def _material(kind: str, opacity: float) -> dict[str, Any]:
    material: dict[str, Any] = {
        "name": kind,
        "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": ROUGHNESS.get(kind, 0.5)},
    }
    if opacity < 1:
        material["alphaMode"] = "BLEND"
    if kind in ("lashes", "brow"):
        material["doubleSided"] = True
    return material
