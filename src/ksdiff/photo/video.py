"""Video of a photo that speaks, with a statement in the file that it is synthetic."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.motion import Motion
from ksdiff.output.picture import check_size
from ksdiff.output.render import check_space
from ksdiff.output.transparent_video import ENCODINGS, bled
from ksdiff.output.video import Encoding, encode, mp4_encoding
from ksdiff.photo.draw import PortraitRenderer
from ksdiff.photo.neural import NeuralPortrait, neural_frames
from ksdiff.photo.prepare import Portrait

SUFFIXES = (".mp4", *ENCODINGS)
# The term is IPTC's: C2PA and others use it to mark such media.
STATEMENT = (
    "Synthetic media: a photo animated by ksdiff, not a recording. Digital source type: "
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)
WATERMARK = "AI-generated"
MAX_WATERMARK = 80  # characters
WATERMARK_HEIGHT = 0.035  # of the picture's shorter side


def encoding_for(path: Path) -> Encoding:
    """How a video with this name is stored.

    Raises:
        InputError: The name ends in none of `SUFFIXES`.
        UnavailableError: FFmpeg as installed has no encoder for it.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{path} must end in {', '.join(SUFFIXES)}, .html or .glb")
    encoding = mp4_encoding() if suffix == ".mp4" else ENCODINGS[suffix]
    return replace(encoding, metadata={"comment": STATEMENT})


def check_watermark(text: str | None) -> None:
    """See that a watermark can be drawn.

    Raises:
        InputError: It is empty, too long, or has more than one line.
    """
    if text is not None and not (text.isprintable() and text.strip() and len(text) <= MAX_WATERMARK):
        raise InputError(f"the watermark must be one line of 1 to {MAX_WATERMARK} characters")


def write_portrait_video(
    portrait: Portrait | NeuralPortrait,
    motion: Motion,
    path: Path | str,
    audio: Path | str | Float[np.ndarray, " N"] | None = None,
    *,
    background: tuple[float, float, float] | None = None,
    watermark: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Draw a photo that moves and write it as video with sound.

    Args:
        portrait: The photo.
        motion: What to show, of the ``arkit`` space; LivePortrait's networks show the space ``liveportrait``, too.
        path: Where to write: ``.mp4``; or, without the background, ``.webm`` (VP9) or ``.mov`` (ProRes 4444).
        audio: A sound file, or mono samples at 16 kHz, or none.
        background: One colour in place of the photo's background, sRGB, 0..1.
        watermark: Text to show in a corner.
        progress: Called with the number of frames done and of all.

    Raises:
        InputError: The name ends in something else, the size is odd, the motion is of another space, the sound cannot
            be read, this machine cannot draw, the folder cannot be written, or opacity is wanted of a photo in which
            person and background cannot be told apart.
    """
    path = Path(path)
    encoding = encoding_for(path)
    plate = portrait.plate if isinstance(portrait, NeuralPortrait) else portrait.layers.plate
    height, width = plate.shape[:2]
    check_size(width, height)
    check_watermark(watermark)
    transparent = path.suffix.lower() in ENCODINGS
    if (transparent or background is not None) and not portrait.separated:
        raise InputError(
            "person and background cannot be told apart in this photo: give one with a transparent background, or "
            "write .mp4 with the background as it is"
        )
    if isinstance(portrait, NeuralPortrait):
        frames = neural_frames(portrait, motion, transparent, background)
    else:
        frames = portrait_frames(portrait, motion, transparent, background)
    if watermark is not None:
        frames = _marked(frames, watermark, (width, height))
    encode(motion, bled(frames) if transparent else frames, path, encoding, audio, progress)


def portrait_frames(
    portrait: Portrait,
    motion: Motion,
    transparent: bool = False,
    background: tuple[float, float, float] | None = None,
) -> Generator[UInt8[np.ndarray, "H W C"], None, None]:
    """Draw every frame of a motion, in order, sRGB; with opacity if transparent.

    Raises:
        InputError: The motion is not of the ``arkit`` space, or this machine cannot draw.
    """
    check_space(motion)
    with PortraitRenderer(portrait.surface, portrait.layers, transparent, background) as renderer:
        for expression, head in zip(motion.expression, motion.head, strict=True):
            yield renderer.draw(expression, head)


def _marked(
    frames: Generator[UInt8[np.ndarray, "H W C"], None, None], text: str, size: tuple[int, int]
) -> Generator[UInt8[np.ndarray, "H W C"], None, None]:
    """Write a text over the lower right corner of each picture."""
    mark = _mark(text, size)
    share = mark[..., 3:].astype(np.float32) / 255
    for frame in frames:
        result = frame.astype(np.float32)
        result[..., :3] += share * (mark[..., :3] - result[..., :3])
        if result.shape[-1] == 4:
            result[..., 3:] = np.maximum(result[..., 3:], 255 * share)
        yield np.round(result).astype(np.uint8)
    frames.close()


def _mark(text: str, size: tuple[int, int]) -> UInt8[np.ndarray, "H W 4"]:
    """White letters with a dark edge on nothing."""
    images, draws, fonts = (require(f"PIL.{name}", "portrait") for name in ("Image", "ImageDraw", "ImageFont"))
    height = max(10.0, WATERMARK_HEIGHT * min(size))
    picture: Any = images.new("RGBA", size, (0, 0, 0, 0))
    draw = draws.Draw(picture)
    font = fonts.load_default(height)
    wide = draw.textlength(text, font=font)
    if wide > 0.9 * size[0]:
        font = fonts.load_default(max(6.0, height * 0.9 * size[0] / wide))
    draw.text(
        (size[0] - height * 0.7, size[1] - height * 0.7), text, font=font, anchor="rs", fill=(255, 255, 255, 220),
        stroke_width=max(1, round(height / 12)), stroke_fill=(0, 0, 0, 160),
    )  # fmt: skip
    return np.asarray(picture)
