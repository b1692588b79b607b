"""Keyframe files: the keyframes of a motion as JSON that a person can edit.

    {
      "version": 1,
      "fps": 25,
      "expression": [{"time": 1.24, "strength": 0.8}],
      "head": [{"time": 0.4, "strength": 1.0}, {"time": 2.88, "strength": 0.5}]
    }

Times are seconds from the start of the sound, strengths go from 0 (none) to 1. A track that is left out is
predicted from the speech; an empty one says that there is no keyframe. ``fps`` tells only what the times were
rounded to.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ksdiff.errors import InputError, suggest
from ksdiff.files import atomic_write

VERSION = 1
MAX_BYTES = 16_000_000  # two keyframes at each frame of the longest sound take less than half of it
_TRACKS = ("expression", "head")


class _Keyframe(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    time: float
    strength: float = Field(ge=0, le=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    version: int = Field(ge=VERSION, le=VERSION)
    fps: float | None = Field(default=None, gt=0)
    expression: list[_Keyframe] = []
    head: list[_Keyframe] = []


@dataclass(frozen=True)
class Keyframes:
    """Strength of the keyframe at each frame, 0 where there is none; None for a track that is not given.

    Axes: T frames.
    """

    expression: Float[np.ndarray, " T"] | None
    head: Float[np.ndarray, " T"] | None


def write_keyframes(
    path: Path | str, expression: Float[np.ndarray, " T"], head: Float[np.ndarray, " T"], fps: float
) -> None:
    """Write both tracks.

    Args:
        path: The file to write.
        expression: Strength of the expression keyframe at each frame, 0 where there is none.
        head: The same for the head.
        fps: Frames per second of both.
    """

    def track(strengths: Float[np.ndarray, " T"]) -> str:
        # One keyframe a line: a person reads and edits this.
        lines = (
            json.dumps({"time": round(int(t) / fps, 3), "strength": round(float(strengths[t]), 3)})
            for t in np.flatnonzero(strengths)
        )
        inside = ",\n    ".join(lines)
        return f"[\n    {inside}\n  ]" if inside else "[]"

    text = (
        f'{{\n  "version": {VERSION},\n  "fps": {json.dumps(fps)},\n'
        f'  "expression": {track(expression)},\n  "head": {track(head)}\n}}\n'
    )
    with atomic_write(Path(path)) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_keyframes(path: Path | str, frames: int, fps: float) -> Keyframes:
    """Read a keyframe file for a motion of a known length.

    Each keyframe goes to the nearest frame; of two on the same frame the stronger stays.

    Args:
        path: The file.
        frames: Number of frames of the motion.
        fps: Frames per second of the motion.

    Raises:
        InputError: The file is missing, is not a keyframe file, or has a keyframe outside the sound.
    """
    found = _parse(Path(path))
    tracks = {name: getattr(found, name) for name in _TRACKS if name in found.model_fields_set}
    strengths = {name: _strengths(track, f"{path}: {name}", frames, fps) for name, track in tracks.items()}
    return Keyframes(strengths.get("expression"), strengths.get("head"))


def _parse(path: Path) -> _File:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(f"{path} has {size} bytes; a keyframe file may have {MAX_BYTES}: is it another file?")
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"there is no keyframe file {path}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read as a keyframe file: {error.strerror or error}") from error
    try:
        return _File.model_validate_json(text)
    except ValidationError as error:
        raise InputError(_explained(error, path)) from error


def _explained(error: ValidationError, path: Path) -> str:
    """The first thing that is wrong, in words of the file."""
    first = error.errors(include_url=False)[0]
    kind, where, value = first["type"], first["loc"], first["input"]
    if kind == "json_invalid":
        return f"{path} cannot be read as a keyframe file: {first['msg']}"
    if not where or where == ("version",):
        return f'{path} is not a keyframe file: it must be a JSON object with "version": {VERSION}'
    if kind == "extra_forbidden" and len(where) == 1:
        return f"{path} has an unknown entry {_short(where[0])}: {suggest(str(where[0]), ('version', 'fps', *_TRACKS))}"
    if where == ("fps",):
        return f'{path}: "fps" must be a positive number, but is {_short(value)}'
    if len(where) == 1:
        return f'{path}: {where[0]!r} must be a list such as [{{"time": 1.24, "strength": 0.8}}]'
    keyframe = f"{path}: {where[0]} keyframe {int(where[1]) + 1}"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"{keyframe} has strength {value:g}; it must be between 0 and 1"
    if kind == "extra_forbidden":
        return f"{keyframe} has an unknown entry {_short(where[2])}: {suggest(str(where[2]), ('time', 'strength'))}"
    name = where[2] if len(where) > 2 else "time"
    return f'{keyframe} needs a number "{name}", but is {_short(value)}'


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."


def _strengths(track: list[_Keyframe], where: str, frames: int, fps: float) -> Float[np.ndarray, " T"]:
    length = frames / fps
    strengths = np.zeros(frames, dtype=np.float32)
    for number, keyframe in enumerate(track, start=1):
        if not 0 <= keyframe.time <= length:
            raise InputError(
                f"{where} keyframe {number} is at {keyframe.time:g} s, outside the sound, which lasts {length:.2f} s: "
                "move or remove it"
            )
        frame = min(round(keyframe.time * fps), frames - 1)
        strengths[frame] = max(strengths[frame], keyframe.strength)
    return strengths
