"""The open head: a mesh with the 52 ARKit shapes, and where the 478 face landmarks lie on it.

Metres; x to the face's left, y up, z out of the face; the origin is the joint of skull and neck, about which
the head turns. ``scripts/build_head.py`` makes the asset; ``docs/head.md`` shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.motion.space import ARKIT_SHAPES
from ksdiff.numerics.rotation import Rotation
from ksdiff.numerics.sparse import SparseMatrix

# Upper face, as in the upper-face dynamics metrics: what brows and eyelids move.
UPPER_FACE_SHAPES = tuple(
    name for name in ARKIT_SHAPES if name.startswith(("brow", "eyeBlink", "eyeSquint", "eyeWide"))
)
UPPER_FACE_LEAST = 6e-4  # m
NECK_FIXED, NECK_FREE = (
    -0.150,
    -0.072,
)  # m: heights at which the neck stops moving, and moves wholly, with the head


@dataclass(frozen=True, eq=False, repr=False)  # one by one, its arrays say nothing
class Head:
    """A head with the 52 ARKit shapes. V vertices, F triangles.

    Attributes:
        neutral: Vertices of the face at rest, m.
        triangles: Corners of each triangle, anticlockwise seen from outside.
        deltas: Displacement of each vertex by each shape at weight 1, m, in the order of `ARKIT_SHAPES`.
        colours: Colour of each vertex, sRGB and opacity, 0..1.
        occlusion: How open each vertex is to light from all around, 0..1, for shading.
        parts: Part name to its range of triangles; only skin and mouth share vertices, on their border.
        landmark_vertices: The three vertices between which each of the 478 MediaPipe landmarks lies.
        landmark_weights: Its barycentric weights for these.
        lip_vertices: The red of both lips, from the border with the skin to the line where closed lips touch.
        upper_lip_vertices: Those of `lip_vertices` on the upper lip, mouth corners left out.
    """

    neutral: Float[np.ndarray, "V 3"]
    triangles: Int[np.ndarray, "F 3"]
    deltas: Float[np.ndarray, "52 V 3"]
    colours: Float[np.ndarray, "V 4"]
    occlusion: Float[np.ndarray, " V"]
    parts: Mapping[str, slice]
    landmark_vertices: Int[np.ndarray, "478 3"]
    landmark_weights: Float[np.ndarray, "478 3"]
    lip_vertices: Int[np.ndarray, " L"]
    upper_lip_vertices: Int[np.ndarray, " U"]

    def part_vertices(self, *names: str) -> Int[np.ndarray, " N"]:
        """Vertices of the named parts, ascending."""
        return np.unique(np.concatenate([self.triangles[self.parts[name]].ravel() for name in names]))

    @cached_property
    def upper_face_vertices(self) -> Int[np.ndarray, " N"]:
        """Skin that a shape of brows or lids (`UPPER_FACE_SHAPES`) moves by at least `UPPER_FACE_LEAST`."""
        rows = [ARKIT_SHAPES.index(name) for name in UPPER_FACE_SHAPES]
        skin = self.part_vertices("skin")
        reach = np.linalg.norm(self.deltas[rows][:, skin], axis=-1).max(axis=0)
        return skin[reach >= UPPER_FACE_LEAST]

    @cached_property
    def neck_weights(self) -> Float[np.ndarray, " V"]:
        """How far each vertex follows the head's pose: 1 on the head, down to 0 at the base of the neck."""
        ramp = np.clip((self.neutral[:, 1] - NECK_FIXED) / (NECK_FREE - NECK_FIXED), 0, 1)
        return (ramp * ramp * (3 - 2 * ramp)).astype(np.float32)

    @cached_property
    def moving(self) -> Int[np.ndarray, " M"]:
        """Vertices that at least one shape moves, ascending."""
        return np.flatnonzero(self.deltas.any(axis=(0, 2)))

    @cached_property
    def _basis(self) -> Float[np.ndarray, "52 N"]:
        return np.ascontiguousarray(self.deltas[:, self.moving].reshape(len(self.deltas), -1))

    @cached_property
    def _corners(self) -> tuple[Int[np.ndarray, " F"], ...]:
        """The vertices of the triangles, corner by corner: numpy takes rows by such an array several times faster."""
        return tuple(np.ascontiguousarray(self.triangles[:, corner], np.intp) for corner in range(3))

    @cached_property
    def _gather(self) -> SparseMatrix:
        """Sums the normals of the triangles round each vertex: sparse [V, F]."""
        faces = np.repeat(np.arange(len(self.triangles)), 3)
        ones = np.ones(len(faces), np.float32)
        shape = (len(self.neutral), len(self.triangles))
        return SparseMatrix.from_entries(self.triangles.ravel(), faces, ones, shape)

    def vertices(self, expression: Float[np.ndarray, "T E"]) -> Float[np.ndarray, "T V 3"]:
        """Vertices of the face with these weights, m, in the head's own axes (no head pose).

        Takes 12·V bytes a frame: give long motions in pieces.

        Args:
            expression: Weights of the first E shapes: 52, or 51 without tongueOut as in the ``arkit`` space.

        Raises:
            InputError: E is neither 51 nor 52.
        """
        frames, channels = expression.shape
        if channels not in (len(ARKIT_SHAPES) - 1, len(ARKIT_SHAPES)):
            raise InputError(
                f"the head has 52 shapes (or 51 without tongueOut), but the expression has {channels} columns"
            )
        result = np.broadcast_to(self.neutral, (frames, *self.neutral.shape)).copy()
        offsets = expression.astype(np.float32) @ self._basis[:channels]
        result[:, self.moving] += offsets.reshape(frames, -1, 3)
        return result

    def posed(self, vertices: Float[np.ndarray, "T V 3"], head: Float[np.ndarray, "T 6"]) -> Float[np.ndarray, "T V 3"]:
        """Turn and move the head on a neck whose base stands still.

        Args:
            vertices: From `vertices`, m.
            head: Rotation vector, rad, and translation, m, of each frame.
        """
        rotation = Rotation.from_rotvec(head[:, :3]).as_matrix().astype(np.float32)
        moved = vertices @ rotation.transpose(0, 2, 1) + head[:, None, 3:].astype(np.float32)
        return vertices + self.neck_weights[:, None] * (moved - vertices)

    def normals(self, vertices: Float[np.ndarray, "V 3"]) -> Float[np.ndarray, "V 3"]:
        """Unit vertex normals, the mean over the triangles round each vertex weighted by their area."""
        a, b, c = (np.take(vertices, corner, axis=0) for corner in self._corners)
        u, w = b - a, c - a
        faces = np.empty_like(u)  # numpy's own cross is several times slower
        faces[:, 0] = u[:, 1] * w[:, 2] - u[:, 2] * w[:, 1]
        faces[:, 1] = u[:, 2] * w[:, 0] - u[:, 0] * w[:, 2]
        faces[:, 2] = u[:, 0] * w[:, 1] - u[:, 1] * w[:, 0]
        normals = self._gather @ faces
        return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)

    def landmark_positions(self, vertices: Float[np.ndarray, "*batch V 3"]) -> Float[np.ndarray, "*batch 478 3"]:
        """Where the 478 MediaPipe landmarks are on the face with these vertices, m."""
        return np.einsum("lk,...lkx->...lx", self.landmark_weights, vertices[..., self.landmark_vertices, :])

    def landmark_basis(self) -> tuple[Float[np.ndarray, "478 3"], Float[np.ndarray, "52 478 3"]]:
        """Landmarks of the neutral face, and their displacement by each shape at weight 1, m."""
        return self.landmark_positions(self.neutral), self.landmark_positions(self.deltas)


@cache
def load_head() -> Head:
    """The head that comes with the package. Its arrays are read-only."""
    with (
        files("ksdiff").joinpath("assets/head.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        return head_from_arrays(data)


def head_from_arrays(data: Mapping[str, np.ndarray]) -> Head:
    """A head from the arrays that ``scripts/build_head.py`` makes; its own are read-only."""
    unit = float(data["unit"])
    neutral = (data["neutral"] * unit).astype(np.float32)
    deltas = np.zeros((len(ARKIT_SHAPES), *neutral.shape), np.float32)
    ends = data["delta_ends"].tolist()
    moved, values = data["delta_vertices"], data["delta_values"] * np.float32(unit)
    for shape, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        deltas[shape, moved[start:end]] = values[start:end]
    part_ends = data["part_ends"].tolist()
    weights = data["landmark_weights"].astype(np.float32)
    arrays = {
        "neutral": neutral,
        "triangles": data["triangles"].astype(np.int32),
        "deltas": deltas,
        "colours": (data["colours"] / 255).astype(np.float32),
        "occlusion": (data["occlusion"] / 255).astype(np.float32),
        "landmark_vertices": data["landmark_triangles"].astype(np.int32),
        "landmark_weights": weights / weights.sum(axis=1, keepdims=True),
        "lip_vertices": data["lip_vertices"].astype(np.int32),
        "upper_lip_vertices": data["upper_lip_vertices"].astype(np.int32),
    }
    parts = {
        str(name): slice(start, end)
        for name, start, end in zip(data["part_names"], [0, *part_ends], part_ends, strict=False)
    }
    for array in arrays.values():
        array.setflags(write=False)
    return Head(parts=MappingProxyType(parts), **arrays)
