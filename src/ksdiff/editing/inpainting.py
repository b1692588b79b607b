"""Part of a take regenerated: the motion known around it is enforced at every denoising step."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Bool, Float
from scipy.ndimage import distance_transform_edt
from torch import Tensor

from ksdiff.editing.poses import pose_fade, pose_weights
from ksdiff.editing.project import Project
from ksdiff.editing.takes import Take
from ksdiff.model.ksdiff import Encoded, KSDiff
from ksdiff.model.sampling import (
    COMMIT,
    LOOKAHEAD,
    OVERLAP,
    WINDOW,
    DDIMScheduler,
    Paths,
    frame_noise,
    keyframe_input,
)
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.threads import single_thread

# Frames at each end of a range over which known motion turns into regenerated motion.
RAMP = {EXPRESSION: 6, HEAD: 10}
MIN_GAIN = 0.1  # of a layer: a pose cannot be made in motion that a smaller one then takes away
# How far to go from the motion with predicted keyframes to that with those that a person changed: the model by itself
# moves hardly more where it is told of a keyframe. Measured with earlier weights, see docs/editing.md.
EMPHASIS = {EXPRESSION: 12.0, HEAD: 6.0}
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


def border_weights(stale: Bool[np.ndarray, " T"], ramp: int) -> Float[np.ndarray, " T"]:
    """How much of what is known to keep: 1 where it is not stale, by a raised cosine to 0 within stale ranges."""
    if stale.all():
        return np.zeros(len(stale))
    distance = distance_transform_edt(stale)
    return 0.5 + 0.5 * np.cos(np.pi * np.minimum(np.asarray(distance) / (ramp + 1), 1.0))


def known_motion(project: Project, take: Take, path: str) -> tuple[Float[np.ndarray, "T C"], Float[np.ndarray, "T C"]]:
    """What the motion is known to be, as generated, and how much of that to keep at each frame and channel."""
    stale = take.stale[path]
    known = take.motion[path].astype(np.float64)
    weight = np.repeat(border_weights(stale, RAMP[path])[:, None], known.shape[1], axis=1)
    layers = project.layers
    times = np.arange(project.frames) / MOTION_RATE
    for channel, name in enumerate(project.channels(path)):
        if path == EXPRESSION:
            neutral, gain = float(project.neutral[channel]), layers.gain(name)
            if layers.eyes is not None and name.startswith(("eyeBlink", "eyeLook")):
                continue  # the layer overwrites it
        else:
            neutral, gain = 0.0, layers.head_amplitude
        posed = [keyframe for keyframe in take.keyframes[path] if name in keyframe.pose and stale[keyframe.frame]]
        if not posed or gain < MIN_GAIN:
            continue
        targets = [(keyframe.pose[name] - layers.offsets.get(name, 0.0) - neutral) / gain for keyframe in posed]
        own = pose_weights([keyframe.frame / MOTION_RATE for keyframe in posed], times, pose_fade(path, name))
        for target, share in zip(targets, own, strict=True):
            # What was known and the pose, one blended over the other.
            total = 1 - (1 - weight[:, channel]) * (1 - share)
            before = known[:, channel] * weight[:, channel] * (1 - share)
            near = share > 0
            known[near, channel] = ((before + target * share) / np.where(near, total, 1.0))[near]
            weight[:, channel] = total
    return known, weight


@single_thread()
@torch.inference_mode()
def inpaint(
    model: KSDiff,
    encode: Encode,
    project: Project,
    take: Take,
    path: str,
    progress: Callable[[float], None] = lambda done: None,
) -> Float[np.ndarray, "T C"]:
    """Motion of one path of a take, as generated: stale frames regenerated, all others copied.

    Args:
        model: In evaluation mode.
        encode: Speech of the window that begins at a frame, and with it (second argument) what takes the place of
            speech for guidance.
        project: Gives the layers, through which poses are met.
        take: What to regenerate.
        path: ``expression`` or ``head``.
        progress: Called with how much is done, 0..1.
    """
    stale = take.stale[path]
    if path not in model.paths or not stale.any():
        return take.motion[path]
    scheduler = DDIMScheduler(model.config.num_train_timesteps, model.config.beta_schedule)
    gain = getattr(model, f"{path}_gain")
    known, weight = known_motion(project, take, path)
    pad = ((0, WINDOW + COMMIT), (0, 0))
    current = model.normalise(torch.from_numpy(np.pad(known, pad).astype(np.float32)), path) / gain
    weights = torch.from_numpy(np.pad(weight, pad).astype(np.float32))
    edited = {other: np.pad(take.strengths(other), (0, WINDOW + COMMIT)) for other in PATHS}
    predicted = {other: np.pad(take.predicted_strengths(other), (0, WINDOW + COMMIT)) for other in PATHS}
    runs = tiles(stale)
    count, done = sum(map(len, runs)), 0
    made = np.array(take.motion[path])
    for run in runs:
        for start in run:
            window = slice(start, start + WINDOW)
            keep = weights[window].clone()
            if start != run[0]:
                ramp = 0.5 + 0.5 * torch.cos(torch.linspace(0, torch.pi, OVERLAP))
                keep[:OVERLAP] = keep[:OVERLAP].maximum(ramp[:, None])
            keyframes = [
                {
                    other: keyframe_input(torch.from_numpy(strengths[other][window])[None], model.config.keyframes)
                    for other in PATHS
                }
                for strengths in (edited, predicted)
            ]
            clean = _denoise(model, scheduler, encode, take, path, start, keyframes, current[window], keep)
            current[window] = clean
            stop = min(start + (COMMIT if start != run[-1] else WINDOW), project.frames)
            fresh = np.flatnonzero(stale[start:stop]) + start
            made[fresh] = model.denormalise(clean[fresh - start] * gain, path).numpy()
            done += 1
            progress(done / count)
    return made


def _denoise(
    model: KSDiff,
    scheduler: DDIMScheduler,
    encode: Encode,
    take: Take,
    path: str,
    start: int,
    keyframes: list[dict[str, Float[Tensor, "1 W 2"]]],
    known: Float[Tensor, "W C"],
    keep: Float[Tensor, "W C"],
) -> Float[Tensor, "W C"]:
    """Clean normalised motion of one window of one path."""
    frames = np.minimum(np.arange(start, start + WINDOW), take.frames - 1)
    settings = {name: values[frames] for name, values in take.settings(path).items()}
    guidance = torch.from_numpy(settings["guidance"])[None, :, None]
    encoded, unconditional = encode(start, bool((guidance != 1).any()))
    other = HEAD if path == EXPRESSION else EXPRESSION
    both = not model.config.dual_path  # a single generator makes both paths at once; the other one is known

    def noise_of(path: str, seeds: np.ndarray, temperatures: np.ndarray) -> Tensor:
        noise = torch.zeros(WINDOW, model.channels[path])
        for seed in np.unique(seeds).tolist():
            at = torch.from_numpy(seeds == seed)
            noise[at] = frame_noise(path, seed, start, WINDOW, model.channels[path])[at]
        return (torch.from_numpy(temperatures)[:, None] * noise)[None]

    noise = {path: noise_of(path, settings["seed"], settings["temperature"])}
    knowns, keeps = {path: known[None]}, {path: keep[None]}
    if both:
        values = take.settings(other)
        noise[other] = noise_of(other, values["seed"][frames], values["temperature"][frames])
        physical = torch.from_numpy(take.motion[other][frames])
        knowns[other] = (model.normalise(physical, other) / getattr(model, f"{other}_gain"))[None]
        keeps[other] = torch.ones_like(knowns[other])

    edited, predicted = keyframes
    emphasised = any(not torch.equal(edited[each], predicted[each]) for each in noise)

    def predict(noisy: Paths, steps: Tensor) -> Paths:
        clean = model.denoise(noisy, steps, encoded, edited)
        told = clean[path]
        if unconditional is not None:
            clean[path] = torch.lerp(model.denoise(noisy, steps, unconditional, edited)[path], told, guidance)
        if emphasised:
            plain = model.denoise(noisy, steps, encoded, predicted)[path]
            clean[path] = clean[path] + (EMPHASIS[path] - 1) * (told - plain)
        return clean

    return scheduler.sample(noise, predict, take.sampling.num_inference_steps, knowns, keeps)[path][0]
