"""All formats together: which there are, and writing those that are wanted.

The command line, the studio and the table in docs/formats.md read `FORMATS`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, UnavailableError, suggest
from ksdiff.extras import check_installed
from ksdiff.motion import Motion
from ksdiff.motion.keyframe_file import write_keyframes
from ksdiff.motion.space import ARKIT, FLAME, FLAME_JAW, SPACES, MotionSpace
from ksdiff.output.arkit_csv import write_arkit_csv
from ksdiff.output.bvh import write_bvh
from ksdiff.output.flame_npz import write_flame_npz
from ksdiff.output.gltf import write_glb
from ksdiff.output.html import write_html
from ksdiff.output.image_sequence import write_image_sequence
from ksdiff.output.import_scripts import write_import_script
from ksdiff.output.picture import PICTURE, Picture, check_picture, check_size
from ksdiff.output.render import check_drawing
from ksdiff.output.timeline import write_timeline
from ksdiff.output.usd import write_usd
from ksdiff.output.web_json import write_web_json

Progress = Callable[[str, float], None]  # name of the file; how much of it is done, 0..1
Share = Callable[[float], None]  # how much of one file is done, 0..1
Size = tuple[int, int]  # width and height of pictures, pixels
_SIZE = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?")


@dataclass(frozen=True)
class Sound:
    """The voice: the file it came from, if any, and mono samples at 16 kHz."""

    path: Path | None
    samples: Float[np.ndarray, " N"]

    @property
    def best(self) -> "Path | Float[np.ndarray, ' N']":
        """What to put beside pictures: the file, which has the full quality, or the samples."""
        return self.samples if self.path is None else self.path


@dataclass(frozen=True)
class Format:
    """A format that a motion can be written in.

    Attributes:
        name: What users call it.
        file: Name of the file, or of the folder, that it is written to.
        media_type: Of the file, or of the files in the folder (RFC 6838).
        description: What it is for.
        write: Writes a motion and the voice to a path, and says how much is done; pictures look as they are to. Keeps
            what is done of long work in a folder, if one is given.
        spaces: The motion spaces that it can hold.
        extra: The extra of this package that writes it; "" where the base install does.
        default: Written when no format is named, if the motion's space allows.
        companions: Further files that it writes beside its own.
    """

    name: str
    file: str
    media_type: str
    description: str
    write: Callable[[Motion, Path, Sound, Share, Picture, Path | None], None]
    spaces: tuple[MotionSpace, ...] = (ARKIT,)
    extra: str = ""
    default: bool = False
    companions: tuple[str, ...] = ()

    def paths(self, out: Path) -> list[Path]:
        """What it writes into a folder."""
        return [out / name for name in (self.file, *self.companions)]


def _keyframes(motion: Motion, path: Path, sound: Sound, share: Share, picture: Picture, kept: Path | None) -> None:
    write_keyframes(path, motion.keyframes_expression, motion.keyframes_head, motion.fps)


def _mp4(motion: Motion, path: Path, sound: Sound, share: Share, picture: Picture, kept: Path | None) -> None:
    check_installed("render")
    from ksdiff.output.video import write_video
    from ksdiff.output.video_parts import write_video_in_parts

    write = write_video if kept is None else partial(write_video_in_parts, folder=kept)
    write(motion, path, sound.best, picture=picture, progress=_counted(share))


def _transparent(motion: Motion, path: Path, sound: Sound, share: Share, picture: Picture, kept: Path | None) -> None:
    check_installed("render")
    from ksdiff.output.transparent_video import write_transparent_video

    size = {"width": picture.width, "height": picture.height}
    write_transparent_video(motion, path, sound.best, **size, progress=_counted(share))


def _frames(motion: Motion, path: Path, sound: Sound, share: Share, picture: Picture, kept: Path | None) -> None:
    write_image_sequence(motion, path, width=picture.width, height=picture.height, progress=_counted(share))


def _counted(share: Share) -> Callable[[int, int], None]:
    """For writers that count frames done and of all."""
    return lambda done, total: share(done / total)


def _silent(
    write: Callable[[Motion, Path], None],
) -> Callable[[Motion, Path, Sound, Share, Picture, Path | None], None]:
    """For writers that need no sound and are done at once."""
    return lambda motion, path, sound, share, picture, kept: write(motion, path)


_ALL = tuple(SPACES.values())
_TABLE = (
    Format(
        "npz", "motion.npz", "application/zip", "Motion as arrays, for Python",
        _silent(Motion.save), _ALL, default=True,
    ),
    Format(
        "csv", "arkit.csv", "text/csv", "Live Link Face, for Unreal Engine and ARKit importers",
        _silent(write_arkit_csv), default=True,
    ),
    Format(
        "glb", "head.glb", "model/gltf-binary", "Animated head, for any 3D program",
        _silent(write_glb), default=True,
    ),
    Format(
        "timeline", "timeline.png", "image/png", "Sound, words, keyframes and curves as a picture",
        lambda motion, path, sound, share, picture, kept: write_timeline(motion, path, sound.samples),
        _ALL, extra="render", default=True,
    ),
    Format(
        "html", "preview.html", "text/html", "Page that plays it in any browser",
        lambda motion, path, sound, share, picture, kept: write_html(motion, path, sound.best), default=True,
    ),
    Format(
        "keyframes", "keyframes.json", "application/json", "Keyframes, for editing",
        _keyframes, _ALL, default=True,
    ),
    Format("mp4", "preview.mp4", "video/mp4", "Video with sound", _mp4, extra="render", default=True),
    Format("webm", "head.webm", "video/webm", "Video without a backdrop, VP9", _transparent, extra="render"),
    Format("mov", "head.mov", "video/quicktime", "Video without a backdrop, ProRes 4444", _transparent, extra="render"),
    Format("png", "frames", "image/png", "Folder of pictures without a backdrop", _frames, extra="render"),
    Format("json", "motion.json", "application/json", "Motion for web pages", _silent(write_web_json), _ALL),
    Format("bvh", "head.bvh", "text/plain", "Head and neck, for body animation tools", _silent(write_bvh)),
    Format(
        "usd", "head.usd", "application/octet-stream", "Animated head, for Houdini, Maya, Unreal and Omniverse",
        _silent(write_usd), extra="usd",
    ),
    Format(
        "blender", "ksdiff_blender.py", "text/x-python", "Script that animates your character in Blender",
        lambda motion, path, sound, share, picture, kept: write_import_script(motion, path, "blender"),
        companions=("arkit.csv",),
    ),
    Format(
        "maya", "ksdiff_maya.py", "text/x-python", "Script that animates your character in Maya",
        lambda motion, path, sound, share, picture, kept: write_import_script(motion, path, "maya"),
        companions=("arkit.csv",),
    ),
    Format(
        "flame", "flame.npz", "application/zip", "FLAME coefficients under DECA's names",
        _silent(write_flame_npz), (FLAME, FLAME_JAW), default=True,
    ),
)  # fmt: skip
FORMATS = {format.name: format for format in _TABLE}


def default_formats(space: MotionSpace) -> tuple[str, ...]:
    """What is written of a motion when no format is named."""
    return tuple(format.name for format in FORMATS.values() if format.default and space in format.spaces)


def check_formats(names: Sequence[str]) -> None:
    """See that all formats exist.

    Raises:
        InputError: One does not.
    """
    for name in names:
        if name not in FORMATS:
            raise InputError(f"unknown format {name!r}: {suggest(name, tuple(FORMATS))}")


def check_available(names: Sequence[str]) -> None:
    """See that formats can be written here, before the work whose result they are to hold.

    Raises:
        UnavailableError: An extra is not installed, or this machine cannot draw.
        InputError: There is no such format.
    """
    check_formats(names)
    for extra in sorted({FORMATS[name].extra for name in names} - {""}):
        check_installed(extra)
    if any(FORMATS[name].extra == "render" and name != "timeline" for name in names):
        check_drawing()


def parse_size(text: str) -> Size:
    """The size of pictures from what a user wrote: ``720``, a square, or ``1920x1080``.

    Raises:
        InputError: It is neither, or videos cannot have it.
    """
    found = _SIZE.fullmatch(text.strip().lower())
    if found is None:
        raise InputError(f"{text!r} is no size: give the side of a square, such as 720, or 1920x1080")
    width, height = int(found[1]), int(found[2] or found[1])
    check_size(width, height)
    check_picture(width, height)
    return width, height


def output_files(out: Path, names: Sequence[str] | None = None) -> list[Path]:
    """The files that `write_outputs` may write into a folder, for a motion of any space."""
    wanted = [FORMATS[name] for name in names] if names else [each for each in FORMATS.values() if each.default]
    return [path for format in wanted for path in format.paths(out)]


def write_outputs(
    motion: Motion,
    out: Path,
    sound: Sound,
    names: Sequence[str] | None = None,
    progress: Progress = lambda name, done: None,
    picture: Picture = PICTURE,
    kept: Path | None = None,
) -> tuple[list[Path], dict[str, str]]:
    """Write a motion in several formats.

    Args:
        motion: What to write.
        out: An existing folder.
        sound: The voice.
        names: Which formats; None for the `default_formats`, less those for which this machine lacks something.
        progress: Called with the name of a file and how much of it is done.
        picture: How videos and image sequences are to look.
        kept: A folder that keeps what is done of a long video: after an interruption the same call goes on from it. It
            stays until `ksdiff.output.video_parts.remove_parts`.

    Returns:
        The files written, and for each default format that is left out what is lacking.

    Raises:
        InputError: A format does not exist, or cannot be made or written.
    """
    check_formats(names or ())
    written: list[Path] = []
    missing: dict[str, str] = {}
    for name in names or default_formats(motion.space):
        format = FORMATS[name]
        progress(format.file, 0.0)
        try:
            share = partial(progress, format.file)
            format.write(motion, out / format.file, sound, share, picture, kept)
        except UnavailableError as error:
            if names is not None:
                raise
            missing[name] = str(error)
        else:
            written.append(out / format.file)
        progress(format.file, 1.0)
    return written, missing
