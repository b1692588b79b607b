"""A prepared corpus in memory, and its split into speakers to train on and speakers held out."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.errors import InputError
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import Speech
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS, MotionSpace, get_space
from ksdiff.speech.audio import SAMPLES_PER_FRAME, load


@dataclass(frozen=True)
class Clip:
    """One clip of a corpus; the neutral face of its speaker is already removed from the expression.

    Attributes:
        name: Unique name.
        speaker: Who speaks.
        motion: Expression and head motion by path, physical units.
        mask: For each path, whether a frame was tracked.
        channel_mask: Whether this source says anything about an expression channel.
        neutral: The speaker's neutral expression.
        features: Frozen speech features.
        prosody: Normalised log f0, normalised energy, voicing.
        keyframes: Keyframe strengths by path.
        words: What is said, if known.
        facts: Everything else that the corpus holds about the clip.
    """

    name: str
    speaker: str
    motion: dict[str, Float[np.ndarray, "T C"]]
    mask: dict[str, Bool[np.ndarray, " T"]]
    channel_mask: Bool[np.ndarray, " E"]
    neutral: Float[np.ndarray, " E"]
    features: Float[np.ndarray, "S F"]
    prosody: Float[np.ndarray, "S 3"]
    keyframes: dict[str, Float[np.ndarray, " T"]]
    words: tuple[Word, ...]
    facts: dict[str, Any]

    def __len__(self) -> int:
        return len(self.motion[EXPRESSION])

    def beginning(self, seconds: float, grid: FrameGrid) -> "Clip":
        """The first so many seconds of the clip, whose speech frames lie on ``grid``."""
        frames = round(seconds * MOTION_RATE)
        heard = max(1, round((seconds - grid.first) / grid.spacing))
        return replace(
            self,
            motion={path: motion[:frames] for path, motion in self.motion.items()},
            mask={path: mask[:frames] for path, mask in self.mask.items()},
            features=self.features[:heard],
            prosody=self.prosody[:heard],
            keyframes={path: strengths[:frames] for path, strengths in self.keyframes.items()},
            words=tuple(word for word in self.words if word.start < seconds),
        )


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
        return replace(self, clips=tuple(clip.beginning(seconds, grid) for clip in self.clips))

    def sound(self, clip: Clip) -> Float[np.ndarray, " N"]:
        """What is heard in a clip, 16 kHz."""
        samples = np.asarray(load(self.path / "clips" / f"{clip.name}.flac"))
        return samples[: round((len(clip) + 0.5) * SAMPLES_PER_FRAME)]


def load_corpus(path: Path) -> Corpus:
    """Read a folder that ``ksdiff prepare`` made.

    Raises:
        InputError: The folder is not a corpus, or holds no clip.
    """
    try:
        index = json.loads((path / "corpus.json").read_text())
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a prepared corpus ({error}): make one with ksdiff prepare") from error
    clips = []
    for name in sorted(index["clips"]):
        facts = json.loads((path / "clips" / f"{name}.json").read_text())
        with np.load(path / "clips" / f"{name}.npz", allow_pickle=False) as data:
            clips.append(
                Clip(
                    name=name,
                    speaker=facts["speaker"],
                    motion={EXPRESSION: data["expression"] - data["neutral"], HEAD: data["head"]},
                    mask={path: data[f"mask_{path}"] for path in PATHS},
                    channel_mask=data["channel_mask"],
                    neutral=data["neutral"],
                    features=data["features"],
                    prosody=data["prosody"],
                    keyframes={path: data[f"keyframes_{path}"] for path in PATHS},
                    words=tuple(Word(*word) for word in facts.get("words", [])),
                    facts=facts,
                )
            )
    if not clips:
        raise InputError(f"the corpus {path} holds no clip; its corpus.json says why under left_out")
    return Corpus(path, get_space(index["space"]), index["encoder"], tuple(clips))


def speech_of(clip: Clip, grid: FrameGrid, frames: int) -> Speech:
    """The beginning of a clip as the model hears it."""
    return Speech(clip.features, clip.prosody, clip.words, grid, min(frames, len(clip)))


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
