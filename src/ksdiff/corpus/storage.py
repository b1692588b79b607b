"""A corpus on disk: one folder that training reads, each clip written whole or not at all.

See ``docs/corpus.md`` for the format.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.speech.audio import write_flac

CORPUS_VERSION = 1
ARRAYS = (
    "expression",
    "neutral",
    "head",
    "mask_expression",
    "mask_head",
    "features",
    "prosody",
    "keyframes_expression",
    "keyframes_head",
    "channel_mask",
)


@dataclass(frozen=True)
class Clip:
    """One clip of a corpus.

    Axes: T motion frames at 25 per second, S frames of the speech encoder with F features.

    Attributes:
        id: Name of its files.
        expression: ARKit weights, absolute.
        neutral: This speaker's face at rest, to be subtracted and added back.
        head: Rotation vector (rad) and translation (m) relative to the neutral pose.
        mask_expression: False where the expression is not known.
        mask_head: False where the head is not known.
        features: Of the frozen speech encoder.
        prosody: log f0, energy, voicing at the encoder's frames.
        keyframes_expression: Strength at each keyframe of eq. 3, 0 elsewhere.
        keyframes_head: The same for the head.
        channel_mask: False for a channel about which this source says nothing.
        meta: What ``ID.json`` holds: speaker, language, source, seconds, quality, text, words, phones, ...
    """

    id: str
    expression: Float[np.ndarray, "T E"]
    neutral: Float[np.ndarray, " E"]
    head: Float[np.ndarray, "T H"]
    mask_expression: Bool[np.ndarray, " T"]
    mask_head: Bool[np.ndarray, " T"]
    features: Float[np.ndarray, "S F"]
    prosody: Float[np.ndarray, "S 3"]
    keyframes_expression: Float[np.ndarray, " T"]
    keyframes_head: Float[np.ndarray, " T"]
    channel_mask: Bool[np.ndarray, " E"]
    meta: Mapping[str, Any] = field(default_factory=dict)


def write_clip(corpus: Path, clip: Clip, sound: Float[np.ndarray, " N"] | None = None) -> None:
    """Write a clip; its ``.json`` comes last and marks it as whole.

    Args:
        corpus: Folder of the corpus.
        clip: What to write.
        sound: 16 kHz; None if ``ID.flac`` is there already.
    """
    folder = corpus / "clips"
    (folder / f"{clip.id}.json").unlink(missing_ok=True)
    if sound is not None:
        write_sound(corpus, clip.id, sound)
    with atomic_write(folder / f"{clip.id}.npz") as temporary:
        # numpy dates the members of the archive 1980, so equal clips are equal files.
        np.savez_compressed(temporary, allow_pickle=False, **{name: getattr(clip, name) for name in ARRAYS})
    write_json(folder / f"{clip.id}.json", dict(clip.meta))


def write_sound(corpus: Path, clip: str, sound: Float[np.ndarray, " N"]) -> Path:
    """Write the sound of a clip, 16 bit."""
    path = corpus / "clips" / f"{clip}.flac"
    write_flac(sound, path)
    return path


def read_meta(corpus: Path, clip: str) -> dict[str, Any] | None:
    """What ``ID.json`` holds; None if it is missing or damaged."""
    try:
        meta = json.loads((corpus / "clips" / f"{clip}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return meta if isinstance(meta, dict) else None


def read_header(corpus: Path) -> dict[str, Any] | None:
    """What ``corpus.json`` holds; None if there is none.

    Raises:
        InputError: It is damaged, or of another version.
    """
    path = corpus / "corpus.json"
    if not path.is_file():
        return None
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
        version = header["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged: delete it and run ksdiff prepare again") from error
    if version != CORPUS_VERSION:
        raise InputError(f"{path} has version {version}; this ksdiff writes {CORPUS_VERSION}: choose another --out")
    return header


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all; equal content gives equal bytes."""
    with atomic_write(path) as temporary:
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def file_sha256(path: Path) -> str:
    """Hash of a file's content.

    Raises:
        InputError: It cannot be read.
    """
    try:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
