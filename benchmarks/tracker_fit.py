"""Compare ways to get a face's ARKit weights from a track (docs/corpus.md).

Every clip of a corpus is refitted from its stored track, then judged by what does not depend on the fit: the
distance of the lips and of the corners of the mouth in the landmarks, the sound, and the times of p, b and m. Rendered
clips, whose weights are known, come from ``scripts/build_tracker_inverse.py``: heads and motion that it did not learn
from.

    python benchmarks/tracker_fit.py CORPUS --renders WORK/test
"""

import argparse
import json
from itertools import groupby
from pathlib import Path

import numpy as np

from ksdiff.corpus import fit
from ksdiff.corpus.closures import with_closures
from ksdiff.corpus.quality import BILABIALS, jitter
from ksdiff.corpus.solve import INNER_LIPS, LIPS
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.face.lips import lip_gaps
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT

VARIANTS = (
    ("scores", None), ("scores", 8.0), ("scores", 6.0),
    ("landmarks", None), ("landmarks", 8.0), ("landmarks", 7.0), ("landmarks", 6.0),
    ("inverse", None), ("inverse", 8.0), ("inverse", 7.0), ("inverse", 6.0),
    ("closures", 7.0),
)  # fmt: skip
CLOSURES = "closures"  # the inverse, and lips that meet at p, b, m
CUTOFF = 7.0  # Hz: of the tables by channel
FOLDS = 4
CONTEXT = np.arange(-8, 9, 2) / MOTION_RATE  # s around a frame that the regressor hears
KEPT_FEATURES = 96  # principal components
RIDGE = 0.3  # of the mean square, which is 1
EYES_APART = 0.0834  # m between the outer corners of the head's eyes: scale of `mouth_opening`
TOUCHING = 0.5  # mm: gap of a mouth that is closed
SEALED = 2.5  # mm: lips that are no further apart, nor further through each other, look closed
MOUTH = ARKIT.mouth_indices
JAW = ARKIT.index("jawOpen")
CORNERS = (61, 291)  # landmarks of the corners of the mouth
# Left and right together.
SIDEWAYS = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
GROUPS = {}
for _name in ARKIT.expression:
    _group = _name if _name in SIDEWAYS else _name.removesuffix("Left").removesuffix("Right")
    GROUPS.setdefault(_group, []).append(_name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", help="a prepared corpus")
    parser.add_argument("--renders", type=Path, help="test clips of scripts/build_tracker_inverse.py")
    parser.add_argument("--without", nargs="*", default=[], help="leave out clips whose names begin so")
    arguments = parser.parse_args()
    if arguments.corpus:
        real(read(arguments.corpus, tuple(arguments.without)))
    if arguments.renders:
        rendered(arguments.renders)


def real(clips: list[dict]) -> None:
    """Print how each method does on clips of real people."""
    hear(clips)
    print(f"{len(clips)} clips, {len({clip['speaker'] for clip in clips})} speakers")
    names = "cutoff  r jaw  r mouth  moving  gap r  gap error  width r  width ratio  sealed  through  jitter"
    print(f"{'fit':10} {names}  silence  met  r gap")
    fitted, deviations = "", {}
    for method, cutoff in VARIANTS:
        solved = "inverse" if method == CLOSURES else method
        if fitted != solved:
            for _, group in groupby(clips, lambda clip: clip["speaker"]):
                fit.solve_expression([clip["fitting"] for clip in group], solved)
            fitted = solved
        figures, moves, heard = judge(clips, cutoff, method == CLOSURES)
        print(f"{method:10} {cutoff or '-':>6}", *figures, flush=True)
        if cutoff in (None, CUTOFF) and method != CLOSURES:
            deviations[method] = moves, heard
    print("\nmedian deviation over clips, and r with speech: " + ", ".join(deviations))
    for channel, name in enumerate(ARKIT.expression):
        print(f"{name:20}", *(f"{moves[channel]:7.3f} {heard[channel]:6.2f}" for moves, heard in deviations.values()))


def read(corpus: Path, without: tuple[str, ...]) -> list[dict]:
    clips = []
    for path in sorted((corpus / "tracks").glob("*.npz")):
        if path.name.startswith(without) or not (corpus / "clips" / f"{path.stem}.json").exists():
            continue
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


def judge(clips: list[dict], cutoff: float | None, closures: bool) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Figures of one method, and for each channel its deviation and its r with speech."""
    neutral, basis = load_head().landmark_basis()
    upper, lower = INNER_LIPS[0]
    pull = (basis[: len(ARKIT.expression), upper] - basis[: len(ARKIT.expression), lower])[:, 1]
    right, left = CORNERS
    stretch = (basis[: len(ARKIT.expression), left] - basis[: len(ARKIT.expression), right])[:, 0]
    motions, gaps, widths, rough, still, closed, met = [], [], [], [], [], [], []
    for clip in clips:
        fitting, track = clip["fitting"], clip["fitting"].track
        given = track.times, fitting.good, clip["parts"], clip["instants"]
        expression, known = fit.resample(fitting.expression, *given, cutoff)
        if closures:
            deviation = np.maximum(fit.resample(fitting.deviation, *given, cutoff)[0], 0)
            expression = np.clip(expression, 0, 1)
            expression = with_closures(expression, deviation, known, clip["closures"], fit.face_pixels(track))
        apart = 1000 * lip_gaps(expression).mean(axis=1)
        seen = fit.resample(fitting.opening[:, None], *given, None)[0][:, 0] * EYES_APART * 1000
        shown = 1000 * (expression @ pull + (neutral[upper] - neutral[lower])[1])
        motions.append((np.column_stack([expression, apart]), known))
        gaps.append((np.corrcoef(shown[known], seen[known])[0, 1], (shown - seen)[known].std()))
        spread = fit.resample(width_seen(track)[:, None], *given, None)[0][known, 0]
        widths.append(agreement((1000 * expression @ stretch)[known], spread))
        rough.append(jitter(expression[:, MOUTH], known))
        third, quiet = np.diff(expression[:, MOUTH], n=3, axis=0), (known & clip["silent"])[3:]
        still += [np.sqrt((third[quiet] ** 2).mean())] if quiet.sum() > 5 else []
        for _, start, end in clip["closures"]:
            here = slice(max(int(start * MOTION_RATE) - 1, 0), int(np.ceil(end * MOTION_RATE)) + 2)
            if known[here].all() and seen[here].size:
                met.append(apart[here].min() < TOUCHING)
            if known[here].all() and seen[here].size and seen[here].min() < SEALED:  # the lips were seen to close
                closed.append(shown[here].min())
    *correlations, gap = regress(clips, motions)  # r of the gap: how far the voice explains it
    correlations = np.array(correlations)
    moves = np.median([motion[known, :-1].std(axis=0) for motion, known in motions], axis=0)
    mouth = [channel for channel in MOUTH if moves[channel] > 0.01]
    figures = (
        *(correlations[JAW], np.mean(correlations[mouth]), len(mouth)),
        *(*np.median(gaps, axis=0), *np.nanmedian(widths, axis=0)),
    )
    formats = ("6.3f", "8.3f", "7d", "6.3f", "10.2f", "8.3f", "12.3f", "7.3f", "8.3f", "7.3f", "8.4f", "5.3f", "6.3f")
    least = np.array(closed)
    sealed, through = np.abs(least) <= SEALED, least < -SEALED
    rest = (sealed.mean(), through.mean(), np.mean(rough), np.mean(still), np.mean(met), gap)
    shown = [format(figure, shape) for figure, shape in zip((*figures, *rest), formats, strict=True)]
    return shown, moves, correlations


def width_seen(track: Track) -> np.ndarray:
    """Distance of the corners of the mouth in each frame, mm at the size of the head; no fit has a part in it."""

    def apart(pair: tuple[int, int]) -> np.ndarray:
        return np.linalg.norm(track.landmarks[:, pair[0]] - track.landmarks[:, pair[1]], axis=1)

    return 1000 * EYES_APART * apart(CORNERS) / np.maximum(apart(fit.EYE_CORNERS), 1.0)


def agreement(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Pearson's r, and the ratio of the deviations."""
    if found.std() < 1e-9 or truth.std() < 1e-9:
        return 0.0, float(found.std() / max(truth.std(), 1e-9))
    return float(np.corrcoef(found, truth)[0, 1]), float(found.std() / truth.std())


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


def rendered(folder: Path) -> None:
    """Print how each method does on heads whose weights are known."""
    for size in sorted({path.name.split("_")[0] for path in folder.glob("*.npz")}, key=int):
        clips = [read_render(path) for path in sorted(folder.glob(f"{size}_*.npz"))]
        print(f"\n{len(clips)} rendered clips, faces of {size} pixels; all low-passed at {CUTOFF} Hz")
        table = {method: against_truth(clips, method) for method in fit.METHODS}
        print("ratio of the deviations and r, over all clips, the mean of each taken away: " + ", ".join(table))
        for group, channels in GROUPS.items():
            rows = [ARKIT.index(name) for name in channels]
            cells = [agreement(found[:, rows].ravel(), truth[:, rows].ravel()) for found, truth in table.values()]
            moved = next(iter(table.values()))[1][:, rows].std()
            print(f"{group:20}", *(f"{ratio:7.2f} {r:6.2f}" for r, ratio in cells), f"   truth {moved:.3f}")


def against_truth(clips: list[tuple[fit.Fitting, list[slice], np.ndarray]], method: str) -> tuple[np.ndarray, ...]:
    """Print where a method leaves the lips; give what it found and the truth, each clip less its mean."""
    basis = load_head().landmark_basis()[1][: len(ARKIT.expression)]
    upper, lower = INNER_LIPS[0]
    pull = 1000 * (basis[:, upper] - basis[:, lower])[:, 1]
    lips = 1000 * basis[:, list(LIPS)].reshape(len(basis), -1)
    pairs, errors, shut = [], [], []
    for fitting, parts, truth in clips:
        fit.solve_expression([fitting], method)
        times = fitting.track.times
        found, known = fit.resample(fitting.expression, times, fitting.good, parts, times, CUTOFF)
        wanted, _ = fit.resample(truth, times, fitting.good, parts, times, CUTOFF)
        found, wanted = found[known], wanted[known]
        shut.append((found @ pull)[wanted @ pull < TOUCHING])
        found, wanted = found - found.mean(axis=0), wanted - wanted.mean(axis=0)
        errors.append(np.linalg.norm(((found - wanted) @ lips).reshape(-1, len(LIPS), 3), axis=2).mean())
        pairs.append((found, wanted))
    gaps = np.abs(np.concatenate(shut))
    sealed = f"lips sealed in {(gaps <= SEALED).mean():.3f} of {len(gaps)} frames of closed lips"
    print(f"{method:10} lip error {np.mean(errors):.2f} mm, {sealed}")
    return tuple(np.concatenate(part) for part in zip(*pairs, strict=True))


def read_render(path: Path) -> tuple[fit.Fitting, list[slice], np.ndarray]:
    with np.load(path) as data:
        names = ("times", "found", "landmarks", "scores", "pose", "change")
        track = Track(*(data[name] for name in names), size=tuple(data["size"].tolist()), source="")
        parts = fit.shots(track)
        return fit.Fitting(track, fit.usable(track, parts)), parts, data["expression"].astype(np.float64)


def interpolate(instants: np.ndarray, at: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(instants, at, column) for column in values.T], axis=1)


if __name__ == "__main__":
    main()
