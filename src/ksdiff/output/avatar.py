"""Other people's heads in glTF and VRM: their shapes and bones, found by what the VRM extension says or by their names.

VRM 0.x and 1.0: https://github.com/vrm-c/vrm-specification
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, suggest
from ksdiff.numerics.rotation import Rotation
from ksdiff.output.gltf_file import GltfFile
from ksdiff.output.gltf_reader import read_gltf
from ksdiff.output.shape_names import VRM_PRESETS, Meaning, meaning_of

BONES = ("head", "neck", "leftEye", "rightEye")  # as VRM names them
EXPRESSION = "vrm:"
PHOTO = "photo"  # among the extras of the asset: a photo that speaks, whose head turns only as far as the photo bears
MAX_TARGETS = 20_000  # on all nodes together
NECK_SHARE = 0.4  # part of the head's rotation that the neck takes where there is one
MAX_DEPTH = 1_000  # nodes from a bone up to the root


@dataclass(frozen=True)
class Shape:
    """A shape of an avatar: a morph target, on all meshes that have it, or an expression of VRM.

    Attributes:
        label: What the file calls it.
        binds: Node with the mesh, number of the morph target, and its weight where the shape's is 1.
        meaning: What its name, or VRM, says that it is.
        expression: It is an expression of VRM.
        binary: Weights are 0 or 1 only.
    """

    label: str
    binds: tuple[tuple[int, int, float], ...]
    meaning: Meaning | None = None
    expression: bool = False
    binary: bool = False


@dataclass(frozen=True)
class Bone:
    """A node that turns a part of the avatar.

    Attributes:
        node: Its number.
        label: What the file calls it.
        parent: Rotation of its parent in the world, at rest.
        own: Its rotation relative to its parent, at rest.
    """

    node: int
    label: str
    parent: Rotation
    own: Rotation


@dataclass(frozen=True)
class Avatar:
    """A glTF or VRM file that a motion can be written onto.

    Attributes:
        file: All that is in it.
        shapes: Its shapes by name: what the file calls them, with `EXPRESSION` before those that are expressions.
        bones: Those of `BONES` that it has.
        backwards: It faces -z, as VRM 0.x files do, and not +z.
        photo: It is a photo that speaks, as `ksdiff.photo` makes them.
    """

    file: GltfFile
    shapes: dict[str, Shape]
    bones: dict[str, Bone]
    backwards: bool
    photo: bool = False

    @property
    def shares(self) -> dict[str, float]:
        """The part of the head's rotation that head and neck take, where there are such bones.

        The head takes the rest of the neck's about the same axis, so that both together turn as given. The neck of a
        photo carries what stands still in it.
        """
        neck = NECK_SHARE if "neck" in self.bones and not self.photo else 0.0
        return {name: share for name, share in (("head", 1.0 - neck), ("neck", neck)) if share and name in self.bones}


def read_avatar(path: Path | str, head_node: str | None = None, neck_node: str | None = None) -> Avatar:
    """Read a user's .glb, .vrm or .gltf, and find its shapes and bones.

    Args:
        path: The file.
        head_node: Name of the node that turns the head, if it is not found rightly.
        neck_node: The same for the neck.

    Raises:
        InputError: The file cannot be read, has no shape that is known, or no such node.
    """
    return avatar_of(read_gltf(path), path, head_node, neck_node)


def avatar_of(file: GltfFile, path: Path | str, head_node: str | None = None, neck_node: str | None = None) -> Avatar:
    """The same of a file in memory; ``path`` is what to call it in messages.

    Raises:
        InputError: It is damaged, has no shape that is known, or no such node.
    """
    try:
        avatar = _analyse(file, {"head": head_node, "neck": neck_node})
    except InputError:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise InputError(f"{path} is damaged ({error}): export it again") from error
    if not any(shape.meaning for shape in avatar.shapes.values()):
        seen = ", ".join([shape.label for shape in avatar.shapes.values()][:12]) or "none at all"
        raise InputError(
            f"{path} has no shape that is known (its morph targets: {seen}): name them as ARKit, VRM or Oculus does"
        )
    return avatar


def rest_weights(content: dict[str, Any], node: int) -> Float[np.ndarray, " M"]:
    """Weights of the morph targets of a node's mesh at rest.

    Args:
        content: A glTF file's JSON.
        node: Number of a node with a mesh.

    Raises:
        ValueError: Weights and targets are not as many.
    """
    mesh = content["meshes"][content["nodes"][node]["mesh"]]
    count = len(mesh["primitives"][0].get("targets", []))
    weights = content["nodes"][node].get("weights") or mesh.get("weights") or [0.0] * count
    if len(weights) != count:
        raise ValueError(f"{len(weights)} weights for {count} morph targets")
    return np.array(weights, np.float64)


def _analyse(file: GltfFile, given: dict[str, str | None]) -> Avatar:
    content = file.content
    extensions = content.get("extensions", {})
    nodes_of: dict[int, list[int]] = {}
    for node, described in enumerate(content.get("nodes", [])):
        if "mesh" in described:
            nodes_of.setdefault(described["mesh"], []).append(node)
    binds: dict[str, list[tuple[int, int, float]]] = {}
    for mesh, nodes in nodes_of.items():
        for target, label in enumerate(_target_names(content, content["meshes"][mesh])):
            if label:
                binds.setdefault(label, []).extend((node, target, 1.0) for node in nodes)
    shapes = {label: Shape(label, tuple(bound), meaning_of(label)) for label, bound in binds.items()}
    for shape in _vrm_expressions(extensions, nodes_of):
        if shape.binds:
            shapes[EXPRESSION + shape.label] = shape
    counts: dict[int, int] = {}  # morph targets of each node that a shape moves
    for shape in shapes.values():
        for node, target, _ in shape.binds:
            if node not in counts:
                _check_node(content, node)
                counts[node] = len(rest_weights(content, node))
            if not 0 <= target < counts[node]:
                raise ValueError(f"{shape.label} has no morph target {target}")
    if sum(counts.values()) > MAX_TARGETS:
        raise ValueError(f"{sum(counts.values())} morph targets would move, and up to {MAX_TARGETS} can")
    backwards = "VRM" in extensions and "VRMC_vrm" not in extensions
    return Avatar(file, shapes, _bones(content, given), backwards, _is_photo(content))


def _is_photo(content: dict[str, Any]) -> bool:
    extras = content.get("asset", {}).get("extras")
    return isinstance(extras, dict) and extras.get(PHOTO) is True


def _target_names(content: dict[str, Any], mesh: dict[str, Any]) -> list[str]:
    """Names of a mesh's morph targets: in its extras, its primitives', or of the targets' accessors."""
    primitive = mesh["primitives"][0]
    targets = primitive.get("targets", [])
    for owner in (mesh, primitive):
        names = (owner.get("extras") or {}).get("targetNames", [])
        if len(names) == len(targets):
            return [str(name) for name in names]
    positions = [target.get("POSITION") for target in targets]
    return ["" if at is None else str(content["accessors"][at].get("name", "")) for at in positions]


def _vrm_expressions(extensions: dict[str, Any], nodes_of: dict[int, list[int]]) -> Iterator[Shape]:
    expressions = extensions.get("VRMC_vrm", {}).get("expressions", {})
    for kind in ("preset", "custom"):
        for label, described in expressions.get(kind, {}).items():
            meaning = _preset(label) if kind == "preset" else meaning_of(label)
            binds = tuple((b["node"], b["index"], float(b["weight"])) for b in described.get("morphTargetBinds") or [])
            yield Shape(label, binds, meaning, expression=True, binary=bool(described.get("isBinary")))
    for group in extensions.get("VRM", {}).get("blendShapeMaster", {}).get("blendShapeGroups", []):
        preset, label = str(group.get("presetName", "unknown")).lower(), str(group.get("name", ""))
        meaning = meaning_of(label) if preset == "unknown" else _preset(preset)
        binds = tuple(
            (node, bind["index"], bind["weight"] / 100)  # in percent
            for bind in group.get("binds") or []
            for node in nodes_of.get(bind["mesh"], [])
        )
        yield Shape(label, binds, meaning, expression=True, binary=bool(group.get("isBinary")))


def _preset(name: str) -> Meaning | None:
    return Meaning(VRM_PRESETS[name], rank=1) if name in VRM_PRESETS else None


def _bones(content: dict[str, Any], given: dict[str, str | None]) -> dict[str, Bone]:
    nodes, extensions = content.get("nodes", []), content.get("extensions", {})
    new = extensions.get("VRMC_vrm", {}).get("humanoid", {}).get("humanBones", {})
    old = extensions.get("VRM", {}).get("humanoid", {}).get("humanBones", [])
    found = {bone: described["node"] for bone, described in new.items()}
    found |= {described["bone"]: described["node"] for described in old}
    if "head" not in found:
        found = _bones_by_name(content)
    found |= {bone: _named(nodes, name) for bone, name in given.items() if name is not None}
    bones, parents = {}, _parents(nodes)
    for bone in BONES:
        if bone in found:
            _check_node(content, found[bone])
            parent = Rotation.identity()
            for above in reversed(_ancestors(parents, found[bone])):
                parent = parent * _rotation(nodes[above])
            node = nodes[found[bone]]
            bones[bone] = Bone(found[bone], str(node.get("name", f"node {found[bone]}")), parent, _rotation(node))
    if "neck" in bones and ("head" not in bones or bones["neck"].node not in _ancestors(parents, bones["head"].node)):
        if given["neck"] is None and given["head"] is not None:
            del bones["neck"]  # it was found for another head than the one that is named
            return bones
        raise InputError(
            f"the neck {bones['neck'].label!r} carries no head: name both with --head-node and --neck-node"
        )
    return bones


def _bones_by_name(content: dict[str, Any]) -> dict[str, int]:
    """Bones by the words of their names, such as ``mixamorig:Head``, ``neck_01``, ``CC_Base_L_Eye``."""
    nodes = content.get("nodes", [])
    joints = {joint for skin in content.get("skins", []) for joint in skin["joints"]} or set(range(len(nodes)))
    words = {joint: _words(nodes[joint].get("name", "")) for joint in sorted(joints)}
    parents = _parents(nodes)
    heads = {joint: _ancestors(parents, joint) for joint in words if words[joint][-1:] == ["head"]}
    if not heads:
        return {}
    head = min(heads, key=lambda joint: len(heads[joint]))
    bones = {"head": head}
    for node in reversed(heads[head]):
        if "neck" in words.get(node, []):
            bones["neck"] = node  # the nearest to the head
    for bone, side in (("leftEye", "left"), ("rightEye", "right")):
        names = (["eye", side], ["eye", side[0]], [side, "eye"], [side[0], "eye"])
        for joint in words:
            if words[joint][-2:] in names and head in _ancestors(parents, joint):
                bones[bone] = joint
    return bones


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def _parents(nodes: list[dict[str, Any]]) -> dict[int, int]:
    """The parent of each node that has one."""
    return {child: parent for parent, described in enumerate(nodes) for child in described.get("children", [])}


def _ancestors(parents: dict[int, int], node: int) -> list[int]:
    """Parent, its parent and so on."""
    above: list[int] = []
    while (node := parents.get(node, -1)) >= 0:
        above.append(node)
        if len(above) > MAX_DEPTH:
            raise ValueError(f"a node is its own ancestor, or has more than {MAX_DEPTH}")
    return above


def _check_node(content: dict[str, Any], node: Any) -> None:
    if type(node) is not int or not 0 <= node < len(content["nodes"]):
        raise ValueError(f"it refers to node {node} of {len(content['nodes'])}")


def _named(nodes: list[dict[str, Any]], name: str) -> int:
    names = [node.get("name", "") for node in nodes]
    if name not in names:
        raise InputError(f"the file has no node {name!r}: {suggest(name, [known for known in names if known])}")
    return names.index(name)


def _rotation(node: dict[str, Any]) -> Rotation:
    """A node's own rotation at rest."""
    if "matrix" in node:
        return Rotation.from_quat(decomposed(node["matrix"])["rotation"])
    return Rotation.from_quat(node.get("rotation", [0, 0, 0, 1]))


def decomposed(matrix: list[float]) -> dict[str, list[float]]:
    """Translation, rotation (x, y, z, w) and scale of a node's matrix, which is stored by columns.

    Raises:
        ValueError: It is no matrix that can be taken apart.
    """
    columns = np.array(matrix, np.float64).reshape(4, 4).T
    scale = np.linalg.norm(columns[:3, :3], axis=0)
    if not scale.all():
        raise ValueError("a node is scaled to nothing")
    if np.linalg.det(columns[:3, :3]) < 0:
        scale[0] = -scale[0]
    rotation = Rotation.from_matrix(columns[:3, :3] / scale).as_quat()
    return {"translation": columns[:3, 3].tolist(), "rotation": rotation.tolist(), "scale": scale.tolist()}
