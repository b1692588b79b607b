"""A performance as a project: a value. Every edit gives a new one, and to undo is to take the one before."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.editing.layers import Layers
from ksdiff.errors import InputError, suggest
from ksdiff.model.sampling import SamplingOptions
from ksdiff.motion import MOTION_RATE, Motion, Word
from ksdiff.motion.space import HEAD, PATHS, MotionSpace
from ksdiff.speech.audio import SAMPLE_RATE, frame_count
from ksdiff.speech.forced_alignment import Phone
from ksdiff.speech.vad import silence

if TYPE_CHECKING:
    from ksdiff.editing.edits import Edit

MAX_SOUND = 1200.0  # s; longer sound is a film, and a project of it would not fit in memory many times over


@dataclass(frozen=True, eq=False)
class Voice:
    """The sound that is performed.

    Attributes:
        samples: Mono sound at 16 kHz.
        name: Of the file that it came from.
    """

    samples: Float[np.ndarray, " N"]
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.samples) > MAX_SOUND * SAMPLE_RATE:
            raise InputError(
                f"the sound is {len(self.samples) / SAMPLE_RATE:.0f} s long; a project holds up to "
                f"{MAX_SOUND:.0f} s: cut it"
            )

    @property
    def frames(self) -> int:
        """Motion frames of the sound."""
        return frame_count(len(self.samples))

    @cached_property
    def quiet(self) -> Bool[np.ndarray, " T"]:
        """Where nobody speaks."""
        return silence(self.samples, self.frames, float(MOTION_RATE))


@dataclass(frozen=True)
class Keyframe:
    """A moment at which one path changes most.

    Attributes:
        frame: Which, at 25 frames/s.
        strength: 0..1.
        pose: Values of channels that the finished motion has here, in the unit of the motion space, by channel name;
            what is not named is free. Empty for a keyframe that only says when.
    """

    frame: int
    strength: float
    pose: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1:
            raise InputError(f"the strength of a keyframe is {self.strength}; it must be above 0 and at most 1")
        for name, value in self.pose.items():
            if not math.isfinite(value):
                raise InputError(f"{name} is {value} in a pose; it must be a finite number")


@dataclass(frozen=True)
class Variation:
    """Other settings of one path within a range. What is None stays as it was.

    Attributes:
        path: ``expression`` or ``head``.
        start: First frame.
        stop: One beyond the last frame.
        seed: Of the noise.
        temperature: Scale of the noise.
        guidance: How strongly speech drives the motion.
    """

    path: str
    start: int
    stop: int
    seed: int | None = None
    temperature: float | None = None
    guidance: float | None = None

    def __post_init__(self) -> None:
        if self.path not in PATHS:
            raise InputError(f"unknown path {self.path!r}: {suggest(self.path, PATHS)}")
        given = {f"{self.path}_{name}": getattr(self, name) for name in ("seed", "temperature", "guidance")}
        SamplingOptions(**{name: value for name, value in given.items() if value is not None})  # checks them


@dataclass(frozen=True, eq=False)
class Take:
    """One lane: a way to perform the voice.

    Attributes:
        name: Its name in the project.
        sampling: How its motion is drawn from the model.
        motion: Motion as generated, before all layers, by path: physical units, expression relative to the neutral
            face; 25 frames/s.
        keyframes: In order, by path.
        predicted: Keyframes as the model predicted them: against them, those that a person changed are emphasised.
        stale: Frames that an edit reaches and that are still to be made anew, by path.
        variations: Ranges with other settings; later ones win.
        made: False for a take that has no motion and no keyframes yet.
    """

    name: str
    sampling: SamplingOptions
    motion: Mapping[str, Float[np.ndarray, "T _"]]
    keyframes: Mapping[str, tuple[Keyframe, ...]]
    predicted: Mapping[str, tuple[Keyframe, ...]]
    stale: Mapping[str, Bool[np.ndarray, " T"]]
    variations: tuple[Variation, ...] = ()
    made: bool = True

    def __post_init__(self) -> None:
        if not self.name:
            raise InputError("a take needs a name")
        for path in PATHS:
            for track in (self.keyframes[path], self.predicted[path]):
                at = [keyframe.frame for keyframe in track]
                if at != sorted(set(at)) or any(not 0 <= frame < self.frames for frame in at):
                    raise InputError(f"{path} keyframes of take {self.name!r} are not in order or outside the sound")
            if len(self.motion[path]) != self.frames or self.stale[path].shape != (self.frames,):
                raise InputError(f"the parts of take {self.name!r} are not of one length")

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.motion[HEAD])

    def strengths(self, path: str) -> Float[np.ndarray, " T"]:
        """Strength of the keyframe at each frame, 0 where there is none."""
        return _track(self.keyframes[path], self.frames)

    def predicted_strengths(self, path: str) -> Float[np.ndarray, " T"]:
        """The same as the model predicted it."""
        return _track(self.predicted[path], self.frames)

    def keyframe(self, path: str, frame: int) -> Keyframe | None:
        """The keyframe at a frame, if there is one."""
        return next((keyframe for keyframe in self.keyframes[path] if keyframe.frame == frame), None)

    def settings(self, path: str) -> dict[str, np.ndarray]:
        """Seed, temperature and guidance of a path at each frame.

        Returns:
            Arrays ``seed`` (integers), ``temperature`` and ``guidance``, [T] each.
        """
        base = {
            "seed": np.full(self.frames, getattr(self.sampling, f"{path}_seed"), dtype=np.int64),
            "temperature": np.full(self.frames, getattr(self.sampling, f"{path}_temperature"), dtype=np.float32),
            "guidance": np.full(self.frames, self.sampling.guidance_of(path), dtype=np.float32),
        }
        for variation in self.variations:
            if variation.path == path:
                for name, values in base.items():
                    value = getattr(variation, name)
                    if value is not None:
                        values[variation.start : variation.stop] = value
        return base


@dataclass(frozen=True)
class Choice:
    """Which take is seen in a range.

    Attributes:
        take: Its name.
        path: ``expression`` or ``head``.
        start: First frame.
        stop: One beyond the last frame.
    """

    take: str
    path: str
    start: int
    stop: int


@dataclass(frozen=True, eq=False)
class Pin:
    """A range of one path that stays as it is, whatever else is edited.

    Attributes:
        path: ``expression`` or ``head``.
        start: First frame.
        stop: One beyond the last frame.
        first: Frame of the first of the values; they begin before the range and end after it where there is room.
        values: The finished motion when it was pinned. Outside the range it serves to fade.
    """

    path: str
    start: int
    stop: int
    first: int
    values: Float[np.ndarray, "S C"]


@dataclass(frozen=True, eq=False)
class Project:
    """A performance and all that can be changed about it.

    Frames are those of the model, 25 in a second; the finished motion can be rendered at any rate. Nothing in here may
    be changed in place: `ksdiff.editing.edits.apply` gives a new project, which shares what is the same with the old.

    Attributes:
        voice: The sound.
        model: Weights: a name or a file.
        style: A training speaker, or ``neutral`` for the average.
        neutral: The face at rest, to which the expression of takes is relative.
        reference: The first take as it was first made. Times of blinks and saccades are taken from it, so that an edit
            at one moment does not move blinks at another.
        takes: Lanes. The first is seen where no other is chosen.
        words: What is said and when, if known.
        phones: The speech sounds of the words, where they are known.
        choices: Where which take is seen; later ones win.
        pins: Ranges that stay as they are.
        layers: What is done to the generated motion.
        edits: All edits so far.
    """

    voice: Voice
    model: str
    style: str
    neutral: Float[np.ndarray, " E"]
    reference: Motion
    takes: tuple[Take, ...]
    words: tuple[Word, ...] = ()
    phones: tuple[Phone, ...] = ()
    choices: tuple[Choice, ...] = ()
    pins: tuple[Pin, ...] = ()
    layers: Layers = field(default_factory=Layers)
    edits: "tuple[Edit, ...]" = ()

    def __post_init__(self) -> None:
        frames, names = self.frames, [take.name for take in self.takes]
        if not names or len(set(names)) != len(names):
            raise InputError(f"takes must have names of their own, at least one: {names}")
        if len(self.reference) != frames or self.neutral.shape != (len(self.space.expression),):
            raise InputError(f"the reference motion does not fit a sound of {frames} frames")
        for take in self.takes:
            for path in PATHS:
                if take.motion[path].shape != (frames, len(self.channels(path))):
                    raise InputError(f"the {path} of take {take.name!r} does not fit a sound of {frames} frames")
                for keyframe in take.keyframes[path]:
                    if not set(keyframe.pose) <= set(self.channels(path)):
                        raise InputError(f"a pose names channels that {self.space.name} does not have")
        for part in (*self.choices, *self.pins, *(each for take in self.takes for each in take.variations)):
            if part.path not in PATHS or not 0 <= part.start < part.stop <= frames:
                raise InputError(f"a range of {part.path} from frame {part.start} to {part.stop} is not in the sound")
        for choice in self.choices:
            self.take(choice.take)
        for pin in self.pins:
            inside = 0 <= pin.first <= pin.start and pin.stop <= pin.first + len(pin.values) <= frames
            if not inside or pin.values.shape[1:] != (len(self.channels(pin.path)),):
                raise InputError(f"the {pin.path} pinned at frame {pin.start} does not fit its range")
        self.layers.check(self.space)

    def __eq__(self, other: object) -> bool:
        return _same(self, other) if isinstance(other, Project) else NotImplemented

    @property
    def space(self) -> MotionSpace:
        """The motion space."""
        return self.reference.space

    @property
    def frames(self) -> int:
        """Number of frames at 25 frames/s."""
        return self.voice.frames

    @property
    def stale(self) -> bool:
        """Whether something is still to be made anew."""
        return any(take.stale[path].any() for take in self.takes for path in PATHS)

    @cached_property
    def motion(self) -> Motion:
        """The finished motion at 25 frames/s: takes composed, layers applied, poses met, pins kept."""
        from ksdiff.editing.render import render

        return render(self)

    def save(self, path: Path | str) -> None:
        """Write a ``.ksd``, see `ksdiff.editing.project_file`.

        Raises:
            InputError: The file cannot be written.
        """
        from ksdiff.editing.project_file import save_project

        save_project(self, path)

    @staticmethod
    def load(path: Path | str) -> "Project":
        """Read a ``.ksd``.

        Raises:
            InputError: The file is missing, is not a project, is damaged, or is of a later version.
        """
        from ksdiff.editing.project_file import load_project

        return load_project(path)

    def channels(self, path: str) -> tuple[str, ...]:
        """Names of the channels of a path."""
        return self.space.channels(path)

    def take(self, name: str) -> Take:
        """A take by name.

        Raises:
            InputError: There is none of this name.
        """
        for take in self.takes:
            if take.name == name:
                return take
        raise InputError(f"there is no take {name!r}: {suggest(name, tuple(take.name for take in self.takes))}")

    def chosen(self, path: str) -> list[str]:
        """Name of the take that is seen at each frame."""
        names = [self.takes[0].name] * self.frames
        for choice in self.choices:
            if choice.path == path:
                names[choice.start : choice.stop] = [choice.take] * (choice.stop - choice.start)
        return names

    def pinned(self, path: str) -> Bool[np.ndarray, " T"]:
        """Frames of a path that are pinned."""
        result = np.zeros(self.frames, dtype=bool)
        for pin in self.pins:
            if pin.path == path:
                result[pin.start : pin.stop] = True
        return result

    def frame(self, time: float) -> int:
        """The frame nearest to a time, s.

        Raises:
            InputError: The time is outside the sound.
        """
        length = max(self.frames / MOTION_RATE, len(self.voice.samples) / SAMPLE_RATE)
        if not 0 <= time <= length:
            raise InputError(f"{time} s is outside the sound, which lasts {length:.2f} s")
        return min(round(time * MOTION_RATE), self.frames - 1)

    def span(self, start: float, end: float) -> tuple[int, int]:
        """First frame of a range of times, s, and one beyond its last.

        Raises:
            InputError: The range is empty or outside the sound.
        """
        first, last = self.frame(start), self.frame(end)
        stop = self.frames if end * MOTION_RATE > self.frames - 1 else last
        if not first < stop:
            raise InputError(f"the range {start} to {end} s is empty: the end must be at least 0.04 s after the start")
        return first, stop

    def with_take(self, take: Take) -> "Project":
        """The same with another take in place of that of the same name."""
        return replace(self, takes=tuple(take if old.name == take.name else old for old in self.takes))


@dataclass(frozen=True)
class History:
    """Undo and redo without end. Values share what is the same, so a step costs little.

    Attributes:
        present: The project as it is.
        past: Earlier ones, the last one latest.
        future: Those that were undone, the last one next.
    """

    present: Project
    past: tuple[Project, ...] = ()
    future: tuple[Project, ...] = ()

    def push(self, project: Project) -> "History":
        """After an edit; what was undone is forgotten."""
        return History(project, (*self.past, self.present))

    def undo(self) -> "History":
        """The one before; the same if there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redo(self) -> "History":
        """The next one that was undone; the same if there is none."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.present), self.future[:-1])


def _track(keyframes: tuple[Keyframe, ...], frames: int) -> Float[np.ndarray, " T"]:
    result = np.zeros(frames, dtype=np.float32)
    for keyframe in keyframes:
        result[keyframe.frame] = keyframe.strength
    return result


def _same(one: Any, other: Any) -> bool:
    """Equality that looks into arrays."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if is_dataclass(one) and not isinstance(one, Motion):
        return all(_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    return one == other
