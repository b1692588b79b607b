"""Twenty-one keypoints that carry the motion of a face, and what ARKit weights they look like.

KDTalker moves the implicit keypoints of LivePortrait, whose extractor needs a GPU and weights of its own terms. These
are found in the landmarks of the tracker by a linear, sparse and symmetric map: each keypoint is a weighted mean of
the landmarks within `REACH` of one of them, and these were chosen on a corpus, pair by pair, so that the motion of all
landmarks is explained best (``scripts/build_keypoints.py``). They explain 99 % of its variance on the corpus.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Float

from ksdiff.face.head import load_head
from ksdiff.motion.space import EXPRESSION, HEAD, KEYPOINTS

ASSET = "assets/keypoints.npz"
REACH = (
    0.006  # m, standard deviation of a keypoint's weights over the landmarks of the open head; cut off at twice that
)
CAMERA_DISTANCE = 0.6  # m, where a change of size is taken for a change of distance


@dataclass(frozen=True, eq=False)
class KeypointBasis:
    """What ``scripts/build_keypoints.py`` learns.

    Attributes:
        weights: Of the landmarks in each keypoint; rows sum to 1.
        arkit: From displacements, their positive parts (cm) and 1 to ARKit weights.
    """

    weights: Float[np.ndarray, "21 478"]
    arkit: Float[np.ndarray, "127 51"]


@cache
def keypoint_basis() -> KeypointBasis:
    """The one that comes with the package."""
    with files("ksdiff").joinpath(ASSET).open("rb") as file, np.load(file, allow_pickle=False) as data:
        return KeypointBasis(landmark_weights(data["landmarks"]), data["arkit"].astype(np.float64))


def landmark_weights(chosen: np.ndarray) -> Float[np.ndarray, "K 478"]:
    """Weights of all landmarks in keypoints at the chosen ones."""
    neutral = load_head().landmark_basis()[0].astype(np.float64)
    distance = np.linalg.norm(neutral[chosen][:, None] - neutral[None], axis=2)
    weights = np.where(distance <= 2 * REACH, np.exp(-(distance**2) / (2 * REACH**2)), 0.0)
    return weights / weights.sum(axis=1, keepdims=True)


def keypoints(landmarks: Float[np.ndarray, "*T 478 3"]) -> Float[np.ndarray, "*T 63"]:
    """Keypoints, cm, of landmarks in the axes and at the size of the head, m."""
    points = 100 * np.einsum("kl,...lx->...kx", keypoint_basis().weights, landmarks)
    return points.reshape(*points.shape[:-2], -1)


def arkit_features(moved: Float[np.ndarray, "T 63"]) -> Float[np.ndarray, "T 127"]:
    """What ARKit weights are read from: a shape moves a point one way, so parts above 0 have weights of their own."""
    return np.concatenate([moved, np.maximum(moved, 0), np.ones((len(moved), 1))], axis=1)


def arkit_expression(moved: Float[np.ndarray, "T 63"]) -> Float[np.ndarray, "T 51"]:
    """ARKit weights of a face whose keypoints have moved so far from rest, cm.

    The map was fitted on a corpus whose frames have both; `docs/model.md` says how well it does for other speakers.
    """
    return np.clip(arkit_features(moved) @ keypoint_basis().arkit, 0, 1)


def arkit_head(head: Float[np.ndarray, "T 6"]) -> Float[np.ndarray, "T 6"]:
    """The head's pose in the `arkit` space: a greater face is a nearer one."""
    scale = np.maximum(head[:, 5:], -0.9)
    depth = CAMERA_DISTANCE * scale / (1 + scale)
    return np.concatenate([head[:, :5], depth], axis=1)


def as_arkit(motion: Mapping[str, Float[np.ndarray, "T _"]]) -> dict[str, Float[np.ndarray, "T _"]]:
    """A motion of keypoints by path, relative to the face at rest, as one of ARKit weights, also relative to theirs."""
    expression = arkit_expression(motion[EXPRESSION]) - arkit_rest()
    return {EXPRESSION: expression.astype(np.float32), HEAD: arkit_head(motion[HEAD]).astype(np.float32)}


def arkit_rest() -> Float[np.ndarray, " 51"]:
    """ARKit weights of a face whose keypoints have not moved."""
    return arkit_expression(np.zeros((1, len(KEYPOINTS.expression))))[0]
