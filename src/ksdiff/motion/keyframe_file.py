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
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError, suggest
from ksdiff.files import atomic_write

VERSION = 1
_TRACKS = ("expression", "head")


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
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"there is no keyframe file {path}") from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path} cannot be read as a keyframe file: {error}") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise InputError(f'{path} is not a keyframe file: it must be a JSON object with "version": {VERSION}')
    for name in data:
        allowed = ("version", "fps", *_TRACKS)
        if name not in allowed:
            raise InputError(f"{path} has an unknown entry {name!r}: {suggest(name, allowed)}")
    tracks = {name: _track(data[name], name, path, frames, fps) for name in _TRACKS if name in data}
    return Keyframes(tracks.get("expression"), tracks.get("head"))


def _track(entries: Any, name: str, path: Path | str, frames: int, fps: float) -> Float[np.ndarray, " T"]:
    if not isinstance(entries, list):
        raise InputError(f'{path}: {name!r} must be a list such as [{{"time": 1.24, "strength": 0.8}}]')
    length = frames / fps
    strengths = np.zeros(frames, dtype=np.float32)
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: {name} keyframe {number}"
        time = _number(entry, "time", where)
        strength = _number(entry, "strength", where)
        if not 0 <= time <= length:
            raise InputError(
                f"{where} is at {time:g} s, outside the sound, which lasts {length:.2f} s: move or remove it"
            )
        if not 0 <= strength <= 1:
            raise InputError(f"{where} has strength {strength:g}; it must be between 0 and 1")
        frame = min(round(time * fps), frames - 1)
        strengths[frame] = max(strengths[frame], strength)
    return strengths


def _number(entry: Any, key: str, where: str) -> float:
    value = entry.get(key) if isinstance(entry, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f'{where} needs a number "{key}", but is {json.dumps(entry)}')
    return float(value)
