"""Weights that move the heads of `rendered_heads.py`: made up, and recorded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from rendered_heads import smooth_noise
from scipy.ndimage import gaussian_filter1d

from ksdiff.corpus import fit
from ksdiff.corpus.inverse import Network, solve_face
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.solve import solve_mouth
from ksdiff.corpus.sources.facegood import FacegoodSource, read_take
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

NAMES = ARKIT.expression
RATE = 100.0  # frames/s at which motion is made up
RECORDED_CUTOFF = 8.0  # Hz
CLIPS_EACH = 5  # of one speaker, at most
OPEN, CLOSE = ARKIT.index("jawOpen"), ARKIT.index("mouthClose")
INNER = (13, 14)  # landmarks of the inner lips
EYES = [index for index, name in enumerate(NAMES) if name.startswith("eye")]

# Sideways shapes exclude each other.
OPPOSED = (("jawLeft", "jawRight"), ("mouthLeft", "mouthRight"))


def _units() -> tuple[list[int], ...]:
    alone = {name for pair in OPPOSED for name in pair}
    units = []
    for index, name in enumerate(NAMES):
        if name.startswith("eye"):
            continue
        if name in alone or not name.endswith(("Left", "Right")):
            units.append([index])
        elif name.endswith("Left"):
            units.append([index, ARKIT.index(name.removesuffix("Left") + "Right")])
    return tuple(units)


UNITS = _units()  # shapes that move together: one, or left and right
RARE = ("jawForward", "jawLeft", "jawRight", "mouthLeft", "mouthRight", "mouthClose", "cheekPuff")
CHANCES = np.array([0.35 if NAMES[unit[0]] in RARE else 1.0 for unit in UNITS])
CHANCES /= CHANCES.sum()

# What mouths do in speech: mean weights, left and right alike.
SOUNDS: tuple[dict[str, float], ...] = (
    {"mouthPucker": 0.65, "mouthFunnel": 0.25, "jawOpen": 0.08},  # oo, w
    {"mouthPucker": 0.35, "mouthFunnel": 0.45, "jawOpen": 0.18},  # o
    {"mouthFunnel": 0.55, "mouthShrugUpper": 0.2, "jawOpen": 0.1},  # sh
    {"mouthSmile": 0.35, "mouthStretch": 0.25, "jawOpen": 0.1, "mouthLowerDown": 0.25},  # ee
    {"mouthStretch": 0.3, "mouthLowerDown": 0.35, "mouthUpperUp": 0.15, "jawOpen": 0.06},  # s
    {"mouthRollLower": 0.5, "mouthUpperUp": 0.25, "jawOpen": 0.06},  # f, v
    {"mouthShrugLower": 0.3, "mouthRollLower": 0.3, "mouthUpperUp": 0.2, "jawOpen": 0.1},  # f, v
    {"jawOpen": 0.5, "mouthLowerDown": 0.25, "mouthUpperUp": 0.25},  # a
    {"jawOpen": 0.3, "mouthLowerDown": 0.2, "mouthSmile": 0.2},  # e
    {"jawOpen": 0.65, "mouthLowerDown": 0.4, "mouthUpperUp": 0.35, "mouthSmile": 0.2},  # loud a
    {"jawOpen": 0.2, "mouthUpperUp": 0.3, "mouthLowerDown": 0.4},  # th, l
    {"mouthPress": 0.35, "mouthRollUpper": 0.25, "mouthRollLower": 0.25},  # m, b, p
    {"mouthRollUpper": 0.3, "mouthRollLower": 0.5, "mouthShrugLower": 0.2},  # m
    {"mouthSmile": 0.6, "mouthDimple": 0.2, "cheekSquint": 0.3},  # a smile
    {"mouthFrown": 0.5, "mouthShrugLower": 0.4},  # a pout
    {},  # at rest
)


@dataclass(frozen=True)
class Recordings:
    """Motion of real faces: weights at `RATE`, by where it comes from."""

    takes: tuple[Float[np.ndarray, "_ 51"], ...]
    clips: tuple[tuple[Float[np.ndarray, "_ 51"], ...], ...]  # of each speaker
    weak: bool  # whether clips come from scores, of which many hardly move


def read_recordings(
    facegood_folder: Path | None,
    tracks: Path | None,
    network: Network | None,
    held_out: bool,
    speakers: Sequence[str] = ("",),
) -> Recordings:
    """Read what is there.

    Args:
        facegood_folder: Of FACEGOOD takes; the last one is held out.
        tracks: The tracks of a corpus; a fifth of the speakers is held out.
        network: Of an earlier run, to say what the faces in the tracks did. Without it the tracker's scores do.
        held_out: Whether to read what is held out, or the rest.
        speakers: How the names of the speakers begin whose tracks are read; all by default.
    """
    takes = []
    if facegood_folder is not None:
        paths = [take.path for take in FacegoodSource(facegood_folder).find(PrepareSettings())]
        for path in paths[-1:] if held_out else paths[:-1]:
            take = read_take(path)
            instants = np.arange(0, take.times[-1], 1 / RATE)
            takes.append(np.stack([np.interp(instants, take.times, row) for row in take.expression.T], axis=1))
    clips = []
    if tracks is not None:
        paths = [path for path in sorted(tracks.glob("*.npz")) if path.name.startswith(tuple(speakers))]
        for speaker in sorted({path.stem.split("__")[0] for path in paths}):
            if (hashlib.sha256(speaker.encode()).digest()[0] % 5 == 2) == held_out:
                mine = [path for path in paths if path.stem.split("__")[0] == speaker][:CLIPS_EACH]
                found = _recorded([track for path in mine if (track := Track.load(path)) is not None], network)
                clips += [found] if found else []
    return Recordings(tuple(takes), tuple(clips), network is None)


def _recorded(tracks: Sequence[Track], network: Network | None) -> tuple[Float[np.ndarray, "_ 51"], ...]:
    """What one speaker's face did, in each clip's usable frames."""
    parts = [fit.shots(track) for track in tracks]
    good = [fit.usable(track, cuts) for track, cuts in zip(tracks, parts, strict=True)]
    chosen = [number for number in range(len(tracks)) if good[number].sum() > 2 * MOTION_RATE]
    if not chosen:
        return ()
    tracks, good, parts = ([values[number] for number in chosen] for values in (tracks, good, parts))
    if network is None:
        found = [
            np.concatenate([_scores(track, weights), _gap(weights)[:, None]], axis=1)
            for track, weights in zip(tracks, solve_mouth(tracks, good), strict=True)
        ]
    else:
        found = [weights for weights, _ in solve_face(tracks, good, parts, network)]
    result = []
    for track, use, cuts, values in zip(tracks, good, parts, found, strict=True):
        longest = max(cuts, key=lambda part: part.stop - part.start)
        instants = np.arange(track.times[longest.start], track.times[longest.stop - 1], 1 / RATE)
        smooth, known = fit.resample(values, track.times, use, cuts, instants, RECORDED_CUTOFF)
        smooth = smooth[known]
        if len(smooth) >= RATE:
            weights = np.clip(smooth[:, : len(NAMES)], 0, 1)
            result.append((weights if network else _with_lips(weights, smooth[:, -1])).astype(np.float32))
    return tuple(result)


def _scores(track: Track, solved: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 51"]:
    """The tracker's scores, with a jaw from the landmarks."""
    scores = track.scores.astype(np.float64)
    scores[:, OPEN] = solved[:, OPEN]
    return scores


def _with_lips(weights: Float[np.ndarray, "T 51"], gap: Float[np.ndarray, " T"]) -> Float[np.ndarray, "T 51"]:
    """Close the lips as far as they were seen to be."""
    weights[:, CLOSE] = 0
    weights[:, CLOSE] = np.clip((_gap(weights) - gap) / _pull()[OPEN], 0, weights[:, OPEN])
    return weights


def _pull() -> Float[np.ndarray, " 51"]:
    """How far each shape opens the lips, m."""
    _, basis = load_head().landmark_basis()
    return (basis[: len(NAMES), INNER[0]] - basis[: len(NAMES), INNER[1]])[:, 1].astype(np.float64)


def _gap(weights: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, " T"]:
    return weights @ _pull()


def draw_motion(
    rng: np.random.Generator, times: Float[np.ndarray, " T"], recordings: Recordings
) -> Float[np.ndarray, "T 51"]:
    """Some seconds of one person's face: stretches of different kinds, each smooth, over a face at rest of its own.

    Args:
        rng: Of chance.
        times: Of the video's frames, s.
        recordings: Motion that may be used.
    """
    length = int(np.ceil(times[-1] * RATE)) + 2
    pieces: list[Float[np.ndarray, "_ 51"]] = []
    kinds = [_nothing, _sparse, _dense, _sounds]
    chances = [0.06, 0.16, 0.08, 0.26]
    if recordings.takes:
        kinds, chances = [*kinds, _take], [*chances, 0.18]
    if recordings.clips:
        kinds, chances = [*kinds, _clip], [*chances, 0.26]
    while sum(map(len, pieces)) < length:
        kind = kinds[rng.choice(len(kinds), p=np.array(chances) / sum(chances))]
        frames = int(rng.uniform(1.0, 2.6) * RATE)
        pieces.append(_with_upper_face(rng, kind(rng, frames, recordings), kind in (_take, _sounds)))
    weights = gaussian_filter1d(np.concatenate(pieces)[:length], 3.0, axis=0)
    weights = weights + _rest(rng)
    weights = _with_eyes(rng, weights)
    weights = _with_closures(rng, np.clip(weights, 0, 1))
    weights = legal(weights)
    at = np.arange(len(weights)) / RATE
    return np.stack([np.interp(times, at, row) for row in weights.T], axis=1)


def draw_recorded(
    rng: np.random.Generator, times: Float[np.ndarray, " T"], recordings: Recordings, by_take: bool
) -> Float[np.ndarray, "T 51"]:
    """Recorded motion for tests, nothing made up.

    Where clips are known by scores alone, half of the shapes are scaled up to 0.35 at their 98th percentile: without
    that nothing could be said about those whose scores hardly move.
    """
    length = int(np.ceil(times[-1] * RATE)) + 2
    weights = np.zeros((length, len(NAMES)))
    if recordings.clips:
        speaker = recordings.clips[rng.integers(len(recordings.clips))]
        weights = _window(rng, speaker[rng.integers(len(speaker))], length, 1.0)
        for unit in UNITS:
            if recordings.weak and NAMES[unit[0]] not in ("jawOpen", "mouthClose") and rng.random() < 0.5:
                high = float(np.quantile(weights[:, unit], 0.98))
                weights[:, unit] *= np.clip(0.35 / max(high, 1e-3), 1, 60)
    if recordings.takes and (by_take or not recordings.clips):
        if not recordings.clips:
            weights = _with_upper_face(rng, weights, True)
        take = _window(rng, recordings.takes[rng.integers(len(recordings.takes))], length, 1.0)
        moved = [row for row, name in enumerate(NAMES) if name.startswith(("jaw", "mouth")) and take[:, row].any()]
        weights[:, moved] = take[:, moved]
        weights[:, CLOSE] = 0
    if not recordings.takes and not recordings.clips:
        weights = _with_upper_face(rng, _sounds(rng, length, recordings), True)
        weights = _with_eyes(rng, weights)
    weights = legal(gaussian_filter1d(weights, 2.0, axis=0))
    at = np.arange(length) / RATE
    return np.stack([np.interp(times, at, row) for row in weights.T], axis=1)


def legal(weights: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 51"]:
    """Weights that a face can have: lips pass each other by no more than a millimetre, nothing goes both ways."""
    weights = np.clip(weights, 0, 1)
    for left, right in OPPOSED:
        both = np.minimum(weights[:, ARKIT.index(left)], weights[:, ARKIT.index(right)])
        weights[:, ARKIT.index(left)] -= both
        weights[:, ARKIT.index(right)] -= both
    pull = _pull()
    through = np.maximum(-0.001 - weights @ pull, 0)
    eased = np.minimum(through / -pull[CLOSE], weights[:, CLOSE])
    weights[:, CLOSE] -= eased
    through = np.maximum(-0.004 - weights @ pull, 0)
    weights[:, OPEN] += through / pull[OPEN]
    return np.clip(weights, 0, 1)


def _nothing(rng: np.random.Generator, frames: int, recordings: Recordings) -> Float[np.ndarray, "T 51"]:
    return np.zeros((frames, len(NAMES)))


def _sparse(rng: np.random.Generator, frames: int, recordings: Recordings) -> Float[np.ndarray, "T 51"]:
    """A few shapes come and go."""
    weights = np.zeros((frames, len(NAMES)))
    at = np.arange(frames) / RATE
    for _ in range(rng.integers(2, 7)):
        unit = UNITS[rng.choice(len(UNITS), p=CHANCES)]
        start, lasts = rng.uniform(-0.2, frames / RATE), rng.uniform(0.2, 1.2)
        bump = np.sin(np.pi * np.clip((at - start) / lasts, 0, 1)) ** rng.uniform(0.7, 2)
        peak = rng.uniform(0.15, 1) ** rng.uniform(0.8, 2)
        sides = np.ones(len(unit)) if rng.random() < 0.7 else rng.uniform(0, 1, len(unit))
        for channel, side in zip(unit, sides, strict=True):
            weights[:, channel] += peak * side * bump
    return np.clip(weights, 0, 1)


def _dense(rng: np.random.Generator, frames: int, recordings: Recordings) -> Float[np.ndarray, "T 51"]:
    """All shapes at once, each a little."""
    at = np.arange(frames) / RATE
    noise = smooth_noise(rng, at, len(NAMES), rng.uniform(1.5, 4))
    for unit in UNITS:
        if len(unit) == 2:
            apart = rng.uniform(0, 0.5)
            noise[:, unit[1]] = noise[:, unit[0]] * (1 - apart) + noise[:, unit[1]] * apart
    size = rng.gamma(1.5, 0.08, len(NAMES))
    return np.clip(noise * size - 0.3 * size, 0, 1)


def _sounds(rng: np.random.Generator, frames: int, recordings: Recordings) -> Float[np.ndarray, "T 51"]:
    """One speech sound after the other, in this stretch's manner."""
    manner = np.exp(rng.normal(0, 0.35, len(NAMES)))
    for unit in UNITS:
        manner[unit] = manner[unit[0]] * np.exp(rng.normal(0, 0.08, len(unit)))
    loudness = rng.uniform(0.5, 1.5)
    manner[OPEN] *= rng.uniform(0.7, 1.6)
    result, done = np.zeros((frames, len(NAMES))), 0
    if rng.random() < 0.35:  # people who present speak with a smile
        for name, most in (("mouthSmile", 0.9), ("mouthUpperUp", 0.6), ("cheekSquint", 0.4), ("mouthDimple", 0.3)):
            rows = [row for row, other in enumerate(NAMES) if other.startswith(name)]
            result[:, rows] = rng.uniform(0, most)
    smile = result
    result = np.zeros_like(smile)
    while done < frames:
        lasts = int(rng.uniform(0.07, 0.28) * RATE)
        target = np.zeros(len(NAMES))
        for name, weight in SOUNDS[rng.integers(len(SOUNDS))].items():
            rows = [row for row, other in enumerate(NAMES) if other in (name, f"{name}Left", f"{name}Right")]
            target[rows] = weight * rng.uniform(0.5, 1.5)
        if rng.random() < 0.3:  # and something else
            target[UNITS[rng.integers(len(UNITS))]] += rng.uniform(0, 0.4)
        result[done : done + lasts] = target * manner * loudness
        done += lasts
    rounded = result[:, [ARKIT.index("mouthPucker"), ARKIT.index("mouthFunnel")]].sum(axis=1, keepdims=True)
    result = result + smile * np.clip(1 - rounded, 0.2, 1)  # rounding takes the smile away
    return np.clip(gaussian_filter1d(result, rng.uniform(3.0, 5.5), axis=0), 0, 1)


def _take(rng: np.random.Generator, frames: int, recordings: Recordings) -> Float[np.ndarray, "T 51"]:
    gain = np.exp(rng.normal(0.2, 0.3))
    return np.clip(_window(rng, recordings.takes[rng.integers(len(recordings.takes))], frames) * gain, 0, 1)


def _clip(rng: np.random.Generator, frames: int, recordings: Recordings) -> Float[np.ndarray, "T 51"]:
    """What a real face did, less or more; exaggerated if it is known by scores alone."""
    speaker = recordings.clips[rng.integers(len(recordings.clips))]
    weights = _window(rng, speaker[rng.integers(len(speaker))], frames)
    gain = np.exp(rng.uniform(-0.2, 1.3 if recordings.weak else 0.5, len(NAMES)))
    for unit in UNITS:
        gain[unit] = gain[unit[0]]
    gain[[OPEN, CLOSE]] = np.exp(rng.normal(0.1, 0.2))
    return np.clip(weights * gain, 0, 1)


def _window(
    rng: np.random.Generator, recording: Float[np.ndarray, "_ 51"], frames: int, tempo: float | None = None
) -> Float[np.ndarray, "T 51"]:
    tempo = rng.uniform(0.85, 1.2) if tempo is None else tempo
    start = rng.uniform(0, max(len(recording) - frames * tempo, 0))
    at = np.minimum(start + tempo * np.arange(frames), len(recording) - 1)
    return np.stack([np.interp(at, np.arange(len(recording)), row) for row in recording.T], axis=1)


def _with_upper_face(
    rng: np.random.Generator, weights: Float[np.ndarray, "T 51"], lacks_it: bool
) -> Float[np.ndarray, "T 51"]:
    """Brows, cheeks and nose for a mouth that comes alone."""
    if not lacks_it:
        return weights
    at = np.arange(len(weights)) / RATE
    for unit in UNITS:
        if NAMES[unit[0]].startswith(("brow", "cheek", "nose")) and rng.random() < 0.5:
            noise = smooth_noise(rng, at, 1, rng.uniform(0.4, 2.5))
            weights[:, unit] += np.clip(noise * rng.uniform(0.05, 0.7), 0, 1)
    return np.clip(weights, 0, 1)


def _rest(rng: np.random.Generator) -> Float[np.ndarray, " 51"]:
    """How this face differs from the neutral one when it does nothing."""
    rest = np.zeros(len(NAMES))
    for unit in UNITS:
        if NAMES[unit[0]].startswith(("mouth", "brow", "cheek", "nose")) and rng.random() < 0.12:
            rest[unit] = rng.uniform(0, 0.15)
    rest[CLOSE] = 0
    return rest


def _with_eyes(rng: np.random.Generator, weights: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 51"]:
    """Blinks, glances, squints and wide eyes."""
    at = np.arange(len(weights)) / RATE
    weights[:, EYES] *= rng.random() < 0.5
    side, height = np.clip(smooth_noise(rng, at, 2, rng.uniform(0.3, 1.5)) * rng.uniform(0, 0.4, 2), -1, 1).T
    for eye, out in (("Left", 1), ("Right", -1)):
        for name, value in (("Out", side * out), ("In", -side * out), ("Up", height), ("Down", -height)):
            weights[:, ARKIT.index(f"eyeLook{name}{eye}")] += np.maximum(value, 0)
    for name, size in (("Squint", 0.35), ("Wide", 0.3)):
        wave = np.maximum(smooth_noise(rng, at, 1, 0.8)[:, 0] * rng.uniform(0, size), 0)
        for eye in ("Left", "Right"):
            weights[:, ARKIT.index(f"eye{name}{eye}")] += wave
    start = rng.uniform(0, 2)
    while start < at[-1]:
        bump = np.clip(1.25 * np.exp(-(((at - start) / rng.uniform(0.05, 0.1)) ** 2)), 0, 1) * rng.uniform(0.6, 1)
        one = rng.random() < 0.08
        for eye in ("Left", "Right")[: 1 if one else 2]:
            weights[:, ARKIT.index(f"eyeBlink{eye}")] += bump
        start += rng.uniform(0.6, 4)
    return weights


def _with_closures(rng: np.random.Generator, weights: Float[np.ndarray, "T 51"]) -> Float[np.ndarray, "T 51"]:
    """Shut the lips now and then, with the jaw or without it."""
    at = np.arange(len(weights)) / RATE
    pull = _pull()
    opening = [channel for channel in range(len(NAMES)) if pull[channel] > 0.001]
    start = rng.uniform(0.1, 1)
    while start < at[-1]:
        lasts = rng.uniform(0.05, 0.2)
        shut = np.clip(1.4 - np.abs(at - start) / lasts, 0, 1)
        shut = shut * shut * (3 - 2 * shut)
        if rng.random() < 0.5:
            weights[:, opening] *= 1 - shut[:, None]
        for name in ("mouthPress", "mouthRollUpper", "mouthRollLower", "mouthShrugLower"):
            if rng.random() < 0.4:
                rows = [row for row, other in enumerate(NAMES) if other.startswith(name)]
                weights[:, rows] += rng.uniform(0, 0.5) * shut[:, None]
        open_by = np.maximum(weights @ pull, 0)
        weights[:, CLOSE] = np.clip(weights[:, CLOSE] + shut * open_by / -pull[CLOSE], 0, 1)
        start += rng.uniform(0.3, 1.6)
    return np.clip(weights, 0, 1)
