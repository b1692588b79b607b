"""What the surface shows: the photo cut into the person, what stands behind them, and the eyes without lids."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8

from ksdiff.extras import require
from ksdiff.photo.fit import EYES, FittedHead

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom, pixels
MOST_DETAIL = 2.0  # texels per pixel of the picture that is drawn
BORDER = 0.04  # of the frame's longer side that textures show beyond it
UNMIX = 0.5  # opacity below which the colour in front is that of its neighbours
LOWER_FACE = (50, 205, 57, 43, 106, 182, 83, 18, 313, 406, 335, 273, 287, 425, 280, 352, 411, 434, 364, 378, 152, 149, 135, 214, 187, 123)
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
TEETH_TO_SKIN = 0.95  # brightness of teeth relative to the brighter parts of fair skin
TEETH_BRIGHTNESS = 0.75  # of the open head's teeth in full light


@dataclass(frozen=True, eq=False)
class Layers:
    """Pictures of the same rectangle of the photo, and one of the frame that is drawn.

    Attributes:
        rectangle: What the textures show, pixels of the photo.
        person: Colours in front, not mixed with what is behind, and opacity.
        eyes: The photo with lids and lashes replaced by more of the eye.
        frame: The part of the photo that is drawn, pixels of the photo.
        plate: That part at the size that is drawn.
        background: The same without the person.
        light: On white teeth: red, green and blue in linear light.
    """

    rectangle: Rectangle
    person: UInt8[np.ndarray, "H W 4"]
    eyes: UInt8[np.ndarray, "H W 3"]
    frame: Rectangle
    plate: UInt8[np.ndarray, "h w 3"]
    background: UInt8[np.ndarray, "h w 3"]
    light: tuple[float, float, float]


def make_layers(
    pixels: UInt8[np.ndarray, "H W 3"],
    matte: Float[np.ndarray, "H W"] | None,
    fitted: FittedHead,
    frame: Rectangle,
    size: tuple[int, int],
) -> Layers:
    """Cut a photo into layers.

    Args:
        pixels: The photo.
        matte: Opacity of the person; None if they cannot be told from the background.
        fitted: The head in it.
        frame: The part that is drawn.
        size: Width and height that it is drawn at, pixels.
    """
    width, height = size
    scale = width / (frame[2] - frame[0])
    border = BORDER * max(frame[2] - frame[0], frame[3] - frame[1])
    rectangle = frame[0] - border, frame[1] - border, frame[2] + border, frame[3] + border
    detail = min(MOST_DETAIL, max(1.0, 1 / scale)) * scale
    fine = tuple(max(2, round((high - low) * detail)) for low, high in zip(rectangle[:2], rectangle[2:], strict=True))
    plate = resample(pixels, frame, size)
    photo = resample(pixels, rectangle, (fine[0], fine[1]))
    if matte is None:
        opacity, background, person = np.ones(photo.shape[:2], np.float32), plate, photo
    else:
        opacity = np.clip(resample(matte.astype(np.float32), rectangle, (fine[0], fine[1])), 0, 1)
        seen = np.clip(resample(matte.astype(np.float32), frame, size), 0, 1)
        background = without_person(plate, seen)
        behind = without_person(photo, opacity).astype(np.float32)
        person = _unmixed(photo, opacity, behind)
    return Layers(
        rectangle=rectangle,
        person=np.dstack([person, (opacity * 255).round().astype(np.uint8)]),
        eyes=_eyes_without_lids(photo, fitted, rectangle),
        frame=frame,
        plate=plate,
        background=background,
        light=_light(photo, fitted, rectangle),
    )


def _unmixed(
    photo: UInt8[np.ndarray, "H W 3"], opacity: Float[np.ndarray, "H W"], behind: Float[np.ndarray, "H W 3"]
) -> UInt8[np.ndarray, "H W 3"]:
    """Colours in front, without what shines through from behind."""
    share = np.maximum(opacity, UNMIX)[..., None]
    clean = np.clip((photo - (1 - share) * behind) / share, 0, 255).round().astype(np.uint8)
    return np.where((opacity > UNMIX)[..., None], clean, push_pull(clean, opacity > UNMIX))


def resample(
    pixels: "UInt8[np.ndarray, 'H W *C'] | Float[np.ndarray, 'H W']", part: Rectangle, size: tuple[int, int]
) -> np.ndarray:
    """A part of a picture at another size; beyond its edge the edge goes on."""
    cv2 = require("cv2", "portrait")
    scale = np.array(size) / (part[2] - part[0], part[3] - part[1])
    if scale.max() < 1:  # smooth away what the smaller picture cannot show
        pixels = cv2.GaussianBlur(pixels, (0, 0), sigmaX=0.45 / scale[0] - 0.2, sigmaY=0.45 / scale[1] - 0.2)
    matrix = np.array(
        [[scale[0], 0, (0.5 - part[0]) * scale[0] - 0.5], [0, scale[1], (0.5 - part[1]) * scale[1] - 0.5]]
    )
    flags = cv2.INTER_LINEAR if scale.max() < 1 else cv2.INTER_CUBIC
    if np.allclose(matrix, np.round(matrix)) and np.allclose(scale, 1):
        flags = cv2.INTER_NEAREST
    return cv2.warpAffine(pixels, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def without_person(
    pixels: UInt8[np.ndarray, "H W 3"], opacity: Float[np.ndarray, "H W"]
) -> UInt8[np.ndarray, "H W 3"]:
    """The picture where nobody stands before it, and what is around filled in where somebody does."""
    cv2 = require("cv2", "portrait")
    covered = opacity > 0
    reach = max(1, round(0.004 * max(opacity.shape)))
    wider = cv2.dilate(covered.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    filled = push_pull(pixels, ~wider)
    return np.where(covered[..., None], filled, pixels)


def push_pull(pixels: UInt8[np.ndarray, "H W 3"], known: Bool[np.ndarray, "H W"]) -> UInt8[np.ndarray, "H W 3"]:
    """Fill what is not known from what is around it, in ever larger steps (Gortler et al. 1996)."""
    cv2 = require("cv2", "portrait")
    weight = known.astype(np.float32)
    level = pixels.astype(np.float32) * weight[..., None]
    stack = []
    while min(weight.shape) > 1:
        stack.append((level, weight))
        size = (weight.shape[1] + 1) // 2, (weight.shape[0] + 1) // 2
        level, weight = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (level, weight))
        grown = np.minimum(weight * 4, 1)
        level = level * (grown / np.maximum(weight, 1e-8))[..., None]
        weight = grown
    level = level / np.maximum(weight, 1e-8)[..., None]
    for finer, finer_weight in reversed(stack):
        size = finer_weight.shape[1], finer_weight.shape[0]
        level = cv2.resize(level, size, interpolation=cv2.INTER_LINEAR)
        level = finer + (1 - finer_weight)[..., None] * level
    return np.clip(level, 0, 255).round().astype(np.uint8)


def _light(photo: UInt8[np.ndarray, "H W 3"], fitted: FittedHead, rectangle: Rectangle) -> tuple[float, float, float]:
    """Light that white teeth would be seen in, by the face's skin and the whites of its eyes, linear."""
    cv2 = require("cv2", "portrait")
    scale = photo.shape[1] / (rectangle[2] - rectangle[0])
    points = (fitted.landmarks[:, :2] - rectangle[:2]) * scale

    def linear(outline: list[int], without: "np.ndarray | None" = None) -> Float[np.ndarray, "N 3"]:
        mask = np.zeros(photo.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(points[outline]).astype(np.int32)], 1)
        if without is not None:
            radius = np.linalg.norm(without[1:] - without[0], axis=1).mean()
            cv2.circle(mask, np.round(without[0]).astype(int).tolist(), round(1.15 * float(radius)), 0, -1)
        return (photo[mask > 0] / 255.0) ** 2.2

    skin = linear(list(LOWER_FACE))
    whites = np.concatenate(
        [linear([*upper, *lower[-2:0:-1]], points[iris : iris + 5]) for upper, lower, iris in EYES.values()]
    )
    if len(skin) == 0:
        return 0.6, 0.6, 0.6
    bright = np.percentile(skin @ LUMINANCE, 90)
    result = np.full(3, TEETH_TO_SKIN * bright)
    if len(whites) >= 12:
        level = whites @ LUMINANCE
        chosen = whites[level >= np.percentile(level, 70)].mean(axis=0)
        strength = float(np.clip(chosen @ LUMINANCE, TEETH_TO_SKIN * bright * 0.8, 1.0))
        tint = chosen / max(float(chosen @ LUMINANCE), 1e-4)
        result = strength * np.clip(0.5 + 0.5 * tint, 0.6, 1.4)
    red, green, blue = np.clip(result / TEETH_BRIGHTNESS, 0.02, 1.2)
    return float(red), float(green), float(blue)


def _eyes_without_lids(
    photo: UInt8[np.ndarray, "H W 3"], fitted: FittedHead, rectangle: Rectangle
) -> UInt8[np.ndarray, "H W 3"]:
    """Around each eye the picture as the eyeball would go on under the lids."""
    cv2 = require("cv2", "portrait")
    scale = photo.shape[1] / (rectangle[2] - rectangle[0])
    points = (fitted.landmarks[:, :2] - rectangle[:2]) * scale
    result = photo.copy()
    for upper, lower, iris in EYES.values():
        outline = points[[*upper, *lower[-2:0:-1]]]
        low, high = outline.min(axis=0), outline.max(axis=0)
        pad = 0.8 * (high[0] - low[0])
        x0, y0 = np.maximum(np.floor(low - pad), 0).astype(int)
        x1, y1 = np.ceil(high + pad).astype(int)
        part = photo[y0:y1, x0:x1]
        if part.size == 0:
            continue
        opening = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(opening, [np.round((outline - (x0, y0)) * 16).astype(np.int32)], 1, shift=4)
        edge = max(1, round(0.035 * (high[0] - low[0])))  # lashes and the lids' shadow
        inner = cv2.erode(opening, np.ones((2 * edge + 1, edge + 1), np.uint8)) > 0
        if inner.sum() < 8:
            inner = opening > 0
        if not inner.any():
            continue
        centre = points[iris] - (x0, y0)
        radius = np.linalg.norm(points[iris + 1 : iris + 5] - points[iris], axis=1).mean()
        filled, known = _with_whole_iris(part, inner, centre, float(radius))
        filled = push_pull(filled, known)
        result[y0:y1, x0:x1] = np.where((opening > 0)[..., None], part, filled)
    return result


def _with_whole_iris(
    part: UInt8[np.ndarray, "h w 3"], inner: Bool[np.ndarray, "h w"], centre: Float[np.ndarray, "2"], radius: float
) -> tuple[UInt8[np.ndarray, "h w 3"], Bool[np.ndarray, "h w"]]:
    """Complete an iris that lids cover by its mirror images: from below, or from the side."""
    y, x = np.mgrid[: part.shape[0], : part.shape[1]]
    result, known = part.copy(), inner.copy()
    disc = np.hypot(x - centre[0], y - centre[1]) < 1.08 * radius
    for flip_x, flip_y in ((1, -1), (-1, -1), (-1, 1)):
        source_x = np.round(centre[0] + flip_x * (x - centre[0])).astype(int)
        source_y = np.round(centre[1] + flip_y * (y - centre[1])).astype(int)
        valid = (source_x >= 0) & (source_x < part.shape[1]) & (source_y >= 0) & (source_y < part.shape[0])
        source_x, source_y = np.clip(source_x, 0, part.shape[1] - 1), np.clip(source_y, 0, part.shape[0] - 1)
        missing = disc & ~known & valid & inner[source_y, source_x]
        result[missing] = part[source_y[missing], source_x[missing]]
        known |= missing
    return result, known
