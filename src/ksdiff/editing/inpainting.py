"""Part of a take regenerated: the model fills it in between the motion known around it and the poses within it."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.editing.gestures import as_pose, extent, gesture_keys
from ksdiff.editing.poses import Hold, held_curve, holds, way
from ksdiff.editing.project import Project
from ksdiff.editing.takes import Keyframe, Take
from ksdiff.layers.rest import smoothstep
from ksdiff.model.encoded import Encoded
from ksdiff.model.known_motion import KnownMotion
from ksdiff.model.network import Network
from ksdiff.model.sampling import (
    COMMIT,
    LOOKAHEAD,
    OVERLAP,
    WINDOW,
    DDIMScheduler,
    KeyframeGuidance,
    frame_noise,
    guided,
)
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.limits import limit_translation, metric_channels
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.numerics.filters import nearest_false, uniform_filter1d
from ksdiff.numerics.spline import clamped_spline

SEED_FADE = 25  # frames over which noise of one seed goes over into that of another
POSE_REACH = 20  # frames around a pose in which keyframes do not guide
GUIDANCE_FADE = 10  # frames beyond them over which they come to guide again: a step in guidance is a jump
GESTURE_ROOM = 12  # frames that a gesture of the head leaves to the model before and after a pose
MIN_GAIN = 0.1  # of a layer: a pose cannot be made in motion that a smaller one then takes away
GRID = 20  # frames: windows begin at multiples, so that an edit near an earlier one finds its speech encoded
MAX_WINDOW = WINDOW - 2 * OVERLAP  # frames of a range that one window regenerates

Encode = Callable[[int, bool], tuple[Encoded, Encoded | None]]


def tiles(stale: Bool[np.ndarray, " T"]) -> list[list[int]]:
    """First frames of the windows that regenerate all stale frames.

    A list for each run of windows of which each continues the one before; one that covers everything is that of
    `ksdiff.model.sampling.windows`.
    """
    frames = len(stale)
    edges = np.flatnonzero(np.diff(stale.astype(int), prepend=0, append=0)).reshape(-1, 2).tolist()
    groups: list[list[int]] = []
    for first, stop in edges:
        if groups and stop - groups[-1][0] <= MAX_WINDOW:
            groups[-1][1] = stop
        else:
            groups.append([first, stop])
    runs = []
    for first, stop in groups:
        if stop - first <= MAX_WINDOW:
            middle = (first + stop - WINDOW) // 2
            last = -(-max(0, frames - WINDOW) // GRID) * GRID  # beyond it, a window would look past the sound
            runs.append([min(max(0, round(middle / GRID) * GRID), last)])
        else:
            start = max(0, first - OVERLAP) // GRID * GRID
            run = [start]
            ahead = LOOKAHEAD if stop < frames else 0  # nothing follows the end of the sound
            while run[-1] + WINDOW - ahead < stop:
                run.append(run[-1] + COMMIT)
            runs.append(run)
    return runs


def known_motion(project: Project, take: Take, path: str) -> tuple[Float[np.ndarray, "T C"], Bool[np.ndarray, "T C"]]:
    """What the motion is known to be, as generated, and where: what is not stale, held poses, and gestures."""
    stale = take.stale[path]
    values = take.motion[path].astype(np.float64)
    known = np.repeat(~stale[:, None], values.shape[1], axis=1)
    layers, names = project.layers, project.channels(path)
    times = np.arange(project.frames) / MOTION_RATE
    gains, offsets = layers.undone(project.space, path, times)
    reference = getattr(project.reference, path)
    posing = [as_pose(path, keyframe) for keyframe in take.keyframes[path]]
    for channel, name in enumerate(names):
        rest = project.rest(path, name)
        if path == EXPRESSION and layers.eyes is not None and name.startswith(("eyeBlink", "eyeLook")):
            continue  # the layer overwrites it
        for hold in holds(posing, path, name, rest):
            held = slice(hold.first, hold.last + 1)
            gain = gains[held, channel]
            if gain.min() < MIN_GAIN:
                continue
            curve = held_curve(hold, path, name, rest, reference[:, channel])
            first, curve = _with_ways(hold, (curve - offsets[held, channel] - rest) / gain, values[:, channel])
            frames = np.arange(first, first + len(curve))
            free = stale[frames]
            values[frames[free], channel], known[frames[free], channel] = curve[free], True
    for keyframe in posing:
        if keyframe.gesture is not None and stale[keyframe.frame]:
            _turn(project, keyframe, stale, values, known)
    return values, known


def _with_ways(
    hold: Hold, curve: Float[np.ndarray, " S"], motion: Float[np.ndarray, " T"]
) -> tuple[int, Float[np.ndarray, " _"]]:
    """First frame and values of a hold with its attack and its release, where these are given.

    Args:
        hold: The hold.
        curve: The channel through the hold, as generated.
        motion: The channel as it is.
    """
    first = hold.first
    if hold.attack is not None:
        start = max(0, first - hold.attack)
        done = way(hold.ease, np.arange(first - start) / max(first - start, 1))
        curve, first = np.concatenate([motion[start] + done * (curve[0] - motion[start]), curve]), start
    if hold.release is not None:
        end = min(hold.last + hold.release, len(motion) - 1)
        done = way(hold.ease, np.arange(1, end - hold.last + 1) / max(end - hold.last, 1))
        curve = np.concatenate([curve, curve[-1] + done * (motion[end] - curve[-1])])
    return first, curve


def _turn(
    project: Project,
    keyframe: Keyframe,
    stale: Bool[np.ndarray, " T"],
    values: Float[np.ndarray, "T C"],
    known: Bool[np.ndarray, "T C"],
) -> None:
    """Write a gesture of the head into what is known, on top of what is known around it.

    It is made on a hold that it lies in, and leaves room before and after a pose or another gesture that it meets.
    """
    keys = gesture_keys(HEAD, keyframe.gesture or "", keyframe.strength, keyframe.seed)
    first, last = max(0, keyframe.frame + keys[0].first), min(keyframe.frame + keys[-1].last, len(values) - 1)
    frames = np.arange(first, last + 1)
    for name in keys[0].values:
        channel = project.channels(HEAD).index(name)
        at = np.flatnonzero(known[:, channel])
        around = np.interp(frames, at, values[at, channel]) if len(at) else np.zeros(len(frames))
        if len(keys) == 1:
            held = Hold(first, last, float(around.mean()) + keys[0].values[name])
            turned = held_curve(held, HEAD, name, 0.0, project.reference.head[:, channel])
        else:
            when, turns = [keyframe.frame + key.first for key in keys], [key.values[name] for key in keys]
            turned = around + clamped_spline(np.array(when), np.array(turns), frames)
        taken = known[:, channel] & stale
        free = stale[frames]
        if taken.any() and not taken[frames].all():
            free &= np.abs(nearest_false(~taken)[frames] - frames) > GESTURE_ROOM
        values[frames[free], channel], known[frames[free], channel] = turned[free], True


def inpaint(
    network: Network,
    encode: Encode,
    project: Project,
    take: Take,
    path: str,
    progress: Callable[[float], None] = lambda done: None,
) -> Float[np.ndarray, "T C"]:
    """Motion of one path of a take, as generated: stale frames regenerated, all others copied.

    Args:
        network: The network.
        encode: Speech of the window that begins at a frame, and with it (second argument) what takes the place of
            speech for guidance.
        project: Gives the layers, through which poses are met.
        take: What to regenerate.
        path: ``expression`` or ``head``.
        progress: Called with how much is done, 0..1.
    """
    stale = take.stale[path]
    if path not in network.paths or not stale.any():
        return take.motion[path]
    scheduler = DDIMScheduler(network.config.num_train_timesteps, network.config.beta_schedule)
    values, known = known_motion(project, take, path)
    # Poses that say how far the head moves are met.
    free = path == HEAD and not (known & stale[:, None])[:, metric_channels(network.space)].any()
    pad = ((0, WINDOW + COMMIT), (0, 0))
    current = network.normalise(np.pad(values, pad).astype(np.float32), path)
    strength = np.pad(known, pad).astype(np.float32)
    tracks = {other: np.pad(take.strengths(other), (0, WINDOW + COMMIT))[None] for other in PATHS}
    by_keyframes = _keyframe_guidance(project, take, path)
    runs = tiles(stale)
    count, done = sum(map(len, runs)), 0
    made = np.array(take.motion[path])
    for run in runs:
        for start in run:
            window = slice(start, start + WINDOW)
            given = KnownMotion(current[None, window], strength[None, window])
            keyframes = {other: track[:, window] for other, track in tracks.items()}
            clean = _denoise(network, scheduler, encode, take, path, start, keyframes, by_keyframes, given)
            current[window] = clean
            stop = min(start + (COMMIT + OVERLAP if start != run[-1] else WINDOW), project.frames)
            strength[start:stop] = 1.0  # what a window made is known to the next one, and to other runs
            fresh = np.flatnonzero(stale[start:stop]) + start
            moved = network.denormalise(clean[fresh - start], path)
            made[fresh] = limit_translation(moved, network.space) if free else moved
            done += 1
            progress(done / count)
    return made


def _denoise(
    network: Network,
    scheduler: DDIMScheduler,
    encode: Encode,
    take: Take,
    path: str,
    start: int,
    keyframes: dict[str, Float[np.ndarray, "1 W"]],
    by_keyframes: KeyframeGuidance,
    given: KnownMotion,
) -> Float[np.ndarray, "W C"]:
    """Clean normalised motion of one window of one path."""
    frames = np.minimum(np.arange(start, start + WINDOW), take.frames - 1)
    settings = {name: values[frames] for name, values in take.settings(path).items()}
    guidance = settings["guidance"][None, :, None]
    encoded, unconditional = encode(start, bool((guidance != 1).any()))
    other = HEAD if path == EXPRESSION else EXPRESSION
    both = not network.config.dual_path  # a single generator makes both paths at once; the other one is known

    noise = {path: _noise(network, path, start, settings, nearest_stale(take.stale[path])[frames] - start)}
    known: dict[str, KnownMotion] = {path: given}
    if both:
        values = take.settings(other)
        noise[other] = _noise(network, other, start, {name: x[frames] for name, x in values.items()}, np.arange(WINDOW))
        motion = network.normalise(take.motion[other][frames], other)[None]
        known[other] = KnownMotion(motion, np.ones_like(motion))
    by_path = dict.fromkeys(noise, guidance)
    # Only of this path: the other one is known, if it is made at all.
    guiding = {each: KeyframeGuidance() for each in noise} | {path: by_keyframes.at(np.arange(start, start + WINDOW))}
    predict = guided(network, encoded, unconditional, keyframes, by_path, guiding, known)
    steps = max(take.sampling.steps_of(each) for each in noise)
    return scheduler.sample(noise, predict, steps, known, take.sampling.solver_order)[path][0]


def _keyframe_guidance(project: Project, take: Take, path: str) -> KeyframeGuidance:
    """Guidance by the keyframes of a whole take, and beyond its end; changed ones against those that were predicted.

    There is none near poses and gestures, which say how far the motion goes.
    """
    guides = np.ones(take.frames, dtype=bool)
    for keyframe in take.keyframes[path]:
        if keyframe.pose or keyframe.gesture is not None:
            first, last = extent(path, keyframe)
            guides[max(0, first - POSE_REACH) : last + POSE_REACH + 1] = False
    share = np.ones(take.frames)
    if not guides.all():
        share = smoothstep(np.abs(nearest_false(guides) - np.arange(take.frames)) / GUIDANCE_FADE)
    share = np.pad(share, (0, WINDOW + COMMIT), mode="edge")
    scales = (take.sampling.keyframe_guidance[path], take.sampling.given_keyframe_guidance_of(path))
    plain, given = ((1 + (scale - 1) * share).astype(np.float32)[None, :, None] for scale in scales)
    predicted = np.pad(getattr(project.reference, f"keyframes_{path}"), (0, WINDOW + COMMIT))
    return KeyframeGuidance(plain, given, predicted[None])


def nearest_stale(stale: Bool[np.ndarray, " T"]) -> Int[np.ndarray, " T"]:
    """For each frame, the nearest frame that is regenerated."""
    return nearest_false(~stale)


def _noise(
    network: Network, path: str, start: int, settings: dict[str, np.ndarray], source: Int[np.ndarray, " W"]
) -> Float[np.ndarray, "1 W C"]:
    """Noise of a window by seed and temperature of each frame, those of another frame (``source``) where it is known.

    To a model that knows noise to be slow, a step in the noise, as where the seed changes, is a step in the motion. So
    known frames have the noise of what is made beside them, and seeds fade into each other.
    """
    source = np.clip(source, 0, WINDOW - 1)
    seeds, temperatures = settings["seed"][source], settings["temperature"][source]
    channels = network.channels[path]
    total, power = np.zeros((WINDOW, channels), np.float32), np.zeros(WINDOW)
    for seed in np.unique(seeds).tolist():
        weight = uniform_filter1d((seeds == seed).astype(np.float64), SEED_FADE, mode="nearest")
        noise = frame_noise(path, seed, start, WINDOW, channels, network.config.correlated_noise)
        total += weight.astype(np.float32)[:, None] * noise
        power += weight**2
    scale = uniform_filter1d(temperatures.astype(np.float64), SEED_FADE, mode="nearest") / np.sqrt(power)
    return (scale.astype(np.float32)[:, None] * total)[None]
