"""Video of a face made from a photo: who it shows, how still the background is, how sharp it is.

All take pictures in sRGB, 0..255, and compare with the photo as it was before, at the same size. A head that does not
move has the best values, so its range (`ksdiff.evaluation.metrics.head.head_ranges`) belongs beside them.
"""

import numpy as np
from jaxtyping import Bool, Float, UInt8

from ksdiff.errors import InputError
from ksdiff.extras import require

# Landmarks that speech moves little: forehead, temples, bridge of the nose.
STILL = (10, 338, 297, 332, 284, 251, 168, 21, 54, 103, 67, 109, 151, 9, 8, 6, 197, 195)
OUTLINE = (10, 338, 297, 332, 334, 296, 336, 285, 8, 55, 107, 66, 105, 103, 67, 109)  # of the forehead
LUMINANCE = np.array([0.299, 0.587, 0.114])
BLOCK, EDGES_IN_BLOCK = 64, 0.002  # pixels; share of a block's pixels from which on it has edges
WIDTHS, CONTRAST, SHAPE, DETECTED = (5.0, 3.0), 50, 3.6, 0.63  # of just noticeable blur; Narvekar and Karam 2011
EDGE = 2.0  # times the root of the mean square of the gradient, from which on it is one of an edge


def background_change(
    frames: UInt8[np.ndarray, "T H W 3"], photo: UInt8[np.ndarray, "H W 3"], background: Bool[np.ndarray, "H W"]
) -> float:
    """Mean difference from the photo where nothing moves, 0..255; 0 if every bit is kept.

    Raises:
        InputError: There is no background.
    """
    _check(background)
    return float(np.abs(frames[:, background].astype(np.int16) - photo[background]).mean())


def background_flicker(frames: UInt8[np.ndarray, "T H W 3"], background: Bool[np.ndarray, "H W"]) -> float:
    """Mean difference of each frame from the one before where nothing moves, 0..255.

    Raises:
        InputError: There is no background, or only one frame.
    """
    _check(background)
    if len(frames) < 2:
        raise InputError("a single frame does not flicker: give two or more")
    return float(np.abs(np.diff(frames[:, background].astype(np.int16), axis=0)).mean())


def _check(background: Bool[np.ndarray, "H W"]) -> None:
    if not background.any():
        raise InputError("the mask of the background is empty")


def identity_difference(
    frame: UInt8[np.ndarray, "H W 3"],
    landmarks: Float[np.ndarray, "478 2"],
    photo: UInt8[np.ndarray, "H W 3"],
    photo_landmarks: Float[np.ndarray, "478 2"],
) -> float:
    """Mean difference of the forehead's brightness from the photo's, 0..255, after laying one onto the other.

    A similarity of the landmarks that speech moves little takes the head's motion away; what is left are changes of the
    skin itself.
    """
    cv2 = require("cv2", "track")
    still = list(STILL)
    matrix, _ = cv2.estimateAffinePartial2D(
        landmarks[still].astype(np.float32), photo_landmarks[still].astype(np.float32), method=cv2.LMEDS
    )
    height, width = photo.shape[:2]
    laid = frame if np.allclose(matrix, np.eye(2, 3), atol=1e-6) else cv2.warpAffine(frame, matrix, (width, height))
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [np.round(photo_landmarks[list(OUTLINE)]).astype(np.int32)], 1)
    return float(np.abs((laid.astype(np.float64) - photo) @ LUMINANCE)[inside > 0].mean())


def cpbd(picture: UInt8[np.ndarray, "H W 3"]) -> float:
    """Cumulative probability of blur detection (Narvekar and Karam 2011): share of edges that look sharp, 0..1.

    Widths are those of vertical edges, from one turn of the brightness to the next along the row. Written from the
    paper; edges are the thinned maxima of the horizontal gradient. NaN without edges.
    """
    grey = picture.astype(np.float64) @ LUMINANCE
    height, width = grey.shape
    gradient = np.zeros_like(grey)
    gradient[1:-1, 1:-1] = sum(
        weight * (grey[1 + row : height - 1 + row, 2:] - grey[1 + row : height - 1 + row, :-2])
        for row, weight in ((-1, 1), (0, 2), (1, 1))
    )
    strength = np.abs(gradient)
    edge = strength > EDGE * np.sqrt((strength**2).mean())
    edge[:, 1:-1] &= (strength[:, 1:-1] >= strength[:, :-2]) & (strength[:, 1:-1] > strength[:, 2:])
    widths = _edge_widths(grey, edge, np.sign(gradient))
    probabilities = []
    for top in range(0, height - BLOCK + 1, BLOCK):
        for left in range(0, width - BLOCK + 1, BLOCK):
            part = slice(top, top + BLOCK), slice(left, left + BLOCK)
            if edge[part].mean() <= EDGES_IN_BLOCK:
                continue
            just_noticed = WIDTHS[0] if np.ptp(grey[part]) <= CONTRAST else WIDTHS[1]
            found = widths[part][edge[part]]
            probabilities.append(1 - np.exp(-((found / just_noticed) ** SHAPE)))
    if not probabilities:
        return float("nan")
    return float((np.concatenate(probabilities) <= DETECTED).mean())


def _edge_widths(
    grey: Float[np.ndarray, "H W"], edge: Bool[np.ndarray, "H W"], sign: Float[np.ndarray, "H W"]
) -> Float[np.ndarray, "H W"]:
    """For each edge, how many pixels along the row the brightness goes on rising or falling."""
    rising = np.sign(np.diff(grey, axis=1))
    result = np.zeros_like(grey)
    rows, columns = np.nonzero(edge)
    direction = sign[rows, columns]
    last = grey.shape[1] - 2
    for way in (-1, 1):
        at = columns if way == 1 else columns - 1
        going = np.ones(len(rows), bool)
        for _ in range(BLOCK):
            going &= (at >= 0) & (at <= last)
            going &= rising[rows, np.clip(at, 0, last)] == direction
            if not going.any():
                break
            result[rows[going], columns[going]] += 1
            at = at + way
    return result
