"""Keyframes and their poses."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ksdiff.editing.edits import AddKeyframe, CopyPose, DeleteKeyframe, MoveKeyframe, SetPose, SetStrength
from ksdiff.editing.effects.effect import effect, find, mark
from ksdiff.editing.project import Project
from ksdiff.editing.schema import check_path
from ksdiff.editing.takes import Keyframe, Take
from ksdiff.errors import InputError, suggest
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD

# How far around a keyframe its path is regenerated, frames: a syllable's movement and the next, a nod.
REACH = {EXPRESSION: 15, HEAD: 25}
NEW_KEYFRAME = 1.0  # strength of a keyframe that a pose adds


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
    new = replace(old or Keyframe(frame, NEW_KEYFRAME), pose=_pose(project, edit.path, edit.pose))
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
    return effect(SetPose(edit.path, edit.time, pose, edit.take), project)


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
        reached[max(0, keyframe.frame - REACH[path]) : keyframe.frame + REACH[path] + 1] = True
    if add is not None:
        kept.append(add)
    keyframes = {**take.keyframes, path: tuple(sorted(kept, key=lambda keyframe: keyframe.frame))}
    return project.with_take(mark(project, replace(take, keyframes=keyframes), {path: reached}))


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
