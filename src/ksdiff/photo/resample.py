"""Parts of pictures at other sizes."""

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.extras import require

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom, pixels
GREY = (127, 127, 127)


def resample(
    pixels: "UInt8[np.ndarray, 'H W C'] | Float[np.ndarray, 'H W']",
    part: Rectangle,
    size: tuple[int, int],
    grey: bool = False,
) -> np.ndarray:
    """A part of a picture at another size.

    Args:
        pixels: The picture.
        part: The part; it may go beyond the picture.
        size: Width and height of the result.
        grey: Let all beyond the edge be grey; else the edge goes on.
    """
    cv2 = require("cv2", "portrait")
    left, top, right, bottom = part
    scale = np.array(size) / (right - left, bottom - top)
    if scale.max() < 1:  # smooth away what the smaller picture cannot show
        # Only what is needed: a photo may be large.
        reach = 3 / scale.min()
        x, y = max(int(left - reach), 0), max(int(top - reach), 0)
        end_x, end_y = min(int(right + reach) + 1, pixels.shape[1]), min(int(bottom + reach) + 1, pixels.shape[0])
        if end_x > x and end_y > y:
            pixels, left, top = pixels[y:end_y, x:end_x], left - x, top - y
        pixels = cv2.GaussianBlur(pixels, (0, 0), sigmaX=0.45 / scale[0] - 0.2, sigmaY=0.45 / scale[1] - 0.2)
    matrix = np.array([[scale[0], 0, (0.5 - left) * scale[0] - 0.5], [0, scale[1], (0.5 - top) * scale[1] - 0.5]])
    flags = cv2.INTER_LINEAR if scale.max() < 1 else cv2.INTER_CUBIC
    if np.allclose(scale, 1) and np.allclose(matrix, np.round(matrix)):
        flags = cv2.INTER_NEAREST  # pixels stay as they are
    border = cv2.BORDER_CONSTANT if grey else cv2.BORDER_REPLICATE
    return cv2.warpAffine(pixels, matrix, size, flags=flags, borderMode=border, borderValue=GREY)
