"""The front of the open head: the part of its mesh that a photo of a face covers, refined for drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.extras import needs
from ksdiff.face.head import Head, load_head
from ksdiff.face.subdivision import subdivide

with needs("portrait"):
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import connected_components

SURFACE = 468  # landmarks from here on are the irises
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
LONGEST_EDGE = 0.004  # m
AXIS_DEPTH = 0.01  # m: the face is unrolled round an upright axis as deep as this
MOUTH_PARTS = ("teeth_upper", "teeth_lower", "tongue")


@dataclass(frozen=True, eq=False, repr=False)
class FaceMesh:
    """The head's mesh, refined, and what of it is the face. N vertices.

    Attributes:
        head: The open head.
        neutral: Vertices at rest, m.
        deltas: Displacement of each by each of the 52 shapes, m.
        tints: Colour of each in linear light, and how open it is to light from around, 0..1.
        landmarks: Sparse matrix from vertices to the 468 landmarks on the skin.
        edges: Pairs of vertices that share an edge of skin or mouth.
        skin: Triangles of the face within the oval of landmarks, inner sides of lips and lids included.
        parts: Triangles of all other parts.
    """

    head: Head
    neutral: Float[np.ndarray, "N 3"]
    deltas: Float[np.ndarray, "52 N 3"]
    tints: Float[np.ndarray, "N 4"]
    landmarks: csr_array
    edges: Int[np.ndarray, "E 2"]
    skin: Int[np.ndarray, "F 3"]
    parts: Mapping[str, Int[np.ndarray, "_ 3"]]

    def parts_vertices(self, *names: str) -> Int[np.ndarray, " M"]:
        """Vertices of the named parts, ascending."""
        return np.unique(np.concatenate([self.parts[name].ravel() for name in names]))


@cache
def load_face_mesh() -> FaceMesh:
    """Refine the open head and choose its face."""
    head = load_head()
    smoothed = np.concatenate([head.triangles[head.parts[part]] for part in ("skin", "mouth")])
    refine, fine = subdivide(smoothed, head.neutral, LONGEST_EDGE)
    neutral = refine @ head.neutral
    count = len(head.neutral)
    deltas = np.stack([refine @ delta for delta in head.deltas])
    tints = refine @ np.concatenate([head.colours[:, :3] ** 2.2, head.occlusion[:, None]], axis=1)
    rows = np.repeat(np.arange(SURFACE), 3)
    at = head.landmark_vertices[:SURFACE].ravel(), head.landmark_weights[:SURFACE].ravel()
    landmarks = coo_array((at[1], (rows, at[0])), shape=(SURFACE, len(neutral))).tocsr()
    edges = np.unique(np.sort(np.concatenate([fine[:, [0, 1]], fine[:, [1, 2]], fine[:, [2, 0]]]), axis=1), axis=0)
    # A refined triangle is of the mouth's inside where that outweighs the skin.
    belongs = np.zeros(count)
    belongs[head.part_vertices("mouth")] = 1
    belongs[head.part_vertices("skin")] -= 1
    mouth = (refine @ belongs)[fine].sum(axis=1) > 0
    skin = fine[~mouth]
    skin = skin[_within_oval(neutral, landmarks @ neutral)[skin].all(axis=1)]
    skin = _largest_piece(skin, len(neutral))
    parts = {name: head.triangles[head.parts[name]] for name in ("eye_left", "eye_right", *MOUTH_PARTS)}
    return FaceMesh(head, neutral, deltas, tints, landmarks, edges, skin, {"mouth": fine[mouth], **parts})


def _within_oval(at: Float[np.ndarray, "N 3"], landmarks: Float[np.ndarray, "468 3"]) -> Bool[np.ndarray, " N"]:
    """Which vertices lie within the oval of the face, unrolled round an upright axis."""

    def unrolled(points: Float[np.ndarray, "M 3"]) -> Float[np.ndarray, "M 2"]:
        return np.stack([np.arctan2(points[:, 0], points[:, 2] - AXIS_DEPTH) * 0.08, points[:, 1]], axis=1)

    oval = unrolled(landmarks[list(OVAL)])
    return within_polygon(unrolled(at), oval) & (at[:, 2] > AXIS_DEPTH)


def within_polygon(points: Float[np.ndarray, "N 2"], polygon: Float[np.ndarray, "K 2"]) -> Bool[np.ndarray, " N"]:
    """Which points lie inside a closed polygon: those from which a ray crosses its edges an odd number of times."""
    inside = np.zeros(len(points), bool)
    x, y = points.T
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside


def _largest_piece(triangles: Int[np.ndarray, "F 3"], count: int) -> Int[np.ndarray, "G 3"]:
    a, b, c = triangles.T
    graph = coo_array((np.ones(2 * len(a)), (np.concatenate([a, b]), np.concatenate([b, c]))), shape=(count, count))
    piece = connected_components(graph, directed=False)[1][a]
    return triangles[piece == np.bincount(piece).argmax()]
