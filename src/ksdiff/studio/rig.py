"""How the page moves the user's own character: as `ksdiff.output.retarget` does when it is exported."""

import numpy as np

from ksdiff.editing.character import Character
from ksdiff.layers.eyes import EYE_ROTATION_DOWN, EYE_ROTATION_SIDEWAYS, EYE_ROTATION_UP
from ksdiff.layers.photo_limits import MAX_TURN
from ksdiff.output.avatar import Avatar
from ksdiff.output.gltf_reader import undrawn
from ksdiff.output.reduction import problems, usable
from ksdiff.output.retarget import eyes_by_bones
from ksdiff.output.shape_map import followed, propose
from ksdiff.output.shape_names import SHAPES
from ksdiff.studio.answers import BoneAnswer, RegionAnswer, Rig, ShapeAnswer

MAX_NODES = 2_000  # names of nodes to choose from


def rig_of(character: Character) -> Rig:
    """What the page needs to move a character.

    Raises:
        InputError: Its file is not in the project.
    """
    avatar = character.avatar()
    used = usable(followed(character.shapes))
    proposed = propose(avatar)
    return Rig(
        shapes=tuple(
            ShapeAnswer(
                name=name,
                label=shape.label,
                expression=shape.expression,
                binary=shape.binary,
                binds=shape.binds,
                follows=dict(character.shapes.get(name, {})),
                proposed=proposed[name],
            )
            for name, shape in avatar.shapes.items()
        ),
        used=used,
        followable=tuple(SHAPES),
        regions=tuple(
            RegionAnswer(
                channels=region.channels,
                shapes=region.shapes,
                quadratic=_rows(region.quadratic),
                linear=_rows(region.linear),
                offset=tuple(region.offset.tolist()),
                start=_rows(region.start),
            )
            for region in problems(used).values()
            if region.shapes
        ),
        bones=_bones(avatar, eyes_by_bones(avatar, character.shapes)),
        eyes=(EYE_ROTATION_SIDEWAYS, EYE_ROTATION_UP, EYE_ROTATION_DOWN),
        backwards=avatar.backwards,
        most=(float(MAX_TURN[0]), float(MAX_TURN[1]), float(MAX_TURN[2])) if avatar.photo else None,
        nodes=tuple(dict.fromkeys(filter(None, (node.get("name") for node in avatar.file.content["nodes"]))))[
            :MAX_NODES
        ],
        head_node=character.head_node,
        neck_node=character.neck_node,
        undrawn=undrawn(avatar.file.content),
    )


def _bones(avatar: Avatar, eyes: bool) -> tuple[BoneAnswer, ...]:
    shares = avatar.shares | ({"leftEye": 1.0, "rightEye": 1.0} if eyes else {})
    return tuple(
        BoneAnswer(name=name, node=bone.node, label=bone.label, share=shares[name])
        for name, bone in avatar.bones.items()
        if name in shares
    )


def _rows(matrix: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in matrix.tolist())
