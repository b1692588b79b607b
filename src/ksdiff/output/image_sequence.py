"""Numbered PNG pictures with opacity, one for each frame, for compositing."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.motion import Motion
from ksdiff.output.render import check_space, render_frames
from ksdiff.output.timecode import start_frame, timecode

NAME = "head.{:07d}.png"  # enough digits for a day
NAMES = re.compile(r"head\.\d{7}\.png")


def write_image_sequence(
    motion: Motion,
    folder: Path | str,
    *,
    width: int = 512,
    height: int = 512,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Draw a motion without a backdrop as pictures, 8-bit sRGB with opacity that is not multiplied into the colours.

    A picture is numbered by the frame of its timecode; the code and the frame rate are in its text chunks ``Timecode``
    and ``FrameRate``.

    Args:
        motion: What to show, of the ``arkit`` space.
        folder: Where to write: a new folder, or one that holds nothing but an earlier sequence, which is replaced.
        width: Of the pictures, pixels.
        height: Of the pictures, pixels.
        progress: Called with the number of frames done and of all.

    Raises:
        InputError: The folder holds something else or cannot be written, the motion is of another space, or this
            machine cannot draw.
    """
    images, png = require("PIL.Image", "render"), require("PIL.PngImagePlugin", "render")
    check_space(motion)
    start = start_frame(motion)
    with _replacing_sequence(Path(folder)) as temporary:
        for number, pixels in enumerate(render_frames(motion, width, height, transparent=True)):
            text = png.PngInfo()
            text.add_text("Timecode", timecode(start + number, motion.fps))
            text.add_text("FrameRate", f"{motion.fps:g}")
            picture = images.fromarray(pixels)
            picture.save(temporary / NAME.format(start + number), pnginfo=text, compress_level=4)
            if progress is not None:
                progress(number + 1, len(motion))


@contextmanager
def _replacing_sequence(folder: Path) -> Iterator[Path]:
    """Give a temporary folder that takes the place of another when the block ends without an error."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file, but the pictures need a folder: choose another name")
    others = [path.name for path in folder.iterdir() if not NAMES.fullmatch(path.name)] if folder.is_dir() else []
    if others:
        raise InputError(f"{folder} holds other files ({others[0]}) and would be replaced: choose an empty folder")
    temporary, earlier = (
        folder.with_name(f".{folder.name[:40]}.{uuid4().hex[:8]}.{kind}") for kind in ("partial", "old")
    )
    try:
        temporary.mkdir()
        yield temporary
        if folder.is_dir():
            folder.replace(earlier)
        try:
            temporary.replace(folder)
        except OSError:
            if earlier.is_dir():
                earlier.replace(folder)
            raise
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror or error}; choose another folder") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(earlier, ignore_errors=True)
