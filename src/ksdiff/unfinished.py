"""Long sounds go on where they were interrupted: what is done of their motion is kept in a file.

A window's motion depends on its sound, the noise of its frames, and what the window before it left. So the file holds
the words, the pitch, the motion so far, and that rest (`Generation.state`). It is bound to all that the motion depends
on by a key, and written as a whole, so that it is right or absent whenever the power goes.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import onnxruntime
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict, Field
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from ksdiff.errors import InputError
from ksdiff.files import atomic_write, make_folder, release
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.sampling import Generated, Generation, SamplingOptions, State
from ksdiff.model.sampling.state import Given
from ksdiff.motion import Word
from ksdiff.motion.space import PATHS
from ksdiff.output.parts import remove_parts
from ksdiff.pipeline import Progress, SpeechFeatures, joined, no_progress
from ksdiff.speech.audio import BLOCK
from ksdiff.speech.prosody import PitchTrack
from ksdiff.version import __version__

NAME = "motion.unfinished"  # of the file beside the results
PARTS = "preview.unfinished"  # of the folder with what is drawn of their video
KEPT_SECONDS = 300.0  # of sound, beyond which it is worth keeping
SAVE_SECONDS = 20.0  # of work, which are lost at most
RESUMED = "resumed"  # the stage that is told when work is taken up, with how much of the motion is there
MAX_BYTES = 2**29  # of a file: four hours of motion take 90 MB
_FORMAT = "ksdiff-unfinished-1"


class _Header(BaseModel):
    """What stands before the arrays."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    format: Literal["ksdiff-unfinished-1"]
    key: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    words: Annotated[
        list[tuple[Annotated[str, Field(max_length=1000)], float, float]] | None, Field(max_length=1_000_000)
    ]


def remove_unfinished(path: Path) -> None:
    """Remove what is kept of a sound's motion in a file, and beside it of its video."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
    remove_parts(path.with_name(PARTS))


def key_of(
    samples: Float[np.ndarray, " N"],
    text: str | None,
    transcribed: bool,
    keyframes: Mapping[str, Float[np.ndarray, " T"]],
    checkpoint: Checkpoint,
    style: int,
    sampling: SamplingOptions,
) -> str:
    """Hash of all that a motion depends on before its layers: arguments as of `ksdiff.animate`, and versions."""
    hasher = hashlib.sha256()
    computed_by = (__version__, onnxruntime.__version__, np.__version__, type(checkpoint.model).__name__)
    hasher.update(repr((computed_by, checkpoint.sha256, style, sampling, text, transcribed)).encode())
    for path, strengths in sorted(keyframes.items()):
        hasher.update(f"{path} {len(strengths)} {strengths.dtype}".encode() + strengths.tobytes())
    for start in range(0, len(samples), BLOCK):
        hasher.update(samples[start : start + BLOCK].tobytes())
        release(samples)
    return hasher.hexdigest()


class UnfinishedWork:
    """The words and the motion of one sound, as far as they are done."""

    def __init__(self, path: Path, key: str) -> None:
        """Take up what the file holds, if that is of the same key; else nothing is done yet.

        Args:
            path: The file. It stays until whoever wanted the motion has used it.
            key: From `key_of`.
        """
        self._path, self._key = path, key
        self._words: tuple[Word, ...] | None = None
        self._arrays: dict[str, np.ndarray] = {}
        # What another version or call has left, or what is damaged, is begun anew.
        with suppress(OSError, SafetensorError, ValueError, KeyError):
            self._read()

    def words(self, find: Callable[[], tuple[Word, ...]]) -> tuple[Word, ...]:
        """What is said: as kept, or else as found and then kept.

        Raises:
            InputError: From ``find``, or the file cannot be written.
        """
        if self._words is None:
            found = find()
            self._words = found
            if found:
                self._save()
        return self._words

    def motion(
        self,
        features: SpeechFeatures,
        checkpoint: Checkpoint,
        sampling: SamplingOptions,
        style: int,
        keyframes: Mapping[str, Float[np.ndarray, " T"]],
        progress: Progress = no_progress,
    ) -> Generated:
        """What `ksdiff.pipeline.generate_motion` gives, bit for bit; kept now and then, and when it is interrupted.

        Args:
            features: Of the sound; it is encoded where that is needed.
            checkpoint: The model.
            sampling: How to sample.
            style: Number of the style.
            keyframes: Strengths for all frames, to use in place of predicted ones, for the paths that it names.
            progress: Called with the name of the stage and how much of it is done.

        Raises:
            InputError: The file cannot be written.
        """
        progress("prosody", 0.0)
        pitch = self._pitch()
        if pitch is None:
            pitch = features.pitch
            self._arrays = {"pitch.logarithm": pitch.logarithm, "pitch.voicing": pitch.voicing}
            self._save()
        features.pitch = pitch
        speech = features.speech_on_demand(self._words or ())

        def begun() -> Generation:
            return Generation(checkpoint.model, speech, sampling, style, keyframes)

        generation = begun()
        pieces: list[Generated] = []
        try:
            pieces += self._restored(generation, checkpoint)
            progress(RESUMED, generation.frames / speech.frames)
        except ValueError:
            generation = begun()
        done, saved_at, saved = (len(pieces), generation.state()), time.monotonic(), True
        try:
            while not generation.finished:
                for piece in generation.next_batch():
                    pieces.append(piece)
                    progress("motion", sum(len(each.keyframes[PATHS[0]]) for each in pieces) / speech.frames)
                # In one assignment, for a signal can come between any two.
                done, saved = (len(pieces), generation.state()), False
                features.release()
                if time.monotonic() - saved_at > SAVE_SECONDS:
                    pieces = [joined(pieces)]
                    done = (1, done[1])
                    self._keep(pieces, done[1])
                    saved_at, saved = time.monotonic(), True
        except BaseException:
            if not saved:
                with suppress(InputError):
                    self._keep(pieces[: done[0]], done[1])
            raise
        result = joined(pieces)
        if not saved:
            self._keep([result], done[1])
        return result

    def _pitch(self) -> PitchTrack | None:
        try:
            given = Given({name: self._arrays[name] for name in ("pitch.logarithm", "pitch.voicing")})
            logarithm = given.take("pitch.logarithm", np.float64, (range(1, 2**24),))
            return PitchTrack(logarithm, given.take("pitch.voicing", np.float64, logarithm.shape))
        except (KeyError, ValueError):
            self._arrays = {}
            return None

    def _restored(self, generation: Generation, checkpoint: Checkpoint) -> list[Generated]:
        """The motion that is kept, with the generation set to go on behind it.

        Raises:
            ValueError: There is none, or it does not fit.
        """
        state = {name[6:]: array for name, array in self._arrays.items() if name.startswith("state.")}
        generation.restore(state)
        given = Given(
            {name: array for name, array in self._arrays.items() if name.startswith(("motion.", "keyframes."))}
        )
        frames, channels = generation.frames, checkpoint.model.channels
        motion = {path: given.take(f"motion.{path}", np.float32, (frames, channels[path])) for path in PATHS}
        keyframes = {path: given.take(f"keyframes.{path}", np.float32, (frames,)) for path in PATHS}
        given.check_all_taken()
        return [Generated(motion, keyframes)]

    def _keep(self, pieces: list[Generated], state: State) -> None:
        made = joined(pieces)
        self._arrays = {
            **{name: array for name, array in self._arrays.items() if name.startswith("pitch.")},
            **{f"motion.{path}": array for path, array in made.motion.items()},
            **{f"keyframes.{path}": array for path, array in made.keyframes.items()},
            **{f"state.{name}": array for name, array in state.items()},
        }
        self._save()

    def _save(self) -> None:
        arrays = {name: np.ascontiguousarray(array) for name, array in self._arrays.items()}
        words = None if self._words is None else [(word.text, word.start, word.end) for word in self._words]
        header = {"format": _FORMAT, "key": self._key, "sha256": _sha256(arrays), "words": words}
        content = save(arrays, {"ksdiff": json.dumps(header)})
        make_folder(self._path.parent)
        with atomic_write(self._path) as temporary, temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or after a power cut an empty file could stand there

    def _read(self) -> None:
        if self._path.stat().st_size > MAX_BYTES:
            raise ValueError("it is too large")
        with safe_open(self._path, "np") as file:
            header = _Header.model_validate_json((file.metadata() or {})["ksdiff"])
            if header.key != self._key:
                raise ValueError("it is of something else")
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
        if _sha256(arrays) != header.sha256:
            raise ValueError("it is damaged")
        self._arrays = arrays
        self._words = None if header.words is None else tuple(Word(*word) for word in header.words)


def _sha256(arrays: Mapping[str, np.ndarray]) -> str:
    hasher = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        hasher.update(f"{name} {array.dtype} {array.shape}\n".encode())
        hasher.update(array.tobytes())
    return hasher.hexdigest()
