"""Compare ways to get a mouth's ARKit weights from a track, on the clips of a corpus (docs/corpus.md).

Every clip is refitted from its stored track, then judged by what does not depend on the fit: the distance of
the lips in the landmarks, the sound, and the times of p, b and m.

    python benchmarks/tracker_fit.py CORPUS
"""

import argparse
import json
from itertools import groupby
from pathlib import Path

import numpy as np

from ksdiff.corpus import fit
from ksdiff.corpus.quality import BILABIALS, jitter
from ksdiff.corpus.solve import INNER_LIPS
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

VARIANTS = (
    ("scores", None), ("scores", 8.0), ("scores", 6.0),
    ("landmarks", None), ("landmarks", 8.0), ("landmarks", 7.0), ("landmarks", 6.0),
)  # fmt: skip
FOLDS = 4
CONTEXT = np.arange(-8, 9, 2) / MOTION_RATE  # s around a frame that the regressor hears
KEPT_FEATURES = 96  # principal components
RIDGE = 0.3  # of the mean square, which is 1
EYES_APART = 0.0834  # m between the outer corners of the head's eyes: scale of `mouth_opening`
SEALED = 2.5  # mm: lips that are no further apart, nor further through each other, look closed
MOUTH = ARKIT.mouth_indices
JAW = ARKIT.index("jawOpen")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    clips = read(parser.parse_args().corpus)
    hear(clips)
    print(f"{len(clips)} clips, {len({clip['speaker'] for clip in clips})} speakers")
    print("fit        cutoff  r jaw  r mouth  moving  gap r  gap error  sealed  through  jitter  silence")
    fitted = ""
    for method, cutoff in VARIANTS:
        if fitted != method:
            for _, group in groupby(clips, lambda clip: clip["speaker"]):
                fit.solve_expression([clip["fitting"] for clip in group], method)
            fitted = method
        print(f"{method:10} {cutoff or '-':>6}", *judge(clips, cutoff))


def read(corpus: Path) -> list[dict]:
    clips = []
    for path in sorted((corpus / "tracks").glob("*.npz")):
        track = Track.load(path)
        meta = json.loads((corpus / "clips" / f"{path.stem}.json").read_text(encoding="utf-8"))
        with np.load(corpus / "clips" / f"{path.stem}.npz") as data:
            features, prosody = data["features"].astype(np.float32), data["prosody"]
        parts = fit.shots(track)
        clips.append(
            {
                "speaker": meta["speaker"],
                "fitting": fit.Fitting(track, fit.usable(track, parts)),
                "parts": parts,
                "instants": (np.arange(meta["frames"]) + meta["av_offset_frames"]) / MOTION_RATE,
                "closures": [phone for phone in meta["phones"] if phone[0] in BILABIALS],
                "features": features,
                "prosody": prosody,
            }
        )
    return sorted(clips, key=lambda clip: clip["speaker"])


def hear(clips: list[dict]) -> None:
    """What the regressor hears at each motion frame, and where it is silent."""
    every = np.concatenate([clip["features"][::7] for clip in clips])
    mean = every.mean(axis=0)
    _, sizes, directions = np.linalg.svd(every - mean, full_matrices=False)
    project = directions[:KEPT_FEATURES].T / (sizes[:KEPT_FEATURES] / np.sqrt(len(every)))
    for clip in clips:
        heard = (clip.pop("features") - mean) @ project
        at, instants = (384 * np.arange(len(heard)) + 447) / 16000, np.arange(len(clip["instants"])) / MOTION_RATE
        around = [interpolate(instants + offset, at, heard) for offset in CONTEXT]
        clip["heard"] = np.concatenate([*around, np.ones((len(instants), 1))], axis=1)
        energy, voicing = interpolate(instants, at, clip["prosody"][:, 1:]).T
        clip["silent"] = (energy < -0.8) & (voicing < 0.2)


def judge(clips: list[dict], cutoff: float | None) -> list[str]:
    neutral, basis = load_head().landmark_basis()
    upper, lower = INNER_LIPS[0]
    pull = (basis[: len(ARKIT.expression), upper] - basis[: len(ARKIT.expression), lower])[:, 1]
    motions, gaps, rough, still, closed = [], [], [], [], []
    for clip in clips:
        fitting, track = clip["fitting"], clip["fitting"].track
        given = track.times, fitting.good, clip["parts"], clip["instants"]
        expression, known = fit.resample(fitting.expression, *given, cutoff)
        seen = fit.resample(fitting.opening[:, None], *given, None)[0][:, 0] * EYES_APART * 1000
        shown = 1000 * (expression @ pull + (neutral[upper] - neutral[lower])[1])
        motions.append((expression, known))
        gaps.append((np.corrcoef(shown[known], seen[known])[0, 1], (shown - seen)[known].std()))
        rough.append(jitter(expression[:, MOUTH], known))
        third, quiet = np.diff(expression[:, MOUTH], n=3, axis=0), (known & clip["silent"])[3:]
        still += [np.sqrt((third[quiet] ** 2).mean())] if quiet.sum() > 5 else []
        for _, start, end in clip["closures"]:
            here = slice(max(int(start * MOTION_RATE) - 1, 0), int(np.ceil(end * MOTION_RATE)) + 2)
            if known[here].all() and seen[here].size and seen[here].min() < SEALED:  # the lips were seen to close
                closed.append(shown[here].min())
    correlations = regress(clips, motions)
    moves = np.median([expression[known].std(axis=0) for expression, known in motions], axis=0) > 0.01
    mouth = [channel for channel in MOUTH if moves[channel]]
    figures = (correlations[JAW], np.mean(correlations[mouth]), len(mouth), *np.median(gaps, axis=0))
    formats = ("6.3f", "8.3f", "7d", "6.3f", "10.2f", "7.3f", "8.3f", "7.3f", "8.4f")
    least = np.array(closed)
    sealed, through = np.abs(least) <= SEALED, least < -SEALED
    rest = (sealed.mean(), through.mean(), np.mean(rough), np.mean(still))
    return [format(figure, shape) for figure, shape in zip((*figures, *rest), formats, strict=True)]


def regress(clips: list[dict], motions: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Mean over clips of r between each channel and what a linear regressor expects; speakers held out."""
    speakers = sorted({clip["speaker"] for clip in clips})
    fold = [speakers.index(clip["speaker"]) % FOLDS for clip in clips]
    squares, products, values, weights = [], [], [], {}
    for clip, (expression, known) in zip(clips, motions, strict=True):
        heard, centred = clip["heard"][known], expression[known] - expression[known].mean(axis=0)
        squares.append(heard.T @ heard)
        products.append(heard.T @ centred)
    for number, (clip, (expression, known)) in enumerate(zip(clips, motions, strict=True)):
        if fold[number] not in weights:
            others = [other for other in range(len(clips)) if fold[other] != fold[number]]
            frames = sum(motions[other][1].sum() for other in others)
            square = sum(squares[other] for other in others) + RIDGE * frames * np.eye(len(squares[0]))
            weights[fold[number]] = np.linalg.solve(square, sum(products[other] for other in others))
        expected, truth = clip["heard"][known] @ weights[fold[number]], expression[known]
        expected, truth = expected - expected.mean(axis=0), truth - truth.mean(axis=0)
        scale = np.sqrt((expected**2).sum(axis=0) * (truth**2).sum(axis=0))
        values.append(np.where(truth.std(axis=0) > 1e-4, (expected * truth).sum(axis=0) / (scale + 1e-12), np.nan))
    with np.errstate(invalid="ignore"):
        return np.array([np.nanmean(column) if np.isfinite(column).any() else 0.0 for column in np.array(values).T])


def interpolate(instants: np.ndarray, at: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(instants, at, column) for column in values.T], axis=1)


if __name__ == "__main__":
    main()
