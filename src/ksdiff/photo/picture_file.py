"""Reading a photo: any picture file that Pillow knows, upright, in sRGB."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError
from ksdiff.extras import require

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".jp2", ".avif")
MAX_PIXELS = 150_000_000  # of a file; more is not a photo of a face
BEHIND = 96  # grey behind a picture with opacity
LONGEST_SIDE = 4096  # pixels: larger photos are made smaller


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture.

    Attributes:
        pixels: sRGB; grey shows through what is not opaque.
        opacity: 0..1; None if the file has none.
    """

    pixels: UInt8[np.ndarray, "H W 3"]
    opacity: Float[np.ndarray, "H W"] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def read_photo(path: Path | str) -> Photo:
    """Read a picture as it is meant to be seen: turned as its EXIF data says, its colours in sRGB.

    Pictures with a side longer than `LONGEST_SIDE` are made smaller.

    Raises:
        InputError: It is no picture, is damaged, or is too large.
    """
    path = Path(path)
    images, operations = require("PIL.Image", "portrait"), require("PIL.ImageOps", "portrait")
    if path.is_dir():
        raise InputError(f"{path} is a folder; give a picture file, such as a JPEG or PNG")
    if not path.exists():
        raise InputError(f"there is no file {path}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow, about odd metadata and size
            with images.open(path) as file:
                width, height = file.size
                if width * height > MAX_PIXELS:
                    raise _too_large(path)
                file.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decoded at no more than is needed
                picture = operations.exif_transpose(file)
                opacity = _opacity(picture)
                picture = _as_rgb(picture)
    except InputError:
        raise
    except MemoryError:
        raise
    except images.DecompressionBombError as error:
        raise _too_large(path) from error
    except Exception as error:  # Pillow's decoders raise many kinds
        raise InputError(f"{path} is not a picture that can be read: {str(error) or type(error).__name__}") from error
    scale = LONGEST_SIDE / max(picture.size)
    if scale < 1:
        size = tuple(max(1, round(side * scale)) for side in picture.size)
        picture = picture.resize(size, images.Resampling.LANCZOS)
        opacity = opacity and opacity.resize(size, images.Resampling.LANCZOS)
    pixels = np.array(picture)
    if opacity is None:
        return Photo(pixels)
    share = np.asarray(opacity, dtype=np.float32) / 255
    flat = share[..., None] * pixels + (1 - share[..., None]) * np.float32(BEHIND)
    return Photo(flat.round().astype(np.uint8), share)


def _too_large(path: Path) -> InputError:
    return InputError(f"{path} has more than {MAX_PIXELS // 1_000_000} million pixels: make it smaller")


def _opacity(picture: Any) -> Any:
    """The picture's opacity, 8 bits; None if all is opaque."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return None
    opacity = picture.convert("RGBA").getchannel("A")
    return None if opacity.getextrema()[0] == 255 else opacity


def _as_rgb(picture: Any) -> Any:
    """Convert to sRGB, by the file's own colour profile if it has a sound one."""
    profiles = require("PIL.ImageCms", "portrait")
    if picture.mode.startswith(("I", "F")):  # 16 bits of grey or more
        values = np.asarray(picture, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        if low >= 0 and 255 < high <= 65535:
            low, high = 0.0, 65535.0
        grey = np.clip((values - low) / max(high - low, 1e-9) * 255, 0, 255).astype(np.uint8)
        return require("PIL.Image", "portrait").fromarray(grey).convert("RGB")
    profile = picture.info.get("icc_profile")
    if picture.mode in ("P", "PA", "LA", "RGBA", "La", "RGBa"):
        picture = picture.convert("RGBA").convert("RGB")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = profiles.ImageCmsProfile(io.BytesIO(profile))
            return profiles.profileToProfile(picture, source, profiles.createProfile("sRGB"), outputMode="RGB")
        except profiles.PyCMSError:  # a damaged profile, or one of another kind of colours
            pass
    return picture.convert("RGB")
