"""A character that looks like one: the head of this package on a body of boxes, in centimetres.

Its shapes are named partly as ARKit and partly as VRoid names them; both close the left eye.
"""

import json
import struct
from typing import Any

import numpy as np

from ksdiff.output.gltf_file import ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER, GltfFile
from ksdiff.studio.media import head_at_rest
from support.avatars import HALF, glb_bytes

FACE, NECK, HEAD, BODY, HIPS, ARMATURE = range(6)
NAMES = {"mouthSmileLeft": "Fcl_ALL_Joy", "cheekPuff": "Wangen"}  # these mean nothing to ksdiff
TWICE = {"Fcl_EYE_Close_L": "eyeBlinkLeft"}  # further shapes that do what others do


def character(backwards: bool = False) -> tuple[dict[str, Any], bytes]:
    """JSON and binary part of the character; ``backwards`` makes it a VRM 0.x, which faces -z."""
    data = head_at_rest()
    length = struct.unpack_from("<I", data, 12)[0]
    file = GltfFile(json.loads(data[20 : 20 + length]), bytearray(data[28 + length :]))
    content = file.content
    mesh = content["meshes"][0]
    names = mesh["extras"]["targetNames"]
    for primitive in mesh["primitives"]:
        primitive["targets"] += [primitive["targets"][names.index(old)] for old in TWICE.values()]
    mesh["extras"]["targetNames"] = [NAMES.get(name, name) for name in names] + list(TWICE)
    mesh["weights"] = [0.0] * (len(names) + len(TWICE))
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float32)
    faces = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    triangles = np.array([[a, b, c] for f in faces for a, b, c in (f[:3], [f[0], f[2], f[3]])], np.uint16).ravel()
    boxes = [([0.17, 0.24, 0.09], [0, -0.42, 0]), ([0.7, 0.04, 0.05], [0, -0.24, 0])]  # chest, arms
    place = np.concatenate([corners * size + middle for size, middle in boxes]).astype(np.float32)
    index = np.concatenate([triangles, triangles + 8]).astype(np.uint16)
    content["materials"] = [*content["materials"], {"pbrMetallicRoughness": {"baseColorFactor": [0.2, 0.3, 0.5, 1.0]}}]
    body = {
        "attributes": {"POSITION": file.accessor(place, ARRAY_BUFFER, bounds=True)},
        "indices": file.accessor(index, ELEMENT_ARRAY_BUFFER),
        "material": len(content["materials"]) - 1,
    }
    content["meshes"] = [*content["meshes"], {"name": "Body", "primitives": [body]}]
    content["nodes"] = [
        *content["nodes"],
        {"name": "Body", "mesh": 1},
        {"name": "Hips", "rotation": [HALF, 0, 0, HALF], "children": [NECK, BODY]},
        {"name": "Armature", "rotation": [-HALF, 0, 0, HALF], "scale": [100, 100, 100], "children": [HIPS, FACE]},
    ]
    content["scenes"] = [{"nodes": [ARMATURE]}]
    if backwards:
        turned = {"name": "Turned", "rotation": [0, 1, 0, 0], "children": [ARMATURE]}
        content["nodes"].append(turned)
        content["scenes"] = [{"nodes": [len(content["nodes"]) - 1]}]
        content["extensions"] = {
            "VRM": {
                "humanoid": {"humanBones": [{"bone": "head", "node": HEAD}, {"bone": "neck", "node": NECK}]},
                "blendShapeMaster": {"blendShapeGroups": []},
            }
        }
        content["extensionsUsed"] = [*content.get("extensionsUsed", []), "VRM"]
    described = file._described()
    return described, bytes(file.binary)


def character_bytes(backwards: bool = False) -> bytes:
    """The file of `character`."""
    return glb_bytes(*character(backwards))
