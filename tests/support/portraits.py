"""Photos that tests let speak, a painting and a drawing made from them, and looks to show."""

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from ksdiff.motion import Motion
from ksdiff.motion.space import ARKIT
from support.files import REPOSITORY

FOLDER = REPOSITORY / "tests/data/portraits"
PORTRAITS = {path.stem: path for path in sorted(FOLDER.glob("*.jpg"))}
STILL = np.zeros(6)


def pixels_of(name: str) -> UInt8[np.ndarray, "H W 3"]:
    return np.asarray(Image.open(PORTRAITS[name]).convert("RGB"))


def painting(pixels: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "H W 3"]:
    """As painted with a broad brush: few colours in smooth patches, on a canvas."""
    smooth = pixels
    for _ in range(3):
        smooth = cv2.bilateralFilter(np.ascontiguousarray(smooth), 9, 40, 7)
    canvas = np.random.default_rng(0).normal(0, 5, (*pixels.shape[:2], 1))
    warm = smooth.astype(float) * (1.03, 0.97, 0.86) + canvas
    return np.clip(np.round(warm / 12) * 12, 0, 255).astype(np.uint8)


def drawing(pixels: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "H W 3"]:
    """As drawn with a pencil: grey, lighter than the photo, edges dark."""
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    shade = 255 - 0.45 * (255 - cv2.bilateralFilter(grey, 9, 60, 9).astype(float))
    lines = np.minimum(grey.astype(float) / np.maximum(cv2.GaussianBlur(grey, (0, 0), 6), 1), 1)
    return np.repeat(np.clip(shade * lines**1.5, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def look(**weights: float) -> Float[np.ndarray, " 51"]:
    """Weights of the named shapes; a name without its side stands for both."""
    result = np.zeros(len(ARKIT.expression))
    for name, weight in weights.items():
        names = [name] if name in ARKIT.expression else [name + "Left", name + "Right"]
        result[[ARKIT.index(each) for each in names]] = weight
    return result


def motion_of(expression: Float[np.ndarray, "T 51"], head: "Float[np.ndarray, 'T 6'] | None" = None) -> Motion:
    frames = len(expression)
    none = np.zeros(frames, np.float32)
    head = np.zeros((frames, 6)) if head is None else head
    return Motion(expression.astype(np.float32), head.astype(np.float32), none, none, 25.0)


FACES = {
    "collins": lambda: pixels_of("collins"),
    "hopper": lambda: pixels_of("hopper"),
    "biden": lambda: pixels_of("biden"),
    "render_2": lambda: pixels_of("render_2"),
    "painting": lambda: painting(pixels_of("collins")),
    "drawing": lambda: drawing(pixels_of("hopper")),
}
