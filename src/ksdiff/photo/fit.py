"""The open head fitted to a face in a photo: pose, size, proportions, and a smooth residual on its front.

Camera axes: x to the right of the picture, y up, z towards the camera; metres at the size of the open head; the
origin is the head's own, about which it turns. The camera stands on the z axis.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.motion.space import ARKIT_SHAPES
from ksdiff.photo.face_mesh import SURFACE, FaceMesh, load_face_mesh
from ksdiff.photo.landmarks import Face, check_frontal

with needs("portrait"):
    from scipy.sparse import coo_array, csr_array, diags_array, eye_array
    from scipy.sparse.linalg import splu
    from scipy.spatial.transform import Rotation

DISTANCE = 1.1  # m from the camera to the head's origin: that of a portrait
FACE_DEPTH = 0.075  # m: where on average the face lies before the origin
STILL = 2e-3  # m: landmarks that no shape moves further than this carry the pose
DATA_WEIGHT = 4.0  # of the landmarks against smoothness
DEPTH_WEIGHT = 0.3  # the landmarker guesses depth
FADE = 1e-5  # of the residual far from all landmarks
LOWER_TEETH = np.array([0.0, 0.0025, 0.001])  # m by which they lie lower and further back than on the open head

UPPER_LIP = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)  # inner edges, from the right corner to the left
LOWER_LIP = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
OUTER_LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
    62, 76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 292, 408, 304, 303, 302, 11, 72, 73, 74, 184,
    183, 42, 41, 38, 12, 268, 271, 272, 407, 95, 96, 89, 179, 86, 15, 316, 403, 319, 325, 324,
)  # fmt: skip
CLOSED = 0.035  # of the mouth's width between the lips: what the landmarker sees of a closed mouth
WIDE_OPEN = 0.45  # of the mouth's width: such a mouth cannot be closed believably
TEETH_GAP = 0.25  # of the mouth's width: up to here the lips alone may have parted
LIP_MARGIN = 0.015  # of the mouth's width by which lips begin further from the teeth than the landmarks say
UPPER_SHARE = 0.4  # of a gap that the upper lip closes

EYES = {  # upper and lower edge of the lids from corner to corner, and the iris
    "Right": ((33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133), 468),
    "Left": ((362, 398, 384, 385, 386, 387, 388, 466, 263), (362, 382, 381, 380, 374, 373, 390, 249, 263), 473),
}
LID_OVERLAP = 1e-3  # m by which closed lids overlap
LID_STILL = 2e-4  # m: landmarks that a blink moves no further stay where they are
MIN_APERTURE, MAX_APERTURE = 0.35, 2.0  # of the open head's, by which lids close further or less far


@dataclass(frozen=True)
class Camera:
    """Projects camera axes to pixels.

    Attributes:
        middle: Pixel of the head's origin.
        scale: Pixels per metre there.
    """

    middle: tuple[float, float]
    scale: float

    def project(self, points: Float[np.ndarray, "*N 3"]) -> Float[np.ndarray, "*N 2"]:
        """Pixels, x to the right, y down."""
        factor = self.scale * DISTANCE / (DISTANCE - points[..., 2])
        return np.stack([self.middle[0] + points[..., 0] * factor, self.middle[1] - points[..., 1] * factor], axis=-1)

    def lift(self, pixels: Float[np.ndarray, "*N 2"], depth: Float[np.ndarray, "*N"]) -> Float[np.ndarray, "*N 3"]:
        """The points at these depths, m, that are seen at these pixels."""
        factor = (DISTANCE - depth) / (self.scale * DISTANCE)
        x, y = (pixels[..., 0] - self.middle[0]) * factor, (self.middle[1] - pixels[..., 1]) * factor
        return np.stack([x, y, depth], axis=-1)


@dataclass(frozen=True, eq=False)
class FittedHead:
    """The head as it is in the photo. N vertices of the face mesh.

    Attributes:
        mesh: What was fitted.
        camera: Of the photo.
        rotation: From the head's axes to the camera's.
        seen: Vertices as the photo shows them, m, in camera axes.
        rest: The same with closed lips.
        deltas: Displacement by each of the 52 shapes, m, in camera axes.
        mouth_scale: Width of the mouth relative to the open head's.
        open_mouth: Distance of the lips in the photo relative to the mouth's width; 0 if they touch.
        faces: The landmarks that were fitted, pixels.
    """

    mesh: FaceMesh
    camera: Camera
    rotation: Float[np.ndarray, "3 3"]
    seen: Float[np.ndarray, "N 3"]
    rest: Float[np.ndarray, "N 3"]
    deltas: Float[np.ndarray, "52 N 3"]
    open_mouth: float
    landmarks: Float[np.ndarray, "478 3"]


def fit_head(face: Face) -> FittedHead:
    """Fit the open head to a face.

    Raises:
        InputError: The face is turned too far, or its mouth is wide open.
    """
    mesh = load_face_mesh()
    places = face.landmarks * [1.0, -1.0, -1.0]
    anchors = (mesh.landmarks @ mesh.neutral).astype(np.float64)
    rotation, scale, origin = _pose(anchors, places[:SURFACE])
    yaw, pitch, _ = Rotation.from_matrix(rotation).as_euler("YXZ", degrees=True)
    check_frontal(float(yaw), float(pitch))
    camera = Camera((float(origin[0]), float(-origin[1])), scale * (DISTANCE - FACE_DEPTH) / DISTANCE)
    targets = camera.lift(face.landmarks[:SURFACE, :2], (places[:SURFACE, 2] - origin[2]) / scale) @ rotation
    gap = _mouth_gap(targets)
    if gap > WIDE_OPEN:
        raise InputError(
            "the mouth in the photo is wide open: give a photo with a closed mouth, or with a smile at most"
        )
    solve = _Residual(mesh)
    closed = gap <= CLOSED
    # Between open lips the photo shows teeth, of which nothing is to stick to the lips.
    targets = _with_touching_lips(targets, 0.5) if closed else _with_wider_lips(targets)
    seen = mesh.neutral + solve(targets - anchors)
    # What remains is of second order: landmarks lie within triangles that were moved.
    seen = seen + solve(targets - mesh.landmarks @ seen)
    rest = seen
    if not closed:
        rest = _closed(mesh, solve, seen, gap)
    deltas = _fitted_lids(mesh, seen)
    seen, rest = _with_eyes(mesh, seen, targets), _with_eyes(mesh, rest, targets)
    rest = _with_mouth(mesh, rest)
    seen[mesh.parts_vertices("teeth_upper", "teeth_lower", "tongue")] = rest[
        mesh.parts_vertices("teeth_upper", "teeth_lower", "tongue")
    ]
    return FittedHead(
        mesh=mesh,
        camera=camera,
        rotation=rotation,
        seen=seen @ rotation.T,
        rest=rest @ rotation.T,
        deltas=deltas @ rotation.T,
        open_mouth=0.0 if closed else gap,
        landmarks=face.landmarks,
    )


def _pose(
    anchors: Float[np.ndarray, "468 3"], places: Float[np.ndarray, "468 3"]
) -> tuple[Float[np.ndarray, "3 3"], float, Float[np.ndarray, "3"]]:
    """Rotation, scale and translation that bring the head's still landmarks nearest to those of the photo."""
    head = load_face_mesh().head
    moving = [index for index, name in enumerate(ARKIT_SHAPES) if not name.startswith("eyeLook")]
    reach = np.linalg.norm(head.landmark_basis()[1][moving], axis=2).max(axis=0)[:SURFACE]
    still = reach < STILL
    a, b = anchors[still], places[still]
    a_mean, b_mean = a.mean(axis=0), b.mean(axis=0)
    rotation = Rotation.align_vectors(b - b_mean, a - a_mean)[0].as_matrix()
    turned = (a - a_mean) @ rotation.T
    scale = float((turned * (b - b_mean)).sum() / (turned**2).sum())
    return rotation, scale, b_mean - scale * rotation @ a_mean


class _Residual:
    """The smoothest displacement of skin and mouth that moves the landmarks as given (bi-Laplacian).

    Args:
        mesh: Of the head.
        known: Landmarks that say where they go; all if not given.
    """

    def __init__(self, mesh: FaceMesh, known: "Bool[np.ndarray, '468'] | None" = None) -> None:
        self._used = np.unique(mesh.edges)
        count = len(self._used)
        number = np.full(len(mesh.neutral), -1)
        number[self._used] = np.arange(count)
        laplacian = graph_laplacian(number[mesh.edges], count)
        self._size = len(mesh.neutral)
        kept = diags_array(np.ones(SURFACE) if known is None else known.astype(float))
        self._map = csr_array(kept @ mesh.landmarks)[:, self._used]
        self._smooth = laplacian.T @ laplacian + FADE * eye_array(count)

    def __call__(self, displacements: Float[np.ndarray, "468 3"]) -> Float[np.ndarray, "N 3"]:
        result = np.zeros((self._size, 3))
        pulled = self._map.T @ displacements
        result[self._used, :2] = self._in_plane(DATA_WEIGHT * pulled[:, :2])
        if pulled[:, 2].any():
            result[self._used, 2] = self._in_depth(DATA_WEIGHT * DEPTH_WEIGHT**2 * pulled[:, 2])
        return result

    @cached_property
    def _in_plane(self) -> Callable[[np.ndarray], np.ndarray]:
        return splu((self._smooth + DATA_WEIGHT * (self._map.T @ self._map)).tocsc()).solve

    @cached_property
    def _in_depth(self) -> Callable[[np.ndarray], np.ndarray]:
        return splu((self._smooth + DATA_WEIGHT * DEPTH_WEIGHT**2 * (self._map.T @ self._map)).tocsc()).solve


def graph_laplacian(edges: Int[np.ndarray, "E 2"], count: int) -> csr_array:
    """Each vertex less the mean of its neighbours: sparse [count, count]."""
    a, b = edges.T
    ones = np.ones(2 * len(a))
    graph = coo_array((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(count, count)).tocsr()
    degree = np.maximum(graph.sum(axis=1), 1)
    return (eye_array(count) - diags_array(1 / degree) @ graph).tocsr()


def _mouth_gap(landmarks: Float[np.ndarray, "468 3"]) -> float:
    """Greatest distance of the inner lips relative to the mouth's width."""
    upper, lower = landmarks[list(UPPER_LIP)], landmarks[list(LOWER_LIP)]
    width = np.linalg.norm(landmarks[61] - landmarks[291])
    return float(np.max(upper[:, 1] - lower[:, 1]) / max(width, 1e-9))


def _with_touching_lips(landmarks: Float[np.ndarray, "468 3"], upper_share: float) -> Float[np.ndarray, "468 3"]:
    upper, lower = list(UPPER_LIP), list(LOWER_LIP)
    result = landmarks.copy()
    line = landmarks[upper] + upper_share * (landmarks[lower] - landmarks[upper])
    result[upper] = result[lower] = line
    return result


def _with_wider_lips(landmarks: Float[np.ndarray, "468 3"]) -> Float[np.ndarray, "468 3"]:
    result = landmarks.copy()
    away = LIP_MARGIN * np.linalg.norm(landmarks[61] - landmarks[291])
    result[list(UPPER_LIP[1:-1]), 1] += away
    result[list(LOWER_LIP[1:-1]), 1] -= away
    return result


def _closed(mesh: FaceMesh, solve: _Residual, seen: Float[np.ndarray, "N 3"], gap: float) -> Float[np.ndarray, "N 3"]:
    """The face with its lips brought together: the jaw first, as far as it had dropped, then the lips."""
    landmarks = mesh.landmarks @ seen
    width = np.linalg.norm(landmarks[61] - landmarks[291])
    jaw = mesh.deltas[ARKIT_SHAPES.index("jawOpen")]
    opening = mesh.landmarks @ jaw
    dropped = max(gap - TEETH_GAP, 0) * width / float(opening[13, 1] - opening[14, 1])
    closed = seen - dropped * jaw
    landmarks = mesh.landmarks @ closed
    wanted = _with_touching_lips(landmarks, UPPER_SHARE) - landmarks
    known = np.ones(SURFACE, bool)
    known[list(OUTER_LIPS)] = False
    known[[61, 291, *UPPER_LIP, *LOWER_LIP]] = True
    return closed + _Residual(mesh, known)(wanted)


def _eye_frame(landmarks: Float[np.ndarray, "_ 3"], side: str) -> tuple[Float[np.ndarray, "3"], float, float]:
    """Middle of an eye's corners, their distance, and how far its lids are apart, m."""
    upper, lower = (landmarks[list(edge)] for edge in EYES[side][:2])
    corners = upper[[0, -1]]
    return (
        corners.mean(axis=0),
        float(np.linalg.norm(corners[0] - corners[1])),
        float(np.mean(upper[2:-2, 1] - lower[2:-2, 1])),
    )


def _fitted_lids(mesh: FaceMesh, seen: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "52 N 3"]:
    """The shapes' displacements, those of the lids made to close these eyes and not more."""
    deltas = mesh.deltas.astype(np.float64)
    anchors, landmarks = mesh.landmarks @ mesh.neutral, mesh.landmarks @ seen
    skin = np.unique(mesh.skin)
    wanted, known = np.zeros((SURFACE, 3)), np.ones(SURFACE, bool)
    for side, (upper, lower, _) in EYES.items():
        own, found = _eye_frame(anchors, side)[2], _eye_frame(landmarks, side)[2]
        for name in ("eyeBlink", "eyeWide"):
            deltas[ARKIT_SHAPES.index(name + side)][skin] *= np.clip(found / own, MIN_APERTURE, MAX_APERTURE)
        moved = mesh.landmarks @ deltas[ARKIT_SHAPES.index("eyeBlink" + side)]
        known &= np.linalg.norm(moved, axis=1) <= LID_STILL
        lids = list(upper[1:-1])
        wanted[lids, :2] = (landmarks[list(lower[1:-1])] - landmarks[lids] - moved[lids])[:, :2]
        wanted[lids, 1] -= LID_OVERLAP
    known[[lid for upper, _, _ in EYES.values() for lid in upper[1:-1]]] = True
    closing = _Residual(mesh, known)(wanted)[skin]
    for side, sign in (("Right", -1), ("Left", 1)):
        on_this_side = (sign * mesh.neutral[skin, 0] > 0)[:, None]
        deltas[ARKIT_SHAPES.index("eyeBlink" + side)][skin] += closing * on_this_side
    return deltas


def _with_eyes(
    mesh: FaceMesh, vertices: Float[np.ndarray, "N 3"], landmarks: Float[np.ndarray, "468 3"]
) -> Float[np.ndarray, "N 3"]:
    """The eyeballs moved and scaled with the corners of the eyes."""
    anchors = mesh.landmarks @ mesh.neutral
    fitted = mesh.landmarks @ vertices
    result = vertices.copy()
    for side in EYES:
        (old, old_width, _), (new, new_width, _) = _eye_frame(anchors, side), _eye_frame(fitted, side)
        rows = mesh.parts_vertices(f"eye_{side.lower()}")
        result[rows] = (mesh.neutral[rows] - old) * (new_width / old_width) + new
    return result


def _with_mouth(mesh: FaceMesh, vertices: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "N 3"]:
    """Teeth and tongue moved and scaled with the mouth."""
    lips = [*UPPER_LIP, *LOWER_LIP]
    old, new = (mesh.landmarks @ mesh.neutral)[lips], (mesh.landmarks @ vertices)[lips]
    scale = float(np.ptp(new[:, 0]) / np.ptp(old[:, 0]))
    scale = float(np.clip(scale, 0.8, 1.15))
    # Raised corners do not raise the teeth: the middle of the lips says where they are.
    middles = [lips.index(13), lips.index(14)]
    old_middle, new_middle = old[middles].mean(axis=0), new[middles].mean(axis=0)
    result = vertices.copy()
    rows = mesh.parts_vertices("teeth_upper", "teeth_lower", "tongue")
    result[rows] = (mesh.neutral[rows] - old_middle) * scale + new_middle
    result[mesh.parts_vertices("teeth_lower", "tongue")] -= LOWER_TEETH
    return result
