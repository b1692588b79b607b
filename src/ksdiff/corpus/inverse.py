"""All 51 ARKit weights from what the face tracker saw: a learned inverse of the tracker.

A small network looks at landmarks and scores over a quarter of a second and says which weights of the open head
would look like that, and how sure it is. It was trained on renders of heads that do not exist, whose weights are
known (``scripts/build_tracker_inverse.py``). What it says about the mouth is then corrected, as far as it was not
sure, so that the lips are as far apart and the mouth as wide as in the landmarks. ``docs/corpus.md`` has the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.corpus.solve import INNER_LIPS, in_head_axes, with_closed_lips
from ksdiff.corpus.tracker import Track
from ksdiff.extras import needs
from ksdiff.face.head import load_head
from ksdiff.face.lips import lip_gap_basis
from ksdiff.motion.space import ARKIT
from ksdiff.numerics.rotation import Rotation

with needs("track"):
    from scipy.spatial import KDTree

ASSET = "assets/tracker_inverse.npz"
TAPS = (-0.12, -0.08, -0.04, 0.0, 0.04, 0.08, 0.12)  # s around a frame that the network sees
BLOCK = 4096  # frames at once
FACE_SIDES = (234, 454)
CORNERS = ((61, 291), (78, 308))  # of the mouth, outer and inner: right, left
EYES = [index for index, name in enumerate(ARKIT.expression) if name.startswith("eye")]
FUNNEL = ARKIT.index("mouthFunnel")
MOUTH = [index for index, name in enumerate(ARKIT.expression) if name.startswith(("jaw", "mouth", "cheekPuff"))]

# How far what is measured on the lips may be off, m. Of parted lips the tracker sees the edges less well than it sees
# whether they meet, and it draws a funnel's too close: held to that, a mouth would pucker instead.
GAP_ERROR, WIDTH_ERROR = 4e-4, 2e-3
GAP_ERROR_SHARE = 0.15  # of the gap, on top
FUNNEL_SHARE = 0.3  # of its deviation by which the funnel gives way
LEAST_DEVIATION = 0.01  # of a weight: no channel is so sure that the lips cannot move it
MIRRORED_MEASURES = [0, 2, 1, 4, 3, 5, 6]  # gaps of the lips, then the mouth's widths
WANTED_GAP_ERROR = 2e-4  # m: of a gap that is set, not seen
SWEEPS = 80


@dataclass(frozen=True)
class View:
    """What a clip looks like to the network. N usable frames.

    Attributes:
        times: When they are, s.
        landmarks: Displacement of each landmark from this speaker's closed mouth, m, in the head's axes.
        scores: The tracker's scores less this speaker's at rest.
        context: What does not move a face but says how to read it: pose (rotation vector, rad), logarithm of the
            face's width in pixels, scores at rest.
        rest: This speaker's landmarks with closed lips, m, in the head's axes.
        breaks: Where a run of frames without a gap or cut begins, first included, end included.
    """

    times: Float[np.ndarray, " N"]
    landmarks: Float[np.ndarray, "N 478 3"]
    scores: Float[np.ndarray, "N 51"]
    context: Float[np.ndarray, "N 55"]
    rest: Float[np.ndarray, "478 3"]
    breaks: tuple[int, ...]


def views(tracks: Sequence[Track], good: Sequence[Bool[np.ndarray, " _"]], shots: Sequence[list[slice]]) -> list[View]:
    """What the clips of one speaker look like: landmarks in the head's axes, less this speaker's face at rest.

    Args:
        tracks: The clips.
        good: Which of their frames may be used.
        shots: Runs of frames without a cut, of each.
    """
    neutral, basis = load_head().landmark_basis()
    neutral, basis = neutral.astype(np.float64), basis[: len(ARKIT.expression)].astype(np.float64)
    faces = in_head_axes([track.landmarks[use] for track, use in zip(tracks, good, strict=True)], neutral, basis)
    closed = with_closed_lips(faces)
    rest = np.median(np.concatenate(faces)[closed], axis=0)
    scores = [track.scores[use].astype(np.float64) for track, use in zip(tracks, good, strict=True)]
    every = np.concatenate(scores)
    rest_scores = np.median(every[closed], axis=0)
    rest_scores[EYES] = np.median(every[:, EYES], axis=0)
    result = []
    for track, use, face, score, parts in zip(tracks, good, faces, scores, shots, strict=True):
        at = np.flatnonzero(use)
        sides = track.landmarks[at][:, list(FACE_SIDES)]
        width = np.log(np.maximum(np.linalg.norm(sides[:, 0] - sides[:, 1], axis=1), 1.0))
        pose = Rotation.from_matrix(track.pose[at, :3, :3]).as_rotvec() if len(at) else np.zeros((0, 3))
        starts = {part.start for part in parts}
        broken = [0, *(n for n in range(1, len(at)) if at[n] != at[n - 1] + 1 or at[n] in starts), len(at)]
        result.append(
            View(
                times=track.times[at],
                landmarks=face - rest,
                scores=score - rest_scores,
                context=np.concatenate([pose, width[:, None], np.tile(rest_scores, (len(at), 1))], axis=1),
                rest=rest,
                breaks=tuple(broken),
            )
        )
    return result


def mirrored(view: View) -> View:
    """The same face seen in a mirror, each landmark and channel under the name of its counterpart."""
    order, channels = _counterparts()
    flip = np.array([-1.0, 1.0, 1.0])
    context = view.context.copy()
    context[:, 1:3] *= -1  # turned about y and z the other way
    context[:, 4:] = context[:, 4 + channels]
    return replace(
        view,
        landmarks=view.landmarks[:, order] * flip,
        scores=view.scores[:, channels],
        context=context,
        rest=view.rest[order] * flip,
    )


def mirrored_channels(values: Float[np.ndarray, "N 51"]) -> Float[np.ndarray, "N 51"]:
    """Left for right."""
    return values[:, _counterparts()[1]]


@cache
def _counterparts() -> tuple[Int[np.ndarray, " 478"], Int[np.ndarray, " 51"]]:
    """Of each landmark and of each channel the one on the other side."""
    neutral = load_head().landmark_basis()[0]
    order = np.asarray(KDTree(neutral).query(neutral * np.array([-1.0, 1.0, 1.0]))[1])
    return order, np.array(ARKIT.mirrored)


@dataclass(frozen=True)
class Network:
    """The network, with numpy alone.

    Attributes:
        landmark_basis: From displacements of the landmarks (millimetres) to P numbers of unit deviation.
        rest_basis: The same for a face at rest less the head's, to R numbers.
        score_scale: Deviation of the scores.
        context_offset: Mean of `View.context`.
        context_scale: Its deviation.
        skip: From the inputs straight to the weights.
        gain: Factor on each channel's way from its median, which a mean that hedges makes too short.
        weights: Matrices of the layers.
        biases: Their biases.
    """

    landmark_basis: Float[np.ndarray, "1434 P"]
    rest_basis: Float[np.ndarray, "1434 R"]
    score_scale: Float[np.ndarray, " 51"]
    context_offset: Float[np.ndarray, " 55"]
    context_scale: Float[np.ndarray, " 55"]
    skip: Float[np.ndarray, "I 51"]
    gain: Float[np.ndarray, " 51"]
    weights: tuple[Float[np.ndarray, "_ _"], ...]
    biases: tuple[Float[np.ndarray, " _"], ...]

    def moving(self, view: View) -> Float[np.ndarray, "N F"]:
        """What moves: landmarks, scores."""
        landmarks = 1000 * view.landmarks.reshape(len(view.landmarks), -1)
        return np.concatenate([landmarks @ self.landmark_basis, view.scores / self.score_scale], axis=1)

    def standing(self, view: View) -> Float[np.ndarray, "N G"]:
        """What does not move: pose, size, the face at rest."""
        neutral = load_head().landmark_basis()[0]
        rest = (1000 * (view.rest - neutral)).reshape(1, -1) @ self.rest_basis
        context = (view.context - self.context_offset) / self.context_scale
        return np.concatenate([np.clip(context, -4, 4), np.clip(np.tile(rest, (len(context), 1)), -4, 4)], axis=1)

    def inputs(self, view: View) -> Float[np.ndarray, "N I"]:
        """Everything that the network sees of each frame."""
        taps = windows(view.times, self.moving(view), view.breaks)
        return np.concatenate([taps.reshape(len(taps), -1), self.standing(view)], axis=1).astype(np.float32)

    def __call__(self, inputs: Float[np.ndarray, "N I"]) -> tuple[Float[np.ndarray, "N 51"], Float[np.ndarray, "N 51"]]:
        """Weights and the standard deviation of their error."""
        hidden = _silu(inputs @ self.weights[0] + self.biases[0])
        for matrix, bias in zip(self.weights[1:-1], self.biases[1:-1], strict=True):
            hidden = hidden + _silu(hidden @ matrix + bias)
        output = hidden @ self.weights[-1] + self.biases[-1]
        channels = len(ARKIT.expression)
        return output[:, :channels] + inputs @ self.skip, np.exp(0.5 * np.clip(output[:, channels:], -9, 0))


def _silu(values: Float[np.ndarray, "N H"]) -> Float[np.ndarray, "N H"]:
    return values / (1 + np.exp(-np.clip(values, -40, 40)))


def windows(
    times: Float[np.ndarray, " N"], values: Float[np.ndarray, "N F"], breaks: Sequence[int]
) -> Float[np.ndarray, "N taps F"]:
    """Values around each frame at `TAPS`, interpolated in time; at the ends of a run its last value is held."""
    result = np.empty((len(values), len(TAPS), values.shape[1]), np.float32)
    for start, end in pairwise(breaks):
        run, at = times[start:end], values[start:end]
        for tap, offset in enumerate(TAPS):
            instants = np.clip(run + offset, run[0], run[-1])
            after = np.clip(np.searchsorted(run, instants), 1, max(len(run) - 1, 1))
            if len(run) == 1:
                result[start:end, tap] = at
                continue
            before = after - 1
            share = (instants - run[before]) / (run[after] - run[before])
            result[start:end, tap] = at[before] + share[:, None] * (at[after] - at[before])
    return result


@cache
def load_network() -> Network:
    """The network that comes with the package."""
    with as_file(files("ksdiff").joinpath(ASSET)) as path:
        return read_network(path)


def read_network(path: Path) -> Network:
    """A network as ``scripts/build_tracker_inverse.py`` writes it."""
    with np.load(path, allow_pickle=False) as data:
        return network_from_arrays({name: data[name].astype(np.float32) for name in data.files})


def network_from_arrays(arrays: dict[str, np.ndarray]) -> Network:
    """A network from the asset's arrays."""
    layers = sum(name.startswith("weight_") for name in arrays)
    return Network(
        **{name: array for name, array in arrays.items() if not name.startswith(("weight_", "bias_"))},
        weights=tuple(arrays[f"weight_{layer}"] for layer in range(layers)),
        biases=tuple(arrays[f"bias_{layer}"] for layer in range(layers)),
    )


def solve_face(
    tracks: Sequence[Track],
    good: Sequence[Bool[np.ndarray, " _"]],
    shots: Sequence[list[slice]],
    network: Network | None = None,
) -> list[tuple[Float[np.ndarray, "_ 51"], Float[np.ndarray, "_ 51"]]]:
    """Find all weights in all clips of one speaker.

    Args:
        tracks: The clips.
        good: Which of their frames may be used; in the others the result is zero.
        shots: Runs of frames without a cut, of each.
        network: Another than the one that comes with the package.

    Returns:
        For each clip the weights, 0..1, and the standard deviation of their error as the network expects it.
    """
    network = network or load_network()
    seen = views(tracks, good, shots)
    found = [estimate(network, view) for view in seen]
    middle = np.median(np.concatenate([mean for mean, _ in found]), axis=0)
    result = []
    for view, use, (mean, deviation) in zip(seen, good, found, strict=True):
        weights, deviations = np.zeros((len(use), mean.shape[1])), np.zeros((len(use), mean.shape[1]))
        mean = np.clip(middle + network.gain * (mean - middle), 0, 1)
        deviations[use] = network.gain * deviation
        weights[use] = _on_both_sides(mean, deviations[use], view)
        result.append((weights, deviations))
    return result


def _on_both_sides(
    mean: Float[np.ndarray, "N 51"], deviation: Float[np.ndarray, "N 51"], view: View
) -> Float[np.ndarray, "N 51"]:
    """`with_lips_as_seen` of the face and of it in the mirror: its descent favours the side that it begins with."""
    swapped = mirrored_channels(mean), mirrored_channels(deviation), mirrored(view).landmarks
    return (with_lips_as_seen(mean, deviation, view.landmarks) + mirrored_channels(with_lips_as_seen(*swapped))) / 2


def estimate(network: Network, view: View) -> tuple[Float[np.ndarray, "N 51"], Float[np.ndarray, "N 51"]]:
    """Weights and the deviation of their errors: the mean of what is said of a face and of it in the mirror."""
    mean, deviation = _estimate(network, view)
    other, other_deviation = (mirrored_channels(values) for values in _estimate(network, mirrored(view)))
    return (mean + other) / 2, (deviation + other_deviation) / 2


def _estimate(network: Network, view: View) -> tuple[Float[np.ndarray, "N 51"], Float[np.ndarray, "N 51"]]:
    inputs = network.inputs(view)
    blocks = [network(inputs[start : start + BLOCK]) for start in range(0, max(len(inputs), 1), BLOCK)]
    mean, deviation = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return mean, deviation


def with_lips_as_seen(
    mean: Float[np.ndarray, "N 51"],
    deviation: Float[np.ndarray, "N 51"],
    landmarks: Float[np.ndarray, "N 478 3"],
) -> Float[np.ndarray, "N 51"]:
    """Move the mouth's weights, each as far as it is unsure, until lips and corners are where they were seen.

    Minimises Σ ((w - mean) / deviation)² + Σ ((measured - shown) / error)² with 0 ≤ w ≤ 1 by coordinate descent, in
    all frames at once. Measured are the distances of the inner lips and of the corners of the mouth.

    Args:
        mean: What the network says, 0..1.
        deviation: How unsure it is.
        landmarks: Displacement from the closed mouth, m.
    """
    seen = _measured(landmarks)
    return _moved_to(mean, deviation, seen, _measuring_error(seen))


def moved_to_gaps(
    expression: Float[np.ndarray, "N 51"],
    deviation: Float[np.ndarray, "N 51"],
    gaps: Float[np.ndarray, "N 5"],
) -> Float[np.ndarray, "N 51"]:
    """Move the mouth's weights, each as far as it is unsure, until the lips are so far apart; its width stays.

    Args:
        expression: Weights, 0..1.
        deviation: How unsure each is.
        gaps: Distance of the inner lips as `ksdiff.face.lips.lip_gaps` gives it, m.
    """
    measured = expression[:, MOUTH].astype(np.float64) @ _measure()
    measured[:, : len(INNER_LIPS)] = gaps - lip_gap_basis()[0]
    error = np.full_like(measured, WIDTH_ERROR)
    error[:, : len(INNER_LIPS)] = WANTED_GAP_ERROR
    there = _moved_to(expression, deviation, measured, error)
    swapped = mirrored_channels(expression), mirrored_channels(deviation), measured[:, MIRRORED_MEASURES], error
    return (there + mirrored_channels(_moved_to(*swapped))) / 2


def _moved_to(
    mean: Float[np.ndarray, "N 51"],
    deviation: Float[np.ndarray, "N 51"],
    seen: Float[np.ndarray, "N M"],
    error: Float[np.ndarray, "N M"],
) -> Float[np.ndarray, "N 51"]:
    """The descent of `with_lips_as_seen`: weights whose measures come to those that were seen, m."""
    measure = _measure()
    trust = 1 / error**2
    freedom = np.where(np.array(MOUTH) == FUNNEL, FUNNEL_SHARE, 1.0) * deviation[:, MOUTH]
    precision = 1 / np.maximum(freedom, LEAST_DEVIATION) ** 2
    said = mean[:, MOUTH].astype(np.float64)
    weights = said.copy()
    missing = seen - weights @ measure
    curvature = trust @ (measure**2).T + precision
    for _ in range(SWEEPS):
        for shape, effect in enumerate(measure):
            before = weights[:, shape].copy()
            slope = (missing * trust) @ effect + precision[:, shape] * (said[:, shape] - before)
            weights[:, shape] = np.clip(before + slope / curvature[:, shape], 0, 1)
            missing -= (weights[:, shape] - before)[:, None] * effect
    result = mean.astype(np.float64)
    result[:, MOUTH] = weights
    return result


@cache
def _measure() -> Float[np.ndarray, "M K"]:
    """How each of the mouth's shapes changes what is measured, m."""
    basis = load_head().landmark_basis()[1][: len(ARKIT.expression)][MOUTH].astype(np.float64)
    return _measured(basis)


def _measuring_error(seen: Float[np.ndarray, "N K"]) -> Float[np.ndarray, "N K"]:
    """How far what was measured may be off, m."""
    error = np.full_like(seen, WIDTH_ERROR, dtype=np.float64)
    gaps = slice(0, len(INNER_LIPS))
    error[:, gaps] = GAP_ERROR + GAP_ERROR_SHARE * np.maximum(seen[:, gaps], 0)
    return error


def _measured(landmarks: Float[np.ndarray, "N 478 3"]) -> Float[np.ndarray, "N M"]:
    upper, lower = np.array(INNER_LIPS).T
    right, left = np.array(CORNERS).T
    gaps = landmarks[:, upper, 1] - landmarks[:, lower, 1]
    return np.concatenate([gaps, landmarks[:, left, 0] - landmarks[:, right, 0]], axis=1)
