"""From a photo to what can be drawn: the head fitted, the surface joined, the layers cut."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.output.picture import check_picture
from ksdiff.photo.fit import fit_head
from ksdiff.photo.landmarks import Face, find_face
from ksdiff.photo.layers import Layers, make_layers
from ksdiff.photo.matte import find_matte
from ksdiff.photo.picture_file import Photo, read_photo
from ksdiff.photo.resample import Rectangle
from ksdiff.photo.surface import Surface, build_surface

Framing = Literal["face", "photo"]
FRAMINGS: tuple[Framing, ...] = ("face", "photo")
SHOWN = 2.5  # height of the picture in heights of the face, where the face is framed
EYE_LEVEL = 0.47  # share of the picture's height above the middle of the face
MARGIN = 0.1  # of the frame that the surface covers beyond it
Stage = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Portrait:
    """A photo that can speak.

    Attributes:
        surface: What moves.
        layers: What it shows.
        separated: Whether person and background could be told apart; else the background moves along a little.
    """

    surface: Surface
    layers: Layers
    separated: bool


def prepare_portrait(
    photo: Path | str | Photo,
    size: tuple[int, int] = (512, 512),
    framing: Framing = "face",
    stage: Stage = lambda name, share: None,
) -> Portrait:
    """Find the face in a photo and fit the head to it.

    Args:
        photo: A picture file, or what `read_photo` gave.
        size: Width and height of the pictures to draw, pixels; with the framing ``photo`` the most they may have.
        framing: ``face`` draws the head and what is around it, ``photo`` the whole photo.
        stage: Told what is done now, and how much of all.

    Raises:
        InputError: The photo cannot be read, or does not show one face from the front, 200 pixels wide or more; or
            mediapipe or its model is missing.
    """
    picture, face = look_at(photo, size, framing, stage)
    stage("fit", 0.4)
    fitted = fit_head(face)
    stage("matte", 0.6)
    matte = find_matte(picture, face)
    stage("surface", 0.8)
    frame, size = frame_for(framing, face, picture.size, size)
    margin = MARGIN * max(frame[2] - frame[0], frame[3] - frame[1])
    region = frame[0] - margin, frame[1] - margin, frame[2] + margin, frame[3] + margin
    surface = build_surface(fitted, region, faded=matte is None)
    layers = make_layers(picture.pixels, matte, fitted, frame, size)
    return Portrait(surface, layers, matte is not None)


def look_at(photo: Path | str | Photo, size: tuple[int, int], framing: Framing, stage: Stage) -> tuple[Photo, Face]:
    """The photo and the face in it: how every preparation begins. For arguments and errors see `prepare_portrait`."""
    check_picture(*size)
    check_framing(framing)
    stage("photo", 0.0)
    picture = photo if isinstance(photo, Photo) else read_photo(photo)
    stage("face", 0.2)
    return picture, find_face(picture.pixels)


def check_framing(framing: str) -> None:
    """See that a framing is known.

    Raises:
        InputError: It is not.
    """
    if framing not in FRAMINGS:
        raise InputError(f"framing is {framing!r}; it must be one of {', '.join(FRAMINGS)}")


def frame_for(
    framing: Framing, face: Face, photo: tuple[int, int], size: tuple[int, int]
) -> tuple[Rectangle, tuple[int, int]]:
    """The part of a photo that is drawn, pixels of the photo, and the size that it is drawn at."""
    if framing == "photo":
        return (0.0, 0.0, float(photo[0]), float(photo[1])), _within(photo, size)
    return frame_face(face, photo, size), size


def _within(photo: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """Size of the whole photo within a size, even as videos need it."""
    scale = min(most[0] / photo[0], most[1] / photo[1])
    width, height = (max(2, round(side * scale / 2) * 2) for side in photo)
    check_picture(width, height)
    return width, height


def frame_face(face: Face, photo: tuple[int, int], size: tuple[int, int]) -> Rectangle:
    """The part of a photo that shows the head and what is around it, in the proportions of a size; whole pixels."""
    left, top, right, bottom = face.box
    aspect = size[0] / size[1]
    height = SHOWN * max(bottom - top, (right - left) / min(aspect, 1.0))
    height = min(height, photo[1], photo[0] / aspect)
    width = height * aspect
    x = np.clip((left + right - width) / 2, 0, photo[0] - width)
    y = np.clip((top + bottom) / 2 - EYE_LEVEL * height, 0, photo[1] - height)
    x, y = float(np.round(x)), float(np.round(y))
    return x, y, x + width, y + height


def mouth_opening(portrait: Portrait, expression: Float[np.ndarray, "T E"]) -> Float[np.ndarray, " T"]:
    """Distance of the inner lips in each frame, m."""
    mesh = portrait.surface.fitted.mesh
    rows = mesh.landmarks[[13, 14]]
    count = len(mesh.neutral)
    still = np.zeros(6)
    points = np.stack([rows @ portrait.surface.moved(row, still)[:count] for row in expression])
    return points[:, 0, 1] - points[:, 1, 1]
