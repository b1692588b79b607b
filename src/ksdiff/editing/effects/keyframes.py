"""Keyframes and their poses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Bool

from ksdiff.editing.edits import (
    AddKeyframe,
    CopyPose,
    DeleteKeyframe,
    MoveKeyframe,
    SetGesture,
    SetHold,
    SetPose,
    SetStrength,
)
from ksdiff.editing.effects.effect import effect, find, mark
from ksdiff.editing.gestures import as_pose, check_gesture, extent
from ksdiff.editing.poses import holds
from ksdiff.editing.project import Project
from ksdiff.editing.schema import MAX_SOUND, MAX_WAY, check_path
from ksdiff.editing.takes import Keyframe, Take
from ksdiff.errors import InputError, suggest
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD

# How far around a keyframe its path is regenerated, frames: a syllable's movement and the next, a nod.
REACH = {EXPRESSION: 15, HEAD: 25}
NEW_KEYFRAME = 1.0  # strength of a keyframe that a pose or a gesture adds
GESTURE_MARGIN = 5  # frames around a gesture that are regenerated with it


@effect.register
def _(edit: AddKeyframe, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    if take.keyframe(edit.path, frame) is not None:
        raise InputError(f"{edit.path} has a keyframe at {frame / MOTION_RATE:g} s already: set its strength")
    return _with_keyframes(project, take, edit.path, add=Keyframe(frame, _strength(edit.strength)))


@effect.register
def _(edit: DeleteKeyframe, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    return _with_keyframes(project, take, edit.path, remove=_keyframe(take, edit.path, frame))


@effect.register
def _(edit: MoveKeyframe, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    old, new = _keyframe(take, edit.path, frame), project.frame(edit.to)
    if new != frame and take.keyframe(edit.path, new) is not None:
        raise InputError(f"{edit.path} has a keyframe at {edit.to:g} s already: delete it first")
    return _with_keyframes(project, take, edit.path, remove=old, add=replace(old, frame=new))


@effect.register
def _(edit: SetStrength, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    old = _keyframe(take, edit.path, frame)
    return _with_keyframes(project, take, edit.path, remove=old, add=replace(old, strength=_strength(edit.strength)))


@effect.register
def _(edit: SetPose, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    old = take.keyframe(edit.path, frame)
    pose = _pose(project, edit.path, edit.pose)
    given = {name: getattr(edit, name) for name in ("hold", "attack", "release")}
    lengths: dict[str, Any] = {name: _frames(name, seconds) for name, seconds in given.items() if seconds is not None}
    if edit.ease is not None:
        lengths["ease"] = edit.ease
    if not pose:
        new = Keyframe(frame, NEW_KEYFRAME if old is None else old.strength)
    else:
        new = replace(old if old is not None and old.pose else Keyframe(frame, NEW_KEYFRAME), pose=pose, **lengths)
    return _with_keyframes(project, take, edit.path, remove=old, add=new)


@effect.register
def _(edit: SetHold, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    old = _keyframe(take, edit.path, frame)
    if not old.pose:
        raise InputError(f"the {edit.path} keyframe at {frame / MOTION_RATE:g} s has no pose to hold: set one first")
    lengths = {
        name: None if seconds is None else _frames(name, seconds)
        for name, seconds in (("attack", edit.attack), ("release", edit.release))
    }
    new = replace(old, hold=_frames("hold", edit.hold), ease=edit.ease or old.ease, **lengths)
    return _with_keyframes(project, take, edit.path, remove=old, add=new)


@effect.register
def _(edit: SetGesture, project: Project) -> Project:
    take, frame = find(project, edit.take, edit.path, edit.time)
    old = take.keyframe(edit.path, frame)
    if edit.gesture is not None:
        check_gesture(edit.path, edit.gesture)
        if edit.path == EXPRESSION and project.space != ARKIT:
            raise InputError(f"gestures of the face need ARKit shapes, but the project has {project.space.name} motion")
    strength = edit.strength if edit.strength is not None else NEW_KEYFRAME if old is None else old.strength
    new = Keyframe(frame, _strength(strength), gesture=edit.gesture, seed=edit.seed)
    return _with_keyframes(project, take, edit.path, remove=old, add=new)


@effect.register
def _(edit: CopyPose, project: Project) -> Project:
    names = project.channels(check_path(edit.path))
    for name in edit.channels:
        if name not in names:
            raise InputError(f"{edit.path} has no channel {name!r}: {suggest(name, names)}")
    values = getattr(project.motion, edit.path)[project.frame(edit.source)]
    wanted = edit.channels or [name for name in names if not name.startswith(("eyeBlink", "eyeLook"))]
    pose = {name: float(values[names.index(name)]) for name in wanted}
    return effect(SetPose(edit.path, edit.time, pose, take=edit.take), project)


def _keyframe(take: Take, path: str, frame: int) -> Keyframe:
    found = take.keyframe(path, frame)
    if found is None:
        times = [f"{keyframe.frame / MOTION_RATE:g}" for keyframe in take.keyframes[path]]
        nearest = sorted(times, key=lambda time: abs(float(time) * MOTION_RATE - frame))[:3]
        near = f"the nearest are at {', '.join(nearest)} s" if nearest else "it has none: add one"
        raise InputError(f"the take {take.name!r} has no {path} keyframe at {frame / MOTION_RATE:g} s; {near}")
    return found


def _with_keyframes(
    project: Project, take: Take, path: str, remove: Keyframe | None = None, add: Keyframe | None = None
) -> Project:
    """Remove one keyframe and add another, both optional; mark the frames that this affects."""
    pinned = project.pinned(path)
    kept = [keyframe for keyframe in take.keyframes[path] if keyframe != remove]
    reached = np.zeros(project.frames, dtype=bool)
    for keyframe in (remove, add):
        if keyframe is None:
            continue
        if pinned[keyframe.frame]:
            raise InputError(f"the {path} is pinned at {keyframe.frame / MOTION_RATE:g} s: unpin it first")
        first, last = extent(path, keyframe)
        before = REACH[path] if keyframe.attack is None else keyframe.attack
        after = REACH[path] if keyframe.release is None else keyframe.release
        reached[max(0, first - before) : last + after + 1] = True
    if add is not None:
        kept.append(add)
    keyframes = {**take.keyframes, path: tuple(sorted(kept, key=lambda keyframe: keyframe.frame))}
    for track in (take.keyframes[path], keyframes[path]):
        _reach_whole_holds(project, path, track, [one for one in (remove, add) if one is not None], reached)
    _reach_whole_gestures(path, keyframes[path], reached)
    return project.with_take(mark(project, replace(take, keyframes=keyframes), {path: reached}))


def _reach_whole_holds(
    project: Project,
    path: str,
    track: Sequence[Keyframe],
    changed: Sequence[Keyframe],
    reached: Bool[np.ndarray, " T"],
) -> None:
    """Extend what an edit reaches to all of each hold that a changed pose is in, or makes, breaks or shortens."""
    posing = [as_pose(path, keyframe) for keyframe in track]
    for keyframe in (as_pose(path, one) for one in changed):
        for name in keyframe.pose:
            for hold in holds(posing, path, name, project.rest(path, name)):
                if hold.first <= keyframe.frame + keyframe.hold and keyframe.frame <= hold.last:
                    reached[hold.first : hold.last + 1] = True


def _reach_whole_gestures(path: str, keyframes: Sequence[Keyframe], reached: Bool[np.ndarray, " T"]) -> None:
    """Extend what an edit reaches to all of each gesture that it cuts: a gesture is relative to the motion around."""
    spans = [extent(path, keyframe) for keyframe in keyframes if keyframe.gesture is not None]
    before = -1
    while before != (before := int(reached.sum())):
        for first, last in spans:
            span = slice(max(0, first - GESTURE_MARGIN), last + GESTURE_MARGIN + 1)
            if reached[span].any():
                reached[span] = True


def _frames(name: str, seconds: float) -> int:
    """Frames of a length of time of a pose, s."""
    least, most = (0.0, MAX_SOUND) if name == "hold" else (1 / MOTION_RATE, MAX_WAY)
    if not least <= seconds <= most:
        raise InputError(f"the {name} is {seconds} s; it must be {least:g} to {most:g} s")
    return round(seconds * MOTION_RATE)


def _strength(strength: float) -> float:
    if not 0 < strength <= 1:
        raise InputError(f"the strength is {strength}; it must be above 0 and at most 1: delete a keyframe for 0")
    return float(np.float32(strength))


def _pose(project: Project, path: str, pose: Mapping[str, float]) -> dict[str, float]:
    names = project.channels(path)
    limits = project.space.expression_range if path == EXPRESSION else None
    for name, value in pose.items():
        if name not in names:
            raise InputError(f"{path} has no channel {name!r}: {suggest(name, names)}")
        if limits is not None and not limits[0] <= value <= limits[1]:
            raise InputError(f"{name} is {value}; it must be {limits[0]:g} to {limits[1]:g}")
        if path == HEAD and not abs(value) <= np.pi:
            raise InputError(f"{name} is {value}; it must be -3.14 to 3.14 (rad, m)")
    if pose.get("mouthClose", 0.0) > pose.get("jawOpen", 1.0):
        raise InputError("mouthClose takes back the parting of the lips by jawOpen; it must not be more than jawOpen")
    return {name: float(value) for name, value in pose.items()}
