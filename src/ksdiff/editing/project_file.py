"""Project files, ``.ksd``: a zip of ``project.json``, ``motion.npz`` and ``sound.flac``.

    project.json     what a person decides: words, takes, keyframes, poses, layers, pins, edits; with a version
    motion.npz       what the model made, by take and path, and what is pinned; never a pickle
    sound.flac       the voice, mono, 16 kHz, 16 bit
    sound_rest.npz   what 16 bits leave out of the voice, where they do: the sound comes back as it was

A file of an earlier version is brought up to date when it is read (`MIGRATIONS`); one of a later version is refused.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import av
import numpy as np
from av.error import FFmpegError
from jaxtyping import Float

from ksdiff.editing.edits import Edit
from ksdiff.editing.layers import Layers
from ksdiff.editing.project import MAX_SOUND, Choice, Keyframe, Pin, Project, Take, Variation, Voice
from ksdiff.editing.typed import from_json, to_json
from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.model.sampling import SamplingOptions, current_names
from ksdiff.motion import Motion, Word
from ksdiff.motion.space import PATHS, get_space
from ksdiff.speech.audio import SAMPLE_RATE, write_flac
from ksdiff.speech.forced_alignment import Phone

FORMAT = "ksdiff-project"
VERSION = 1
# From a version to the next one: what to do with the content of project.json.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
# The most that each part may unpack to, bytes: a small file that grows without bound is an attack.
LARGEST = {
    "project.json": 64 << 20,
    "motion.npz": 256 << 20,
    "sound.flac": int(MAX_SOUND * SAMPLE_RATE * 2.1),
    "sound_rest.npz": int(MAX_SOUND * SAMPLE_RATE * 4.1),
}
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same project gives the same file
_FULL_SCALE = 32768.0  # of 16 bits
_packed_voices: "WeakKeyDictionary[Voice, dict[str, bytes]]" = WeakKeyDictionary()


def save_project(project: Project, path: Path | str) -> None:
    """Write a project; an earlier file stays as it was until the new one is whole.

    Raises:
        InputError: The file cannot be written.
    """
    content, arrays = _content(project)
    parts = {
        "project.json": json.dumps(content, ensure_ascii=False, indent=1).encode(),
        "motion.npz": _packed(arrays),
        **_packed_voice(project.voice),
    }
    with atomic_write(Path(path)) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            # Level 1: floats hardly shrink, and a studio saves after every edit.
            entry.compress_type = zipfile.ZIP_STORED if name == "sound.flac" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=1)


def load_project(path: Path | str) -> Project:
    """Read a project that `save_project` wrote, by this version or an earlier one.

    Raises:
        InputError: The file is missing, is not a project, is damaged, or is of a later version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            content = json.loads(_part(archive, "project.json"))
            if not isinstance(content, dict) or content.get("format") != FORMAT:
                raise InputError(f"{path} is not a ksdiff project")
            content = _migrated(content, path)
            samples = _samples(_part(archive, "sound.flac"))
            if "sound_rest.npz" in archive.namelist():
                samples = samples + _unpacked(_part(archive, "sound_rest.npz"))["rest"]
            arrays = _unpacked(_part(archive, "motion.npz"))
        return _project(content, arrays, samples)
    except FileNotFoundError as error:
        raise InputError(f"there is no project {path}") from error
    except InputError as error:
        raise InputError(str(error) if str(path) in str(error) else f"{path}: {error}") from error
    except (
        OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, MemoryError, FFmpegError, ValueError,
        KeyError, TypeError, AttributeError, IndexError,
    ) as error:  # fmt: skip
        raise InputError(f"{path} is damaged or not a ksdiff project (.ksd): {error}") from error


def _migrated(content: dict[str, Any], path: Path | str) -> dict[str, Any]:
    version = content["version"]
    if not isinstance(version, int) or version > VERSION:
        raise InputError(f"{path} has version {version}; this ksdiff reads up to {VERSION}: install a newer one")
    for step in range(version, VERSION):
        content = MIGRATIONS[step](content)
    return content


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of the file, unless it is larger than such a part can be."""
    with archive.open(name) as part:
        data = part.read(LARGEST[name] + 1)
    if len(data) > LARGEST[name]:
        raise InputError(f"{name} unpacks to more than {LARGEST[name] >> 20} MiB: this is no project of ksdiff")
    return data


def _packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _unpacked(data: bytes) -> dict[str, np.ndarray]:
    """Arrays of an npz, none of them larger than the data that holds them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > len(data):
            raise InputError("its arrays are packed twice: this is no project of ksdiff")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _packed_voice(voice: Voice) -> dict[str, bytes]:
    """The sound as it is written; packed once."""
    if voice not in _packed_voices:
        whole = np.round(np.clip(voice.samples * _FULL_SCALE, -_FULL_SCALE, _FULL_SCALE - 1)) / np.float32(_FULL_SCALE)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sound.flac"
            write_flac(whole, file)
            parts = {"sound.flac": file.read_bytes()}
        rest = voice.samples - whole  # exact, since both are multiples of the smaller one's last place
        if rest.any():
            parts["sound_rest.npz"] = _packed({"rest": rest})
        _packed_voices[voice] = parts
    return _packed_voices[voice]


def _samples(flac: bytes) -> Float[np.ndarray, " N"]:
    """Decode ``sound.flac``, but not more than a project may hold."""
    blocks, count = [], 0
    with av.open(io.BytesIO(flac), format="flac") as container:
        for frame in container.decode(audio=0):
            if frame.format.name != "s16" or len(frame.layout.channels) != 1 or frame.sample_rate != SAMPLE_RATE:
                raise InputError("sound.flac must be mono, 16 kHz, 16 bit")
            blocks.append(frame.to_ndarray()[0])
            count += frame.samples
            if count > MAX_SOUND * SAMPLE_RATE:
                raise InputError(f"sound.flac is longer than {MAX_SOUND:.0f} s: this is no project of ksdiff")
    return np.concatenate(blocks).astype(np.float32) / np.float32(_FULL_SCALE)


def _content(project: Project) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What goes into project.json, and what into motion.npz."""
    reference = project.reference
    arrays = {"neutral": project.neutral}
    for name in ("expression", "head", "keyframes_expression", "keyframes_head"):
        arrays[f"reference_{name}"] = getattr(reference, name)
    for number, take in enumerate(project.takes):
        for path in PATHS:
            arrays[f"take{number}_{path}"] = take.motion[path]
            arrays[f"take{number}_{path}_stale"] = take.stale[path]
    for number, pin in enumerate(project.pins):
        arrays[f"pin{number}"] = pin.values
    content = {
        "format": FORMAT,
        "version": VERSION,
        "voice": project.voice.name,
        "model": project.model,
        "style": project.style,
        "space": project.space.name,
        "words": _listed(project.words),
        "phones": _listed(project.phones),
        "takes": [
            {
                "name": take.name,
                "made": take.made,
                "sampling": to_json(take.sampling),
                "keyframes": {path: _listed(take.keyframes[path]) for path in PATHS},
                "predicted": {path: _listed(take.predicted[path]) for path in PATHS},
                "variations": _listed(take.variations),
            }
            for take in project.takes
        ],
        "choices": _listed(project.choices),
        "pins": [{"path": pin.path, "start": pin.start, "stop": pin.stop, "first": pin.first} for pin in project.pins],
        "layers": to_json(project.layers),
        "edits": [edit.to_json() for edit in project.edits],
        "reference": {"words": _listed(reference.words), "info": dict(reference.info)},
    }
    return content, arrays


def _project(content: dict[str, Any], arrays: dict[str, np.ndarray], samples: Float[np.ndarray, " N"]) -> Project:
    space = get_space(content["space"])

    def read(kind: type, entries: Any, where: str) -> tuple:
        return tuple(from_json(kind, entry, where) for entry in entries)

    takes = tuple(
        Take(
            name=str(entry["name"]),
            sampling=from_json(SamplingOptions, current_names(entry["sampling"]), "sampling"),
            motion={path: arrays[f"take{number}_{path}"] for path in PATHS},
            keyframes={path: read(Keyframe, entry["keyframes"][path], "keyframe") for path in PATHS},
            predicted={path: read(Keyframe, entry["predicted"][path], "keyframe") for path in PATHS},
            stale={path: arrays[f"take{number}_{path}_stale"] for path in PATHS},
            variations=read(Variation, entry["variations"], "variation"),
            made=bool(entry["made"]),
        )
        for number, entry in enumerate(content["takes"])
    )
    pins = tuple(
        Pin(str(entry["path"]), int(entry["start"]), int(entry["stop"]), int(entry["first"]), arrays[f"pin{number}"])
        for number, entry in enumerate(content["pins"])
    )
    return Project(
        voice=Voice(samples, str(content["voice"])),
        model=str(content["model"]),
        style=str(content["style"]),
        neutral=arrays["neutral"],
        reference=Motion(
            expression=arrays["reference_expression"],
            head=arrays["reference_head"],
            keyframes_expression=arrays["reference_keyframes_expression"],
            keyframes_head=arrays["reference_keyframes_head"],
            space=space,
            words=read(Word, content["reference"]["words"], "word"),
            info=dict(content["reference"]["info"]),
        ),
        takes=takes,
        words=read(Word, content["words"], "word"),
        phones=read(Phone, content.get("phones", ()), "phone"),  # files of before had none
        choices=read(Choice, content["choices"], "choice"),
        pins=pins,
        layers=from_json(Layers, content["layers"], "layers"),
        edits=tuple(Edit.from_json(entry) for entry in content["edits"]),
    )


def _listed(values: tuple[Any, ...]) -> list[Any]:
    return [to_json(value) for value in values]
