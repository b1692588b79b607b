"""Motion: what a face does over time, in physical units."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict, Field

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion.resampling import resample
from ksdiff.motion.space import ARKIT, MotionSpace, get_space

MOTION_RATE = 25  # frames/s: the rate at which the model works
MIN_RATE, MAX_RATE = 1.0, 240.0  # frames/s of any motion that is written
FILE_VERSION = 1
MAX_FILE_BYTES = 2**30  # of an unpacked file: four hours at 240 frames/s would be 800 MB
_ARRAYS = ("expression", "head", "keyframes_expression", "keyframes_head")


def check_rate(fps: float) -> None:
    """See that a motion can have this frame rate.

    Raises:
        InputError: It is not 1 to 240.
    """
    if not MIN_RATE <= fps <= MAX_RATE:
        raise InputError(f"fps is {fps}; it must be 1 to 240, such as 24, 25, 29.97, 30 or 60")


@dataclass(frozen=True)
class Word:
    """A spoken word and when it is spoken, s."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Motion:
    """A face's motion. Frame t is the face at the instant t / fps.

    Attributes:
        expression: Expression channels, in the unit of the space, absolute (a neutral face included).
        head: Head channels, in the units of the space: a rotation vector (rad) and the rest, relative to the neutral
            pose.
        keyframes_expression: Strength of the expression keyframe at each frame, 0 where there is none.
        keyframes_head: The same for the head.
        fps: Frames per second.
        space: What the channels are.
        words: Words spoken, if known.
        info: Where it came from: seed, model, and so on; values that JSON can hold.

    Axes: T frames, E expression channels, H head channels.
    """

    expression: Float[np.ndarray, "T E"]
    head: Float[np.ndarray, "T H"]
    keyframes_expression: Float[np.ndarray, " T"]
    keyframes_head: Float[np.ndarray, " T"]
    fps: float = float(MOTION_RATE)
    space: MotionSpace = ARKIT
    words: tuple[Word, ...] = ()
    info: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        frames = len(self.expression)
        expected = {
            "expression": (frames, len(self.space.expression)),
            "head": (frames, len(self.space.head)),
            "keyframes_expression": (frames,),
            "keyframes_head": (frames,),
        }
        for name, shape in expected.items():
            array = getattr(self, name)
            if array.shape != shape:
                raise InputError(f"{name} has shape {array.shape}, but {self.space.name} motion needs {shape}")
            if not np.isfinite(array).all():
                raise InputError(f"{name} has values that are not finite numbers")
        if frames == 0:
            raise InputError("a motion needs at least one frame")
        if not self.fps > 0:
            raise InputError(f"fps is {self.fps}; it must be positive")

    def __len__(self) -> int:
        return len(self.expression)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Motion):
            return NotImplemented
        rest = ("fps", "space", "words", "info")
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in _ARRAYS) and all(
            getattr(self, name) == getattr(other, name) for name in rest
        )

    @property
    def duration(self) -> float:
        """Length, s."""
        return len(self) / self.fps

    @property
    def times(self) -> Float[np.ndarray, " T"]:
        """Instant of each frame, s."""
        return np.arange(len(self)) / self.fps

    def channel(self, name: str) -> Float[np.ndarray, " T"]:
        """One expression channel by name.

        Raises:
            InputError: There is no channel of this name.
        """
        return self.expression[:, self.space.index(name)]

    @property
    def opening(self) -> Float[np.ndarray, " T"]:
        """How far the jaw is open, in the unit of its channel: a weight, or an angle, rad."""
        path, name = self.space.opening
        return (self.expression if path == "expression" else self.head)[:, self.space.channels(path).index(name)]

    def resample(self, fps: float) -> "Motion":
        """The same motion at another frame rate, rotations interpolated as rotations.

        More frames follow smooth curves through those of before, fewer are interpolated linearly. A keyframe moves to
        the new frame nearest to it.

        Raises:
            InputError: The rate is not positive.
        """
        if not fps > 0:
            raise InputError(f"fps is {fps}; it must be positive, such as 24, 25, 29.97, 30 or 60")
        if fps == self.fps:
            return self
        frames = max(1, round(self.duration * fps))
        old, new = self.times, np.arange(frames) / fps

        def read(values: Float[np.ndarray, "T C"], path: str) -> Float[np.ndarray, "S C"]:
            return resample(values, self.space, path, self.fps, new, fps)

        def move(strengths: Float[np.ndarray, " T"]) -> Float[np.ndarray, " S"]:
            moved = np.zeros(frames, dtype=strengths.dtype)
            at = np.flatnonzero(strengths)
            np.maximum.at(moved, np.minimum(np.round(old[at] * fps).astype(int), frames - 1), strengths[at])
            return moved

        return replace(
            self,
            expression=read(self.expression, "expression"),
            head=read(self.head, "head"),
            keyframes_expression=move(self.keyframes_expression),
            keyframes_head=move(self.keyframes_head),
            fps=fps,
        )

    def save(self, path: Path | str) -> None:
        """Write a ``.npz`` that `load` reads back to an equal motion.

        It holds the four arrays under their attribute names, ``fps``, ``expression_names``, ``head_names``,
        ``head_units``, and ``meta``: JSON with the file version, the name of the space, words and info.
        """
        meta = {
            "version": FILE_VERSION,
            "space": self.space.name,
            "words": [[word.text, word.start, word.end] for word in self.words],
            "info": dict(self.info),
        }
        with atomic_write(Path(path)) as temporary, temporary.open("wb") as file:
            np.savez_compressed(
                file,  # not the path: numpy would add .npz to a name without it
                expression=self.expression,
                head=self.head,
                keyframes_expression=self.keyframes_expression,
                keyframes_head=self.keyframes_head,
                fps=np.float64(self.fps),
                expression_names=np.array(self.space.expression),
                head_names=np.array(self.space.head),
                head_units=np.array(self.space.head_units),
                meta=np.array(json.dumps(meta, ensure_ascii=False)),
            )

    @classmethod
    def load(cls, path: Path | str) -> "Motion":
        """Read a motion that `save` wrote.

        Raises:
            InputError: The file is missing, is not a motion, holds values that no motion can have, or is of a newer
                version.
        """
        path = Path(path)
        try:
            with zipfile.ZipFile(path) as archive:
                sizes = sum(entry.file_size for entry in archive.infolist())
                if sizes > MAX_FILE_BYTES:
                    raise InputError(f"{path} unpacks to {sizes} bytes; a motion may have {MAX_FILE_BYTES}")
            with np.load(path, allow_pickle=False) as data:
                meta = _Meta.model_validate_json(str(data["meta"]))
                if meta.version > FILE_VERSION:
                    raise InputError(f"{path} has version {meta.version}; this ksdiff reads up to {FILE_VERSION}")
                fps = float(data["fps"])
                check_rate(fps)
                return cls(
                    **{name: _array(data, name) for name in _ARRAYS},
                    fps=fps,
                    space=get_space(meta.space),
                    words=tuple(Word(*word) for word in meta.words),
                    info=meta.info,
                )
        except (FileNotFoundError, NotADirectoryError) as error:
            raise InputError(f"there is no file {path}") from error
        except InputError as error:
            raise error if str(path) in str(error) else InputError(f"{path}: {error}") from error
        except Exception as error:  # numpy raises many kinds of errors for damaged files
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise InputError(f"{path} is not a motion file (.npz written by ksdiff): {reason}") from error


class _Meta(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)
    version: int = Field(ge=1)
    space: str
    words: list[tuple[str, float, float]]
    info: dict[str, Any]


def _array(data: Any, name: str) -> Any:
    array = data[name]
    if not np.issubdtype(array.dtype, np.floating):
        raise InputError(f"{name} has the type {array.dtype}; it must be floating-point")
    dimensions = 1 if name.startswith("keyframes") else 2
    if array.ndim != dimensions:
        raise InputError(f"{name} has shape {array.shape}; it must have {dimensions} dimensions")
    return array
