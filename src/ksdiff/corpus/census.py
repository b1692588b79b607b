"""What is in a corpus: counted clip by clip, so that memory does not grow with it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ksdiff.corpus.dataset import load_clips
from ksdiff.corpus.format import Clip, CorpusIndex, parse_record, read_index, read_record
from ksdiff.corpus.shards import ShardedClips
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, get_space

Progress = Callable[[str, float], None]
SAMPLE = 20_000  # clips, evenly spread, that distributions are made of
HEADS = 24  # clips on the contact sheet
BINS = 24


@dataclass(frozen=True, eq=False)
class Distribution:
    """How often values lie where.

    Attributes:
        counts: Values in each bin.
        low: Where the first bin begins.
        high: Where the last bin ends.
        median: Of the values.
    """

    counts: Int[np.ndarray, " N"]
    low: float
    high: float
    median: float

    @classmethod
    def of(cls, values: list[float]) -> "Distribution":
        """Of at least one finite value."""
        counts, edges = np.histogram(values, bins=BINS)
        return cls(counts, float(edges[0]), float(edges[-1]), float(np.median(values)))


@dataclass(frozen=True, eq=False)
class Face:
    """One moment of a clip, to be drawn.

    Attributes:
        clip: Its name.
        speaker: Who speaks.
        expression: At that moment.
        head: At that moment.
    """

    clip: str
    speaker: str
    expression: Float[np.ndarray, " E"]
    head: Float[np.ndarray, " H"]


@dataclass(frozen=True, eq=False)
class Census:
    """What is in a corpus.

    Attributes:
        path: Its folder.
        index: Its ``corpus.json``.
        clips: How many.
        speakers: Seconds of each.
        languages: Seconds of each; ``unknown`` where a clip does not say.
        transcribed: Seconds of clips of which the words are known.
        distributions: Of the clips' length, s, and of each figure in their ``quality``.
        left_out: Sources that did not become a clip, by reason.
        faces: A moment of some clips: where the mouth is widest open.
    """

    path: Path
    index: CorpusIndex
    clips: int
    speakers: dict[str, float]
    languages: dict[str, float]
    transcribed: float
    distributions: dict[str, Distribution]
    left_out: dict[str, int]
    faces: list[Face] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Length of all clips."""
        return sum(self.speakers.values())


def take_census(path: Path, progress: Progress = lambda name, done: None) -> Census:
    """Count what is in a corpus; only the moments of `HEADS` clips are read beside the records.

    Raises:
        InputError: It is no corpus, or a record is damaged.
    """
    index = read_index(path)
    speakers: dict[str, float] = {}
    languages: dict[str, float] = {}
    values: dict[str, list[float]] = {}
    transcribed, clips = 0.0, 0
    count = len(ShardedClips(path, index)) if index.shards else len(index.clips)
    every = -(-count // SAMPLE) if count else 1
    for clips, facts in enumerate(_records(path, index), start=1):
        progress("counting", clips / count)
        seconds = float(facts.get("seconds") or _seconds(facts))
        language = str(facts.get("language") or "unknown")[:100]
        speakers[facts["speaker"]] = speakers.get(facts["speaker"], 0.0) + seconds
        languages[language] = languages.get(language, 0.0) + seconds
        transcribed += seconds if facts["words"] else 0.0
        if (clips - 1) % every == 0:
            values.setdefault("length, s", []).append(seconds)
            for name, value in facts["quality"].items():
                if not isinstance(value, bool):
                    values.setdefault(name, []).append(float(value))
    reasons = Counter(_kind(item.reason) for item in index.left_out)
    distributions = {name: Distribution.of(each) for name, each in values.items()}
    faces = list(_faces(path, index, count))
    return Census(
        path, index, clips, _longest(speakers), _longest(languages), transcribed, distributions,
        dict(reasons.most_common()), faces,
    )  # fmt: skip


def _longest(seconds: dict[str, float]) -> dict[str, float]:
    return dict(sorted(seconds.items(), key=lambda item: (-item[1], item[0])))


def _records(path: Path, index: CorpusIndex) -> Iterator[dict[str, Any]]:
    if not index.shards:
        for name in index.clips:
            facts = read_record(path, name).model_dump()
            yield (
                facts if "frames" in facts or "seconds" in facts else facts | {"frames": len(_clip(path, index, name))}
            )
        return
    clips = ShardedClips(path, index)
    for number, frames in zip(clips.numbers.tolist(), clips.lengths.tolist(), strict=True):
        record = parse_record(clips.read(number, "json"), f"{clips.name(number)}.json")
        yield record.model_dump() | {"frames": frames}


def _seconds(facts: dict[str, Any]) -> float:
    return int(facts["frames"]) / MOTION_RATE


def _clip(path: Path, index: CorpusIndex, name: str) -> Clip:
    return load_clips(path, index, [name])[0]


def _faces(path: Path, index: CorpusIndex, count: int) -> Iterator[Face]:
    """Where the mouth of some clips, evenly spread, is widest open."""
    space = get_space(index.space)
    if space != ARKIT:  # the head has no others
        return
    opening_path, opening = space.opening
    at = space.channels(opening_path).index(opening)
    sharded = ShardedClips(path, index) if index.shards else None
    for number in range(min(count, HEADS)):
        chosen = number * count // min(count, HEADS)
        clip = sharded[chosen] if sharded is not None else _clip(path, index, index.clips[chosen])
        arrays = clip.arrays
        known = arrays[f"mask_{EXPRESSION}"]
        wide = np.where(known, arrays[opening_path][:, at], -np.inf)
        frame = int(wide.argmax())
        yield Face(clip.name, clip.speaker, np.array(arrays[EXPRESSION][frame]), np.array(arrays["head"][frame]))


def _kind(reason: str) -> str:
    """A reason without what is particular to one source."""
    return reason.split(";")[0].split("(")[0].strip()[:100] if "/" not in reason.split(" ")[0] else reason[:100]
