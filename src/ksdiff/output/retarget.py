"""A motion written onto somebody else's head, in glTF or VRM, without losing anything else of the file."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.layers.eyes import gaze_angles
from ksdiff.layers.photo_limits import bearable_turns
from ksdiff.motion import Motion
from ksdiff.motion.rotation import from_yaw_pitch_roll, quaternions
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.rotation import Rotation
from ksdiff.output.avatar import Avatar, decomposed, rest_weights
from ksdiff.output.reduction import reduce
from ksdiff.output.shape_map import ShapeMap, check_map, followed, propose

ANIMATION = "Speech"
MAX_WEIGHTS = 512 * 2**20  # bytes of an animation's morph weights
_HALF_TURN = np.array([-1.0, 1.0, -1.0])  # on a rotation vector: told in the axes of a head that faces -z


@dataclass(frozen=True)
class RetargetReport:
    """What became of a motion on an avatar.

    Attributes:
        mapped: Shapes that move, and what the file calls them.
        lost: ARKit channels that nothing in the file can show.
        unused: What the file calls shapes that stay at rest.
        bones: Bones that turn, and what the file calls them.
        shown: By region of the face, the part of the movement that remains, 0..1.
    """

    mapped: dict[str, tuple[str, ...]]
    lost: tuple[str, ...]
    unused: tuple[str, ...]
    bones: dict[str, str]
    shown: dict[str, float]

    def lines(self) -> Iterator[str]:
        """The report as text."""
        same = [name for name, labels in self.mapped.items() if labels == (name,)]
        if same:
            yield f"by their own names: {', '.join(same)}"
        for name, labels in (self.mapped | {bone: (label,) for bone, label in self.bones.items()}).items():
            if name not in same:
                yield f"{name} -> {', '.join(labels)}"
        yield "shown: " + ", ".join(f"{region} {part:.0%}" for region, part in self.shown.items())
        if self.lost:
            yield f"nothing shows: {', '.join(self.lost)}"
        if self.unused:
            yield f"left at rest: {', '.join(self.unused)}"
        if "head" not in self.bones:
            yield "no head bone was found, so the head stands still: name it with --head-node"


def retarget(motion: Motion, avatar: Avatar, path: Path | str, shapes: ShapeMap | None = None) -> RetargetReport:
    """Write an avatar's file with a motion as one more animation, and everything else as it was.

    Head and neck turn relative to their pose in the file; the head's translation is left out, since it would tear the
    neck of most rigs. That of a photo turns only as far as the photo bears. Where no shape moves the eyes but bones do,
    these turn.

    Args:
        motion: Of the arkit space.
        avatar: From `ksdiff.output.avatar.read_avatar`.
        path: Where to write: .glb, .vrm or .gltf.
        shapes: Which shapes follow what; by default what `ksdiff.output.shape_map.propose` proposes.

    Raises:
        InputError: The motion is of another space, the map does not fit, the animation would be too large, or the file
            cannot be written.
    """
    if motion.space != ARKIT:
        raise InputError(f"an avatar needs motion of the space 'arkit', but this is {motion.space.name!r}")
    if shapes is None:
        shapes = propose(avatar)
    check_map(shapes, avatar)
    file = avatar.file.branch()
    nodes = file.content["nodes"]
    curves: dict[tuple[int, str], Float[np.ndarray, "..."]] = {}
    reduced = reduce(motion.expression, followed(shapes))
    moving = {name: row for name, row in shapes.items() if any(row.get(used) for used in reduced.weights)}
    _check_size(avatar, moving, len(motion))
    for node, weights in _morph_weights(avatar, moving, reduced.weights, len(motion)).items():
        curves[node, "weights"] = weights.reshape(-1)
    turns = _turns(motion, avatar, eyes_by_bones(avatar, shapes))
    for name, vectors in turns.items():
        bone = avatar.bones[name]
        matrix = nodes[bone.node].get("matrix")
        if matrix is not None:  # an animated node must have none
            nodes[bone.node] = {k: v for k, v in nodes[bone.node].items() if k != "matrix"} | decomposed(matrix)
        # The turn is about the axes of the world; it is told in those of the parent.
        local = bone.parent.inv() * Rotation.from_rotvec(vectors) * bone.parent * bone.own
        curves[bone.node, "rotation"] = quaternions(local.as_rotvec())
    file.animation(_free_name(file.content["animations"]), motion.times, curves)
    file.write(path)
    by_bones = "leftEye" in turns
    return RetargetReport(
        mapped={
            used: tuple(dict.fromkeys(avatar.shapes[name].label for name, row in moving.items() if row.get(used)))
            for used in reduced.weights
        },
        lost=tuple(name for name in reduced.lost if not (by_bones and name.startswith("eyeLook"))),
        unused=_still(avatar, moving),
        bones={name: avatar.bones[name].label for name in turns},
        shown=reduced.shown | ({"gaze": 1.0} if by_bones else {}),
    )


def eyes_by_bones(avatar: Avatar, shapes: ShapeMap) -> bool:
    """Whether bones turn the eyes: there are some, and no shape follows the gaze."""
    by_shapes = any(name.startswith(("eyeLook", "look")) for name in followed(shapes))
    return not by_shapes and {"leftEye", "rightEye"} <= set(avatar.bones)


def _still(avatar: Avatar, moving: Collection[str]) -> tuple[str, ...]:
    """What the file calls shapes that stay at rest, those with a known meaning first.

    A morph target that an expression moves is none of them.
    """
    moved = {bind[:2] for name in moving for bind in avatar.shapes[name].binds}
    still = [
        shape
        for name, shape in avatar.shapes.items()
        if name not in moving and (shape.expression or not {bind[:2] for bind in shape.binds} <= moved)
    ]
    return tuple(dict.fromkeys(shape.label for shape in sorted(still, key=lambda shape: shape.meaning is None)))


def _turns(motion: Motion, avatar: Avatar, eyes: bool) -> dict[str, Float[np.ndarray, "T 3"]]:
    """By how much each bone turns from its rest, as rotation vectors about the axes of the file's world."""
    turns: dict[str, Float[np.ndarray, "T 3"]] = {}
    head = motion.head[:, ARKIT.rotation].astype(np.float64)
    if "head" in avatar.bones:
        head = bearable_turns(head) if avatar.photo else head
        turns = {name: share * head for name, share in avatar.shares.items()}
    if eyes:
        angles = gaze_angles(motion.expression.astype(np.float64))
        for eye, name in enumerate(("leftEye", "rightEye")):
            yaw, pitch = angles[:, eye].T
            turns[name] = from_yaw_pitch_roll(np.stack([yaw, -pitch, np.zeros(len(yaw))], axis=1))
    return {name: vectors * _HALF_TURN if avatar.backwards else vectors for name, vectors in turns.items()}


def _check_size(avatar: Avatar, moved: Collection[str], frames: int) -> None:
    nodes = {node for name in moved for node, _, _ in avatar.shapes[name].binds}
    size = 4 * frames * sum(len(rest_weights(avatar.file.content, node)) for node in nodes)
    if size > MAX_WEIGHTS:
        raise InputError(
            f"{frames} frames of all morph targets take {size / 2**20:.0f} MB, and up to {MAX_WEIGHTS / 2**20:.0f} are "
            "written: animate it in parts, or at a lower frame rate"
        )


def _morph_weights(
    avatar: Avatar, moving: ShapeMap, weights: dict[str, Float[np.ndarray, " T"]], frames: int
) -> dict[int, Float[np.ndarray, "T M"]]:
    """Weights of all morph targets of each node with a shape that moves; the others keep those of rest."""
    moved: dict[tuple[int, int], Float[np.ndarray, " T"]] = {}
    for name, row in moving.items():
        shape = avatar.shapes[name]
        values = sum((weight * weights[used] for used, weight in row.items() if used in weights), np.zeros(frames))
        values = (values > 0.5).astype(np.float64) if shape.binary else np.clip(values, 0.0, 1.0)
        for node, target, scale in shape.binds:
            moved[node, target] = moved.get((node, target), 0.0) + values * scale
    tables: dict[int, Float[np.ndarray, "T M"]] = {}
    for (node, target), values in moved.items():
        if node not in tables:
            tables[node] = np.tile(rest_weights(avatar.file.content, node).astype(np.float32), (frames, 1))
        tables[node][:, target] = np.clip(values, 0.0, 1.0)
    return tables


def _free_name(animations: list[dict[str, Any]]) -> str:
    taken, name, number = [animation.get("name") for animation in animations], ANIMATION, 1
    while name in taken:
        number += 1
        name = f"{ANIMATION} {number}"
    return name
