"""Loop subdivision: a finer, smoother mesh whose vertices are weighted means of the coarse ones.

Own code: drawing needs the matrix, which is made once and applied to each frame, and only long edges split. trimesh
gives fine vertices alone, and libigl splits every edge.
"""

import numpy as np
from jaxtyping import Float, Int

from ksdiff.numerics.sparse import SparseMatrix


def subdivide(
    triangles: Int[np.ndarray, "F 3"], vertices: Float[np.ndarray, "V 3"], longest: float = 0.0
) -> tuple[SparseMatrix, Int[np.ndarray, "G 3"]]:
    """Smooth a mesh and split its long edges (C. Loop 1987).

    It is linear: one matrix refines positions, displacements, colours and, once made unit again, normals.

    Args:
        triangles: Of a surface in which an edge has at most two triangles.
        vertices: Coarse vertices, m; those of no triangle stay as they are.
        longest: Edges up to this length, m, are not split; none splits all.

    Returns:
        Matrix [V + split edges, V] from the coarse to the fine vertices, and the fine triangles.
    """
    count = len(vertices)
    half_edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    opposite = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    edges, edge_of, faces = np.unique(np.sort(half_edges, axis=1), axis=0, return_inverse=True, return_counts=True)
    edge_of = edge_of.reshape(-1)
    border = faces == 1
    split = np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1) > longest
    middle = np.where(split, count + np.cumsum(split) - 1, -1)  # number of each edge's new vertex
    entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(rows: np.ndarray, columns: np.ndarray, weights: "np.ndarray | float") -> None:
        entries.append((rows, columns, np.broadcast_to(weights, rows.shape)))

    # New vertex of an edge: 3/8 of its ends and 1/8 of the two opposite corners; on the border its middle.
    for end in range(2):
        add(middle[split], edges[split, end], np.where(border[split], 0.5, 0.375))
    within = (~border & split)[edge_of]
    add(middle[edge_of[within]], opposite[within], 0.125)

    # Old vertices move towards the mean of their neighbours; on the border of their neighbours there.
    old = np.arange(count)
    on_border = np.zeros(count, bool)
    on_border[edges[border]] = True
    valence = np.bincount(edges.ravel(), minlength=count)
    beta = np.where(valence == 3, 3 / 16, 3 / (8 * np.maximum(valence, 1)))
    add(old, old, np.where(on_border, 0.75, np.where(valence == 0, 1.0, 1 - valence * beta)))
    for a, b in (edges.T, edges.T[::-1]):
        inner = ~on_border[a]
        add(a[inner], b[inner], beta[a[inner]])
        add(a[border], b[border], 0.125)

    rows, columns, weights = (np.concatenate(column) for column in zip(*entries, strict=True))
    shape = (count + int(split.sum()), count)
    matrix = SparseMatrix.from_entries(rows, columns, weights.astype(np.float32), shape)
    return matrix, _cut(triangles, middle[edge_of].reshape(3, -1).T)


def _cut(triangles: Int[np.ndarray, "F 3"], middles: Int[np.ndarray, "F 3"]) -> Int[np.ndarray, "G 3"]:
    """Cut triangles at the new vertices of their edges ab, bc and ca; -1 where an edge has none."""
    result = []
    for turn in range(3):  # each triangle is handled in the turn that brings its cut edges to the front
        a, b, c = np.roll(triangles, -turn, axis=1).T
        ab, bc, ca = np.roll(middles, -turn, axis=1).T
        one = (ab >= 0) & (bc < 0) & (ca < 0)
        two = (ab >= 0) & (bc >= 0) & (ca < 0)
        cases = [(one, [(a, ab, c), (ab, b, c)]), (two, [(a, ab, c), (ab, bc, c), (ab, b, bc)])]
        if turn == 0:
            none, all_three = (ab < 0) & (bc < 0) & (ca < 0), (ab >= 0) & (bc >= 0) & (ca >= 0)
            cases.append((none, [(a, b, c)]))
            cases.append((all_three, [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]))
        for chosen, pieces in cases:
            result += [np.stack([corner[chosen] for corner in piece], axis=1) for piece in pieces]
    return np.concatenate(result).astype(np.int32)
