"""How the head looks in other programs: its materials, and colours with the shade of closed-in places painted on."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.face.head import Head

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


@dataclass(frozen=True)
class Material:
    """What some parts of the head are made of; colours are those of the vertices.

    Attributes:
        name: Its name.
        parts: Names of the head's parts.
        roughness: How rough it is, 0..1.
        opaque: No vertex lets light through.
    """

    name: str
    parts: tuple[str, ...]
    roughness: float
    opaque: bool


def head_materials(head: Head) -> list[Material]:
    """The materials of the head; a part's is its name up to ``_``."""
    parts_of: dict[str, list[str]] = {}
    for part in head.parts:
        parts_of.setdefault(part.split("_")[0], []).append(part)
    return [
        Material(
            name,
            tuple(parts),
            ROUGHNESS.get(name, 0.5),
            bool(head.colours[head.part_vertices(*parts), 3].min() == 1),
        )
        for name, parts in parts_of.items()
    ]


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
