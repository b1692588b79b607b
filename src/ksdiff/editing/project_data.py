"""What a project holds. Nothing here makes motion: `ksdiff.editing.render` does, for `ksdiff.editing.project`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.editing.character import Character
from ksdiff.editing.edits import Edit
from ksdiff.editing.gestures import check_gesture
from ksdiff.editing.layers import Layers
from ksdiff.editing.takes import Choice, Pin, Take
from ksdiff.editing.voice import Voice
from ksdiff.errors import InputError, suggest
from ksdiff.motion import MOTION_RATE, Motion, Word
from ksdiff.motion.space import EXPRESSION, PATHS, MotionSpace
from ksdiff.speech.forced_alignment import Phone

Data = TypeVar("Data", bound="ProjectData")
LATE = 1.0  # s by which a word may outlast the sound: times are those of an aligner


@dataclass(frozen=True, eq=False)
class ProjectData:
    """A performance and all that can be changed about it.

    Frames are those of the model, 25 in a second; the finished motion can be rendered at any rate. Nothing in here may
    be changed in place: `ksdiff.editing.apply` gives a new project, which shares what is the same with the old.

    Attributes:
        voice: The sound.
        model: Weights: a name or a file.
        style: A training speaker, or ``neutral`` for the average.
        neutral: The face at rest, to which the expression of takes is relative.
        reference: The first take as it was first made. Times of blinks and saccades are taken from it, so that an edit
            at one moment does not move blinks at another.
        takes: The first is seen where no other is chosen.
        words: What is said and when, if known.
        phones: The speech sounds of the words, where they are known.
        choices: Where which take is seen; later ones win.
        pins: Ranges that stay as they are.
        layers: What is done to the generated motion.
        edits: All edits so far.
        character: The user's own character that the motion is shown on and exported to.
        eyes_sound: Number of the sound that is mixed into the seed of blinks and gaze, by
            `ksdiff.speech.loudness.sound_number`; 0 in projects from before there was one, whose blinks stay theirs.
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
    edits: tuple[Edit, ...] = ()
    character: Character | None = None
    eyes_sound: int = 0

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
                    if keyframe.gesture is not None:
                        check_gesture(path, keyframe.gesture)
        for said in (*self.words, *self.phones):
            if not 0 <= said.start <= said.end <= self.voice.seconds + LATE:
                raise InputError(f"{said.text!r} is from {said.start} to {said.end} s, outside the sound")
        for part in (*self.choices, *self.pins, *(each for take in self.takes for each in take.variations)):
            if part.path not in PATHS or not 0 <= part.start < part.stop <= frames:
                raise InputError(f"a range of {part.path} from frame {part.start} to {part.stop} is not in the sound")
        for choice in self.choices:
            self.take(choice.take)
        for pin in self.pins:
            inside = 0 <= pin.first <= pin.start and pin.stop <= pin.first + len(pin.values) <= frames
            if not inside or pin.values.shape[1:] != (len(self.channels(pin.path)),):
                raise InputError(f"the {pin.path} pinned at frame {pin.start} does not fit its range")
        if not 0 <= self.eyes_sound < 2**32:
            raise InputError(f"eyes_sound is {self.eyes_sound}; it must be 0 to 2^32 - 1")
        self.layers.check(self.space)

    def __eq__(self, other: object) -> bool:
        return _same(self, other) if isinstance(other, ProjectData) else NotImplemented

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
        """Whether something is still to be regenerated."""
        return any(take.stale[path].any() for take in self.takes for path in PATHS)

    def channels(self, path: str) -> tuple[str, ...]:
        """Names of the channels of a path."""
        return self.space.channels(path)

    def rest(self, path: str, channel: str) -> float:
        """Value of a channel of a path at rest: of the neutral face, or of the neutral head."""
        return float(self.neutral[self.space.index(channel)]) if path == EXPRESSION else 0.0

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
        length = max(self.frames / MOTION_RATE, self.voice.seconds)
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

    def with_take(self: Data, take: Take) -> Data:
        """The same with another take in place of that of the same name."""
        return replace(self, takes=tuple(take if old.name == take.name else old for old in self.takes))

    def with_character(self: Data, character: Character | None) -> Data:
        """The same with another character, or none. One with the shapes of the present one keeps its map."""
        return replace(self, character=character and character.in_place_of(self.character))


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
        return all(_same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one) if each.compare)
    return one == other
