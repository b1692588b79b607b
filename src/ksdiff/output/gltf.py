"""glTF 2.0 binary (GLB): the head with its 52 shapes as morph targets, and the motion as an animation.

Two joints carry the mesh: ``Neck`` stands still, ``Head`` turns and moves about the joint of skull and neck;
the neck's vertices follow both in part. Weights, rotation and translation are animated.
https://registry.khronos.org/glTF/specs/2.0
"""

from collections.abc import Mapping
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
from ksdiff.output.gltf_file import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, GltfFile
from ksdiff.output.head_look import MIN_MOVE, MIN_TURN, Material, head_materials, painted_colours

_FACE, _NECK, _HEAD = range(3)  # nodes


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
    """One head with several animations, or with none.

    Args:
        takes: Motions by the name that their animation gets.

    Raises:
        InputError: A motion is not in the arkit space.
    """
    file = _still_head().branch()
    if not takes:
        del file.content["animations"]  # an empty list is not allowed
    for name, motion in takes.items():
        _animate(file, name, motion)
    return file.glb()


def _animate(file: GltfFile, name: str, motion: Motion) -> None:
    if motion.space != ARKIT:
        raise InputError(f"head.glb needs motion of the space 'arkit', but this is {motion.space.name!r}")
    weights = np.zeros((len(motion), len(ARKIT_SHAPES)), np.float32)
    weights[:, [ARKIT_SHAPES.index(shape) for shape in motion.space.expression]] = motion.expression
    curves = {
        (_HEAD, "rotation"): quaternions(motion.head[:, motion.space.rotation]).astype(np.float32),
        (_HEAD, "translation"): motion.head[:, 3:].astype(np.float32),
        (_FACE, "weights"): weights.reshape(-1),
    }
    file.animation(name, motion.times, curves)


@cache
def _still_head() -> GltfFile:
    """All that does not depend on the motion."""
    head = load_head()
    file = GltfFile(
        {
            "asset": {
                "version": "2.0",
                "generator": "ksdiff",
                "copyright": "Head: made from MakeHuman's base mesh and face units, CC0 1.0",
            },
            "scene": 0,
            "scenes": [{"name": "Scene", "nodes": [_FACE, _NECK]}],
            "nodes": [
                {"name": "Face", "mesh": 0, "skin": 0},
                {"name": "Neck", "children": [_HEAD]},
                {"name": "Head"},
            ],
            "skins": [{"name": "Head", "joints": [_NECK, _HEAD], "skeleton": _NECK}],
        }
    )
    normals = head.normals(head.neutral)
    turns = np.stack([head.normals(head.neutral + delta) - normals for delta in head.deltas])
    materials = head_materials(head)
    primitives = [
        _primitive(
            file, head, normals, turns, np.concatenate([head.triangles[head.parts[part]] for part in each.parts])
        )
        for each in materials
    ]
    for number, primitive in enumerate(primitives):
        primitive["material"] = number
    file.content["meshes"] = [
        {
            "name": "Face",
            "primitives": primitives,
            "weights": [0.0] * len(ARKIT_SHAPES),
            "extras": {"targetNames": list(ARKIT_SHAPES)},
        }
    ]
    file.content["materials"] = [_material(each) for each in materials]
    return file


def _primitive(
    file: GltfFile,
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
        "POSITION": file.accessor(head.neutral[used], ARRAY_BUFFER, bounds=True),
        "NORMAL": file.accessor(_unit(normals[used]), ARRAY_BUFFER),
        "COLOR_0": file.accessor(np.round(colours * 65535).astype(np.uint16), ARRAY_BUFFER, normalized=True),
        "JOINTS_0": file.accessor(joints, ARRAY_BUFFER),
        "WEIGHTS_0": file.accessor(weights, ARRAY_BUFFER, normalized=True),
    }
    elements = file.accessor(corners.reshape(-1).astype(np.uint16), ELEMENT_ARRAY_BUFFER)
    indices, moved = bytearray(), bytearray()
    targets = [
        {
            "POSITION": file.sparse(delta[used], MIN_MOVE, indices, moved),
            "NORMAL": file.sparse(turn[used], MIN_TURN, indices, moved),
        }
        for delta, turn in zip(head.deltas, turns, strict=True)
    ]
    if indices:
        file.view(bytes(indices))
        file.view(bytes(moved))
    return {"attributes": attributes, "indices": elements, "targets": targets}


def _unit(normals: Float[np.ndarray, "V 3"]) -> Float[np.ndarray, "V 3"]:
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    up = np.array([0, 1, 0], np.float32)  # for a vertex of no area at all
    return np.where(length > 0.5, normals / np.maximum(length, 1e-9), up).astype(np.float32)


def _material(material: Material) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": material.name,
        "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": material.roughness},
    }
    if not material.opaque:
        described["alphaMode"] = "BLEND"
    if material.name in ("lashes", "brow"):
        described["doubleSided"] = True
    return described
