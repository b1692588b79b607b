"""The upright square about a face that LivePortrait's networks see, and how what they draw is laid on the photo."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8

from ksdiff.extras import require
from ksdiff.face.head import load_head
from ksdiff.photo.face_mesh import OVAL
from ksdiff.photo.landmarks import Face
from ksdiff.photo.resample import Rectangle

# As LivePortrait crops photos: its 203 landmarks are those of brows, eyes, nose, lips, and of the outline from the
# temples down.
ZOOM = 2.3  # side of the square in the greater side of the landmarks' box
RAISED = 0.125  # of the square, by which its middle lies above that of the box
EYE_CORNERS = (33, 133, 362, 263)
MOUTH_CORNERS = (61, 291)
INNER_LIPS = (13, 14)
BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
FOREHEAD = (10, 338, 297, 332, 284, 251, 389, 162, 21, 54, 103, 67, 109)  # of the oval, above the temples
SEEN = (*BROWS, *EYE_CORNERS, *MOUTH_CORNERS, 1, *(each for each in OVAL if each not in FOREHEAD))
EDGE = 0.02  # of the square, along its rim, that is not laid back
FADE = 0.1  # of the square, over which what is drawn fades into the photo


@dataclass(frozen=True, eq=False)
class Crop:
    """A turned square in a photo.

    Attributes:
        middle: Of the square, pixels of the photo.
        side: Pixels of the photo.
        right: Unit vector along its upper edge.
    """

    middle: Float[np.ndarray, "2"]
    side: float
    right: Float[np.ndarray, "2"]

    def to_photo(self, size: int) -> Float[np.ndarray, "2 3"]:
        """From the middles of the pixels of a picture of the square to those of the photo's pixels."""
        down = np.array([-self.right[1], self.right[0]])
        axes = np.stack([self.right, down], axis=1) * self.side / size
        return np.concatenate([axes, (self.middle - 0.5 - axes @ np.full(2, (size - 1) / 2))[:, None]], axis=1)


def crop_face(face: Face) -> Crop:
    """The square about a face, its eyes above its mouth."""
    points = face.landmarks[list(SEEN), :2]
    down = face.landmarks[list(MOUTH_CORNERS), :2].mean(axis=0) - face.landmarks[list(EYE_CORNERS), :2].mean(axis=0)
    down /= np.linalg.norm(down)
    right = np.array([down[1], -down[0]])
    axes = np.stack([right, down])
    upright = points @ axes.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    side = ZOOM * float((high - low).max())
    middle = (low + high) / 2 - (0, RAISED * side)
    return Crop(middle @ axes, side, right)


def cut_out(pixels: UInt8[np.ndarray, "H W 3"], crop: Crop, size: int) -> UInt8[np.ndarray, "S S 3"]:
    """The square as a picture; what lies beyond the photo is black, as LivePortrait has it."""
    cv2 = require("cv2", "portrait")
    shrunk = crop.side / size
    if shrunk > 1:  # smooth away what the smaller picture cannot show
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.45 * shrunk - 0.2)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(pixels, crop.to_photo(size), (size, size), flags=flags)


def lip_opening(face: Face) -> float:
    """Distance of the inner lips, in widths of the mouth."""
    inner, corners = (face.landmarks[list(each), :2] for each in (INNER_LIPS, MOUTH_CORNERS))
    return float(np.linalg.norm(inner[1] - inner[0]) / max(np.linalg.norm(corners[1] - corners[0]), 1e-6))


def per_metre(face: Face, crop: Crop) -> float:
    """Halves of the square's side per metre of the face, taken for as wide between the eyes as the open head."""
    head = load_head().landmark_basis()[0][[33, 263], :2]
    eyes = face.landmarks[[33, 263], :2]
    return float(np.linalg.norm(eyes[1] - eyes[0]) / np.linalg.norm(head[1] - head[0]) / (crop.side / 2))


class Paste:
    """Lays pictures of the square on the picture of a part of the photo."""

    def __init__(self, plate: UInt8[np.ndarray, "H W 3"], frame: Rectangle, crop: Crop, size: int) -> None:
        """Where what goes.

        Args:
            plate: The part of the photo.
            frame: Which part it is, pixels of the photo.
            crop: The square.
            size: Side of the pictures of it, pixels.
        """
        self._cv2 = require("cv2", "portrait")
        self._plate = plate
        height, width = plate.shape[:2]
        scale = np.array([width / (frame[2] - frame[0]), height / (frame[3] - frame[1])])
        into = crop.to_photo(size)
        self._matrix = scale[:, None] * into
        self._matrix[:, 2] += (0.5 - np.array(frame[:2])) * scale - 0.5
        self._shrunk = 1 / float(np.linalg.norm(self._matrix[:, 0]))
        self._share = np.clip(self._warped(_weights(size)), 0, 1)[..., None]

    @property
    def region(self) -> Bool[np.ndarray, "H W"]:
        """Where the photo can change."""
        return self._share[..., 0] > 0

    def lay(self, picture: UInt8[np.ndarray, "S S 3"]) -> UInt8[np.ndarray, "H W 3"]:
        """The part of the photo with a picture of the square on it; beyond `region` every bit stays."""
        drawn = self._warped(picture).astype(np.float32)
        mixed = np.round(self._plate + self._share * (drawn - self._plate)).astype(np.uint8)
        return np.where(self.region[..., None], mixed, self._plate)

    def _warped(self, picture: np.ndarray) -> np.ndarray:
        height, width = self._plate.shape[:2]
        if self._shrunk > 1:
            picture = self._cv2.GaussianBlur(picture, (0, 0), max(0.45 * self._shrunk - 0.2, 0.1))
        border = self._cv2.BORDER_REPLICATE if picture.ndim == 3 else self._cv2.BORDER_CONSTANT
        flags = self._cv2.INTER_LINEAR if picture.ndim == 2 or self._shrunk > 1 else self._cv2.INTER_CUBIC
        return self._cv2.warpAffine(picture, self._matrix, (width, height), flags=flags, borderMode=border)


def _weights(size: int) -> Float[np.ndarray, "S S"]:
    """How much of a picture of the square is laid back: nothing at its rim, all of it further in."""
    at = (np.arange(size) + 0.5) / size
    inward = np.minimum(at, 1 - at)
    ramp = np.clip((np.minimum(inward[:, None], inward) - EDGE) / FADE, 0, 1)
    return (ramp * ramp * (3 - 2 * ramp)).astype(np.float32)
