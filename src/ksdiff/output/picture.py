"""How pictures and videos of the head are to look: their size, and what is behind it."""

import re
from dataclasses import dataclass

from ksdiff.errors import InputError

LEAST, GREATEST = 16, 8192  # pixels of a side
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def check_picture(width: int, height: int) -> None:
    """See that a picture can have this size.

    Raises:
        InputError: A side is out of range.
    """
    if not (LEAST <= width <= GREATEST and LEAST <= height <= GREATEST):
        raise InputError(f"a picture of {width} x {height} pixels: each side must be from {LEAST} to {GREATEST}")


def check_size(width: int, height: int) -> None:
    """See that a video can have this size: encoders keep colours at half the width and height.

    Raises:
        InputError: A side is odd.
    """
    if width % 2 or height % 2:
        raise InputError(f"a video of {width} x {height} pixels: both sides must be even")


@dataclass(frozen=True)
class Picture:
    """Size and background of pictures.

    Attributes:
        width: Pixels.
        height: Pixels.
        background: One colour, as ``#rrggbb`` in sRGB; None for the dark backdrop. Formats with opacity have none.

    Raises:
        InputError: The size is out of range, or the colour is none.
    """

    width: int = 512
    height: int = 512
    background: str | None = None

    def __post_init__(self) -> None:
        check_picture(self.width, self.height)
        if self.background is not None and not _COLOUR.fullmatch(self.background):
            raise InputError(f"the background is {self.background!r}; it must be a colour such as #00b140")

    @property
    def colour(self) -> tuple[float, float, float] | None:
        """The background, 0..1; None for the backdrop."""
        if self.background is None:
            return None
        red, green, blue = bytes.fromhex(self.background[1:])
        return red / 255, green / 255, blue / 255


PICTURE = Picture()
