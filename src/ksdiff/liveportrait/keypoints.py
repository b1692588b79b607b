"""LivePortrait's keypoints: x = s (R c + d) + t, and how motion moves them.

Axes are those of its pictures, -1..1: x to the right, y down, z inwards. The axes of ksdiff turned by half a turn about
x are these, so turns keep their sense. Its pitch lowers the nose, its yaw turns the face to the left of the picture
(the face's own right), its roll turns clockwise in the picture; they are applied in this order, R = Rz Ry Rx.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ksdiff.liveportrait.settings import POSE_BINS
from ksdiff.numerics.rotation import Rotation

BIN, FIRST = 3.0, -97.5  # degrees: width of a bin of an angle, and where the first is
FLIP = np.diag([1.0, -1.0, -1.0])  # from the axes of ksdiff to those of the picture
MAX_TURN = np.radians([15.0, 25.0, 15.0])  # pitch, yaw and roll: the ends of LivePortrait's own controls
MAX_SHIFT = 0.19  # of a picture's half side: the end of its control
MAX_SCALE = 1.2


@dataclass(frozen=True, eq=False)
class SourceFace:
    """A face as the motion extractor finds it in a photo.

    Attributes:
        canonical: Keypoints without pose and expression.
        rotation: Turns them into the picture.
        displacement: Of each by the expression, in the axes of the picture.
        translation: Across the picture.
        scale: Of the keypoints.
    """

    canonical: Float[np.ndarray, "21 3"]
    rotation: Float[np.ndarray, "3 3"]
    displacement: Float[np.ndarray, "21 3"]
    translation: Float[np.ndarray, "2"]
    scale: float

    @classmethod
    def of(cls, found: Mapping[str, Float[np.ndarray, " _"]]) -> "SourceFace":
        """From the outputs of the motion extractor."""
        return cls(
            canonical=found["kp"].reshape(-1, 3).astype(np.float64),
            rotation=rotation_of(*(degrees_of(found[name]) for name in ("pitch", "yaw", "roll"))),
            displacement=found["exp"].reshape(-1, 3).astype(np.float64),
            translation=found["t"][:2].astype(np.float64),
            scale=float(found["scale"].item()),
        )

    @property
    def points(self) -> Float[np.ndarray, "21 3"]:
        """Where the keypoints are in the photo."""
        return self.moved(Movement.still())

    def moved(self, movement: "Movement") -> Float[np.ndarray, "21 3"]:
        """Where they are once the face has moved."""
        turned = (self.canonical + movement.inner) @ (self.rotation @ movement.rotation).T
        points = self.scale * movement.scale * (turned + self.displacement + movement.outer)
        points[:, :2] += self.translation + movement.shift
        return points


@dataclass(frozen=True, eq=False)
class Movement:
    """How a face has moved since the photo.

    Attributes:
        outer: Displacement of the keypoints in the axes of the picture, as LivePortrait adds its expression.
        inner: Displacement that turns with the head.
        rotation: Of the head, in its own axes as they lie in the picture of a face from the front.
        shift: Across the picture, in halves of its side.
        scale: Growth.
    """

    outer: Float[np.ndarray, "21 3"]
    inner: Float[np.ndarray, "21 3"]
    rotation: Float[np.ndarray, "3 3"]
    shift: Float[np.ndarray, "2"]
    scale: float

    @classmethod
    def still(cls) -> "Movement":
        """None."""
        none = np.zeros((21, 3))
        return cls(none, none, np.eye(3), np.zeros(2), 1.0)


def degrees_of(scores: Float[np.ndarray, " 66"]) -> float:
    """An angle from the scores of its bins: the mean of the bins, weighted by their softmax."""
    weights = np.exp(scores.astype(np.float64) - scores.max())
    return float((weights / weights.sum()) @ np.arange(POSE_BINS) * BIN + FIRST)


def rotation_of(pitch: float, yaw: float, roll: float) -> Float[np.ndarray, "3 3"]:
    """The rotation matrix of three angles, degrees."""
    return Rotation.from_euler("xyz", [pitch, yaw, roll], degrees=True).as_matrix()


def angles_of(rotation: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "3"]:
    """Pitch, yaw and roll of a rotation matrix, rad."""
    return Rotation.from_matrix(rotation).as_euler("xyz")


def picture_rotation(vector: Float[np.ndarray, "3"]) -> Float[np.ndarray, "3 3"]:
    """A rotation of the head, as a vector in the axes of ksdiff (rad), in those of the picture."""
    return FLIP @ Rotation.from_rotvec(vector).as_matrix() @ FLIP
