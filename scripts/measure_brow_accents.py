"""Measure whether brows rise on pitch accents, for docs/emotion.md.

python scripts/measure_brow_accents.py CORPUS

Of a prepared corpus (``ksdiff prepare``), the clips of training speakers that have words. An accent is the highest
pitch of a word that is at least `HIGH` deviations above the clip's mean, prominent, and louder than the mean. Brows
are browInnerUp, and the mean of both browOuterUp, less their running mean of 2 s. Reported with 95 % intervals over
speakers: how much higher the brow is around an accent than around circular shifts of the accents, and how much of
the brow's variance in unseen speakers a ridge regression on pitch, energy, voicing and accents (lags of
-0.4 to 0.6 s) explains, each speaker left out once.
"""

import argparse
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d
from scipy.signal import find_peaks

from ksdiff.corpus.dataset import load_corpus, split_speakers
from ksdiff.corpus.format import Clip
from ksdiff.model.condition import FrameGrid
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION

HELD_OUT = 0.3  # as in training
HIGH, PROMINENT = 0.7, 0.7  # deviations of the clip's log-f0
SEEN = 0.9  # share of frames in which the face must have been tracked; the others are interpolated
MIN_SECONDS, MIN_WORDS, MIN_ACCENTS = 4.0, 4, 3
AROUND = range(-5, 9)  # frames: from 0.2 s before an accent to 0.32 s after
LAGS = range(-15, 11)  # frames: what of the sound a frame is predicted from
SHIFTS, RESAMPLES, PENALTY = 200, 2000, 100.0
CURVES = {"browInnerUp": ("browInnerUp",), "browOuterUp": ("browOuterUpLeft", "browOuterUpRight")}

_BROWS = [ARKIT.index(name) for names in CURVES.values() for name in names]


def heard(clip: Clip, grid: FrameGrid) -> np.ndarray:
    """Pitch, energy and voicing at motion frames."""
    times = grid.first + grid.spacing * np.arange(len(clip.prosody))
    frames = np.arange(len(clip)) / MOTION_RATE
    return np.stack([np.interp(frames, times, np.asarray(each, float)) for each in np.asarray(clip.prosody).T], axis=1)


def accents(clip: Clip, prosody: np.ndarray) -> np.ndarray:
    """Frames of pitch accents: one a word at most."""
    pitch, energy = gaussian_filter1d(prosody[:, 0], 1.0), prosody[:, 1]
    peaks, _ = find_peaks(pitch, height=HIGH, prominence=PROMINENT)
    found = []
    for word in clip.words:
        inside = [
            p for p in peaks if word.start <= p / MOTION_RATE <= word.end and energy[p] > 0 and prosody[p, 2] > 0.5
        ]
        if inside:
            found.append(max(inside, key=lambda peak: pitch[peak]))
    return np.array(sorted(set(found)), dtype=int)


def brows(clip: Clip) -> np.ndarray:
    """Both curves, less their running mean."""
    frames, seen = np.arange(len(clip)), clip.mask[EXPRESSION]
    motion = np.stack([np.interp(frames, frames[seen], each[seen]) for each in clip.motion[EXPRESSION].T], axis=1)
    curves = [motion[:, [ARKIT.index(name) for name in names]].mean(axis=1) for names in CURVES.values()]
    return np.stack([each - uniform_filter1d(each, 2 * MOTION_RATE + 1, mode="nearest") for each in curves], axis=1)


def around(values: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Mean of values around frames, less the mean of all."""
    near = (frames[:, None] + np.array(AROUND)) % len(values)
    return values[near].mean(axis=(0, 1)) - values.mean(axis=0)


def interval(values: np.ndarray, random: np.random.Generator) -> str:
    """Mean over speakers and its 95 % interval."""
    means = [random.choice(values, len(values)).mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return f"{values.mean():+.4f} [{low:+.4f}, {high:+.4f}]"


def design(prosody: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """What the regression sees at each frame."""
    train = np.zeros(len(prosody))
    train[frames] = 1
    columns = np.column_stack([prosody, 5 * gaussian_filter1d(train, 2.0)])
    padded = np.pad(columns, ((len(LAGS), len(LAGS)), (0, 0)), mode="edge")
    lagged = [padded[len(LAGS) - lag : len(LAGS) - lag + len(columns)] for lag in LAGS[::2]]
    result = np.concatenate(lagged, axis=1)
    return result - result.mean(axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    corpus = load_corpus(parser.parse_args().corpus)
    grid, random = FrameGrid.of(corpus.encoder), np.random.default_rng(0)
    known = split_speakers(corpus, HELD_OUT).train
    effects: dict[str, list] = {}
    data: dict[str, list] = {}
    count = 0
    for clip in corpus.clips:
        whole = clip.speaker in known and clip.mask[EXPRESSION].mean() > SEEN and clip.channel_mask[_BROWS].all()
        if not whole or len(clip) < MIN_SECONDS * MOTION_RATE or len(clip.words) < MIN_WORDS:
            continue
        prosody, moved = heard(clip, grid), brows(clip)
        frames = accents(clip, prosody)
        if len(frames) < MIN_ACCENTS:
            continue
        count += len(frames)
        shifts = random.integers(MOTION_RATE, len(clip) - MOTION_RATE, SHIFTS)
        chance = np.mean([around(moved, frames + shift) for shift in shifts], axis=0)
        effects.setdefault(clip.speaker, []).append((around(moved, frames) - chance, len(frames)))
        data.setdefault(clip.speaker, []).append((design(prosody, frames), moved))
    print(f"{sum(map(len, data.values()))} clips of {len(data)} speakers, {count} accents")
    rises = np.array(
        [np.average([r for r, _ in rows], axis=0, weights=[n for _, n in rows]) for rows in effects.values()]
    )
    stacked = {name: [np.concatenate(each) for each in zip(*rows, strict=True)] for name, rows in data.items()}
    gram = {name: (x.T @ x, x.T @ y) for name, (x, y) in stacked.items()}
    explained = []
    for name, (x, y) in stacked.items():
        left, right = (sum(gram[other][part] for other in gram if other != name) for part in (0, 1))
        guess = x @ np.linalg.solve(left + PENALTY * np.eye(len(left)), right)
        explained.append(1 - ((y - guess) ** 2).sum(axis=0) / (y**2).sum(axis=0))
    explained = np.array(explained)
    print("| brow | rise at accents, weight | speakers in whom it rises | variance explained in unseen speakers |")
    print("|---|---|---|---|")
    for index, name in enumerate(CURVES):
        up = (rises[:, index] > 0).sum()
        print(
            f"| {name} | {interval(rises[:, index], random)} | {up} of {len(rises)} | "
            f"{interval(explained[:, index], random)} |"
        )


if __name__ == "__main__":
    main()
