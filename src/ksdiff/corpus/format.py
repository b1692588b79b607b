"""A corpus on disk: what a folder of clips holds, how it is written, and what is checked when it is read.

``docs/corpus.md`` describes the format. Everything that is read goes through `CorpusIndex`, `ClipRecord` and
`check_arrays`, so that what is damaged or made up is refused with the name of the file.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from jaxtyping import Bool, Float
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ksdiff.corpus.arrays import SlicedArrays, open_arrays, save_arrays
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace, get_space
from ksdiff.speech.audio import write_flac

CORPUS_VERSION = 2
SHARDS_VERSION = 3  # of a corpus in shards
INDEX = "corpus.json"

MAX_JSON = 1 << 26  # bytes
MAX_FRAMES = MOTION_RATE * 86_400  # of a clip: a day
MAX_SPEECH_FRAMES = 4 * MAX_FRAMES
MAX_FEATURES = 1 << 16
MAX_VALUE = 1e4  # of anything that moves; far beyond what a face does

# Axes: T motion frames, E expression channels, H head channels, S frames of the speech encoder, F features.
ARRAYS: dict[str, tuple[str, str]] = {
    "expression": ("TE", "f"),
    "neutral": ("E", "f"),
    "head": ("TH", "f"),
    "mask_expression": ("T", "b"),
    "mask_head": ("T", "b"),
    "features": ("SF", "f"),
    "prosody": ("SP", "f"),
    "keyframes_expression": ("T", "f"),
    "keyframes_head": ("T", "f"),
    "channel_mask": ("E", "b"),
}
_RENAMED = {
    "lag_frames": "av_offset_frames",
    "lag_correlation": "av_offset_correlation",
    "lag_trusted": "av_offset_trusted",
}  # names of version 1

Name = Annotated[str, Field(min_length=1, max_length=250, pattern=r"^[^./\\\x00][^/\\\x00]*$")]
Seconds = Annotated[float, Field(ge=0, le=MAX_FRAMES / MOTION_RATE, allow_inf_nan=False)]
Timed = tuple[Annotated[str, Field(max_length=1000)], Seconds, Seconds]
Number = Annotated[float, Field(allow_inf_nan=False)]
Record = TypeVar("Record", bound=BaseModel)


class _Schema(BaseModel):
    model_config = ConfigDict(extra="allow", allow_inf_nan=False)


class LeftOut(BaseModel):
    """A source that did not become a clip, and why."""

    model_config = ConfigDict(frozen=True)

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class EncoderRecord(_Schema):
    """The frozen speech encoder: `SpeechEncoder.record`."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    stride: Annotated[int, Field(ge=1, le=16_000)]  # samples from one frame to the next
    support: Annotated[int, Field(ge=1, le=160_000)]  # samples that a frame sees


class ShardRecord(BaseModel):
    """A file with many clips."""

    name: Annotated[str, Field(pattern=r"^[0-9]{6}\.tar$")]
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class CorpusIndex(_Schema):
    """What ``corpus.json`` holds; ``clips`` is empty where these are in ``shards``."""

    version: Literal[1, 2, 3]
    space: str
    encoder: EncoderRecord
    clips: Annotated[list[Name], Field(max_length=1_000_000)]
    motion_rate: Literal[25] = MOTION_RATE
    left_out: list[LeftOut] = []
    shards: Annotated[list[ShardRecord], Field(max_length=1_000_000)] = []
    speakers: Annotated[list[str], Field(max_length=10_000_000)] = []

    @field_validator("space")
    @classmethod
    def _known(cls, name: str) -> str:
        return get_space(name).name


class ClipRecord(_Schema):
    """What ``clips/ID.json`` holds."""

    speaker: Annotated[str, Field(min_length=1, max_length=1000)]
    words: Annotated[list[Timed], Field(max_length=1_000_000)] = []
    phones: Annotated[list[Timed], Field(max_length=10_000_000)] = []
    quality: dict[str, bool | int | Number] = {}
    av_offset_frames: Annotated[float, Field(ge=-1000, le=1000)] = 0.0


@dataclass(frozen=True, eq=False)
class Clip:
    """One clip of a corpus.

    Axes: T motion frames at 25 per second, E expression and H head channels, S frames of the speech encoder with F
    features.

    Attributes:
        name: Unique name; that of its files.
        arrays: What `ARRAYS` lists. Those of a clip on disk are read when they are used.
        facts: What ``ID.json`` holds: speaker, language, source, seconds, quality, text, words, phones, and more.
    """

    name: str
    arrays: Mapping[str, np.ndarray]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return self._frames

    @cached_property
    def _frames(self) -> int:
        return len(self.arrays["mask_head"])

    @property
    def speaker(self) -> str:
        """Who speaks."""
        return self.facts["speaker"]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """What is said, if known."""
        return tuple(Word(*word) for word in self.facts.get("words", ()))

    @property
    def neutral(self) -> Float[np.ndarray, " E"]:
        """The speaker's expression at rest."""
        return self.arrays["neutral"]

    @property
    def motion(self) -> dict[str, Float[np.ndarray, "T C"]]:
        """Motion by path, physical units: expression relative to `neutral`, head relative to the neutral pose."""
        return {EXPRESSION: self.arrays["expression"] - self.neutral, HEAD: self.arrays["head"]}

    @property
    def mask(self) -> dict[str, Bool[np.ndarray, " T"]]:
        """For each path, whether a frame is known."""
        return {path: self.arrays[f"mask_{path}"] for path in PATHS}

    @property
    def channel_mask(self) -> Bool[np.ndarray, " E"]:
        """Whether this source says anything about an expression channel."""
        return self.arrays["channel_mask"]

    @property
    def features(self) -> Float[np.ndarray, "S F"]:
        """Of the frozen speech encoder."""
        return self.arrays["features"]

    @property
    def prosody(self) -> Float[np.ndarray, "S 3"]:
        """Normalised log f0, normalised energy, voicing, at the encoder's frames."""
        return self.arrays["prosody"]

    @property
    def keyframes(self) -> dict[str, Float[np.ndarray, " T"]]:
        """For each path, the strength at each keyframe, 0 elsewhere."""
        return {path: self.arrays[f"keyframes_{path}"] for path in PATHS}

    def cut(self, frames: slice, heard: slice | None = None) -> "Clip":
        """A stretch of the clip: of its motion, and of its speech frames if ``heard`` is given. Words stay."""
        chosen = {"T": frames} if heard is None else {"T": frames, "S": heard}
        stretches = {name: chosen[axes[0]] for name, (axes, _) in ARRAYS.items() if axes[0] in chosen}
        return Clip(self.name, SlicedArrays(self.arrays, stretches), self.facts)


def write_clip(corpus: Path, clip: Clip, sound: Float[np.ndarray, " N"] | None = None) -> None:
    """Write a clip; its ``.json`` comes last and marks it as whole.

    Args:
        corpus: Folder of the corpus.
        clip: What to write.
        sound: 16 kHz; None if ``ID.flac`` is there already.

    Raises:
        InputError: It cannot be written.
    """
    folder = corpus / "clips"
    (folder / f"{clip.name}.json").unlink(missing_ok=True)
    if sound is not None:
        write_sound(corpus, clip.name, sound)
    save_arrays(folder / f"{clip.name}.npz", {name: clip.arrays[name] for name in ARRAYS})
    write_json(folder / f"{clip.name}.json", dict(clip.facts))


def write_sound(corpus: Path, clip: str, sound: Float[np.ndarray, " N"]) -> Path:
    """Write the sound of a clip, 16 bit."""
    path = sound_path(corpus, clip)
    write_flac(sound, path)
    return path


def sound_path(corpus: Path, clip: str) -> Path:
    """The file with the sound of a clip."""
    return corpus / "clips" / f"{clip}.flac"


def write_index(corpus: Path, content: Mapping[str, Any]) -> None:
    """Write ``corpus.json``, the last file of a corpus."""
    write_json(corpus / INDEX, content)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all; equal content gives equal bytes."""
    with atomic_write(path) as temporary:
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def read_index(corpus: Path) -> CorpusIndex:
    """Read ``corpus.json``.

    Raises:
        InputError: There is none, or it is damaged or of another version.
    """
    path = corpus / INDEX
    if not path.is_file():
        raise InputError(f"{corpus} is not a prepared corpus (it has no {INDEX}): make one with ksdiff prepare")
    content = read_json(path)
    version = content.get("version")
    if isinstance(version, int) and version > SHARDS_VERSION:
        raise InputError(
            f"{path} has version {version}; this ksdiff reads up to {SHARDS_VERSION}: install a newer one, or prepare "
            "the corpus again"
        )
    return _validated(CorpusIndex, content, path)


def read_record(corpus: Path, clip: str) -> ClipRecord:
    """Read ``clips/ID.json``.

    Raises:
        InputError: It is missing or damaged.
    """
    path = corpus / "clips" / f"{clip}.json"
    return _record(read_json(path), path)


def parse_record(content: bytes, name: str) -> ClipRecord:
    """What a file ``ID.json`` holds, from its bytes.

    Args:
        content: Of the file.
        name: Of the file, for messages.

    Raises:
        InputError: It is damaged.
    """
    return _record(_parsed(content, Path(name)), Path(name))


def _record(content: Mapping[str, Any], path: Path) -> ClipRecord:
    content = _renamed(content)
    if isinstance(content.get("quality"), dict):
        content["quality"] = _renamed(content["quality"])
    return _validated(ClipRecord, content, path)


def read_clip(corpus: Path, clip: str, space: MotionSpace) -> Clip:
    """Open a clip; its large arrays are read when they are used.

    Raises:
        InputError: One of its files is missing, is damaged, or does not fit the space.
    """
    facts = read_record(corpus, clip).model_dump()
    path = corpus / "clips" / f"{clip}.npz"
    arrays = open_arrays(path)
    try:
        check_arrays(arrays, space)
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}; delete it and run ksdiff prepare again") from error
    return Clip(clip, arrays, facts)


def check_arrays(arrays: Mapping[str, np.ndarray], space: MotionSpace) -> None:
    """Check names, types, shapes and values of a clip's arrays.

    Raises:
        ValueError: Something is not as `ARRAYS` says, or is not a finite number within bounds.
    """
    lengths = {"E": len(space.expression), "H": len(space.head), "P": 3}
    bounds = {"T": MAX_FRAMES, "S": MAX_SPEECH_FRAMES, "F": MAX_FEATURES}
    for name, (axes, kind) in ARRAYS.items():
        if name not in arrays:
            raise ValueError(f"it has no {name}")
        array = arrays[name]
        if array.dtype.kind != kind or array.ndim != len(axes):
            raise ValueError(f"{name} is an array of {array.dtype} and shape {array.shape}")
        for axis, length in zip(axes, array.shape, strict=True):
            expected = lengths.setdefault(axis, length)
            if length != expected or not 1 <= length <= bounds.get(axis, length):
                raise ValueError(f"{name} has shape {array.shape}; {axes[0]} cannot be {length}")
        if kind == "f":
            least, most = (0.0, 1.0) if name.startswith("keyframes") else (-MAX_VALUE, MAX_VALUE)
            if not all(_is_within(block, least, most) for block in _blocks(array)):
                raise ValueError(f"{name} has values that are not finite, or not from {least:g} to {most:g}")


def _blocks(array: np.ndarray) -> Iterator[np.ndarray]:
    rows = max(1, (1 << 20) // array[0].size)
    return (array[start : start + rows] for start in range(0, len(array), rows))


def _is_within(values: np.ndarray, least: float, most: float) -> bool:
    """Whether all values lie within bounds; NaN does not."""
    if values.dtype == np.float16:  # numpy compares these slowly; without the sign, their bits are in order
        return int((values.view(np.uint16) & 0x7FFF).max()) <= int(np.float16(most).view(np.uint16))
    return bool(((values >= least) & (values <= most)).all())


def _renamed(content: Mapping[str, Any]) -> dict[str, Any]:
    return {_RENAMED.get(name, name): value for name, value in content.items()}


def read_json(path: Path) -> dict[str, Any]:
    """Read a file of a corpus that holds one JSON object.

    Raises:
        InputError: It is missing, too large, or damaged.
    """
    try:
        if path.stat().st_size > MAX_JSON:
            raise InputError(f"{path} is larger than {MAX_JSON >> 20} MB: it is not a file of a corpus")
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; run ksdiff prepare again") from error
    return _parsed(content, path)


def _parsed(text: bytes, path: Path) -> dict[str, Any]:
    try:
        content = json.loads(text.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is damaged ({error}): delete it and run ksdiff prepare again") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} is damaged (a {type(content).__name__}): delete it and run ksdiff prepare again")
    return content


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _validated(kind: type[Record], content: Mapping[str, Any], path: Path) -> Record:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        raise InputError(
            f"{path} is damaged: {place}: {first['msg'][:200]}; delete it and run ksdiff prepare again"
        ) from error
