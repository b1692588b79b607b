"""Learn the keypoints of the space `keypoints`: where they lie, and what ARKit weights their motion looks like.

    python scripts/build_keypoints.py corpora/mine

The corpus must be one of tracked videos in the space `arkit`, with its tracks. Keypoints are chosen one symmetric pair,
or one point of the middle, at a time, so that a linear map from their displacements explains as much as can be of the
motion of all landmarks; distances of lips and lids count more. The map to ARKit weights is a ridge regression onto the
corpus' own weights. Prints how well it does for every third speaker when fitted on the others, then fits all.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from ksdiff.corpus import fit
from ksdiff.corpus.dataset import load_corpus
from ksdiff.corpus.inverse import solve_face, views
from ksdiff.corpus.tracker import Track
from ksdiff.face.head import load_head
from ksdiff.face.keypoints import ASSET, arkit_features, landmark_weights
from ksdiff.face.lips import INNER_LIPS, lip_gaps
from ksdiff.files import atomic_write
from ksdiff.motion.space import ARKIT, NUM_KEYPOINTS

PACKAGE = Path(__file__).parents[1] / "src" / "ksdiff"
LIDS = ((159, 145), (386, 374), (160, 144), (387, 373))
CORNERS = ((61, 291), (78, 308))
DISTANCE_WEIGHT = 3.0  # of distances between landmarks, over that of a landmark's place
CLIPS = 3  # of each speaker
FRAMES = 1500  # of each speaker, that keypoints are chosen on
MIDDLE, SIDE = 0.002, 0.004  # m from the middle plane: at most, for a point in the middle; at least, for one of a pair
RIDGE = 1e-4  # of the regression, relative to the mean square of the features


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    landmarks, expression, gaps, speakers = observed(parser.parse_args().corpus)
    chosen = choose(landmarks[:: max(1, len(landmarks) // 25_000)])
    print("landmarks", *chosen)
    weights = landmark_weights(chosen)
    moved = 100 * np.einsum("kl,tlx->tkx", weights, landmarks).reshape(len(landmarks), -1)
    names = sorted(set(speakers))
    held_out = np.isin(speakers, names[::3])
    found = np.clip(arkit_features(moved[held_out]) @ ridge(moved[~held_out], expression[~held_out]), 0, 1)
    true = expression[held_out]
    gap = lip_gaps(found)[:, 0]
    print(f"speakers not fitted on: lip gap r {np.corrcoef(gap, gaps[held_out])[0, 1]:.3f}")
    for index, name in enumerate(ARKIT.expression):
        if true[:, index].std() > 0.01:
            r, ratio = np.corrcoef(found[:, index], true[:, index])[0, 1], found[:, index].std() / true[:, index].std()
            print(f"{name:22} r {r:.2f}, deviation {ratio:.2f}")
    with atomic_write(PACKAGE / ASSET) as temporary:
        np.savez_compressed(
            temporary, landmarks=chosen.astype(np.int16), arkit=ridge(moved, expression).astype(np.float32)
        )


def observed(
    folder: Path,
) -> tuple[Float[np.ndarray, "N 478 3"], Float[np.ndarray, "N 51"], Float[np.ndarray, " N"], np.ndarray]:
    """Of frames of all speakers: displacements of the landmarks (m), weights, distance of the lips (m), who it is."""
    by_speaker: dict[str, list[str]] = defaultdict(list)
    for clip in load_corpus(folder).clips:
        if (folder / "tracks" / f"{clip.name}.npz").exists():
            by_speaker[clip.speaker].append(clip.name)
    parts, random = [], np.random.default_rng(0)
    for speaker, clips in sorted(by_speaker.items()):
        tracks = [t for clip in clips[:CLIPS] if (t := Track.load(folder / "tracks" / f"{clip}.npz")) is not None]
        shots = [fit.shots(track) for track in tracks]
        good = [fit.usable(track, part) for track, part in zip(tracks, shots, strict=True)]
        seen = views(tracks, good, shots)
        solved = solve_face(tracks, good, shots)
        moved = np.concatenate([view.landmarks for view in seen])
        weights = np.concatenate([found[use] for (found, _), use in zip(solved, good, strict=True)])
        upper, lower = INNER_LIPS[0]
        gap = moved[:, upper, 1] - moved[:, lower, 1] + seen[0].rest[upper, 1] - seen[0].rest[lower, 1]
        at = random.choice(len(moved), min(FRAMES, len(moved)), replace=False)
        parts.append((moved[at].astype(np.float32), weights[at], gap[at], np.full(len(at), speaker)))
        print(speaker, len(moved), flush=True)
    first, second, third, fourth = (np.concatenate(values) for values in zip(*parts, strict=True))
    return first, second, third, fourth


def choose(landmarks: Float[np.ndarray, "N 478 3"]) -> np.ndarray:
    """Landmarks that the keypoints lie at, from above downwards, the right one of a pair first."""
    neutral = load_head().landmark_basis()[0].astype(np.float64)
    flip = np.array([-1.0, 1.0, 1.0])
    mirror = KDTree(neutral).query(neutral * flip)[1]
    both = 1000 * np.concatenate([landmarks, landmarks[:, mirror] * flip]).reshape(2 * len(landmarks), -1)
    rest = (both.T @ both / len(both)).astype(np.float64)
    whole = np.trace(rest)
    pairs = [(*INNER_LIPS, 1), (*LIDS, 1), (*CORNERS, 0)]
    rows = [np.eye(rest.shape[0])]
    for *members, axis in pairs:
        for one, other in members:
            row = np.zeros((1, rest.shape[0]))
            row[0, 3 * one + axis], row[0, 3 * other + axis] = DISTANCE_WEIGHT, -DISTANCE_WEIGHT
            rows.append(row)
    importance = sum(row.T @ row for row in rows)
    weights = landmark_weights(np.arange(len(neutral)))
    candidates = [(index,) for index in np.flatnonzero(np.abs(neutral[:, 0]) < MIDDLE)]
    candidates += [
        (index, int(mirror[index])) for index in np.flatnonzero(neutral[:, 0] > SIDE) if mirror[mirror[index]] == index
    ]
    chosen: list[int] = []
    while len(chosen) < NUM_KEYPOINTS:
        fitting = [each for each in candidates if len(each) + len(chosen) <= NUM_KEYPOINTS and each[0] not in chosen]

        def gain(each: tuple[int, ...]) -> float:
            seen, inverse = _explained(rest, weights, each)  # noqa: B023
            return float(np.trace(inverse @ (seen.T @ importance @ seen))) / len(each)

        best = max(fitting, key=gain)
        seen, inverse = _explained(rest, weights, best)
        rest = rest - seen @ inverse @ seen.T
        chosen += best
        print(f"{best}: {1 - np.trace(rest) / whole:.4f} of the variance explained", flush=True)
    return np.array(sorted(chosen, key=lambda index: (-round(float(neutral[index, 1]), 3), float(neutral[index, 0]))))


def _explained(rest: np.ndarray, weights: np.ndarray, chosen: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of all with some keypoints, and the inverse of theirs."""
    rows = np.zeros((3 * len(chosen), rest.shape[0]))
    for number, index in enumerate(chosen):
        for axis in range(3):
            rows[3 * number + axis, axis::3] = weights[index]
    seen = rest @ rows.T
    return seen, np.linalg.inv(rows @ seen + 1e-3 * np.eye(len(rows)))


def ridge(moved: Float[np.ndarray, "N 63"], expression: Float[np.ndarray, "N 51"]) -> Float[np.ndarray, "127 51"]:
    """The map to ARKit weights."""
    features = arkit_features(moved)
    square = features.T @ features
    return np.linalg.solve(
        square + RIDGE * np.trace(square) / len(square) * np.eye(len(square)), features.T @ expression
    )


if __name__ == "__main__":
    main()
