"""A photo moved by LivePortrait's networks, with the user's own weights."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.liveportrait.drive import movements
from ksdiff.liveportrait.keypoints import SourceFace
from ksdiff.liveportrait.networks import Networks
from ksdiff.motion import Motion
from ksdiff.photo.crop import Paste, crop_face, cut_out, lip_opening, per_metre
from ksdiff.photo.landmarks import Face
from ksdiff.photo.matte import find_matte
from ksdiff.photo.picture_file import Photo
from ksdiff.photo.prepare import Framing, Stage, frame_for, look_at
from ksdiff.photo.resample import Rectangle, resample

OPEN_LIPS = 0.03  # widths of the mouth: lips further apart are closed first, as LivePortrait does


@dataclass(frozen=True, eq=False)
class NeuralPortrait:
    """A photo that LivePortrait's networks have seen.

    Attributes:
        networks: The networks.
        features: Of the photo, for them.
        source: The face that they found in it.
        closing: Of its keypoints, so that the lips close; LivePortrait's unit.
        scale: Of the picture that they see: halves of its side per metre of the face.
        paste: Lays what they draw on the plate.
        plate: The part of the photo that is shown.
        opacity: Of the person in it, 0..1; None if they cannot be told from the background.
        face: Landmarks in the plate, pixels.
    """

    networks: Networks
    features: Any
    source: SourceFace
    closing: Float[np.ndarray, "21 3"]
    scale: float
    paste: Paste
    plate: UInt8[np.ndarray, "H W 3"]
    opacity: Float[np.ndarray, "H W"] | None
    face: Face

    @property
    def separated(self) -> bool:
        """Whether person and background can be told apart."""
        return self.opacity is not None


def prepare_neural(
    photo: Path | str | Photo,
    networks: Networks,
    size: tuple[int, int] = (512, 512),
    framing: Framing = "face",
    stage: Stage = lambda name, share: None,
) -> NeuralPortrait:
    """Find the face in a photo and show it to the networks.

    Args:
        photo: A picture file, or what `read_photo` gave.
        networks: With weights.
        size: Width and height of the pictures to draw, pixels; with the framing ``photo`` the most they may have.
        framing: ``face`` shows the head and what is around it, ``photo`` the whole photo.
        stage: Told what is done now, and how much of all.

    Raises:
        InputError: As `prepare_portrait`; or the weights give numbers that are not finite.
    """
    picture, face = look_at(photo, size, framing, stage)
    stage("matte", 0.4)
    matte = find_matte(picture, face)
    stage("keypoints", 0.6)
    crop = crop_face(face)
    seen = cut_out(picture.pixels, crop, networks.settings.picture)
    source = networks.face(seen)
    stage("features", 0.8)
    features = networks.features(seen)
    opening = lip_opening(face)
    closing = networks.closing(source.points, opening) if opening > OPEN_LIPS else np.zeros((21, 3))
    frame, size = frame_for(framing, face, picture.size, size)
    plate = resample(picture.pixels, frame, size)
    opacity = None if matte is None else np.clip(resample(matte.astype(np.float32), frame, size), 0, 1)
    return NeuralPortrait(
        networks=networks,
        features=features,
        source=source,
        closing=closing,
        scale=per_metre(face, crop),
        paste=Paste(plate, frame, crop, networks.settings.result),
        plate=plate,
        opacity=opacity,
        face=_within(face, frame, size),
    )


def _within(face: Face, frame: Rectangle, size: tuple[int, int]) -> Face:
    scale = size[0] / (frame[2] - frame[0])
    return Face((face.landmarks - (*frame[:2], 0)) * scale)


def neural_frames(
    portrait: NeuralPortrait,
    motion: Motion,
    transparent: bool = False,
    background: tuple[float, float, float] | None = None,
) -> Generator[UInt8[np.ndarray, "H W C"], None, None]:
    """Draw every frame of a motion, in order, sRGB; with opacity if transparent.

    Raises:
        InputError: The motion is of a space other than ``arkit`` and ``liveportrait``.
    """
    source, networks = portrait.source, portrait.networks
    still = source.points
    for movement in movements(motion, portrait.scale):
        driving = networks.stitched(still, source.moved(movement)) + portrait.closing
        picture = portrait.paste.lay(networks.draw(portrait.features, still, driving))
        if transparent or background is not None:
            picture = _cut_free(portrait, picture, background)
        yield picture


def _cut_free(
    portrait: NeuralPortrait, picture: UInt8[np.ndarray, "H W 3"], background: tuple[float, float, float] | None
) -> UInt8[np.ndarray, "H W C"]:
    """The person without the background, or before a colour."""
    matte = find_matte(Photo(picture), portrait.face)
    matte = portrait.opacity if matte is None else matte
    assert matte is not None
    if background is None:
        return np.dstack([picture, (255 * matte).round().astype(np.uint8)])
    share = matte[..., None]
    return np.round(share * picture + (1 - share) * (255 * np.array(background))).astype(np.uint8)
