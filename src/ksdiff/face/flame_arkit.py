"""Motion of FLAME as ARKit weights, and back, by what moves on both faces: for users who have a FLAME model.

Points that mean the same on FLAME and on the open head (landmarks of eyes, brows, nose, lips and chin, unless a denser
`Correspondence` is given) are laid on each other at rest. Then the weights, or the coefficients and the jaw, are
found in each frame that displace the points of one face most nearly as the other's are, by bounded least squares with
a ridge. `Misfit` tells how near that is.

Limits: what landmarks do not see is lost (cheeks, tongue, the depth of most of the skin), eyes do not turn, and of many
expressions that move the points alike the smallest is taken. Two people's lips differ: closed ones may come out parted
by the misfit.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from ksdiff.errors import InputError
from ksdiff.face.flame import HOME, JAW, ROOT, FlameModel, FlameParameters
from ksdiff.face.head import Head, load_head
from ksdiff.face.own_files import read_own_file
from ksdiff.motion.rotation import continuous
from ksdiff.motion.space import ARKIT, FLAME_COMPONENTS
from ksdiff.numerics.rotation import Rotation

# MediaPipe's landmark for each of the iBUG 68 from the 18th on: brows, nose, eyes, outer and inner lips. A table in
# common use, such as https://github.com/PeizhiYan/Mediapipe_2_Dlib_Landmarks.
IBUG_51 = (
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 168, 197, 5, 4, 75, 97, 2, 326, 305,
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,
    61, 39, 37, 0, 267, 269, 291, 321, 314, 17, 84, 91, 78, 82, 13, 312, 308, 317, 14, 87,
)  # fmt: skip
IBUG_CHIN, CHIN = slice(7, 10), (176, 152, 400)  # of the contour, only these stay in place as the head turns

RIDGE = 0.01  # relative to what a component of median size does to the points
EXPRESSION_LIMIT = 4.0  # of an expression coefficient, which is in standard deviations
JAW_LIMITS = ((-0.1, -0.2, -0.2), (0.7, 0.2, 0.2))  # rad: least and greatest turn about x, y and z
SWEEPS = 300  # of coordinate descent, at most
SETTLED = 1e-4  # change of a weight from one sweep to the next at which it ends
ITERATIONS = 8  # of Gauss and Newton, at most
STILL = 1e-5  # m: change of the points at which these end
BLOCK = 200  # frames solved at once
STEP = 1e-4  # for differences


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Where some of MediaPipe's 478 landmarks lie on FLAME.

    Attributes:
        indices: Which landmarks.
        triangles: The triangle that each lies in.
        weights: Its barycentric weights there.
    """

    indices: Int[np.ndarray, " N"]
    triangles: Int[np.ndarray, " N"]
    weights: Float[np.ndarray, "N 3"]


def load_landmarks(path: Path | str) -> Landmarks:
    """Read a landmark embedding of FLAME.

    Known are ``mediapipe_landmark_embedding.npz`` (105 landmarks of MediaPipe, from FLAME's site),
    ``landmark_embedding.npy`` (iBUG's, with DECA) and ``flame_static_embedding.pkl`` (iBUG's, from FLAME's site).

    Raises:
        InputError: The file is missing, damaged, or another.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(
            f"there is no landmark embedding {path}: get mediapipe_landmark_embedding.npz from {HOME}, or use DECA's "
            "data/landmark_embedding.npy"
        )
    content = read_own_file(path)
    try:
        if "landmark_indices" in content:
            return _landmarks(content["landmark_indices"], content["lmk_face_idx"], content["lmk_b_coords"])
        if "lmk_face_idx" in content:
            return _landmarks(IBUG_51, content["lmk_face_idx"], content["lmk_b_coords"])
        triangles, weights = content["static_lmk_faces_idx"], content["static_lmk_bary_coords"]
        if "full_lmk_faces_idx" not in content:
            return _landmarks(IBUG_51, triangles, weights)
        chin = np.reshape(content["full_lmk_faces_idx"], -1)[IBUG_CHIN]
        chin_weights = np.reshape(content["full_lmk_bary_coords"], (-1, 3))[IBUG_CHIN]
        return _landmarks(
            (*IBUG_51, *CHIN),
            np.concatenate([np.reshape(triangles, -1), chin]),
            np.concatenate([np.reshape(weights, (-1, 3)), chin_weights]),
        )
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise InputError(f"{path} is not a landmark embedding of FLAME that is known: {error}") from error


def _landmarks(indices: np.ndarray | tuple[int, ...], triangles: np.ndarray, weights: np.ndarray) -> Landmarks:
    chosen = np.asarray(indices).reshape(-1).astype(np.int64)
    inside = np.asarray(triangles).reshape(-1).astype(np.int64)
    barycentric = np.asarray(weights).reshape(-1, 3).astype(np.float64)
    if not len(chosen) == len(inside) == len(barycentric):
        raise ValueError(f"{len(inside)} triangles for {len(chosen)} landmarks")
    if not len(chosen) or min(chosen.min(), inside.min()) < 0 or not np.isfinite(barycentric).all():
        raise ValueError("it has no landmarks, negative numbers, or weights that are no numbers")
    return Landmarks(chosen, inside, barycentric)


@dataclass(frozen=True, eq=False)
class Correspondence:
    """Points that mean the same on FLAME and on the open head: each lies between three vertices of both.

    Attributes:
        flame_vertices: The three vertices on FLAME.
        flame_weights: Its barycentric weights for these.
        head_vertices: The three vertices on the head.
        head_weights: Its barycentric weights for these.
    """

    flame_vertices: Int[np.ndarray, "N 3"]
    flame_weights: Float[np.ndarray, "N 3"]
    head_vertices: Int[np.ndarray, "N 3"]
    head_weights: Float[np.ndarray, "N 3"]


def by_landmarks(model: FlameModel, landmarks: Landmarks, head: Head | None = None) -> Correspondence:
    """The correspondence that landmarks give.

    Raises:
        InputError: The landmarks do not belong to this model.
    """
    head = head or load_head()
    if landmarks.triangles.max() >= len(model.triangles) or landmarks.indices.max() >= len(head.landmark_vertices):
        raise InputError(
            f"the landmarks lie in triangle {landmarks.triangles.max()}, but the FLAME model has "
            f"{len(model.triangles)}: they belong to another mesh"
        )
    return Correspondence(
        model.triangles[landmarks.triangles],
        landmarks.weights,
        head.landmark_vertices[landmarks.indices],
        head.landmark_weights[landmarks.indices],
    )


@dataclass(frozen=True)
class Misfit:
    """How well a face's points follow the other's.

    Attributes:
        residual: Distance that is left, root mean square over points and frames, mm.
        moved: Distance of the points from their place at rest, root mean square, mm: what there was to reproduce.
    """

    residual: float
    moved: float


class Bridge:
    """FLAME and the open head, laid on each other at rest.

    Attributes:
        distance: Between the points of both at rest, once laid on each other, root mean square, mm.
    """

    def __init__(self, model: FlameModel, points: Correspondence, head: Head | None = None) -> None:
        """Lay the faces on each other.

        Args:
            model: A FLAME model; its mean face is used.
            points: What belongs together.
            head: The open head, by default.
        """
        head = head or load_head()
        used, corners = np.unique(points.flame_vertices, return_inverse=True)
        self._model = model.at(used)
        self._corners, self._weights = corners.reshape(-1, 3), points.flame_weights

        def on_head(vertices: np.ndarray) -> np.ndarray:
            return np.einsum("nk,...nkx->...nx", points.head_weights, vertices[..., points.head_vertices, :])

        self._shapes = on_head(head.deltas[: len(ARKIT.expression)].astype(np.float64))
        still = FlameParameters(np.zeros((1, len(FLAME_COMPONENTS))), np.zeros((1, 6)), np.zeros((1, 3)))
        self._rest = self._points(still)[0]
        target = on_head(head.neutral.astype(np.float64))
        self._turn, self._scale, place = _similarity(self._rest, target)
        laid = self._scale * self._rest @ self._turn.T + place
        self.distance = _millimetres(laid - target)
        # From FLAME's root joint to the joint of skull and neck, about which the head turns.
        self._arm = (-place) @ self._turn / self._scale - self._model.joints[ROOT]

    def to_arkit(
        self, parameters: FlameParameters, ridge: float = RIDGE
    ) -> tuple[Float[np.ndarray, "T 51"], Float[np.ndarray, "T 6"], Misfit]:
        """FLAME's motion as channels of the `arkit` space.

        Depth is not in FLAME's camera: the head keeps its distance but for what its turning brings.

        Args:
            parameters: The motion.
            ridge: How strongly small weights are preferred.

        Returns:
            Weights 0..1, the head's rotation (rad) and translation (m), and how well the points follow.
        """
        bare = FlameParameters(parameters.expression, parameters.pose * [0, 0, 0, 1, 1, 1], parameters.camera)
        wanted = self._scale * (self._points(bare) - self._rest) @ self._turn.T
        design = self._shapes.reshape(len(self._shapes), -1)
        seen = np.flatnonzero((design**2).sum(axis=1) > 0)
        weights = np.zeros((len(wanted), len(design)))
        gram = design[seen] @ design[seen].T
        gram += np.diag(_ridge(np.diag(gram), ridge))
        flat = wanted.reshape(len(wanted), -1)
        weights[:, seen] = _bounded(
            gram[None], flat @ design[seen].T, np.zeros(len(seen)), np.ones(len(seen)), weights[:, seen]
        )
        misfit = Misfit(_millimetres((weights @ design - flat).reshape(wanted.shape)), _millimetres(wanted))
        turns = Rotation.from_rotvec(parameters.pose[:, :3])
        shift = np.pad(parameters.camera[:, 1:], ((0, 0), (0, 1)))
        moved = turns.apply(self._arm) - self._arm + shift
        rotation = continuous(parameters.pose[:, :3] @ self._turn.T)
        return weights, np.concatenate([rotation, self._scale * moved @ self._turn.T], axis=1), misfit

    def to_flame(
        self, expression: Float[np.ndarray, "T 51"], head: Float[np.ndarray, "T 6"], ridge: float = RIDGE
    ) -> tuple[FlameParameters, Misfit]:
        """Channels of the `arkit` space as FLAME's motion; the head's depth is left out.

        Args:
            expression: Weights.
            head: Rotation (rad) and translation (m).
            ridge: How strongly small coefficients are preferred.
        """
        wanted = np.einsum("te,enx->tnx", expression, self._shapes) @ self._turn / self._scale
        found = np.concatenate(
            [self._solve(wanted[start : start + BLOCK], ridge) for start in range(0, len(wanted), BLOCK)]
        )
        turns = Rotation.from_rotvec(head[:, :3] @ self._turn)
        shift = head[:, 3:] @ self._turn / self._scale - (turns.apply(self._arm) - self._arm)
        count = len(FLAME_COMPONENTS)
        parameters = FlameParameters(
            found[:, :count],
            np.concatenate([continuous(turns.as_rotvec()), found[:, count:]], axis=1),
            np.pad(shift[:, :2], ((0, 0), (1, 0))),
        )
        reached = self._displacement(found)
        return parameters, Misfit(self._scale * _millimetres(reached - wanted), self._scale * _millimetres(wanted))

    def _solve(self, wanted: Float[np.ndarray, "T N 3"], ridge: float) -> Float[np.ndarray, "T 53"]:
        """Coefficients and turn of the jaw, by Gauss and Newton: points are bilinear in these."""
        count = len(FLAME_COMPONENTS)
        low = np.array([-EXPRESSION_LIMIT] * count + list(JAW_LIMITS[0]))
        high = np.array([EXPRESSION_LIMIT] * count + list(JAW_LIMITS[1]))
        found = np.zeros((len(wanted), count + 3))
        reached = self._displacement(found)
        penalty = None
        for _ in range(ITERATIONS):
            slopes = self._slopes(found, reached)
            gram = slopes @ slopes.transpose(0, 2, 1)
            if penalty is None:
                penalty = _ridge(np.diag(gram[0]), ridge)
            left = (wanted - reached).reshape(len(wanted), -1)
            target = np.einsum("tkr,tr->tk", slopes, left) + np.einsum("tkl,tl->tk", gram, found)
            gram = gram + np.diag(penalty)
            found = _bounded(gram, target, low, high, np.linalg.solve(gram, target[..., None])[..., 0])
            before, reached = reached, self._displacement(found)
            if np.abs(reached - before).max() < STILL:
                break
        return found

    def _slopes(
        self, found: Float[np.ndarray, "T 53"], reached: Float[np.ndarray, "T N 3"]
    ) -> Float[np.ndarray, "T 53 R"]:
        """How all coordinates of the points change with each unknown."""
        count = len(FLAME_COMPONENTS)
        frames = len(found)
        by_jaw = [
            (self._displacement(found + STEP * unit) - reached).reshape(frames, 1, -1) / STEP
            for unit in np.eye(count + 3)[count:]
        ]
        # With the jaw alone turned by R, a vertex v is at v + w (R - 1) (v - J), w and J being the jaw's weight and
        # joint; v and J are linear in the expression.
        model = self._model
        whole = model.expression_basis[..., :count]
        hung = model.weights[:, JAW, None, None] * (whole - model.joint_expression_basis[JAW, :, :count])
        still, swung = (np.einsum("nc,ncxk->knx", self._weights, basis[self._corners]) for basis in (whole, hung))
        turns = Rotation.from_rotvec(found[:, count:]).as_matrix() - np.eye(3)
        by_expression = still + np.einsum("txy,kny->tknx", turns, swung, optimize=True)
        return np.concatenate([by_expression.reshape(frames, count, -1), *by_jaw], axis=1)

    def _displacement(self, found: Float[np.ndarray, "T 53"]) -> Float[np.ndarray, "T N 3"]:
        count = len(FLAME_COMPONENTS)
        pose = np.pad(found[:, count:], ((0, 0), (3, 0)))
        return self._points(FlameParameters(found[:, :count], pose, np.zeros((len(found), 3)))) - self._rest

    def _points(self, parameters: FlameParameters) -> Float[np.ndarray, "T N 3"]:
        """The points on FLAME, with the head upright."""
        vertices = self._model.posed(parameters, head=False)
        return np.einsum("nk,tnkx->tnx", self._weights, vertices[:, self._corners])


def _similarity(
    points: Float[np.ndarray, "N 3"], target: Float[np.ndarray, "N 3"]
) -> tuple[Float[np.ndarray, "3 3"], float, Float[np.ndarray, " 3"]]:
    """Rotation, scale and translation that lay points on others best: Umeyama 1991, IEEE PAMI 13(4):376.

    Raises:
        InputError: The points are all in one place.
    """
    centre, aim = points.mean(axis=0), target.mean(axis=0)
    left, _, right = np.linalg.svd((target - aim).T @ (points - centre))
    turn = left @ np.diag([1, 1, np.sign(np.linalg.det(left @ right))]) @ right
    turned = (points - centre) @ turn.T
    spread = float((turned**2).sum())
    if not spread > 0:
        raise InputError("the landmarks are all in one place on the FLAME model: it or they are damaged")
    scale = float((turned * (target - aim)).sum() / spread)
    return turn, scale, aim - scale * centre @ turn.T


def _ridge(sizes: Float[np.ndarray, " K"], strength: float) -> Float[np.ndarray, " K"]:
    """Penalty of each unknown: it grows with the root of its size, so that large ones do not shrink small ones away."""
    median = float(np.median(sizes[sizes > 0])) if (sizes > 0).any() else 1.0
    return strength * np.sqrt(np.maximum(sizes, 1e-6 * median) * median)


def _bounded(
    gram: Float[np.ndarray, "#T K K"],
    target: Float[np.ndarray, "T K"],
    low: Float[np.ndarray, " K"],
    high: Float[np.ndarray, " K"],
    start: Float[np.ndarray, "T K"],
) -> Float[np.ndarray, "T K"]:
    """The least of ½ wᵀ G w - tᵀ w between bounds, by coordinate descent in all frames at once."""
    weights = np.clip(start, low, high)
    for _ in range(SWEEPS):
        largest = 0.0
        for k in range(weights.shape[1]):
            row = np.broadcast_to(gram[:, k], weights.shape)
            step = (target[:, k] - np.einsum("tk,tk->t", weights, row)) / gram[:, k, k]
            changed = np.clip(weights[:, k] + step, low[k], high[k])
            largest = max(largest, float(np.abs(changed - weights[:, k]).max()))
            weights[:, k] = changed
        if largest < SETTLED:
            break
    return weights


def _millimetres(differences: Float[np.ndarray, "*T N 3"]) -> float:
    return 1000 * float(np.sqrt((differences**2).sum(axis=-1).mean()))
