"""Make ``assets/mouth_filter.npy``: the linear filter from sound to mouth opening of `ksdiff.corpus.av_offset`.

It is fitted on a corpus that ``ksdiff prepare`` made, by alternating between the filter and each clip's lag.
That leaves the lag common to all clips open. It is set so that the lips are closed, on the median, in the
middle of each /m/, which is when they are: a murmur lasts as long as the lips are closed.

    python scripts/build_mouth_filter.py CORPUS
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ksdiff.corpus.av_offset import MAX_OFFSET, RATE, correlations, mouth_features, mouth_signal
from ksdiff.corpus.fit import mouth_opening, shots, usable
from ksdiff.corpus.tracker import Track
from ksdiff.speech import audio

ASSET = Path(__file__).resolve().parents[1] / "src/ksdiff/assets/mouth_filter.npy"
RIDGE = 0.03  # of the mean square of the features
TURNS = 4
CLOSED = 0.12  # of the way from closed lips to an open mouth


@dataclass
class Clip:
    """What the filter is fitted on."""

    features: np.ndarray
    seen: np.ndarray  # of unit variance
    known: np.ndarray
    opening: np.ndarray  # 0 closed, 1 open
    times: np.ndarray
    murmurs: list[float]  # middles of /m/, s
    lag: float = 0.0  # 1/100 s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    clips = [clip for path in sorted((parser.parse_args().corpus / "tracks").glob("*.npz")) if (clip := read(path))]
    reach = round(MAX_OFFSET * RATE)
    weights = fit(clips)
    for turn in range(TURNS):
        curves = [correlations(clip.features @ weights, clip.seen, clip.known) for clip in clips]
        found = np.array([int(np.argmax(curve)) - reach for curve in curves], dtype=float)
        found -= np.median(found - [clip.lag for clip in clips]) if turn else np.median(found)
        change = np.abs(found - [clip.lag for clip in clips]).mean()
        for clip, lag in zip(clips, found, strict=True):
            clip.lag = lag
        weights = fit(clips)
        print(f"turn {turn}: correlation {np.mean([max(c) for c in curves]):.3f}, lags moved {change / RATE:.4f} s")
    early = [offset for clip in clips for offset in closures(clip)]
    for clip in clips:
        clip.lag += np.median(early) * RATE
    print(f"lips were closed {np.median(early):+.4f} s from the middle of {len(early)} /m/")
    ASSET.parent.mkdir(exist_ok=True)
    np.save(ASSET, fit(clips).astype(np.float32))


def read(path: Path) -> Clip | None:
    track, folder = Track.load(path), path.parents[1] / "clips"
    if track is None or not (folder / f"{path.stem}.json").is_file():
        return None
    meta = json.loads((folder / f"{path.stem}.json").read_text(encoding="utf-8"))
    features = mouth_features(audio.load(folder / f"{path.stem}.flac")).astype(np.float32)
    good = usable(track, shots(track))
    opening = mouth_opening(track)[good]
    seen, known = mouth_signal(mouth_opening(track), track.times, good, len(features))
    closed, opened = np.percentile(opening, [2, 95])
    return Clip(
        features=features,
        seen=seen / seen[known].std(),
        known=known,
        opening=(opening - closed) / (opened - closed),
        times=track.times[good],
        murmurs=[(start + end) / 2 for label, start, end in meta["phones"] if label == "M"],
    )


def fit(clips: list[Clip]) -> np.ndarray:
    """Least squares from features to the mouth, each clip moved by its lag."""
    width = clips[0].features.shape[1]
    square, product = np.zeros((width, width)), np.zeros(width)
    for clip in clips:
        shift = round(clip.lag)
        rows = np.flatnonzero(np.roll(clip.known, -shift))
        chosen = clip.features[rows].astype(np.float64)
        square = square + chosen.T @ chosen
        product = product + chosen.T @ np.roll(clip.seen, -shift)[rows]
    return np.linalg.solve(square + np.eye(width) * np.trace(square) / width * RIDGE, product)


def closures(clip: Clip) -> list[float]:
    """How much later than the middle of each /m/ the lips are closed, s."""
    offsets, around = [], np.arange(-0.2, 0.201, 0.005)
    for middle in clip.murmurs:
        there = np.interp(middle + around, clip.times - clip.lag / RATE, clip.opening) < CLOSED
        if there.any():
            offsets.append(float(around[there].mean()))
    return offsets


if __name__ == "__main__":
    main()
