"""The face in a photo: MediaPipe's 478 landmarks, and what a photo must show."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from ksdiff.corpus.tracker import fetch_model, load_mediapipe, quiet
from ksdiff.errors import InputError
from ksdiff.extras import needs, require
from ksdiff.face.head import load_head
from ksdiff.photo.resample import Rectangle, resample

with needs("portrait"):
    from scipy.spatial import KDTree

LEAST_WIDTH = 200  # pixels of the face as detectors frame it
FRAMED = 1.25  # width of that frame relative to the landmarks
OTHER_FACE = 0.4  # of the largest face's width: a face from this size on is not a passer-by
MAX_YAW, MAX_PITCH = 30.0, 30.0  # degrees
SEARCH_SIDE = 1280  # pixels: faces are looked for in pictures no larger
MAX_FACES = 6
JITTER = ((0.0, 0.0, 1.0), (0.02, -0.01, 1.06), (-0.02, 0.01, 0.95), (0.01, 0.02, 1.12))  # shifts and zooms
AROUND = 2.4  # side of the picture that the landmarker is given, in widths of the face


@dataclass(frozen=True, eq=False)
class Face:
    """A face in a photo.

    Attributes:
        landmarks: Pixels, x to the right, y down, z (scaled like x) away from the camera.
    """

    landmarks: Float[np.ndarray, "478 3"]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the landmarks, pixels."""
        low, high = self.landmarks[:, :2].min(axis=0), self.landmarks[:, :2].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @property
    def width(self) -> float:
        """Of the landmarks, pixels."""
        return self.box[2] - self.box[0]


def find_face(pixels: UInt8[np.ndarray, "H W 3"]) -> Face:
    """Find the one face that a photo shows.

    Small faces far behind it are left alone.

    Raises:
        InputError: There is none, there are several, or it is too small or turned too far; or mediapipe or its model
            is missing.
    """
    with _landmarker() as detect:
        faces = _search(detect, pixels)
        if not faces:
            raise InputError("no face is seen in the photo: give one that shows a face from the front, well lit")
        faces.sort(key=lambda face: face.width, reverse=True)
        largest = faces[0]
        others = [face for face in faces[1:] if face.width > OTHER_FACE * largest.width]
        if others:
            places = "; ".join(_place(face) for face in (largest, *others[:2]))
            raise InputError(
                f"the photo shows {len(others) + 1} faces: cut out the one that is to speak (the largest: {places})"
            )
        width = largest.width * FRAMED
        if width < LEAST_WIDTH:
            raise InputError(f"the face in the photo is only {width:.0f} pixels wide: it must be {LEAST_WIDTH} or more")
        return _refined(detect, pixels, largest)


def _place(face: Face) -> str:
    left, top, right, bottom = face.box
    return f"x {left:.0f} to {right:.0f}, y {top:.0f} to {bottom:.0f}"


def check_frontal(yaw: float, pitch: float) -> None:
    """See that a face is seen from the front.

    Args:
        yaw: To the side, degrees.
        pitch: Up or down, degrees.

    Raises:
        InputError: It is turned too far.
    """
    for angle, most, where in ((yaw, MAX_YAW, "to the side"), (pitch, MAX_PITCH, "up or down")):
        if abs(angle) > most:
            raise InputError(
                f"the face in the photo is turned {abs(angle):.0f} degrees {where}: give a photo from the front, with "
                f"{most:.0f} degrees at most"
            )


class _landmarker:  # noqa: N801 (used as a function)
    """MediaPipe's landmarker for single pictures, as a context manager that gives the function that detects."""

    def __enter__(self) -> Any:
        self._mediapipe = load_mediapipe()
        tasks = require("mediapipe.tasks.python", extra="portrait")
        options = tasks.vision.FaceLandmarkerOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(fetch_model())),
            running_mode=tasks.vision.RunningMode.IMAGE,
            num_faces=MAX_FACES,
        )
        with quiet():
            self._model = tasks.vision.FaceLandmarker.create_from_options(options)
        self._model.__enter__()
        return self._detect

    def __exit__(self, *exception: Any) -> None:
        self._model.__exit__(*exception)

    def _detect(self, pixels: UInt8[np.ndarray, "H W 3"]) -> list[Float[np.ndarray, "478 3"]]:
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(pixels))
        with quiet():
            found = self._model.detect(image).face_landmarks
        height, width = pixels.shape[:2]
        return [np.array([(point.x, point.y, point.z) for point in face]) * (width, height, width) for face in found]


def _search(detect: Any, pixels: UInt8[np.ndarray, "H W 3"]) -> list[Face]:
    """Faces in the whole picture; else with a border around, for one that fills it; else in parts, for small ones."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    views = [(0.0, 0.0, float(width), float(height))]
    margin = 0.4 * longest
    views_later = [(-margin, -margin, width + margin, height + margin)]
    for share in (0.6, 0.35):
        side = share * longest
        steps_x = np.linspace(0, max(width - side, 0), max(1, int(np.ceil((width - side) / (side / 2))) + 1))
        steps_y = np.linspace(0, max(height - side, 0), max(1, int(np.ceil((height - side) / (side / 2))) + 1))
        views_later += [(float(x), float(y), float(x + side), float(y + side)) for y in steps_y for x in steps_x]
    faces = _in_views(detect, pixels, views)
    for view in views_later:
        if faces and view[0] >= 0:
            break
        faces = faces or _in_views(detect, pixels, [view])
    # Smaller ones beside a face that is found, too, so that two people far apart are two people.
    return _without_doubles(faces)


def _in_views(detect: Any, pixels: np.ndarray, views: list[Rectangle]) -> list[Face]:
    faces = []
    for view in views:
        picture, scale = _view(pixels, view)
        for landmarks in detect(picture):
            faces.append(Face(landmarks / scale + (*view[:2], 0)))
    return faces


def _without_doubles(faces: list[Face]) -> list[Face]:
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: face.width, reverse=True):
        middle = face.landmarks[:, :2].mean(axis=0)
        if all(np.linalg.norm(middle - one.landmarks[:, :2].mean(axis=0)) > 0.5 * one.width for one in kept):
            kept.append(face)
    return kept


def _refined(detect: Any, pixels: np.ndarray, face: Face) -> Face:
    """The mean of what is seen in some views of the face, and of it in the mirror: steadier than one."""
    left, top, right, bottom = face.box
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    reach = AROUND / 2 * max(right - left, bottom - top)
    seen = []
    for shift_x, shift_y, zoom in JITTER:
        centre = middle + np.array([shift_x, shift_y]) * face.width
        low, high = centre - reach * zoom, centre + reach * zoom
        picture, scale = _view(pixels, (low[0], low[1], high[0], high[1]))
        for mirrored in (False, True):
            found = detect(picture[:, ::-1] if mirrored else picture)
            if not found:
                continue
            middle_of_view = np.array(picture.shape[1::-1]) / 2
            points = min(found, key=lambda one: np.linalg.norm(one[:, :2].mean(axis=0) - middle_of_view))
            if mirrored:
                points = (points * [-1, 1, 1] + [picture.shape[1], 0, 0])[counterparts()]
            seen.append(points / scale + (*low, 0))
    return Face(np.median(seen, axis=0)) if seen else face


@cache
def counterparts() -> Int[np.ndarray, " 478"]:
    """Of each landmark the one on the other side of the face."""
    neutral = load_head().landmark_basis()[0]
    return np.asarray(KDTree(neutral).query(neutral * np.array([-1.0, 1.0, 1.0]))[1])


def _view(pixels: UInt8[np.ndarray, "H W 3"], part: Rectangle) -> tuple[UInt8[np.ndarray, "h w 3"], float]:
    """A part of a picture, no side longer than `SEARCH_SIDE`; and the scale."""
    width, height = part[2] - part[0], part[3] - part[1]
    scale = min(1.0, SEARCH_SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return resample(
        pixels, (part[0], part[1], part[0] + size[0] / scale, part[1] + size[1] / scale), size, grey=True
    ), scale
