"""From takes to the finished motion: takes composed, layers applied, poses met, pins kept."""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np
from jaxtyping import Float

from ksdiff.editing.gestures import as_pose
from ksdiff.editing.layer_ranges import smoothed_in_ranges
from ksdiff.editing.layers import Layers
from ksdiff.editing.poses import held_curve, holds, pose_fade, pose_weights
from ksdiff.editing.project_data import ProjectData
from ksdiff.editing.takes import Keyframe, Pin
from ksdiff.errors import InputError
from ksdiff.face.lips import lip_gaps
from ksdiff.layers.articulation import articulate
from ksdiff.layers.curves import add_curves_to_face, add_curves_to_head
from ksdiff.layers.emotion import add_emotion_to_face, add_emotion_to_head
from ksdiff.layers.emotion_mouth import CLOSERS, closed_again, closing
from ksdiff.layers.eyes import add_blinks_and_gaze, seed_with_sound
from ksdiff.layers.limits import limit
from ksdiff.layers.look_at import turn_head
from ksdiff.layers.rest import rest_in_silence, smoothstep
from ksdiff.layers.vocalizations import add_vocalizations_to_face, add_vocalizations_to_head
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.resampling import resample
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD, PATHS
from ksdiff.numerics.filters import convolve1d, minimum_filter1d
from ksdiff.numerics.spline import catmull_rom

FADE = 9  # frames over which one take fades into another
TOUCHING = 0.8e-3  # m between lips that speech has closed; at twice that it has not


def render(project: ProjectData, fps: float = float(MOTION_RATE), take: str | None = None) -> Motion:
    """The finished motion.

    Where nothing was edited it is that of `ksdiff.animate`, bit for bit.

    Args:
        project: The project; what is stale in it is rendered as it was before.
        fps: Frames per second.
        take: Name of a take to see alone, without pins; None for what was chosen of each.

    Raises:
        InputError: There is no such take, or the rate is not 1 to 240.
    """
    if not 1 <= fps <= 240:
        raise InputError(f"fps is {fps}; it must be 1 to 240, such as 24, 25, 29.97, 30 or 60")
    layers = project.layers
    seen = {
        path: project.chosen(path) if take is None else [project.take(take).name] * project.frames for path in PATHS
    }
    motion = replace(
        project.reference,
        expression=_composed(project, EXPRESSION, seen[EXPRESSION]) + project.neutral,
        head=_composed(project, HEAD, seen[HEAD]),
        keyframes_expression=_strengths(project, EXPRESSION, seen[EXPRESSION]),
        keyframes_head=_strengths(project, HEAD, seen[HEAD]),
        words=project.words,
        info={**project.reference.info, "edits": len(project.edits)} if project.edits else project.reference.info,
    )
    if layers.rest:
        quiet = project.voice.quiet
        rested = rest_in_silence(motion.expression, project.neutral, quiet, motion.space, motion.fps)
        motion = replace(motion, expression=rested)
    motion = motion.resample(max(fps, motion.fps))  # before the layers, so that each ends where it says
    motion = replace(motion, expression=articulate(motion, project.neutral, layers.articulation))
    motion = _offset(_smoothed(_amplified(motion, project, layers), layers), layers, HEAD)
    motion = turn_head(motion, layers.turn_at(motion.times))
    motion = add_emotion_to_head(motion, layers.emotions)
    motion = add_vocalizations_to_head(motion, layers.vocalizations, project.voice.level)
    motion = add_curves_to_head(motion, layers.curves)
    motion = _posed(motion, HEAD, _posing(project, HEAD, seen[HEAD]), project).resample(fps)
    if layers.eyes is not None:  # after resampling: lids are faster than the model's frames
        timing = project.reference.resample(fps)
        turn = layers.turn_at(motion.times) if layers.gaze else None
        motion = add_blinks_and_gaze(
            motion, seed_with_sound(layers.eyes_seed, project.eyes_sound), layers.eyes,
            timing=timing, targets=layers.gaze, turn=turn,
        )  # fmt: skip
    if layers.emotions:  # after blinks: they close the lids of any emotion
        motion = add_emotion_to_face(motion, layers.emotions, project.voice.loudness, project.voice.quiet)
    motion = add_vocalizations_to_face(motion, layers.vocalizations, project.voice.level)
    motion = limit(add_curves_to_face(_offset(motion, layers, EXPRESSION), layers.curves))
    posing = _posing(project, EXPRESSION, seen[EXPRESSION])
    posed = _posed(motion, EXPRESSION, posing, project)
    motion = limit(_lips_closed(posed, posing, _reseeded(project, seen[EXPRESSION]), project))
    return _pinned(motion, project.pins) if take is None else motion


def _composed(project: ProjectData, path: str, seen: Sequence[str]) -> Float[np.ndarray, "T C"]:
    """Motion of a path as generated, from several takes; each fades into the next by a smooth weight.

    The weights are indicators smoothed by a Hann window: they sum to 1 and their slope is continuous, so that position
    and velocity are.
    """
    names = np.array(seen)
    used = [take for take in project.takes if (names == take.name).any()]
    if len(used) == 1:
        return used[0].motion[path].copy()
    kernel = np.hanning(FADE + 2)[1:-1]
    result = np.zeros(used[0].motion[path].shape)
    for take in used:
        weight = convolve1d((names == take.name).astype(np.float64), kernel / kernel.sum(), mode="nearest")
        result += take.motion[path] * weight[:, None]
    result = result.astype(np.float32)
    for take in used:  # away from the borders, the take itself and no rounded copy of it
        alone = minimum_filter1d((names == take.name).astype(int), FADE, mode="nearest") > 0
        result[alone] = take.motion[path][alone]
    return result


def _strengths(project: ProjectData, path: str, seen: Sequence[str]) -> Float[np.ndarray, " T"]:
    names = np.array(seen)
    result = np.zeros(project.frames, dtype=np.float32)
    for take in project.takes:
        chosen = names == take.name
        result[chosen] = take.strengths(path)[chosen]
    return result


def _posing(project: ProjectData, path: str, seen: Sequence[str]) -> list[Keyframe]:
    """The keyframes that are seen and have a pose, in order; none is held beyond where its take is seen."""
    found = []
    for take in project.takes:
        for keyframe in (as_pose(path, each) for each in take.keyframes[path]):
            if keyframe.pose and seen[keyframe.frame] == take.name:
                later = seen[keyframe.frame : keyframe.frame + keyframe.hold + 1]
                hold = next((at for at, name in enumerate(later) if name != take.name), len(later)) - 1
                found.append(replace(keyframe, hold=hold))
    return sorted(found, key=lambda keyframe: keyframe.frame)


def _amplified(motion: Motion, project: ProjectData, layers: Layers) -> Motion:
    gains = {
        path: layers.gains_at(path, motion.space.channels(path), motion.times).astype(np.float32) for path in PATHS
    }
    if (gains[EXPRESSION] != 1).any():
        scaled = project.neutral + (motion.expression - project.neutral) * gains[EXPRESSION]
        motion = replace(motion, expression=np.where(gains[EXPRESSION] == 1, motion.expression, scaled))
    if (gains[HEAD] != 1).any():
        motion = replace(motion, head=motion.head * gains[HEAD])
    return motion


def _smoothed(motion: Motion, layers: Layers) -> Motion:
    values = {}
    for path in PATHS:
        name = f"{path}_smoothing"
        before, whole = getattr(motion, path), getattr(layers, name)
        values[path] = smoothed_in_ranges(before, whole, layers.ranges, attrgetter(name), motion.fps)
    return replace(motion, **values)


def _offset(motion: Motion, layers: Layers, path: str) -> Motion:
    offsets = layers.offsets_at(motion.space.channels(path), motion.times).astype(np.float32)
    before = getattr(motion, path)
    return replace(motion, **{path: np.where(offsets == 0, before, before + offsets)}) if offsets.any() else motion


def _posed(motion: Motion, path: str, keyframes: list[Keyframe], project: ProjectData) -> Motion:
    """Draw a motion to poses: what is missing where they hold is added around them, ever less with distance."""
    if not keyframes:
        return motion
    names = motion.space.channels(path)
    before = getattr(motion, path)
    reference = getattr(project.reference, path)
    keyframes = [_with_open_jaw(keyframe, motion, names, before) for keyframe in keyframes]
    values = np.array(before)
    for name in {name for keyframe in keyframes for name in keyframe.pose}:
        channel = names.index(name)
        rest = project.rest(path, name)
        own = holds(keyframes, path, name, rest)
        for hold, weight in zip(own, pose_weights(own, motion.times, pose_fade(path, name)), strict=True):
            curve = held_curve(hold, path, name, rest, reference[:, channel])
            times = (hold.first + np.arange(len(curve))) / MOTION_RATE
            inside = np.clip(motion.times, times[0], times[-1])
            drawn = np.interp(inside, times, curve)
            if motion.fps > MOTION_RATE and len(curve) > 1:
                drawn = catmull_rom(curve[:, None], np.clip(inside * MOTION_RATE - hold.first, 0, len(curve) - 1))[:, 0]
            missing = drawn - np.interp(inside, motion.times, before[:, channel])
            values[:, channel] += (missing * weight).astype(np.float32)
    return replace(motion, **{path: values})


def _lips_closed(
    motion: Motion, keyframes: list[Keyframe], reseeded: Float[np.ndarray, " T"], project: ProjectData
) -> Motion:
    """Close the lips again, by jaw and chin, where speech closes them and a pose or another seed has parted them.

    A pose that names what closes them means it, and nothing is changed there.

    Args:
        motion: The posed motion.
        keyframes: Those with poses that are seen.
        reseeded: Where another seed than the first take's is seen, 0..1, at 25 frames/s.
        project: Gives the first take, in which speech closes the lips.
    """
    names = {name for keyframe in keyframes for name in keyframe.pose if name in motion.space.mouth}
    if motion.space != ARKIT or not (names - set(CLOSERS) or reseeded.any()):
        return motion
    parted, meant = np.zeros(len(motion)), np.zeros(len(motion))
    for name in names:
        own = holds(keyframes, EXPRESSION, name, project.rest(EXPRESSION, name))
        weight = pose_weights(own, motion.times, pose_fade(EXPRESSION, name)).max(axis=0)
        target = meant if name in CLOSERS else parted
        np.maximum(target, weight, out=target)
    gaps = lip_gaps(project.reference.resample(motion.fps).expression)
    other = np.interp(motion.times, np.arange(len(reseeded)) / MOTION_RATE, reseeded)
    touching = 1 - smoothstep((gaps.max(axis=1) - TOUCHING) / TOUCHING)
    share = (1 - meant) * np.maximum(parted * closing(gaps), other * touching)
    closed = closed_again(np.asarray(motion.expression, dtype=np.float64), gaps, share).astype(np.float32)
    return replace(motion, expression=np.where((share > 0)[:, None], closed, motion.expression))


def _reseeded(project: ProjectData, seen: Sequence[str]) -> Float[np.ndarray, " T"]:
    """Where the expression that is seen is made with a seed of its range, 0..1 with short fades within."""
    names, mask = np.array(seen), np.zeros(project.frames)
    for take in project.takes:
        for one in take.variations:
            if one.path == EXPRESSION and one.seed is not None:
                mask[one.start : one.stop][names[one.start : one.stop] == take.name] = 1.0
    kernel = np.hanning(FADE + 2)[1:-1]
    return convolve1d(minimum_filter1d(mask, FADE, mode="nearest"), kernel / kernel.sum(), mode="nearest")


def _with_open_jaw(
    keyframe: Keyframe, motion: Motion, names: Sequence[str], values: Float[np.ndarray, "T C"]
) -> Keyframe:
    """A pose that closes the lips also opens the jaw: they can close only as far as it is open, see `limit`."""
    closed = keyframe.pose.get("mouthClose")
    if closed is None or "jawOpen" in keyframe.pose:
        return keyframe
    found = np.interp(keyframe.frame / MOTION_RATE, motion.times, values[:, names.index("jawOpen")])
    return replace(keyframe, pose={**keyframe.pose, "jawOpen": max(float(found), closed)})


def _pinned(motion: Motion, pins: Sequence[Pin]) -> Motion:
    """Put back what was pinned; beside it, fade into what is there now."""
    values = {path: np.array(getattr(motion, path)) for path in PATHS}
    kept = []
    for pin in pins:
        times = (pin.first + np.arange(len(pin.values))) / MOTION_RATE
        start, end = pin.start / MOTION_RATE, pin.stop / MOTION_RATE
        near = (motion.times >= times[0]) & (motion.times <= times[-1])
        at = motion.times[near]
        snapshot = pin.values
        if motion.fps != MOTION_RATE:
            snapshot = resample(pin.values, motion.space, pin.path, float(MOTION_RATE), at - times[0], motion.fps)
        before = (start - at) / max(start - times[0], 1e-9)
        after = (at - end) / max(times[-1] - end, 1e-9)
        weight = 0.5 + 0.5 * np.cos(np.pi * np.clip(np.maximum(before, after), 0.0, 1.0))
        now = values[pin.path][near]
        values[pin.path][near] = now + (snapshot - now) * weight[:, None].astype(np.float32)
        inside = (at >= start) & (at < end)
        kept.append((pin.path, np.flatnonzero(near)[inside], snapshot[inside]))
    for path, frames, snapshot in kept:  # after all fades: none reaches into another range
        values[path][frames] = snapshot
    return replace(motion, **values) if pins else motion
