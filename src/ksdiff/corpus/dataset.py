"""A prepared corpus, and its split into speakers to train on and speakers held out."""

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ksdiff.corpus.format import Clip, CorpusIndex, read_clip, read_index, sound_path
from ksdiff.corpus.shards import ShardedClips
from ksdiff.errors import InputError
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Speech
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import HEAD, MotionSpace, get_space
from ksdiff.speech.audio import SAMPLES_PER_FRAME, load


@dataclass(frozen=True)
class Corpus:
    """All clips of a prepared folder.

    Attributes:
        path: The folder.
        space: What the motion channels are.
        encoder: Record of the frozen encoder that made the features.
        clips: The clips, in the order of their names; those in shards are read when they are used.
    """

    path: Path
    space: MotionSpace
    encoder: dict[str, Any]
    clips: Sequence[Clip]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names of all speakers, sorted."""
        return tuple(sorted(set(speakers_of(self.clips))))

    def of(self, speakers: Iterable[str]) -> Sequence[Clip]:
        """The clips of some speakers."""
        if isinstance(self.clips, ShardedClips):
            return self.clips.of(speakers)
        wanted = set(speakers)
        return [clip for clip in self.clips if clip.speaker in wanted]

    @property
    def identity(self) -> list[Any]:
        """Tells whether a corpus is the same: its clips and how they were made, or its shards."""
        if isinstance(self.clips, ShardedClips):
            return [shard.sha256 for shard in self.clips.about.shards]
        return [[clip.name, clip.facts.get("recipe")] for clip in self.clips]

    @property
    def feature_width(self) -> int:
        """Width of the frozen speech features."""
        return self.clips[0].features.shape[1]

    def beginning(self, seconds: float) -> "Corpus":
        """The first so many seconds of every clip; all of it for 0."""
        if not seconds:
            return self
        grid = FrameGrid.of(self.encoder)
        frames = slice(round(seconds * MOTION_RATE))
        heard = slice(max(1, round((seconds - grid.first) / grid.spacing)))
        return replace(self, clips=tuple(_beginning(clip, seconds, frames, heard) for clip in self.clips))

    def sound(self, clip: Clip) -> Float[np.ndarray, " N"]:
        """What is heard in a clip, 16 kHz."""
        if isinstance(self.clips, ShardedClips):
            with tempfile.NamedTemporaryFile(suffix=".flac") as file:
                file.write(self.clips.read(clip.facts["number"], "flac"))
                file.flush()
                samples = np.asarray(load(file.name))
        else:
            samples = np.asarray(load(sound_path(self.path, clip.name)))
        return samples[: round((len(clip) + 0.5) * SAMPLES_PER_FRAME)]


def _beginning(clip: Clip, seconds: float, frames: slice, heard: slice) -> Clip:
    words = [word for word in clip.facts.get("words", ()) if word[1] < seconds]
    return replace(clip.cut(frames, heard), facts={**clip.facts, "words": words})


def load_corpus(path: Path) -> Corpus:
    """Open a folder that ``ksdiff prepare`` or ``ksdiff corpus merge`` made.

    Every clip in a file of its own is checked now, one in a shard whenever it is opened. Features and motion stay on
    disk until they are used, unless an earlier version compressed them.

    Raises:
        InputError: The folder is not a corpus, holds no clip, or one of its files is damaged.
    """
    index = read_index(path)
    space = get_space(index.space)
    if index.shards:
        return Corpus(path, space, index.encoder.model_dump(), ShardedClips(path, index))
    clips = load_clips(path, index, sorted(index.clips))
    if not clips:
        raise InputError(f"the corpus {path} holds no clip; its corpus.json says why under left_out")
    widths = {clip.features.shape[1] for clip in clips}
    if len(widths) > 1:
        raise InputError(f"{path} has features of different widths ({sorted(widths)}): run ksdiff prepare again")
    return Corpus(path, space, index.encoder.model_dump(), clips)


def load_clips(path: Path, index: CorpusIndex, names: Iterable[str]) -> tuple[Clip, ...]:
    """Open clips of a corpus in single files.

    Raises:
        InputError: One of them is damaged.
    """
    space = get_space(index.space)
    return tuple(read_clip(path, name, space) for name in names)


def speakers_of(clips: Sequence[Clip]) -> list[str]:
    """Who speaks in each clip, without opening those in shards."""
    if isinstance(clips, ShardedClips):
        return [clips.about.speakers[number] for number in clips.speaker_numbers.tolist()]
    return [clip.speaker for clip in clips]


def lengths_of(clips: Sequence[Clip]) -> Int[np.ndarray, " N"]:
    """Motion frames of each clip, without opening those in shards."""
    return clips.lengths if isinstance(clips, ShardedClips) else np.array([len(clip) for clip in clips], dtype=np.int64)


def _speakers_with_head(clips: Sequence[Clip]) -> set[str]:
    if isinstance(clips, ShardedClips):
        return {clips.about.speakers[number] for number in np.unique(clips.speaker_numbers[clips.has_head]).tolist()}
    return {clip.speaker for clip in clips if clip.mask[HEAD].any()}


def speech_of(clip: Clip, grid: FrameGrid, frames: int) -> Speech:
    """The beginning of a clip as the model hears it."""
    # Copied, since many of these may be kept at once, and a process can only have so many files mapped.
    return Speech(np.array(clip.features), np.array(clip.prosody), clip.words, grid, min(frames, len(clip)))


@dataclass(frozen=True)
class Split:
    """Names of the speakers of each part."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]


def split_speakers(corpus: Corpus, held_out: float, folds: int = 0, fold: int = 0) -> Split:
    """Split a corpus by speaker, in the order of a hash of their names.

    A speaker whose head was never tracked can only be trained on.

    Args:
        corpus: What to split.
        held_out: Share of the speakers that is not trained on; half of them validate, half test.
        folds: If not 0, the test speakers are one of so many equal parts, so that over all folds every speaker tests
            once; ``held_out / 2`` of the speakers validate.
        fold: Which part.

    Raises:
        InputError: No speaker is left to train on, or there are more folds than speakers.
    """
    whole = _speakers_with_head(corpus.clips)
    shuffled = sorted(whole, key=lambda speaker: hashlib.sha256(speaker.encode()).hexdigest())
    if folds > len(shuffled):
        raise InputError(f"{folds} folds of {len(shuffled)} speakers: some would have none; choose fewer folds")
    size = round(held_out / 2 * len(shuffled))
    test = shuffled[fold::folds] if folds else shuffled[:size]
    tested = set(test)
    rest = [speaker for speaker in shuffled if speaker not in tested]
    validation = rest[: max(1, size)] if folds else rest[:size]
    held = {*test, *validation}
    train = tuple(speaker for speaker in corpus.speakers if speaker not in held)
    if not train:
        raise InputError(f"no speaker of {corpus.path} is left to train on: lower held_out, now {held_out}")
    return Split(train, tuple(sorted(validation)), tuple(sorted(test)))
