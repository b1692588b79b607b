"""MP4 of a long motion, drawn in parts that are kept, so that drawing goes on where it was interrupted.

Extra ``render``. Each part is a video of its own, without sound, for which the encoder begins anew; they are joined
without being encoded again. So the result is the same, bit for bit, however often the work was interrupted, where the
encoder is: x264 with its mbtree is at 512 pixels, but not always at widths such as 64, 112, 136 or 720.
"""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.extras import needs
from ksdiff.motion import Motion
from ksdiff.output.parts import Parts
from ksdiff.output.picture import PICTURE, Picture, check_size
from ksdiff.output.render import BLOCK, check_space, render_frames
from ksdiff.output.video import Encoding, mp4_encoding, opened, with_progress, written
from ksdiff.version import __version__

with needs("render"):
    import av

FRAMES = 24 * BLOCK  # of a part: whole blocks, so that the rest is blended as if all had been drawn in one go


def write_video_in_parts(
    motion: Motion,
    path: Path,
    audio: Path | Float[np.ndarray, " N"],
    folder: Path,
    *,
    picture: Picture = PICTURE,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Draw a motion and write it as MP4, going on from the parts that are done.

    Args:
        motion: What to show, of the ``arkit`` space.
        path: Where to write.
        audio: A sound file, taken over at its own rate and as mono or stereo; or mono samples at 16 kHz.
        folder: Keeps the parts. It stays until `ksdiff.output.parts.remove_parts`.
        picture: How it is to look; width and height even.
        progress: Called with the number of frames done and of all.

    Raises:
        InputError: The motion is of another space, the size is odd, the sound cannot be read, this machine
            cannot draw, or a folder cannot be written.
    """
    check_space(motion)
    width, height, background = picture.width, picture.height, picture.colour
    check_size(width, height)
    encoding, total = mp4_encoding(), len(motion)
    parts = Parts(folder, _key(motion, encoding, (width, height, background)), ".mp4")
    first = len(parts) * FRAMES
    if first < total:
        with closing(render_frames(_from(motion, first), width, height, background=background)) as frames:
            # The first is drawn here, before anything is written, in case nothing can be drawn.
            told = with_progress(chain([next(frames)], frames), progress, first, total)
            for _ in range(first, total, FRAMES):
                with written(parts.next()) as temporary, opened(motion, temporary, encoding, None) as video:
                    video.draw(islice(told, FRAMES))
                del video  # its encoder, before that of the next part is made
                parts.add()
    with written(path) as temporary, opened(motion, temporary, encoding, audio) as video:
        video.copy(parts.paths)


def _from(motion: Motion, first: int) -> Motion:
    """A motion from a frame on."""
    names = ("expression", "head", "keyframes_expression", "keyframes_head")
    return replace(motion, **{name: getattr(motion, name)[first:] for name in names})


def _key(motion: Motion, encoding: Encoding, look: object) -> str:
    """Hash of all that the pictures and their encoding depend on."""
    computed_by = (FRAMES, __version__, av.__version__, np.__version__)
    hasher = hashlib.sha256(repr((computed_by, encoding, look, motion.fps)).encode())
    for array in (motion.expression, motion.head):
        hasher.update(f"{array.dtype} {array.shape}\n".encode())
        hasher.update(np.ascontiguousarray(array).data)
    return hasher.hexdigest()
