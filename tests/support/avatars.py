"""Small heads of other people: a square face with morph targets on a skeleton, as glTF, GLB and VRM.

Each target lifts the square by as much as its number says, so that a picture of it would show nothing but the
specification's validator and the tests can tell them apart.
"""

import itertools
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

HALF = 2**-0.5
# Nodes of `avatar`: a root turned by 90° about x, as exporters of z-up programs write it.
ROOT, NECK, HEAD, LEFT_EYE, RIGHT_EYE, FACE = range(6)


def avatar(names: tuple[str, ...], meshes: int = 1, **changes: Any) -> tuple[dict[str, Any], bytes]:
    """JSON and binary part of a head whose ``meshes`` equal faces have these morph targets."""
    square = np.array([[-1, 0, 0], [1, 0, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
    parts = {
        "position": (square, 34962),
        "joints": (np.tile(np.array([[1, 0, 0, 0]], np.uint8), (4, 1)), 34962),
        "weights": (np.tile(np.array([[1, 0, 0, 0]], np.float32), (4, 1)), 34962),
        "indices": (np.array([0, 1, 2, 0, 2, 3], np.uint16), 34963),
        "times": (np.array([0, 1], np.float32), None),
        "lifts": (np.array([[0, 0, 0], [0, 1, 0]], np.float32), None),
    }
    for number in range(len(names)):
        parts[f"target{number}"] = (np.tile(np.array([[0, 0, number + 1]], np.float32), (4, 1)), 34962)
    binary, views, accessors = b"", [], []
    types = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}
    for name, (values, target) in parts.items():
        binary += b"\0" * (-len(binary) % 4)
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": values.nbytes})
        if target is not None:
            views[-1]["target"] = target
        binary += values.tobytes()
        table = values.reshape(len(values), -1)
        accessors.append(
            {
                "bufferView": len(views) - 1,
                "componentType": {"f": 5126, "B": 5121, "H": 5123}[values.dtype.char],
                "count": len(values),
                "type": types[table.shape[1]],
            }
        )
        if name in ("position", "times") or name.startswith("target"):
            accessors[-1] |= {"min": table.min(axis=0).tolist(), "max": table.max(axis=0).tolist()}
    number_of = {name: index for index, name in enumerate(parts)}
    primitive = {
        "attributes": {
            "POSITION": number_of["position"],
            "JOINTS_0": number_of["joints"],
            "WEIGHTS_0": number_of["weights"],
        },
        "indices": number_of["indices"],
        "targets": [{"POSITION": number_of[f"target{number}"]} for number in range(len(names))],
    }
    content = {
        "asset": {"version": "2.0", "generator": "an exporter"},
        "scene": 0,
        "scenes": [{"nodes": [ROOT, *range(FACE, FACE + meshes)]}],
        "nodes": [
            {"name": "Armature", "rotation": [-HALF, 0, 0, HALF], "children": [NECK]},
            {"name": "Neck", "rotation": [0, 0, HALF, HALF], "children": [HEAD]},
            {"name": "Head", "translation": [0, 0.1, 0], "children": [LEFT_EYE, RIGHT_EYE]},
            {"name": "LeftEye", "translation": [0.03, 0, 0]},
            {"name": "RightEye", "translation": [-0.03, 0, 0]},
            *({"name": f"Wolf3D_Head{mesh}", "mesh": mesh, "skin": 0} for mesh in range(meshes)),
        ],
        "skins": [{"joints": [NECK, HEAD, LEFT_EYE, RIGHT_EYE]}],
        "meshes": [
            {"name": f"Face{mesh}", "primitives": [primitive], "extras": {"targetNames": list(names)}}
            for mesh in range(meshes)
        ],
        "animations": [
            {
                "name": "Idle",
                "samplers": [{"input": number_of["times"], "output": number_of["lifts"]}],
                "channels": [{"sampler": 0, "target": {"node": ROOT, "path": "translation"}}],
            }
        ],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    return content | changes, binary


def glb_bytes(content: dict[str, Any] | str, binary: bytes, extra: bytes = b"") -> bytes:
    text = (content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False)).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary if binary else b""
    chunks += struct.pack("<I4s", len(extra), b"XTRA") + extra if extra else b""
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def write_glb_avatar(path: Path, names: tuple[str, ...], extra: bytes = b"", **more: Any) -> Path:
    path.write_bytes(glb_bytes(*avatar(names, **more), extra))
    return path


def vrm_1(expressions: dict[str, dict[str, Any]], custom: dict[str, dict[str, Any]] | None = None) -> dict[str, Any]:
    """The extension of VRM 1.0: presets and custom expressions as {name: {target: weight}}."""

    def described(binds: dict[int, float]) -> dict[str, Any]:
        return {"morphTargetBinds": [{"node": FACE, "index": at, "weight": weight} for at, weight in binds.items()]}

    return {
        "VRMC_vrm": {
            "specVersion": "1.0",
            "meta": {"name": "Täst", "authors": ["somebody"], "licenseUrl": "https://vrm.dev/licenses/1.0/"},
            "humanoid": {"humanBones": {"head": {"node": HEAD}, "neck": {"node": NECK}}},
            "expressions": {
                "preset": {name: described(binds) for name, binds in expressions.items()},
                "custom": {name: described(binds) for name, binds in (custom or {}).items()},
            },
        }
    }


def vrm_0(groups: list[tuple[str, str, dict[int, float]]]) -> dict[str, Any]:
    """The extension of VRM 0.x: groups as (name, preset, {target: percent})."""
    return {
        "VRM": {
            "specVersion": "0.0",
            "humanoid": {"humanBones": [{"bone": "head", "node": HEAD}, {"bone": "neck", "node": NECK}]},
            "blendShapeMaster": {
                "blendShapeGroups": [
                    {
                        "name": name,
                        "presetName": preset,
                        "binds": [{"mesh": 0, "index": at, "weight": weight} for at, weight in binds.items()],
                        "isBinary": False,
                    }
                    for name, preset, binds in groups
                ]
            },
        }
    }


def mixamo_bones() -> dict[str, list[str]]:
    """Children of each bone of a body as Mixamo and Ready Player Me have it, from the hips up to the neck."""
    bones = {"Hips": ["Spine", "LeftUpLeg", "RightUpLeg"], "Spine": ["Spine1"], "Spine1": ["Spine2"],
             "Spine2": ["Neck", "LeftShoulder", "RightShoulder"]}  # fmt: skip
    for side in ("Left", "Right"):
        chains = [["UpLeg", "Leg", "Foot", "ToeBase"], ["Shoulder", "Arm", "ForeArm", "Hand"]]
        chains += [["Hand", *(f"Hand{f}{n}" for n in (1, 2, 3))] for f in ("Thumb", "Index", "Middle", "Ring", "Pinky")]
        for chain in chains:
            for parent, child in itertools.pairwise(chain):
                bones.setdefault(side + parent, []).append(side + child)
    return bones


def full_body(head: bytes) -> bytes:
    """A GLB of ksdiff's head, on a body as TalkingHead wants it."""
    length = struct.unpack("<I", head[12:16])[0]
    content, binary = json.loads(head[20 : 20 + length]), head[28 + length :]
    nodes = content["nodes"]
    at = {node["name"]: index for index, node in enumerate(nodes)}
    bones = mixamo_bones()
    bones["Head"] = ["LeftEye", "RightEye"]
    for name in ("Armature", *bones, *itertools.chain(*bones.values())):
        if name not in at:
            at[name] = len(nodes)
            nodes.append({"name": name})
    # Along the bone before, which points down in legs: so Mixamo's are turned.
    places = {"Hips": 1.0, "Neck": 0.15, "LeftLeg": 0.42, "RightLeg": 0.42, "LeftFoot": 0.45, "RightFoot": 0.45}
    sides = {
        "LeftEye": (0.032, 0.03, 0.07),
        "RightEye": (-0.032, 0.03, 0.07),
        "LeftShoulder": (0.06, 0.1, 0.0),
        "RightShoulder": (-0.06, 0.1, 0.0),
        "LeftUpLeg": (0.09, -0.05, 0.0),
        "RightUpLeg": (-0.09, -0.05, 0.0),
    }
    for name, children in bones.items():
        nodes[at[name]]["children"] = [at[child] for child in children]
    for name, index in at.items():
        if name not in ("Face", "Armature"):
            nodes[index]["translation"] = list(sides.get(name, (0.0, places.get(name, 0.1), 0.0)))
    # TalkingHead lets the lowest point of all meshes stand on the ground: a speck where the feet are.
    primitive = {key: value for key, value in content["meshes"][0]["primitives"][0].items() if key != "targets"}
    primitive["attributes"] = {"POSITION": primitive["attributes"]["POSITION"]}
    content["meshes"].append({"name": "Feet", "primitives": [primitive]})
    nodes.append({"name": "Feet", "mesh": len(content["meshes"]) - 1, "scale": [0.001] * 3})
    nodes[at["Armature"]]["children"] = [at["Face"], at["Hips"], len(nodes) - 1]
    content["scenes"][0]["nodes"] = [at["Armature"]]
    return glb_bytes(content, binary)
