"""What is heard in a clip: its sound, features, prosody and transcript, kept from an earlier run where they fit.

`hear` keeps it in ``speech/ID.*`` until the clip is whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.arrays import open_arrays, save_arrays
from ksdiff.corpus.digest import digest, rounded
from ksdiff.corpus.format import read_json, sound_path, write_json, write_sound
from ksdiff.corpus.quality import sound_quality
from ksdiff.corpus.sources.source import Recording
from ksdiff.errors import InputError
from ksdiff.speech import audio
from ksdiff.speech.audio import frame_count
from ksdiff.speech.encoder import load_encoder
from ksdiff.speech.prosody import prosody as find_prosody
from ksdiff.speech.transcript import Transcript
from ksdiff.speech.transcript import transcribe as find_transcript

RECIPE = 3  # raised when the same sound and settings would give something else than before
QUALITY = ("peak", "clipped", "loudness", "voiced")
SPEECH = "speech"  # folder of what was heard in clips that are not whole yet
MAX_TEXT = 1 << 20  # bytes of a transcript


@dataclass(frozen=True, eq=False)
class ClipSpeech:
    """What is heard in a clip.

    Attributes:
        samples: Number of them.
        features: Of the frozen speech encoder.
        prosody: log f0, energy, voicing at the encoder's frames.
        text: What is said.
        words: Text, start and end, s.
        phones: Label, start and end, s.
        quality: Figures about the sound.
        recipe: Identifies all that decides the above.
    """

    samples: int
    features: Float[np.ndarray, "S F"]
    prosody: Float[np.ndarray, "S 3"]
    text: str
    words: Sequence[Sequence[Any]]
    phones: Sequence[Sequence[Any]]
    quality: dict[str, Any]
    recipe: str

    @property
    def frames(self) -> int:
        """Motion frames of a sound of this length."""
        return frame_count(self.samples)


def hear(out: Path, recording: Recording, encoder: str, record: Any, transcribe: bool) -> None:
    """Hear a recording, write its sound into the corpus, and keep what was heard for `clip_speech`.

    Args:
        out: Folder of the corpus.
        recording: With its hash.
        encoder: Name of the speech encoder.
        record: What the corpus says of it.
        transcribe: Whether to find out what is said where no text lies beside the recording.

    Raises:
        InputError: Its sound or its text cannot be read, or the corpus cannot be written.
    """
    text, recipe = _recipe(recording, record, transcribe)
    if _is_kept(out, recording.id, recipe):
        return
    heard = _made(out, recording, recipe, encoder, transcribe, text)
    facts = {name: getattr(heard, name) for name in ("samples", "text", "words", "phones", "quality")}
    save_arrays(_kept_path(out, recording.id, ".npz"), {"features": heard.features, "prosody": heard.prosody})
    write_json(_kept_path(out, recording.id, ".json"), {**facts, "sound_recipe": recipe})


def clip_speech(out: Path, recording: Recording, encoder: str, record: Any, transcribe: bool) -> ClipSpeech:
    """What is heard in a recording, from an earlier run or from `hear`, whose arguments and errors these are."""
    text, recipe = _recipe(recording, record, transcribe)
    for arrays, facts in (_whole_clip(out, recording.id), _kept_files(out, recording.id)):
        if (found := _kept(out, recording.id, recipe, arrays, facts)) is not None:
            return found
    return _made(out, recording, recipe, encoder, transcribe, text)


def forget(out: Path, clip: str) -> None:
    """Remove what `hear` kept, once the clip is whole."""
    for path in _kept_files(out, clip):
        path.unlink(missing_ok=True)


def _recipe(recording: Recording, record: Any, transcribe: bool) -> tuple[str | None, str]:
    text = _given_text(recording.path.with_suffix(".txt"))
    return text, digest([RECIPE, record, recording.sha256, recording.language, transcribe, text])


def _whole_clip(out: Path, clip: str) -> tuple[Path, Path]:
    return out / "clips" / f"{clip}.npz", out / "clips" / f"{clip}.json"


def _kept_files(out: Path, clip: str) -> tuple[Path, Path]:
    return _kept_path(out, clip, ".npz"), _kept_path(out, clip, ".json")


def _kept_path(out: Path, clip: str, suffix: str) -> Path:
    return out / SPEECH / f"{clip}{suffix}"


def _given_text(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_TEXT:
            raise InputError(f"the transcript {path} is larger than {MAX_TEXT >> 20} MB: give this video's words only")
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputError(f"cannot read the transcript {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"the transcript {path} is not text in UTF-8: {error.reason}") from error


def _is_kept(out: Path, clip: str, recipe: str) -> bool:
    """Whether an earlier run with this sound and these settings left its result."""
    return sound_path(out, clip).is_file() and any(
        arrays.is_file() and _facts(facts).get("sound_recipe") == recipe
        for arrays, facts in (_whole_clip(out, clip), _kept_files(out, clip))
    )


def _facts(path: Path) -> dict[str, Any]:
    try:
        return read_json(path)
    except InputError:
        return {}


def _kept(out: Path, clip: str, recipe: str, arrays: Path, facts: Path) -> ClipSpeech | None:
    """The result of an earlier run, if its sound and settings were these."""
    known = _facts(facts)
    if known.get("sound_recipe") != recipe or not sound_path(out, clip).is_file():
        return None
    try:
        stored = open_arrays(arrays, ("features", "prosody"))
        return ClipSpeech(
            samples=known["samples"],
            features=np.array(stored["features"]),
            prosody=np.array(stored["prosody"]),
            text=known["text"],
            words=known["words"],
            phones=known["phones"],
            quality={name: known["quality"][name] for name in QUALITY},
            recipe=recipe,
        )
    except (InputError, KeyError, TypeError):
        return None


def _made(
    out: Path, recording: Recording, recipe: str, encoder_name: str, transcribe: bool, given: str | None
) -> ClipSpeech:
    # What was stored is what is described: 16-bit sound differs a little from what was decoded.
    samples = audio.load(write_sound(out, recording.id, audio.load(recording.sound or recording.path)))
    encoder = load_encoder(encoder_name)
    features = encoder.encode(samples)
    prosody = find_prosody(samples, encoder.frame_times(len(features)))
    # The recogniser knows English only; other languages need a text beside the video.
    english = recording.language.lower().split("-")[0] == "en"
    heard = find_transcript(samples, given) if given or (transcribe and english) else Transcript()
    return ClipSpeech(
        samples=len(samples),
        features=features.astype(np.float16),
        prosody=prosody.astype(np.float32),
        text=heard.text,
        words=rounded([[word.text, word.start, word.end] for word in heard.words]),
        phones=rounded([[phone.text, phone.start, phone.end] for phone in heard.phones]),
        quality=rounded({**sound_quality(samples), "voiced": float(prosody[:, 2].mean())}),
        recipe=recipe,
    )
