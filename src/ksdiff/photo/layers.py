"""What the surface shows: the photo cut into the person, what stands behind them, and the eyes without lids."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8

from ksdiff.extras import require
from ksdiff.photo.face_mesh import OVAL
from ksdiff.photo.fit import EYES, LOWER_LIP, UPPER_LIP, FittedHead
from ksdiff.photo.resample import Rectangle, resample

MOST_DETAIL = 2.0  # texels per pixel of the picture that is drawn
LID_AROUND = 0.45  # widths of an eye around it in which its skin is looked at
BORDER = 0.04  # of the frame's longer side that textures show beyond it
CHEEKS = ((117, 118, 101, 36, 205, 50), (346, 347, 330, 266, 425, 280))  # outlines of skin without wrinkles
LEAST_SKIN = 0.05  # of what is around an eye, or the cheeks are in another light
SHADE, SHINE, HUE = 0.4, 0.3, 0.35  # natural logarithms: darker, brighter, and of another hue than the cheeks
UNMIX = 0.5  # opacity below which the colour in front is that of its neighbours
LIPS_EDGE = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
FLESH = 0.2  # least of (greatest - least) / greatest of the three colours of skin, in linear light
TEETH_BRIGHTNESS = 0.75  # of the open head's teeth in full light


@dataclass(frozen=True, eq=False)
class Layers:
    """Pictures of the same rectangle of the photo, and one of the frame that is drawn.

    Attributes:
        rectangle: What the textures show, pixels of the photo.
        person: Colours in front, not mixed with what is behind, and opacity.
        eyes: The photo with lids and lashes replaced by more of the eye.
        lids: The photo with smooth skin around the eyes, without brows, lashes and glasses: for lids that close.
        frame: The part of the photo that is drawn, pixels of the photo.
        plate: That part at the size that is drawn.
        opacity: Of the person in it, 0..1.
        background: The same without the person.
        light: On white teeth: red, green and blue in linear light.
        lips: Colour of the lips, in linear light.
        colourful: How much colour the face has, from 0, grey as in a drawing, to 1.
    """

    rectangle: Rectangle
    person: UInt8[np.ndarray, "H W 4"]
    eyes: UInt8[np.ndarray, "H W 3"]
    lids: UInt8[np.ndarray, "H W 3"]
    frame: Rectangle
    plate: UInt8[np.ndarray, "h w 3"]
    opacity: Float[np.ndarray, "h w"]
    background: UInt8[np.ndarray, "h w 3"]
    light: Float[np.ndarray, "3"]
    lips: Float[np.ndarray, "3"]
    colourful: float


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
    scale = size[0] / (frame[2] - frame[0])
    border = BORDER * max(frame[2] - frame[0], frame[3] - frame[1])
    rectangle = frame[0] - border, frame[1] - border, frame[2] + border, frame[3] + border
    detail = min(MOST_DETAIL, max(1.0, 1 / scale)) * scale
    fine = tuple(max(2, round((high - low) * detail)) for low, high in zip(rectangle[:2], rectangle[2:], strict=True))
    plate = resample(pixels, frame, size)
    photo = resample(pixels, rectangle, (fine[0], fine[1]))
    if matte is None:
        opacity, background, person = np.ones(photo.shape[:2], np.float32), plate, photo
        seen = np.ones(plate.shape[:2], np.float32)
    else:
        opacity = np.clip(resample(matte.astype(np.float32), rectangle, (fine[0], fine[1])), 0, 1)
        seen = np.clip(resample(matte.astype(np.float32), frame, size), 0, 1)
        background = without_person(plate, seen)
        behind = without_person(photo, opacity).astype(np.float32)
        person = _unmixed(photo, opacity, behind)
    samples = _Samples(photo, fitted, rectangle)
    return Layers(
        rectangle=rectangle,
        person=np.dstack([person, (opacity * 255).round().astype(np.uint8)]),
        eyes=_eyes_without_lids(photo, fitted, rectangle),
        lids=_smooth_lids(photo, fitted, rectangle),
        frame=frame,
        plate=plate,
        opacity=seen,
        background=background,
        light=_light(samples, fitted),
        lips=_lips(samples),
        colourful=_colourful(samples),
    )


def _unmixed(
    photo: UInt8[np.ndarray, "H W 3"], opacity: Float[np.ndarray, "H W"], behind: Float[np.ndarray, "H W 3"]
) -> UInt8[np.ndarray, "H W 3"]:
    """Colours in front, without what shines through from behind."""
    share = np.maximum(opacity, UNMIX)[..., None]
    clean = np.clip((photo - (1 - share) * behind) / share, 0, 255).round().astype(np.uint8)
    return np.where((opacity > UNMIX)[..., None], clean, push_pull(clean, opacity > UNMIX))


def without_person(pixels: UInt8[np.ndarray, "H W 3"], opacity: Float[np.ndarray, "H W"]) -> UInt8[np.ndarray, "H W 3"]:
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


def _colourful(samples: "_Samples") -> float:
    """1 for a face of flesh, 0 for one drawn in grey."""
    skin = samples.within(OVAL)
    if len(skin) == 0:
        return 1.0
    spread = np.ptp(skin, axis=1) / np.maximum(skin.max(axis=1), 1e-3)
    return float(np.clip(np.median(spread) / FLESH, 0, 1))


class _Samples:
    """Colours of parts of the face, in linear light."""

    def __init__(self, photo: UInt8[np.ndarray, "H W 3"], fitted: FittedHead, rectangle: Rectangle) -> None:
        self._photo = photo
        self._points = (fitted.landmarks[:, :2] - rectangle[:2]) * (photo.shape[1] / (rectangle[2] - rectangle[0]))

    def within(self, outline: Sequence[int], *holes: Sequence[int]) -> Float[np.ndarray, "N 3"]:
        """Colours within an outline of landmarks, without holes."""
        cv2 = require("cv2", "portrait")
        mask = np.zeros(self._photo.shape[:2], np.uint8)
        for number, part in enumerate((outline, *holes)):
            cv2.fillPoly(mask, [np.round(self._points[list(part)]).astype(np.int32)], int(number == 0))
        return (self._photo[mask > 0] / 255.0) ** 2.2


def _light(samples: _Samples, fitted: FittedHead) -> Float[np.ndarray, "3"]:
    """Light on white teeth, by those that the photo shows, or by the brightest parts of the face."""
    skin = samples.within(OVAL) @ LUMINANCE
    if len(skin) == 0:
        return np.full(3, 0.6)
    bright, brightest = np.percentile(skin, 85), np.percentile(skin, 99.5)
    level = float(np.clip(0.75 * brightest, 0.95 * bright, 2.2 * bright))
    tint = np.ones(3)
    teeth = samples.within([*UPPER_LIP, *LOWER_LIP[-2:0:-1]]) if fitted.open_mouth else np.zeros((0, 3))
    whites = np.concatenate([samples.within([*upper, *lower[-2:0:-1]]) for upper, lower, _ in EYES.values()])
    for seen in (teeth, whites):
        if len(seen) >= 30:
            luminance = seen @ LUMINANCE
            white = seen[luminance >= np.percentile(luminance, 75)].mean(axis=0)
            tint = np.clip(0.5 + 0.5 * white / max(float(white @ LUMINANCE), 1e-4), 0.6, 1.4)
            if seen is teeth:
                level = float(np.clip(white @ LUMINANCE, 0.8 * bright, 2.5 * bright))
            break
    return np.clip(level * tint / TEETH_BRIGHTNESS, 0.02, 1.25)


def _lips(samples: _Samples) -> Float[np.ndarray, "3"]:
    """Colour of the lips."""
    seen = samples.within(LIPS_EDGE, [*UPPER_LIP, *LOWER_LIP[-2:0:-1]])
    return np.median(seen, axis=0) if len(seen) else np.array([0.4, 0.15, 0.15])


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


def _smooth_lids(
    photo: UInt8[np.ndarray, "H W 3"], fitted: FittedHead, rectangle: Rectangle
) -> UInt8[np.ndarray, "H W 3"]:
    """Around each eye the skin alone: what differs much from most of it or from the cheeks is filled in from the rest.

    Frames and glare of glasses can be most of what is around an eye.
    """
    cv2 = require("cv2", "portrait")
    scale = photo.shape[1] / (rectangle[2] - rectangle[0])
    points = (fitted.landmarks[:, :2] - rectangle[:2]) * scale
    result = photo.copy()
    samples = _Samples(photo, fitted, rectangle)
    cheeks = np.concatenate([samples.within(cheek) for cheek in CHEEKS])
    for upper, lower, _ in EYES.values():
        outline = points[[*upper, *lower[-2:0:-1]]]
        width = float(np.ptp(outline[:, 0]))
        low, high = outline.min(axis=0) - LID_AROUND * width, outline.max(axis=0) + LID_AROUND * width
        x0, y0 = np.maximum(np.floor(low), 0).astype(int)
        x1, y1 = np.ceil(high).astype(int)
        part = photo[y0:y1, x0:x1]
        if min(part.shape[:2]) < 4:
            continue
        eye = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(eye, [np.round(outline - (x0, y0)).astype(np.int32)], 1)
        reach = max(1, round(0.06 * width))
        eye = cv2.dilate(eye, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
        off = np.abs(part - np.median(part[~eye], axis=0)).max(axis=-1) if (~eye).any() else np.zeros(eye.shape)
        known = ~eye & (off <= max(2.0 * float(np.median(off[~eye])) if (~eye).any() else 0.0, 12.0))
        if len(cheeks):
            skin = known & _like_skin(part, np.median(cheeks, axis=0))
            known = skin if skin.mean() >= LEAST_SKIN else known
        if not known.any():
            continue
        filled = cv2.GaussianBlur(push_pull(part, known), (0, 0), max(0.03 * width, 0.5))
        result[y0:y1, x0:x1] = filled
    return result


def _like_skin(part: UInt8[np.ndarray, "h w 3"], skin: Float[np.ndarray, "3"]) -> Bool[np.ndarray, "h w"]:
    """Which pixels may be skin of a colour (linear light): in shade or a little brighter, of nearly its hue."""
    ratio = np.log(((part / 255.0) ** 2.2 + 0.01) / (skin + 0.01))
    level = ratio @ LUMINANCE
    return (level > -SHADE) & (level < SHINE) & (np.abs(ratio - level[..., None]).max(axis=-1) < HUE)


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
