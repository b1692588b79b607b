"""Who is in front: the opacity of the person in a photo, so that the background can stand still behind them."""

from importlib.resources import as_file, files

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.corpus.tracker import load_mediapipe, quiet
from ksdiff.extras import require
from ksdiff.photo.landmarks import Face
from ksdiff.photo.picture_file import Photo
from ksdiff.photo.resample import resample

ASSET = "assets/selfie_segmentation.tflite"
INPUT = 256  # side of the picture that the network takes, pixels
AROUND = (2.6, 3.6, 5.5)  # sides of the squares in which the person is looked for, in widths of the face
BELOW = 0.1  # of that square's side: how far its middle lies below that of the face
RADIUS, TOLERANCE = 0.035, 4e-4  # of the guided filter: in widths of the face, and of colour squared
LOW, HIGH = 0.25, 0.85  # opacities below and above are nothing and all
CUT_OUT = 0.7  # share of person in what is opaque, from which on the opacity is that of a person
LEAST_FACE = 0.85  # mean opacity within the face: below this the person was not found


def find_matte(photo: Photo, face: Face) -> Float[np.ndarray, "H W"] | None:
    """Opacity of the person, 0..1; None if person and background cannot be told apart.

    The photo's own opacity is taken where it cuts a person out. Else MediaPipe's selfie segmentation (Apache-2.0),
    whose edge is brought onto that of the picture by a guided filter (He et al. 2010).

    Raises:
        InputError: mediapipe is missing.
    """
    matte = _segmented(photo.pixels, face)
    if photo.opacity is not None:
        opaque = photo.opacity > 0.5
        cut_out = opaque.any() and float(matte[opaque].mean()) >= CUT_OUT
        matte = photo.opacity if cut_out else matte * photo.opacity
    left, top, right, bottom = (round(side) for side in face.box)
    inner_x, inner_y = (right - left) // 5, (bottom - top) // 5
    inside = matte[max(top + inner_y, 0) : bottom - inner_y, max(left + inner_x, 0) : right - inner_x]
    return matte if inside.size and float(inside.mean()) >= LEAST_FACE else None


def _segmented(pixels: UInt8[np.ndarray, "H W 3"], face: Face) -> Float[np.ndarray, "H W"]:
    mediapipe = load_mediapipe()
    tasks = require("mediapipe.tasks.python", "portrait")
    height, width = pixels.shape[:2]
    left, top, right, bottom = face.box
    size = max(right - left, bottom - top)
    total, weight = np.zeros((height, width), np.float32), np.full((height, width), 1e-6, np.float32)
    with as_file(files("ksdiff").joinpath(ASSET)) as model, quiet():
        options = tasks.vision.ImageSegmenterOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(model)),
            output_confidence_masks=True,
            output_category_mask=False,
        )
        with tasks.vision.ImageSegmenter.create_from_options(options) as segmenter:
            for side in [around * size for around in AROUND] + [float(max(width, height))]:
                x, y = (left + right - side) / 2, (top + bottom - side) / 2 + BELOW * side
                if side > AROUND[-1] * size:  # all of the photo
                    x, y = (width - side) / 2, (height - side) / 2
                square = resample(pixels, (x, y, x + side, y + side), (INPUT, INPUT))
                mask = np.zeros((INPUT, INPUT), np.float32)
                for flip in (slice(None), slice(None, None, -1)):
                    data = np.ascontiguousarray(square[:, flip])
                    image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=data)
                    seen = segmenter.segment(image).confidence_masks[0].numpy_view().reshape(INPUT, INPUT)
                    mask += 0.5 * seen[:, flip]
                step = INPUT / side
                place = -x * step, -y * step, (width - x) * step, (height - y) * step
                trust = resample(_tent(), place, (width, height)) + 1e-4 * size / side
                total += trust * np.clip(resample(mask, place, (width, height)), 0, 1)
                weight += trust
    matte = guided_filter(pixels.astype(np.float32) / 255, total / weight, RADIUS * (right - left), TOLERANCE)
    return np.clip((matte - LOW) / (HIGH - LOW), 0, 1)


def _tent() -> Float[np.ndarray, "256 256"]:
    """1 in the middle of a view and 0 at its edge."""
    ramp = np.clip((0.5 - np.abs((np.arange(INPUT, dtype=np.float32) + 0.5) / INPUT - 0.5)) * 8, 0, 1)
    return np.minimum(ramp[:, None], ramp)


def guided_filter(
    guide: Float[np.ndarray, "H W 3"], values: Float[np.ndarray, "H W"], radius: float, tolerance: float
) -> Float[np.ndarray, "H W"]:
    """Smooth values along the edges of a picture: within each window they are a linear function of its colours."""
    cv2 = require("cv2", "portrait")
    size = 2 * max(1, round(radius)) + 1

    def mean(array: np.ndarray) -> np.ndarray:
        return cv2.blur(array, (size, size), borderType=cv2.BORDER_REFLECT)

    middle, level = mean(guide), mean(values)
    products = mean(np.stack([guide[..., i] * guide[..., j] for i, j in ((0, 0), (1, 1), (2, 2))], axis=-1))
    mixed = mean(np.stack([guide[..., i] * guide[..., j] for i, j in ((0, 1), (0, 2), (1, 2))], axis=-1))
    spread = np.empty((*values.shape, 3, 3), np.float32)
    for i in range(3):
        spread[..., i, i] = products[..., i] - middle[..., i] ** 2 + tolerance
    for place, (i, j) in enumerate(((0, 1), (0, 2), (1, 2))):
        spread[..., i, j] = spread[..., j, i] = mixed[..., place] - middle[..., i] * middle[..., j]
    covariance = mean(guide * values[..., None]) - middle * level[..., None]
    slope = np.linalg.solve(spread, covariance[..., None])[..., 0]
    offset = level - (slope * middle).sum(axis=-1)
    return (mean(slope) * guide).sum(axis=-1) + mean(offset)
