"""Video without a backdrop, to lay over other pictures: WebM (VP9, Opus) for the web, MOV (ProRes 4444) for editing.

Opacity is not multiplied into the colours ("straight" alpha). Of FFmpeg's decoders of VP9 only libvpx's gives the
opacity; browsers show it.
"""

from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from ksdiff.errors import InputError
from ksdiff.motion import Motion
from ksdiff.output.picture import check_size
from ksdiff.output.render import check_space, render_frames
from ksdiff.output.video import Encoding, encode

ENCODINGS = {
    ".webm": Encoding(
        "webm",
        "libvpx-vp9",
        # Alternate reference frames are not shown, so that pictures and their opacity would get out of step.
        {"crf": "12", "b": "0", "deadline": "realtime", "cpu-used": "6", "auto-alt-ref": "0"},
        "yuva420p",
        "libopus",
        (48_000,),
    ),
    ".mov": Encoding("mov", "prores_ks", {"profile": "4444", "alpha_bits": "16"}, "yuva444p10le", "pcm_s16le"),
}


def write_transparent_video(
    motion: Motion,
    path: Path | str,
    audio: Path | str | Float[np.ndarray, " N"] | None = None,
    *,
    width: int = 512,
    height: int = 512,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Draw a motion without a backdrop and write it as video with opacity and sound.

    Args:
        motion: What to show, of the ``arkit`` space.
        path: Where to write; ``.webm`` becomes VP9 with Opus, ``.mov`` ProRes 4444 with uncompressed sound.
        audio: A sound file, or mono samples at 16 kHz, or none.
        width: Of the picture, pixels; even.
        height: Of the picture, pixels; even.
        progress: Called with the number of frames done and of all.

    Raises:
        InputError: The name ends in neither, the size is odd, the motion is of another space, the sound cannot be
            read, this machine cannot draw, or the folder cannot be written.
    """
    path = Path(path)
    encoding = ENCODINGS.get(path.suffix.lower())
    if encoding is None:
        raise InputError(f"{path} must end in {' or '.join(ENCODINGS)}")
    check_size(width, height)
    check_space(motion)
    encode(motion, bled(render_frames(motion, width, height, transparent=True)), path, encoding, audio, progress)


def bled(
    frames: Generator[UInt8[np.ndarray, "H W 4"], None, None],
) -> Generator[UInt8[np.ndarray, "H W 4"], None, None]:
    """Give what is not seen the mean colour of the edge.

    Encoders mix the colours of neighbours; black ones would darken the edge.
    """
    for frame in frames:
        opacity = frame[..., 3]
        edge = (opacity > 0) & (opacity < 255)
        if edge.any():
            frame[opacity == 0, :3] = frame[edge, :3].mean(axis=0).round()
        yield frame
