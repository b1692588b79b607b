"""The surface that moves: the face of the fitted head, extended over hair, neck and all of the picture.

Around the face a plane grid is joined to its rim. Depth and the shapes' displacements fade out over it, and the head's
pose fades down the neck, so that nothing tears and shoulders stand still.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from ksdiff.extras import needs
from ksdiff.layers.photo_limits import bearable
from ksdiff.photo.face_mesh import within_polygon
from ksdiff.photo.fit import FittedHead, graph_laplacian

with needs("portrait"):
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import splu
    from scipy.spatial import Delaunay, KDTree

SPACING = 1 / 24  # of the grid, in widths of the face
REACH = 0.35  # widths of the face over which depth and displacements fade to a third
REACH_END = 0.8  # widths of the face from its rim where displacements have ended
UNMOVED = 3e-5  # m: the grid is left where it is where no shape moves it further
NECK = 0.085  # m below the chin at which the head's pose has faded out
FADE_WITHOUT_MATTE = (0.25, 0.9)  # widths of the face from its rim, where background moves along if it must


@dataclass(frozen=True, eq=False)
class Surface:
    """Vertices that move, in camera axes. N vertices, of which the first V are those of the head's mesh.

    Attributes:
        fitted: The head.
        rest: With closed lips and nothing moved, m.
        seen: Pixels of the photo that they show.
        deltas: Displacement by each of the 52 shapes, m.
        follow: How far each follows the head's pose, 0..1.
        sheet: Triangles that show the photo: the face, and the grid around it.
        still: Those of the grid that never move.
    """

    fitted: FittedHead
    rest: Float[np.ndarray, "N 3"]
    seen: Float[np.ndarray, "N 2"]
    deltas: Float[np.ndarray, "52 N 3"]
    follow: Float[np.ndarray, " N"]
    sheet: Int[np.ndarray, "F 3"]
    still: Int[np.ndarray, "S 3"]

    @cached_property
    def _moving(self) -> Int[np.ndarray, " M"]:
        return np.flatnonzero(np.abs(self.deltas).max(axis=(0, 2)) > 1e-6)

    @cached_property
    def _basis(self) -> Float[np.ndarray, "52 L"]:
        return np.ascontiguousarray(self.deltas[:, self._moving].reshape(len(self.deltas), -1), dtype=np.float32)

    def moved(self, expression: Float[np.ndarray, " E"], head: Float[np.ndarray, "6"]) -> Float[np.ndarray, "N 3"]:
        """Where the vertices are in a frame, m.

        Args:
            expression: Weights of the first E shapes.
            head: Rotation vector, rad, and translation, m, of the head; kept within what the photo bears.
        """
        result = self.rest.astype(np.float32)
        offsets = expression.astype(np.float32) @ self._basis[: len(expression)]
        result[self._moving] += offsets.reshape(-1, 3)
        turn, shift = bearable(head)
        axes = self.fitted.rotation
        rotation = (axes @ turn @ axes.T).astype(np.float32)
        posed = result @ rotation.T + (axes @ shift).astype(np.float32)
        return result + self.follow[:, None].astype(np.float32) * (posed - result)


def build_surface(fitted: FittedHead, region: tuple[float, float, float, float], faded: bool) -> Surface:
    """Join a grid to the rim of the face.

    Args:
        fitted: The head.
        region: Left, top, right and bottom of what the grid covers, pixels.
        faded: Let the pose fade around the face too, for want of a matte.
    """
    mesh, camera = fitted.mesh, fitted.camera
    seen = camera.project(fitted.seen)
    rim = _rim(mesh.skin, seen)
    polygon = seen[rim]
    width = float(np.ptp(polygon[:, 0]))
    grid = _grid(region, width * SPACING, polygon)
    points = np.concatenate([polygon, grid])
    triangles = Delaunay(points).simplices
    outside = ~within_polygon(points[triangles].mean(axis=1), polygon)
    triangles = _clockwise(triangles[outside], points)
    # Values at the rim spread over the grid.
    count, known = len(points), len(rim)
    edges = np.unique(
        np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1), axis=0
    )
    laplacian = graph_laplacian(edges, count)
    fading = (SPACING / REACH) ** 2 / 4
    matrix = (laplacian + diags_array(np.full(count, fading))).tocsr()
    free, fixed = matrix[known:, known:], matrix[known:, :known]
    solve = splu(free.tocsc()).solve
    at_rim = np.concatenate(
        [
            fitted.seen[rim, 2:],
            fitted.rest[rim] - fitted.seen[rim],
            fitted.deltas[:, rim].transpose(1, 0, 2).reshape(known, -1),
        ],
        axis=1,
    )
    spread = solve(-(fixed @ at_rim))
    depth = spread[:, 0]
    spread[:, 1:] *= smooth_step((REACH_END - KDTree(polygon).query(grid)[0] / width) / REACH_END)[:, None]
    closing = spread[:, 1:4]
    deltas = spread[:, 4:].reshape(len(grid), len(fitted.deltas), 3).transpose(1, 0, 2)
    lifted = camera.lift(grid, depth)
    size = len(fitted.seen)
    number = np.concatenate([rim, size + np.arange(len(grid))])
    follow = np.ones(size + len(grid))
    follow[size:] = _follow_of_grid(fitted, lifted, grid, polygon, width, faded)
    unmoved = np.maximum(np.linalg.norm(deltas, axis=2).max(axis=0), np.linalg.norm(closing, axis=1)) < UNMOVED
    deltas[:, unmoved], closing[unmoved] = 0, 0
    joined = number[triangles].astype(np.int32)
    at_rest = np.concatenate([np.zeros(size, bool), unmoved & (follow[size:] == 0)])
    never = at_rest[joined].all(axis=1)
    return Surface(
        fitted=fitted,
        rest=np.concatenate([fitted.rest, lifted + closing]),
        seen=np.concatenate([seen, grid]),
        deltas=np.concatenate([fitted.deltas, deltas], axis=1),
        follow=follow,
        sheet=np.concatenate([joined[~never], mesh.skin]).astype(np.int32),
        still=joined[never],
    )


def _follow_of_grid(
    fitted: FittedHead,
    lifted: Float[np.ndarray, "G 3"],
    grid: Float[np.ndarray, "G 2"],
    polygon: Float[np.ndarray, "R 2"],
    width: float,
    faded: bool,
) -> Float[np.ndarray, " G"]:
    """1 on the head, down to 0 below the neck."""
    upright = lifted @ fitted.rotation  # head axes
    chin = float((fitted.mesh.landmarks @ fitted.seen @ fitted.rotation)[152, 1])
    follow = smooth_step((upright[:, 1] - (chin - NECK)) / NECK)
    if faded:
        far = KDTree(polygon).query(grid)[0] / width
        near, end = FADE_WITHOUT_MATTE
        follow = follow * smooth_step((end - far) / (end - near))
    return follow


def smooth_step(values: Float[np.ndarray, "*N"]) -> Float[np.ndarray, "*N"]:
    """From 0 to 1 with level ends."""
    ramp = np.clip(values, 0, 1)
    return ramp * ramp * (3 - 2 * ramp)


def _rim(triangles: Int[np.ndarray, "F 3"], seen: Float[np.ndarray, "N 2"]) -> Int[np.ndarray, " R"]:
    """Vertices of the outer border in order."""
    half = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, index, counts = np.unique(np.sort(half, axis=1), axis=0, return_index=True, return_counts=True)
    following = dict(half[index[counts == 1]].tolist())
    loops = []
    while following:
        start, vertex = following.popitem()
        loop = [start]
        while vertex != start and vertex in following:
            loop.append(vertex)
            vertex = following.pop(vertex)
        loops.append(np.array(loop))
    return max(loops, key=lambda loop: np.ptp(seen[loop], axis=0).prod())


def _grid(
    region: tuple[float, float, float, float], spacing: float, polygon: Float[np.ndarray, "R 2"]
) -> Float[np.ndarray, "G 2"]:
    """Points in staggered rows over a region, none inside the polygon or close to it."""
    left, top, right, bottom = region
    columns, rows = int(np.ceil((right - left) / spacing)) + 1, int(np.ceil((bottom - top) / (spacing * 0.866))) + 1
    x, y = np.meshgrid(np.linspace(left, right, columns), np.linspace(top, bottom, rows))
    x[1::2, 1:-1] += (right - left) / max(columns - 1, 1) / 2
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    edge = np.concatenate([polygon, (polygon + np.roll(polygon, -1, axis=0)) / 2])
    return points[~within_polygon(points, polygon) & (KDTree(edge).query(points)[0] > 0.6 * spacing)]


def _clockwise(triangles: Int[np.ndarray, "F 3"], points: Float[np.ndarray, "N 2"]) -> Int[np.ndarray, "F 3"]:
    """All triangles turned alike: anticlockwise seen from the camera, whose y is down in pixels."""
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    result = triangles.copy()
    result[area > 0] = result[area > 0][:, [0, 2, 1]]
    return result
