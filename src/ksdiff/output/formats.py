"""All formats together: which there are, and writing those that are wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, suggest
from ksdiff.motion import Motion
from ksdiff.motion.keyframe_file import write_keyframes
from ksdiff.motion.space import ARKIT, FLAME, FLAME_JAW, MotionSpace
from ksdiff.output.arkit_csv import write_arkit_csv
from ksdiff.output.bvh import write_bvh
from ksdiff.output.flame_npz import write_flame_npz
from ksdiff.output.gltf import write_glb
from ksdiff.output.html import write_html
from ksdiff.output.image_sequence import write_image_sequence
from ksdiff.output.import_scripts import write_import_script
from ksdiff.output.timeline import write_timeline
from ksdiff.output.transparent_video import write_transparent_video
from ksdiff.output.usd import write_usd
from ksdiff.output.video import write_video
from ksdiff.output.web_json import write_web_json

Progress = Callable[[str, float], None]  # name of the file; how much of it is done, 0..1


@dataclass(frozen=True)
class Sound:
    """The voice: the file it came from, if any, and mono samples at 16 kHz."""

    path: Path | None
    samples: Float[np.ndarray, " N"]

    @property
    def best(self) -> "Path | Float[np.ndarray, ' N']":
        """What to put beside pictures: the file, which has the full quality, or the samples."""
        return self.samples if self.path is None else self.path


def _share(progress: Callable[[float], None]) -> Callable[[int, int], None]:
    """For those who count frames done and of all."""
    return lambda done, total: progress(done / total)


def _transparent(motion: Motion, path: Path, sound: Sound, progress: Callable[[float], None]) -> None:
    write_transparent_video(motion, path, sound.best, progress=_share(progress))


FORMATS: dict[str, tuple[str, Callable[[Motion, Path, Sound, Callable[[float], None]], None]]] = {
    "npz": ("motion.npz", lambda motion, path, sound, progress: motion.save(path)),
    "csv": ("arkit.csv", lambda motion, path, sound, progress: write_arkit_csv(motion, path)),
    "glb": ("head.glb", lambda motion, path, sound, progress: write_glb(motion, path)),
    "timeline": (
        "timeline.png",
        lambda motion, path, sound, progress: write_timeline(motion, path, sound.samples),
    ),
    "html": ("preview.html", lambda motion, path, sound, progress: write_html(motion, path, sound.best)),
    "keyframes": (
        "keyframes.json",
        lambda motion, path, sound, progress: write_keyframes(
            path, motion.keyframes_expression, motion.keyframes_head, motion.fps
        ),
    ),
    "mp4": (
        "preview.mp4",
        lambda motion, path, sound, progress: write_video(motion, path, sound.best, progress=_share(progress)),
    ),
    "webm": ("head.webm", _transparent),
    "mov": ("head.mov", _transparent),
    "png": (
        "frames",
        lambda motion, path, sound, progress: write_image_sequence(motion, path, progress=_share(progress)),
    ),
    "json": ("motion.json", lambda motion, path, sound, progress: write_web_json(motion, path)),
    "bvh": ("head.bvh", lambda motion, path, sound, progress: write_bvh(motion, path)),
    "usd": ("head.usd", lambda motion, path, sound, progress: write_usd(motion, path)),
    "blender": (
        "ksdiff_blender.py",
        lambda motion, path, sound, progress: write_import_script(motion, path, "blender"),
    ),
    "maya": ("ksdiff_maya.py", lambda motion, path, sound, progress: write_import_script(motion, path, "maya")),
    "flame": ("flame.npz", lambda motion, path, sound, progress: write_flame_npz(motion, path)),
}
# Made when none is named, if the motion's space allows; the others only when asked for.
DEFAULT_FORMATS = ("npz", "csv", "glb", "timeline", "html", "keyframes", "mp4", "flame")
# What holds motion of certain spaces only.
SPACES: dict[str, tuple[MotionSpace, ...]] = {
    **dict.fromkeys(("csv", "glb", "html", "mp4", "webm", "mov", "png", "bvh", "usd", "blender", "maya"), (ARKIT,)),
    "flame": (FLAME, FLAME_JAW),
}


def default_formats(space: MotionSpace) -> tuple[str, ...]:
    """What is made of a motion when no format is named."""
    return tuple(name for name in DEFAULT_FORMATS if space in SPACES.get(name, (space,)))


def check_formats(names: Sequence[str]) -> None:
    """See that all formats exist.

    Raises:
        InputError: One does not.
    """
    for name in names:
        if name not in FORMATS:
            raise InputError(f"unknown format {name!r}: {suggest(name, tuple(FORMATS))}")


def write_outputs(
    motion: Motion,
    out: Path,
    sound: Sound,
    names: Sequence[str] | None = None,
    progress: Progress = lambda name, done: None,
) -> tuple[list[Path], dict[str, str]]:
    """Write a motion in several formats.

    Args:
        motion: What to write.
        out: An existing folder.
        sound: The voice.
        names: Which formats, all of which must succeed; None for the `default_formats` that can be made here.
        progress: Called with the name of a file and how much of it is done.

    Returns:
        The files written, and for each format that could not be made why.

    Raises:
        InputError: A format that was asked for does not exist or cannot be made.
    """
    check_formats(names or ())
    written: list[Path] = []
    missing: dict[str, str] = {}
    for name in names or default_formats(motion.space):
        file, write = FORMATS[name]
        progress(file, 0.0)
        try:
            write(motion, out / file, sound, lambda done, file=file: progress(file, done))
        except InputError as error:
            if names is not None:
                raise
            missing[name] = str(error)
        else:
            written.append(out / file)
        progress(file, 1.0)
    return written, missing
