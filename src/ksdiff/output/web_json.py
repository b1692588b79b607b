"""A motion as small JSON for web pages: whole numbers in named units, which compress well and need no decoder.

The layout is in docs/formats.md.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion import Motion, Word
from ksdiff.motion.rotation import quaternions
from ksdiff.motion.space import MotionSpace, get_space
from ksdiff.numerics.rotation import Rotation
from ksdiff.output.timecode import start_frame, timecode

FORMAT, VERSION = "ksdiff-motion", 1
# What 1 means. Rounding moves no point of our head by more than 0.05 mm.
EXPRESSION_STEP = 0.001  # of the space's unit
ROTATION_STEP = 0.0001  # of a unit quaternion's parts
HEAD_STEP = 0.00001  # m, or the channel's own unit


def write_web_json(motion: Motion, path: Path | str) -> None:
    """Write a motion as JSON for the web.

    Channels that stay at 0 are left out.

    Raises:
        InputError: The folder cannot be written.
    """
    space = motion.space
    turned = quaternions(motion.head[:, space.rotation])
    content = {
        "format": FORMAT,
        "version": VERSION,
        "fps": motion.fps,
        "frames": len(motion),
        "timecode": timecode(start_frame(motion), motion.fps),
        "space": space.name,
        "steps": {"expression": EXPRESSION_STEP, "rotation": ROTATION_STEP, "head": HEAD_STEP},
        "expression": _channels(space.expression, motion.expression, EXPRESSION_STEP),
        "rotation": _whole(turned, ROTATION_STEP).ravel().tolist(),
        "head": _channels(_moving(space), np.delete(motion.head, space.rotation, axis=1), HEAD_STEP),
        "keyframes": {
            name: [[int(frame), round(float(strengths[frame]), 3)] for frame in np.flatnonzero(strengths)]
            for name, strengths in (("expression", motion.keyframes_expression), ("head", motion.keyframes_head))
        },
        "words": [[word.text, round(word.start, 3), round(word.end, 3)] for word in motion.words],
    }
    with atomic_write(Path(path)) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def read_web_json(path: Path | str) -> Motion:
    """Read what `write_web_json` wrote, to within half a step.

    Raises:
        InputError: The file is missing, damaged, another format, or of a newer version.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise InputError(f"{path} has the format {data['format']!r}, not {FORMAT!r}")
        if data["version"] > VERSION:
            raise InputError(f"{path} has version {data['version']}; this ksdiff reads up to {VERSION}")
        space, frames, steps = get_space(data["space"]), data["frames"], data["steps"]
        head = np.zeros((frames, len(space.head)), np.float32)
        turned = np.array(data["rotation"]).reshape(frames, 4) * steps["rotation"]
        head[:, space.rotation] = Rotation.from_quat(turned).as_rotvec()
        for name in data["head"]:
            head[:, space.head.index(name)] = np.array(data["head"][name]) * steps["head"]
        expression = np.zeros((frames, len(space.expression)), np.float32)
        for name in data["expression"]:
            expression[:, space.index(name)] = np.array(data["expression"][name]) * steps["expression"]
        keyframes = {name: np.zeros(frames, np.float32) for name in ("expression", "head")}
        for name, strengths in keyframes.items():
            for frame, strength in data["keyframes"][name]:
                strengths[frame] = strength
        return Motion(
            expression,
            head,
            keyframes["expression"],
            keyframes["head"],
            float(data["fps"]),
            space,
            tuple(Word(*word) for word in data["words"]),
            {"timecode": data["timecode"]},
        )
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except InputError:
        raise
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"{path} is not a motion as JSON for the web: {error}") from error


def _channels(names: tuple[str, ...], values: Float[np.ndarray, "T C"], step: float) -> dict[str, Any]:
    whole = _whole(values, step)
    return {name: column.tolist() for name, column in zip(names, whole.T, strict=True) if column.any()}


def _moving(space: MotionSpace) -> tuple[str, ...]:
    """The head's channels other than its rotation."""
    turning = space.head[space.rotation]
    return tuple(name for name in space.head if name not in turning)


def _whole(values: Float[np.ndarray, "T C"], step: float) -> np.ndarray:
    return np.round(values / step).astype(np.int64)
