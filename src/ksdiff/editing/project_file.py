"""Project files, ``.ksd``: a zip of ``project.json``, ``motion.npz``, ``sound.flac`` and, at times, more.

    project.json     what a person decides: words, takes, keyframes, poses, layers, pins, edits; with a version
    motion.npz       what the model made, by take and path, and what is pinned; never a pickle
    sound.flac       the voice, mono, 16 kHz, 16 bit
    sound_rest.npz   what 16 bits leave out of the voice, where they do: the sound comes back as it was
    character        the file of the user's own character, up to 32 MiB; of a larger one, only name, size and digest are
                     kept, in project.json

A file of an earlier version is brought up to date when it is read (`MIGRATIONS`); one of a later version is refused.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from weakref import WeakKeyDictionary

import numpy as np
import pydantic_core
import soundfile
from jaxtyping import Float
from pydantic import ConfigDict, Field

from ksdiff.editing.archive import (
    CHARACTER,
    CONTENT,
    DAMAGE,
    MOTION,
    SOUND,
    SOUND_REST,
    Arrays,
    pack,
    read_part,
    write_archive,
)
from ksdiff.editing.character import MAX_CARRIED, Character, CharacterEntry
from ksdiff.editing.edits import AnyEdit
from ksdiff.editing.layers import Layers
from ksdiff.editing.project_data import Data, ProjectData
from ksdiff.editing.schema import (
    FINITE,
    MAX_FRAMES,
    MAX_PHONES,
    MAX_SOUND,
    MAX_WORDS,
    Frame,
    Name,
    PathName,
    from_data,
    to_json,
)
from ksdiff.editing.takes import Choice, Keyframe, Pin, Take, Variation
from ksdiff.editing.voice import Voice
from ksdiff.errors import InputError
from ksdiff.model.sampling import SamplingOptions, current_names
from ksdiff.motion import Motion, Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace, get_space
from ksdiff.speech.audio import SAMPLE_RATE, validate, write_flac
from ksdiff.speech.forced_alignment import Phone

FORMAT = "ksdiff-project"
VERSION = 4


def _rename_sampling(content: dict[str, Any]) -> dict[str, Any]:
    """Version 1 called ``num_inference_steps`` ``steps``."""
    takes = [{**take, "sampling": current_names(take["sampling"])} for take in content["takes"]]
    return {**content, "takes": takes}


def _forget_predicted(content: dict[str, Any]) -> dict[str, Any]:
    """Version 2 kept the keyframes that the model had predicted beside those of a person, and knew no emotions."""
    takes = [{name: value for name, value in take.items() if name != "predicted"} for take in content["takes"]]
    return {**content, "takes": takes}


def _full_poses(content: dict[str, Any]) -> dict[str, Any]:
    """Version 3 met poses whatever their keyframe's strength; it had no ranges of layers, turned heads or character."""
    takes = []
    for take in content["takes"]:
        tracks = {
            path: [{**keyframe, "strength": 1.0} if keyframe.get("pose") else keyframe for keyframe in keyframes]
            for path, keyframes in take["keyframes"].items()
        }
        takes.append({**take, "keyframes": tracks})
    return {**content, "takes": takes}


# From a version to the next one: what to do with the content of project.json.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _rename_sampling,
    2: _forget_predicted,
    3: _full_poses,
}
MAX_TAKES = 1000
MAX_RANGES = 100_000
MAX_EDITS = 1_000_000
MAX_MOTION = 1e6  # of any channel: far beyond every face, and far below what overflows
_FULL_SCALE = 32768.0  # of 16 bits
_packed_voices: "WeakKeyDictionary[Voice, dict[str, bytes]]" = WeakKeyDictionary()

Keyframes = Annotated[tuple[Keyframe, ...], Field(max_length=MAX_FRAMES)]


@dataclass(frozen=True)
class Tracks:
    """The keyframes of a take."""

    expression: Keyframes
    head: Keyframes

    def by_path(self) -> dict[str, tuple[Keyframe, ...]]:
        """As `Take` has them."""
        return {EXPRESSION: self.expression, HEAD: self.head}


@dataclass(frozen=True)
class TakeEntry:
    """A take without its arrays, which are ``take<number>_<path>`` and ``take<number>_<path>_stale``."""

    name: Name
    made: bool
    sampling: SamplingOptions
    keyframes: Tracks
    variations: Annotated[tuple[Variation, ...], Field(max_length=MAX_RANGES)]

    def __post_init__(self) -> None:
        limits = self.sampling.keyframe_threshold
        if set(limits) != set(PATHS) or not all(0 <= limit <= 1 for limit in limits.values()):
            raise InputError(f"keyframe_threshold is {limits}; it must be 0 to 1 for expression and head")


@dataclass(frozen=True)
class PinEntry:
    """A pin without its values, which are ``pin<number>``."""

    path: PathName
    start: Frame
    stop: Frame
    first: Frame


@dataclass(frozen=True)
class ReferenceEntry:
    """The first take as it was first made, without its arrays, which are ``reference_*``."""

    words: Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)]
    info: dict[str, Any]

    def __post_init__(self) -> None:
        if any(isinstance(value, float) and not np.isfinite(value) for value in self.info.values()):
            raise InputError("the facts of the reference have a number that is none")


@dataclass(frozen=True)
class ProjectContent:
    """What ``project.json`` holds, in the current version."""

    __pydantic_config__: ClassVar[ConfigDict] = FINITE
    format: Literal["ksdiff-project"]
    version: int
    voice: Name
    model: Annotated[str, Field(max_length=5000)]
    style: Name
    space: Name
    words: Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)]
    takes: Annotated[tuple[TakeEntry, ...], Field(max_length=MAX_TAKES)]
    choices: Annotated[tuple[Choice, ...], Field(max_length=MAX_RANGES)]
    pins: Annotated[tuple[PinEntry, ...], Field(max_length=MAX_RANGES)]
    layers: Layers
    edits: Annotated[tuple[AnyEdit, ...], Field(max_length=MAX_EDITS)]
    reference: ReferenceEntry
    phones: Annotated[tuple[Phone, ...], Field(max_length=MAX_PHONES)] = ()  # files of before had none
    character: CharacterEntry | None = None
    eyes_sound: Annotated[int, Field(ge=0, lt=2**32)] = 0


def write_project(project: ProjectData, path: Path | str, carry: bool = True) -> None:
    """Write a project; an earlier file stays as it was until the new one is whole.

    Args:
        project: What to write.
        path: Where.
        carry: Take the character's file along, if it is small enough.

    Raises:
        InputError: The file cannot be written, or the project is too large for one.
    """
    content = pydantic_core.to_json(to_json(_content(project)), indent=1)
    parts = {CONTENT: content, MOTION: pack(_arrays(project)), **_packed_voice(project.voice)}
    data = None if project.character is None else project.character.data
    if carry and data is not None and len(data) <= MAX_CARRIED:
        parts[CHARACTER] = data
    write_archive(Path(path), parts)


def read_project(path: Path | str, kind: type[Data]) -> Data:
    """Read a project that `write_project` wrote, in this version or an earlier one.

    Args:
        path: The file.
        kind: What to make of it: a subclass of `ProjectData`.

    Raises:
        InputError: The file is missing, is not a project, is damaged, or is of a later version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            content = _read_content(read_part(archive, CONTENT), path)
            samples = _samples(read_part(archive, SOUND))
            if SOUND_REST in archive.namelist():
                rest = Arrays(read_part(archive, SOUND_REST)).take("rest", np.float32, (len(samples),), 1.0)
                samples = samples + rest
            arrays = Arrays(read_part(archive, MOTION))
            data = read_part(archive, CHARACTER) if CHARACTER in archive.namelist() else None
        return _project(content, arrays, validate(samples), _character(content.character, data), kind)
    except FileNotFoundError as error:
        raise InputError(f"there is no project {path}") from error
    except InputError as error:
        raise InputError(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    except (*DAMAGE, soundfile.SoundFileError) as error:
        raise InputError(f"{path} is damaged or not a ksdiff project (.ksd): {error}") from error


def _read_content(text: bytes, path: Path | str) -> ProjectContent:
    content = pydantic_core.from_json(text)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(f"{path} is not a ksdiff project")
    version = content.get("version")
    if type(version) is not int or version > VERSION:
        raise InputError(
            f"{path} has version {str(version)[:20]}; this ksdiff reads up to {VERSION}: install a newer one"
        )
    for step in range(version, VERSION):
        if step not in MIGRATIONS:
            raise InputError(f"{path} has version {version}, which never was")
        content = MIGRATIONS[step](content)
    return from_data(ProjectContent, content, CONTENT)


def _packed_voice(voice: Voice) -> dict[str, bytes]:
    """The sound as it is written; packed once."""
    if voice not in _packed_voices:
        whole = np.round(np.clip(voice.samples * _FULL_SCALE, -_FULL_SCALE, _FULL_SCALE - 1)) / np.float32(_FULL_SCALE)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / SOUND
            write_flac(whole, file)
            parts = {SOUND: file.read_bytes()}
        rest = voice.samples - whole  # exact, since both are multiples of the smaller one's last place
        if rest.any():
            parts[SOUND_REST] = pack({"rest": rest})
        _packed_voices[voice] = parts
    return _packed_voices[voice]


def _samples(flac: bytes) -> Float[np.ndarray, " N"]:
    """Decode ``sound.flac``, but not more than a project may hold."""
    blocks: list[np.ndarray] = [np.zeros(0, np.int16)]
    count = 0
    with soundfile.SoundFile(io.BytesIO(flac)) as sound:
        if (sound.format, sound.subtype, sound.channels, sound.samplerate) != ("FLAC", "PCM_16", 1, SAMPLE_RATE):
            raise InputError("sound.flac must be mono, 16 kHz, 16 bit")
        while len(block := sound.read(SAMPLE_RATE, "int16")):
            blocks.append(block)
            count += len(block)
            if count > MAX_SOUND * SAMPLE_RATE:
                raise InputError(f"sound.flac is longer than {MAX_SOUND:.0f} s: this is not a ksdiff project")
    return np.concatenate(blocks).astype(np.float32) / np.float32(_FULL_SCALE)


def _content(project: ProjectData) -> ProjectContent:
    return ProjectContent(
        format=FORMAT,
        version=VERSION,
        voice=project.voice.name,
        model=project.model,
        style=project.style,
        space=project.space.name,
        words=project.words,
        phones=project.phones,
        takes=tuple(
            TakeEntry(take.name, take.made, take.sampling, Tracks(**take.keyframes), take.variations)
            for take in project.takes
        ),
        choices=project.choices,
        pins=tuple(PinEntry(pin.path, pin.start, pin.stop, pin.first) for pin in project.pins),
        layers=project.layers,
        edits=project.edits,  # type: ignore[arg-type]
        character=None if project.character is None else CharacterEntry(**_entry(project.character)),
        reference=ReferenceEntry(project.reference.words, dict(project.reference.info)),
        eyes_sound=project.eyes_sound,
    )


def _entry(character: CharacterEntry) -> dict[str, Any]:
    """All of a character except its file."""
    return {each.name: getattr(character, each.name) for each in fields(CharacterEntry)}


def _character(entry: CharacterEntry | None, data: bytes | None) -> Character | None:
    if entry is None:
        return None
    character = Character(**_entry(entry))
    return character if data is None else character.with_data(data)


def _arrays(project: ProjectData) -> dict[str, np.ndarray]:
    arrays = {"neutral": project.neutral}
    for name in ("expression", "head", "keyframes_expression", "keyframes_head"):
        arrays[f"reference_{name}"] = getattr(project.reference, name)
    for number, take in enumerate(project.takes):
        for path in PATHS:
            arrays[f"take{number}_{path}"] = take.motion[path]
            arrays[f"take{number}_{path}_stale"] = take.stale[path]
    for number, pin in enumerate(project.pins):
        arrays[f"pin{number}"] = pin.values
    return arrays


def _project(
    content: ProjectContent,
    arrays: Arrays,
    samples: Float[np.ndarray, " N"],
    character: Character | None,
    kind: type[Data],
) -> Data:
    space, voice = get_space(content.space), Voice(samples, content.voice)
    frames = voice.frames

    def motion(name: str, path: str, length: int | None = frames) -> np.ndarray:
        return arrays.take(name, np.float32, (length, len(space.channels(path))), MAX_MOTION)

    return kind(
        voice=voice,
        model=content.model,
        style=content.style,
        neutral=arrays.take("neutral", np.float32, (len(space.expression),), MAX_MOTION),
        reference=_reference(content.reference, arrays, space, frames),
        takes=tuple(
            Take(
                name=entry.name,
                sampling=entry.sampling,
                motion={path: motion(f"take{number}_{path}", path) for path in PATHS},
                keyframes=entry.keyframes.by_path(),
                stale={path: arrays.take(f"take{number}_{path}_stale", bool, (frames,)) for path in PATHS},
                variations=entry.variations,
                made=entry.made,
            )
            for number, entry in enumerate(content.takes)
        ),
        words=content.words,
        phones=content.phones,
        choices=content.choices,
        pins=tuple(
            Pin(entry.path, entry.start, entry.stop, entry.first, motion(f"pin{number}", entry.path, None))
            for number, entry in enumerate(content.pins)
        ),
        layers=content.layers,
        edits=content.edits,
        character=character,
        eyes_sound=content.eyes_sound,
    )


def _reference(entry: ReferenceEntry, arrays: Arrays, space: MotionSpace, frames: int) -> Motion:
    return Motion(
        expression=arrays.take("reference_expression", np.float32, (frames, len(space.expression)), MAX_MOTION),
        head=arrays.take("reference_head", np.float32, (frames, len(space.head)), MAX_MOTION),
        keyframes_expression=arrays.take("reference_keyframes_expression", np.float32, (frames,), 1.0),
        keyframes_head=arrays.take("reference_keyframes_head", np.float32, (frames,), 1.0),
        space=space,
        words=entry.words,
        info=entry.info,
    )
