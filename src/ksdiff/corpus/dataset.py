"""A prepared corpus, and its split into speakers to train on and speakers held out."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.format import Clip, read_clip, read_index, sound_path
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
        clips: The clips, in the order of their names.
    """

    path: Path
    space: MotionSpace
    encoder: dict[str, Any]
    clips: tuple[Clip, ...]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names of all speakers, sorted."""
        return tuple(sorted({clip.speaker for clip in self.clips}))

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
        samples = np.asarray(load(sound_path(self.path, clip.name)))
        return samples[: round((len(clip) + 0.5) * SAMPLES_PER_FRAME)]


def _beginning(clip: Clip, seconds: float, frames: slice, heard: slice) -> Clip:
    words = [word for word in clip.facts.get("words", ()) if word[1] < seconds]
    return replace(clip.cut(frames, heard), facts={**clip.facts, "words": words})


def load_corpus(path: Path) -> Corpus:
    """Open a folder that ``ksdiff prepare`` made.

    Every clip is checked, but features and motion stay on disk until they are used, unless an earlier version
    compressed them.

    Raises:
        InputError: The folder is not a corpus, holds no clip, or one of its files is damaged.
    """
    index = read_index(path)
    space = get_space(index.space)
    clips = tuple(read_clip(path, name, space) for name in sorted(index.clips))
    if not clips:
        raise InputError(f"the corpus {path} holds no clip; its corpus.json says why under left_out")
    widths = {clip.features.shape[1] for clip in clips}
    if len(widths) > 1:
        raise InputError(f"{path} has features of different widths ({sorted(widths)}): run ksdiff prepare again")
    return Corpus(path, space, index.encoder.model_dump(), clips)


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
    whole = {clip.speaker for clip in corpus.clips if clip.mask[HEAD].any()}
    shuffled = sorted(whole, key=lambda speaker: hashlib.sha256(speaker.encode()).hexdigest())
    if folds > len(shuffled):
        raise InputError(f"{folds} folds of {len(shuffled)} speakers: some would have none; choose fewer folds")
    size = round(held_out / 2 * len(shuffled))
    test = shuffled[fold::folds] if folds else shuffled[:size]
    rest = [speaker for speaker in shuffled if speaker not in test]
    validation = rest[: max(1, size)] if folds else rest[:size]
    train = tuple(speaker for speaker in corpus.speakers if speaker not in (*test, *validation))
    if not train:
        raise InputError(f"no speaker of {corpus.path} is left to train on: lower held_out, now {held_out}")
    return Split(train, tuple(sorted(validation)), tuple(sorted(test)))
