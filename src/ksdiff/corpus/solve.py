"""The mouth's ARKit weights from the landmarks: a regularised, bounded fit of the open head's shapes.

The tracker's own scores are trained on large, clean faces; on a face of 70 pixels they lose lip closures
(its mouthClose never moves) and shake. Its landmarks are better than its scores. So the landmarks of a clip
are brought into the axes of the head, what this speaker's face looks like with closed lips is taken away,
and the weights that explain the rest best are found frame by frame. ``docs/corpus.md`` has the figures.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.motion.space import ARKIT

# Weights of the terms of the fit, chosen on the figures of docs/corpus.md.
DEPTH_WEIGHT = 0.3  # the tracker guesses depth
LIP_WEIGHT = 3.0  # relative to the other landmarks below the nose
GAP_WEIGHT = 12.0  # distance of the inner lips: what closes a mouth
RIDGE = 7e-3  # on a shape of median size
SIDEWAYS = (
    "jawForward",
    "jawLeft",
    "jawRight",
    "mouthLeft",
    "mouthRight",
)  # noise of the pose looks like these
SECONDARY = (
    "mouthShrugUpper",
    "mouthPress",
    "mouthDimple",
)  # stand in for smile and raised lip unless held back
SIDEWAYS_RIDGE, SECONDARY_RIDGE = 10.0, 4.0
SWEEPS = 60  # of coordinate descent; the weights have settled to 0.001 after 40
CLOSED_GAP = 1.5e-3  # m between the inner lips of a closed mouth, at most
CLOSED_SHARE = 0.03  # of a speaker's frames counts as closed if none is below that
ALIGNMENTS = 3
STILL = 2e-3  # m: landmarks that no shape moves further than this carry the pose

NOSE_TIP = 4
LIPS = (
    0, 13, 14, 17, 37, 39, 40, 61, 78, 80, 81, 82, 84, 87, 88, 91, 95, 146, 178, 181, 185, 191,
    267, 269, 270, 291, 308, 310, 311, 312, 314, 317, 318, 321, 324, 375, 402, 405, 409, 415,
)  # fmt: skip
INNER_LIPS = ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402))  # upper, lower; from the middle outwards
SURFACE = 468  # landmarks from here on are the irises

SOLVED = [index for index, name in enumerate(ARKIT.expression) if name.startswith(("jaw", "mouth"))]


def solve_mouth(tracks: list[Track], good: list[Bool[np.ndarray, " _"]]) -> list[Float[np.ndarray, "_ 51"]]:
    """Find the weights of mouth and jaw in all clips of one speaker.

    Brows, eyes and cheeks are the tracker's scores.

    Args:
        tracks: The clips.
        good: Which of their frames may be used; in the others the result is zero.
    """
    neutral, basis = load_head().landmark_basis()
    neutral, basis = neutral.astype(np.float64), basis[: len(ARKIT.expression)].astype(np.float64)
    faces = in_head_axes([track.landmarks[use] for track, use in zip(tracks, good, strict=True)], neutral, basis)
    rest = np.median(np.concatenate(faces)[with_closed_lips(faces)], axis=0)
    expressions = []
    for track, use, face in zip(tracks, good, faces, strict=True):
        expression = np.where(use[:, None], track.scores, 0).astype(np.float64)
        expression[np.ix_(np.flatnonzero(use), np.array(SOLVED))] = solve_weights(face - rest, basis[SOLVED], neutral)
        expressions.append(expression)
    return expressions


def solve_weights(
    displacements: Float[np.ndarray, "T 478 3"],
    basis: Float[np.ndarray, "K 478 3"],
    neutral: Float[np.ndarray, "478 3"],
) -> Float[np.ndarray, "T K"]:
    """Weights 0..1 of shapes that explain how landmarks are displaced.

    Minimises ‖A w - d‖² + wᵀ Λ w, 0 ≤ w ≤ 1, by coordinate descent in all frames at once. Λ grows with the
    square root of a shape's own size, so that small shapes are not shrunk away by large ones.

    Args:
        displacements: Of each landmark from the closed mouth, m.
        basis: Displacement by each of the mouth's shapes (`SOLVED`) at weight 1, m.
        neutral: Where the landmarks are at rest, m.
    """
    design, observed = _rows(basis, neutral), _rows(displacements, neutral)
    gram = design @ design.T
    size = np.diag(gram)
    ridge = RIDGE * np.sqrt(size / np.median(size))
    for row, channel in enumerate(SOLVED):
        name = ARKIT.expression[channel]
        ridge[row] *= SIDEWAYS_RIDGE if name in SIDEWAYS else SECONDARY_RIDGE if name.startswith(SECONDARY) else 1
    gram[np.diag_indices_from(gram)] += ridge
    target = observed @ design.T
    weights = np.zeros(target.shape)
    for _ in range(SWEEPS):
        for shape in range(len(gram)):
            step = (target[:, shape] - weights @ gram[shape]) / gram[shape, shape]
            weights[:, shape] = np.clip(weights[:, shape] + step, 0, 1)
    return weights


def _rows(values: Float[np.ndarray, "N 478 3"], neutral: Float[np.ndarray, "478 3"]) -> Float[np.ndarray, "N R"]:
    """What the fit compares, weighted: landmarks below the nose, and distances of the inner lips."""
    weights = np.zeros(neutral.shape)
    weights[:SURFACE][neutral[:SURFACE, 1] < neutral[NOSE_TIP, 1]] = 1
    weights[list(LIPS)] = LIP_WEIGHT
    weights[:, 2] *= DEPTH_WEIGHT
    kept = weights.any(axis=1)
    upper, lower = np.array(INNER_LIPS).T
    gaps = (values[:, upper, :2] - values[:, lower, :2]) * GAP_WEIGHT
    return np.concatenate([(values * weights)[:, kept].reshape(len(values), -1), gaps.reshape(len(values), -1)], axis=1)


def with_closed_lips(faces: list[Float[np.ndarray, "_ 478 3"]]) -> Bool[np.ndarray, " N"]:
    """Which of a speaker's frames, one clip after the other, show closed lips; at least a few always do."""
    gaps = np.concatenate([inner_gap(face) for face in faces])
    return gaps <= max(CLOSED_GAP, float(np.quantile(gaps, CLOSED_SHARE)))


def inner_gap(face: Float[np.ndarray, "T 478 3"]) -> Float[np.ndarray, " T"]:
    """Distance of the inner lips, m."""
    upper, lower = INNER_LIPS[0]
    return np.linalg.norm(face[:, upper] - face[:, lower], axis=1)


def in_head_axes(
    landmarks: list[Float[np.ndarray, "_ 478 3"]],
    neutral: Float[np.ndarray, "478 3"],
    basis: Float[np.ndarray, "51 478 3"],
) -> list[Float[np.ndarray, "_ 478 3"]]:
    """Landmarks in the axes and at the size of the head, without the head's pose.

    Each frame's still landmarks are laid on those of the speaker's median face by a similarity; that face is
    itself laid on the head, a few times in turn.
    """
    moving = [index for index, name in enumerate(ARKIT.expression) if not name.startswith("eyeLook")]
    still = np.flatnonzero(np.linalg.norm(basis[moving], axis=2).max(axis=0)[:SURFACE] < STILL)
    upright = [frames * np.array([1.0, -1.0, -1.0]) for frames in landmarks]  # y up, z towards the camera
    target = neutral
    for _ in range(ALIGNMENTS):
        faces = np.concatenate([_laid_on(frames, target, still) for frames in upright])
        median = np.median(faces[:: max(1, len(faces) // 2000)], axis=0)
        target = _laid_on(median[None], neutral, still)[0]
    return [_laid_on(frames, target, still) for frames in upright]


def _laid_on(
    points: Float[np.ndarray, "T 478 3"], target: Float[np.ndarray, "478 3"], chosen: Int[np.ndarray, " S"]
) -> Float[np.ndarray, "T 478 3"]:
    """Each frame's points, turned, scaled and moved to bring the chosen ones nearest to the target's."""
    centre, aim = points[:, chosen].mean(axis=1, keepdims=True), target[chosen].mean(axis=0)
    off, off_target = points[:, chosen] - centre, target[chosen] - aim
    left, values, right = np.linalg.svd(np.einsum("sx,tsy->txy", off_target, off))
    sign = np.sign(np.linalg.det(left @ right))  # Umeyama: a rotation, never a reflection
    values[:, 2] *= sign
    left[:, :, 2] *= sign[:, None]
    scale = values.sum(axis=1) / (off**2).sum(axis=(1, 2))
    return scale[:, None, None] * ((points - centre) @ (left @ right).transpose(0, 2, 1)) + aim
