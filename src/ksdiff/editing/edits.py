"""Edits: what a person changes. Each is a value that JSON can hold; `apply` gives the project after it.

An edit does not make motion. It marks the frames that it reaches as stale; `ksdiff.editing.session.regenerate` makes
those, and no others, anew.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from ksdiff.editing.layers import Layers
from ksdiff.editing.project import Choice, Keyframe, Pin, Project, Take, Variation
from ksdiff.editing.typed import from_json, to_json
from ksdiff.errors import InputError, suggest
from ksdiff.model.sampling import SamplingOptions, current_names
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.forced_alignment import Phone
from ksdiff.strict_json import parse_json

# How far around a keyframe its path is made anew, frames: a syllable's movement and the next, a nod.
REACH = {EXPRESSION: 15, HEAD: 25}
# How far around changed words both paths are made anew, frames.
WORD_REACH = 8
PIN_MARGIN = 6  # frames beside a pinned range over which it fades into what surrounds it
NEW_KEYFRAME = 1.0  # strength of a keyframe that a pose makes


@dataclass(frozen=True)
class Edit(ABC):
    """One thing that a person changes. Times are s from the start of the sound and go to the nearest frame.

    Where an edit has a ``take``, None means the one that is seen there.
    """

    kind: ClassVar[str] = ""
    reads_motion: ClassVar[bool] = False  # whether it depends on the finished motion, so that nothing may be stale

    @abstractmethod
    def apply(self, project: Project) -> Project:
        """The project after this edit, without it in the log: call `apply` instead."""

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it: ``{"edit": kind, ...}``."""
        return {"edit": self.kind, **to_json(self)}

    @staticmethod
    def from_json(data: Any) -> "Edit":
        """Read what `to_json` wrote.

        Raises:
            InputError: It is not an edit.
        """
        if not isinstance(data, dict) or not isinstance(data.get("edit"), str):
            raise InputError(f'{json.dumps(data)[:80]} is not an edit: write {{"edit": "move_keyframe", ...}}')
        if data["edit"] not in EDITS:
            raise InputError(f"unknown edit {data['edit']!r}: {suggest(data['edit'], tuple(EDITS))}")
        values = {name: value for name, value in data.items() if name != "edit"}
        return from_json(EDITS[data["edit"]], values, data["edit"])


def apply(project: Project, edit: Edit) -> Project:
    """The project after an edit. The old one stays as it was; what the edit reaches is marked as stale.

    Raises:
        InputError: The edit does not fit the project: no such keyframe, a pinned frame, a time outside the sound.
    """
    after = edit.apply(project)
    return replace(after, edits=(*project.edits, edit))


@dataclass(frozen=True)
class AddKeyframe(Edit):
    """Add a keyframe.

    Attributes:
        path: ``expression`` or ``head``.
        time: When.
        strength: 0..1.
        take: Name of the take.
    """

    kind: ClassVar[str] = "add_keyframe"
    path: str
    time: float
    strength: float = 1.0
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take, frame = _find(project, self.take, self.path, self.time)
        if take.keyframe(self.path, frame) is not None:
            raise InputError(f"there is a {self.path} keyframe at {frame / MOTION_RATE:g} s already: set its strength")
        return _with_keyframes(project, take, self.path, add=Keyframe(frame, _strength(self.strength)))


@dataclass(frozen=True)
class DeleteKeyframe(Edit):
    """Delete a keyframe, with its pose if it has one.

    Attributes:
        path: ``expression`` or ``head``.
        time: When it is.
        take: Name of the take.
    """

    kind: ClassVar[str] = "delete_keyframe"
    path: str
    time: float
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take, frame = _find(project, self.take, self.path, self.time)
        return _with_keyframes(project, take, self.path, remove=_keyframe(take, self.path, frame))


@dataclass(frozen=True)
class MoveKeyframe(Edit):
    """Move a keyframe in time, with its pose if it has one.

    Attributes:
        path: ``expression`` or ``head``.
        time: When it is.
        to: When it shall be.
        take: Name of the take.
    """

    kind: ClassVar[str] = "move_keyframe"
    path: str
    time: float
    to: float
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take, frame = _find(project, self.take, self.path, self.time)
        old, new = _keyframe(take, self.path, frame), project.frame(self.to)
        if new != frame and take.keyframe(self.path, new) is not None:
            raise InputError(f"there is a {self.path} keyframe at {self.to:g} s already: delete it first")
        return _with_keyframes(project, take, self.path, remove=old, add=replace(old, frame=new))


@dataclass(frozen=True)
class SetStrength(Edit):
    """Set the strength of a keyframe.

    Attributes:
        path: ``expression`` or ``head``.
        time: When it is.
        strength: 0..1.
        take: Name of the take.
    """

    kind: ClassVar[str] = "set_strength"
    path: str
    time: float
    strength: float
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take, frame = _find(project, self.take, self.path, self.time)
        old = _keyframe(take, self.path, frame)
        new = replace(old, strength=_strength(self.strength))
        return _with_keyframes(project, take, self.path, remove=old, add=new)


@dataclass(frozen=True)
class SetPose(Edit):
    """Set what the finished motion is at a keyframe, which is made where there is none.

    Attributes:
        path: ``expression`` or ``head``.
        time: When.
        pose: Values by channel name (ARKit names; rotationX to translationZ, rad and m). What is not named is free;
            empty takes a pose away again.
        take: Name of the take.
    """

    kind: ClassVar[str] = "set_pose"
    path: str
    time: float
    pose: Mapping[str, float]
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take, frame = _find(project, self.take, self.path, self.time)
        old = take.keyframe(self.path, frame)
        new = replace(old or Keyframe(frame, NEW_KEYFRAME), pose=_pose(project, self.path, self.pose))
        return _with_keyframes(project, take, self.path, remove=old, add=new)


@dataclass(frozen=True)
class CopyPose(Edit):
    """Set the pose of a keyframe to that of the finished motion at another time.

    Attributes:
        path: ``expression`` or ``head``.
        time: When the pose shall be.
        source: When it is.
        channels: Which of it; all if empty, but for blinks and gaze.
        take: Name of the take.
    """

    kind: ClassVar[str] = "copy_pose"
    reads_motion: ClassVar[bool] = True
    path: str
    time: float
    source: float
    channels: tuple[str, ...] = ()
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        _check_path(self.path)
        names = project.channels(self.path)
        for name in self.channels:
            if name not in names:
                raise InputError(f"the {self.path} has no channel {name!r}: {suggest(name, names)}")
        values = getattr(project.motion, self.path)[project.frame(self.source)]
        wanted = self.channels or [name for name in names if not name.startswith(("eyeBlink", "eyeLook"))]
        pose = {name: float(values[names.index(name)]) for name in wanted}
        return SetPose(self.path, self.time, pose, self.take).apply(project)


@dataclass(frozen=True)
class SetSampling(Edit):
    """Make a range anew with another seed, temperature or guidance; with none of them, only make it anew.

    Attributes:
        path: ``expression`` or ``head``.
        start: Start of the range.
        end: End of the range.
        seed: Of the noise; None for that of before.
        temperature: Scale of the noise, 0..2; None for that of before.
        guidance: How strongly speech drives the motion, 0..20, 1 for the plain model; None for that of before.
        take: Name of the take.
    """

    kind: ClassVar[str] = "set_sampling"
    path: str
    start: float
    end: float
    seed: int | None = None
    temperature: float | None = None
    guidance: float | None = None
    take: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take, first = _find(project, self.take, self.path, self.start)
        _, stop = project.span(self.start, self.end)
        variation = Variation(self.path, first, stop, self.seed, self.temperature, self.guidance)
        reached = np.zeros(project.frames, dtype=bool)
        reached[first:stop] = True
        varied = replace(take, variations=(*take.variations, variation))
        return project.with_take(_reach(project, varied, {self.path: reached}))


@dataclass(frozen=True)
class PinRange(Edit):
    """Keep a range as it is, whatever else is edited.

    Attributes:
        start: Start of the range.
        end: End of the range.
        path: ``expression`` or ``head``; None for both.
    """

    kind: ClassVar[str] = "pin"
    reads_motion: ClassVar[bool] = True
    start: float
    end: float
    path: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        start, stop = project.span(self.start, self.end)
        pins = []
        for path in _paths(self.path):
            first, last = max(0, start - PIN_MARGIN), min(project.frames, stop + PIN_MARGIN)
            pins.append(Pin(path, start, stop, first, getattr(project.motion, path)[first:last].copy()))
        after = replace(project, pins=(*project.pins, *pins))
        # What is pinned is not to be made anew any more.
        takes = tuple(
            replace(take, stale={path: take.stale[path] & ~after.pinned(path) for path in PATHS}) if take.made else take
            for take in after.takes
        )
        return replace(after, takes=takes)


@dataclass(frozen=True)
class UnpinRange(Edit):
    """Let a range be edited again.

    Attributes:
        start: Start of the range.
        end: End of the range.
        path: ``expression`` or ``head``; None for both.
    """

    kind: ClassVar[str] = "unpin"
    start: float
    end: float
    path: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        start, stop = project.span(self.start, self.end)
        pins = []
        for pin in project.pins:
            if pin.path not in _paths(self.path) or pin.stop <= start or stop <= pin.start:
                pins.append(pin)
                continue
            for first, last in ((pin.start, min(start, pin.stop)), (max(stop, pin.start), pin.stop)):
                if first < last:  # a part that stays; its margin is what was pinned beside it
                    begin = max(first - PIN_MARGIN, pin.first)
                    end = min(last + PIN_MARGIN, pin.first + len(pin.values))
                    values = pin.values[begin - pin.first : end - pin.first]
                    pins.append(Pin(pin.path, first, last, begin, values))
        return replace(project, pins=tuple(pins))


@dataclass(frozen=True)
class SetWords(Edit):
    """Set what is said and when; see `ksdiff.speech.transcript.transcribe` for times of words.

    Attributes:
        words: All words of the sound, in order.
        phones: Their speech sounds, where an alignment knows them; those of words that stay as they are stay too.
    """

    kind: ClassVar[str] = "set_words"
    words: tuple[Word, ...]
    phones: tuple[Phone, ...] = ()

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        length = len(project.voice.samples) / SAMPLE_RATE
        for word in self.words:
            if not 0 <= word.start <= word.end <= length:
                raise InputError(f"the word {word.text!r} is from {word.start} to {word.end} s, outside the sound")
        changed = set(project.words) ^ set(self.words)
        reached = np.zeros(project.frames, dtype=bool)
        for word in changed:
            first = max(0, int(word.start * MOTION_RATE) - WORD_REACH)
            reached[first : int(np.ceil(word.end * MOTION_RATE)) + WORD_REACH + 1] = True
        same = set(project.words) & set(self.words)
        kept = (phone for phone in project.phones if any(w.start <= phone.start and phone.end <= w.end for w in same))
        after = replace(project, words=self.words, phones=self.phones or tuple(kept))
        takes = tuple(_reach(after, take, dict.fromkeys(PATHS, reached)) for take in after.takes)
        return replace(after, takes=takes)


@dataclass(frozen=True)
class SetLayers(Edit):
    """Change layers.

    Attributes:
        changes: Fields of `Layers` with their new values, as JSON can hold them; fields of ``eyes``, regions of
            ``gains`` and channels of ``offsets`` that are not named stay as they are.
    """

    kind: ClassVar[str] = "set_layers"
    changes: Mapping[str, Any]

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        layers = from_json(Layers, _merged(to_json(project.layers), self.changes, "layers"), "layers")
        return replace(project, layers=layers)


@dataclass(frozen=True)
class AddTake(Edit):
    """Add a take.

    Attributes:
        name: Its name.
        source: The take to begin from, with its keyframes, poses and variations; None makes one afresh.
        sampling: What differs from the source's (or the first take's) way of sampling: ``head_seed``,
            ``expression_temperature``, ``guidance`` and other fields of `SamplingOptions`.
    """

    kind: ClassVar[str] = "add_take"
    name: str
    source: str | None = None
    sampling: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        if not self.name or any(take.name == self.name for take in project.takes):
            raise InputError(f"the name {self.name!r} is taken or empty: give the take another one")
        source = project.takes[0] if self.source is None else project.take(self.source)
        sampling = _sampling(source.sampling, self.sampling)
        if self.source is None:
            return replace(project, takes=(*project.takes, empty_take(project, self.name, sampling)))
        take = replace(source, name=self.name, sampling=sampling)
        everything = np.ones(project.frames, dtype=bool)
        general = sampling.num_inference_steps != source.sampling.num_inference_steps
        changed = {
            path: everything
            for path in PATHS
            if general
            or any(
                not np.array_equal(values, source.settings(path)[name]) for name, values in take.settings(path).items()
            )
        }
        return replace(project, takes=(*project.takes, _reach(project, take, changed)))


@dataclass(frozen=True)
class DeleteTake(Edit):
    """Delete a take; where it was seen, the first one is.

    Attributes:
        name: Its name.
    """

    kind: ClassVar[str] = "delete_take"
    name: str

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        take = project.take(self.name)
        if len(project.takes) == 1:
            raise InputError("a project needs at least one take: add another before deleting this one")
        return replace(
            project,
            takes=tuple(other for other in project.takes if other is not take),
            choices=tuple(choice for choice in project.choices if choice.take != self.name),
        )


@dataclass(frozen=True)
class ChooseTake(Edit):
    """Choose which take is seen in a range.

    Attributes:
        take: Its name.
        start: Start of the range.
        end: End of the range.
        path: ``expression`` or ``head``; None for both.
    """

    kind: ClassVar[str] = "choose_take"
    take: str
    start: float
    end: float
    path: str | None = None

    def apply(self, project: Project) -> Project:
        """See `Edit`."""
        start, stop = project.span(self.start, self.end)
        project.take(self.take)
        choices = tuple(Choice(self.take, path, start, stop) for path in _paths(self.path))
        return replace(project, choices=(*project.choices, *choices))


EDITS: dict[str, type[Edit]] = {
    edit.kind: edit
    for edit in (
        AddKeyframe, DeleteKeyframe, MoveKeyframe, SetStrength, SetPose, CopyPose, SetSampling, PinRange, UnpinRange,
        SetWords, SetLayers, AddTake, DeleteTake, ChooseTake,
    )
}  # fmt: skip


def read_edits(text: str, name: str) -> tuple[Edit, ...]:
    """Read a JSON list of edits.

    Args:
        text: The JSON.
        name: What to call it in messages.

    Raises:
        InputError: It is not JSON, or has something that is not an edit.
    """
    try:
        data = parse_json(text)
    except ValueError as error:
        raise InputError(f"{name} is not JSON: {error}") from error
    if not isinstance(data, list):
        raise InputError(f'{name} must be a list of edits: [{{"edit": "add_keyframe", "path": "head", "time": 1.2}}]')
    edits = []
    for number, entry in enumerate(data, start=1):
        try:
            edits.append(Edit.from_json(entry))
        except InputError as error:
            raise InputError(f"{name}, edit {number}: {error}") from error
    return tuple(edits)


def empty_take(project: Project, name: str, sampling: SamplingOptions) -> Take:
    """A take that is still to be made."""
    frames = project.frames
    return Take(
        name=name,
        sampling=sampling,
        motion={path: np.zeros((frames, len(project.channels(path))), dtype=np.float32) for path in PATHS},
        keyframes=dict.fromkeys(PATHS, ()),
        predicted=dict.fromkeys(PATHS, ()),
        stale={path: np.ones(frames, dtype=bool) for path in PATHS},
        made=False,
    )


def _find(project: Project, name: str | None, path: str, time: float) -> tuple[Take, int]:
    """The take that an edit means, and the frame."""
    _check_path(path)
    frame = project.frame(time)
    take = project.take(project.chosen(path)[frame] if name is None else name)
    if not take.made:
        raise InputError(f"the take {take.name!r} is still to be made: regenerate before editing it")
    return take, frame


def _keyframe(take: Take, path: str, frame: int) -> Keyframe:
    found = take.keyframe(path, frame)
    if found is None:
        times = [f"{keyframe.frame / MOTION_RATE:g}" for keyframe in take.keyframes[path]]
        nearest = sorted(times, key=lambda time: abs(float(time) * MOTION_RATE - frame))[:3]
        near = f"the nearest are at {', '.join(nearest)} s" if nearest else "there are none: add one"
        raise InputError(f"the take {take.name!r} has no {path} keyframe at {frame / MOTION_RATE:g} s; {near}")
    return found


def _with_keyframes(
    project: Project, take: Take, path: str, remove: Keyframe | None = None, add: Keyframe | None = None
) -> Project:
    """Take away one keyframe and add another, both optional; mark what that reaches."""
    pinned = project.pinned(path)
    kept = [keyframe for keyframe in take.keyframes[path] if keyframe != remove]
    reached = np.zeros(project.frames, dtype=bool)
    for keyframe in (remove, add):
        if keyframe is None:
            continue
        if pinned[keyframe.frame]:
            raise InputError(f"the {path} is pinned at {keyframe.frame / MOTION_RATE:g} s: unpin it first")
        reached[max(0, keyframe.frame - REACH[path]) : keyframe.frame + REACH[path] + 1] = True
    if add is not None:
        kept.append(add)
    keyframes = {**take.keyframes, path: tuple(sorted(kept, key=lambda keyframe: keyframe.frame))}
    return project.with_take(_reach(project, replace(take, keyframes=keyframes), {path: reached}))


def _reach(project: Project, take: Take, reached: Mapping[str, np.ndarray]) -> Take:
    """Mark frames as stale, but for those that are pinned."""
    stale = {path: take.stale[path] | (mask & ~project.pinned(path)) for path, mask in reached.items()}
    return replace(take, stale={**take.stale, **stale})


def _check_path(path: str) -> None:
    if path not in PATHS:
        raise InputError(f"unknown path {path!r}: {suggest(path, PATHS)}")


def _paths(path: str | None) -> tuple[str, ...]:
    if path is None:
        return PATHS
    _check_path(path)
    return (path,)


def _strength(strength: float) -> float:
    if not 0 < strength <= 1:
        raise InputError(f"the strength is {strength}; it must be above 0 and at most 1: delete a keyframe for 0")
    return float(np.float32(strength))


def _pose(project: Project, path: str, pose: Mapping[str, float]) -> dict[str, float]:
    names = project.channels(path)
    limits = project.space.expression_range if path == EXPRESSION else None
    for name, value in pose.items():
        if name not in names:
            raise InputError(f"the {path} has no channel {name!r}: {suggest(name, names)}")
        if limits is not None and not limits[0] <= value <= limits[1]:
            raise InputError(f"{name} is {value}; it must be {limits[0]:g} to {limits[1]:g}")
        if path == HEAD and not abs(value) <= np.pi:
            raise InputError(f"{name} is {value}; it must be -3.14 to 3.14 (rad, m)")
    if pose.get("mouthClose", 0.0) > pose.get("jawOpen", 1.0):
        raise InputError("mouthClose takes back the parting of the lips by jawOpen; it must not be more than jawOpen")
    return {name: float(value) for name, value in pose.items()}


def _sampling(base: SamplingOptions, changes: Mapping[str, Any]) -> SamplingOptions:
    """Sampling options with changes; checks both.

    Raises:
        InputError: A change is not one of them, or out of range.
    """
    return from_json(SamplingOptions, _merged(to_json(base), current_names(changes), "sampling"), "sampling")


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any], where: str) -> dict[str, Any]:
    """JSON with some of its values replaced, in depth; keys that are not in it are wrong but for free mappings."""
    result = dict(base)
    free = where.endswith((".gains", ".offsets"))
    for key, value in changes.items():
        if key not in base and not free:
            raise InputError(f"{where} has no {key!r}: {suggest(key, tuple(base))}")
        both = isinstance(value, Mapping) and isinstance(base.get(key), Mapping)
        result[key] = _merged(base[key], value, f"{where}.{key}") if both else value
    return result
