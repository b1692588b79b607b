"""Judge motion by what is seen: draw it, track the picture, and compare its lips with those of the video.

The other figures compare with the motion that was fitted to a video, and so cannot see what the fit has lost. Here no
fitted motion enters: the same tracker looks at the drawn head and at the filmed face.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from ksdiff.corpus import fit
from ksdiff.corpus.format import Clip
from ksdiff.corpus.sources.tracked import TRACKS
from ksdiff.corpus.tracker import MODEL_SHA256, Track, track_pictures
from ksdiff.errors import InputError
from ksdiff.evaluation.metrics.articulation import pearson
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.score import Scores
from ksdiff.face.head import load_head
from ksdiff.files import make_folder
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import ARKIT, EXPRESSION
from ksdiff.output.render import Renderer

PIXELS = 512  # of a drawn picture, each side; the face is about 230 wide
VERSION = 1  # of what is cached
MIN_FRAMES = 25  # frames in which both faces must be seen, for a clip to say something
STEADY = 2e-3  # m: landmarks that no shape moves further than this carry the pose
SURFACE = 468  # landmarks from here on are the irises
EYES = (33, 263)  # outer corners; what everything is measured in
INNER_LIPS, MOUTH_CORNERS, LIP_MIDDLES = (13, 14), (61, 291), [0, 13, 14, 17]
LIPS = [
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
]  # fmt: skip
QUANTITIES = ("opening", "width", "protrusion", "contour")


@dataclass(frozen=True, eq=False)
class Lips:
    """The lips of a face in pictures, in its own axes and in distances between the outer corners of its eyes.

    Attributes:
        quantities: By name in `QUANTITIES`, [T, C]: distance of the inner lips, distance of the mouth's corners, how
            far the middles of the lips stand out of the face, and places of 40 landmarks of the lips, across and up.
        known: Where the face was seen.
    """

    quantities: Mapping[str, Float[np.ndarray, "_ _"]]
    known: Bool[np.ndarray, " _"]


def lips_of(track: Track) -> Lips:
    """The lips in each picture of a track."""
    face = in_face_axes(track.landmarks.astype(np.float64), track.found)

    def distance(pair: tuple[int, int]) -> Float[np.ndarray, "T 1"]:
        return np.linalg.norm(face[:, pair[0]] - face[:, pair[1]], axis=1)[:, None]

    quantities = {
        "opening": distance(INNER_LIPS),
        "width": distance(MOUTH_CORNERS),
        "protrusion": face[:, LIP_MIDDLES, 2].mean(axis=1)[:, None],
        "contour": face[:, LIPS, :2].reshape(len(face), -1),
    }
    return Lips(MappingProxyType(quantities), track.found)


def in_face_axes(
    landmarks: Float[np.ndarray, "T 478 3"], found: Bool[np.ndarray, " T"]
) -> Float[np.ndarray, "T 478 3"]:
    """Landmarks turned, moved and scaled so that what speech hardly moves lies on that of the open head.

    Args:
        landmarks: Pixels: x to the right, y down, z away from the camera.
        found: Where there is a face; elsewhere the result is 0.

    Returns:
        x to the face's left, y up, z out of the face, in distances between the outer corners of the head's eyes.
    """
    place, steady = _head_face()
    result = np.zeros_like(landmarks)
    if not found.any():
        return result
    upright = landmarks[found] * [1.0, -1.0, -1.0]
    # First onto the head, then onto this face's own median, which its frames resemble more.
    median = np.median(_laid_on(upright, place, steady), axis=0)
    own = _laid_on(median[None], place, steady)[0]
    result[found] = _laid_on(upright, own, steady)
    return result


@cache
def _head_face() -> tuple[Float[np.ndarray, "478 3"], Int[np.ndarray, " N"]]:
    """Landmarks of the head at rest, in distances of its eyes, and which of them no shape but those of gaze moves."""
    neutral, deltas = load_head().landmark_basis()
    facial = [index for index, name in enumerate(ARKIT.expression) if not name.startswith("eyeLook")]
    moved = np.linalg.norm(deltas[facial], axis=2).max(axis=0)[:SURFACE]
    place = neutral.astype(np.float64)
    return place / np.linalg.norm(place[EYES[0]] - place[EYES[1]]), np.flatnonzero(moved < STEADY)


def _laid_on(
    points: Float[np.ndarray, "T 478 3"], target: Float[np.ndarray, "478 3"], steady: Int[np.ndarray, " N"]
) -> Float[np.ndarray, "T 478 3"]:
    """The similarity of each frame that lays its steady points best on those of the target (Umeyama 1991)."""
    centre = target[steady].mean(axis=0)
    points = points - points[:, steady].mean(axis=1, keepdims=True)
    rigid = points[:, steady]
    u, s, vt = np.linalg.svd(np.einsum("nc,tnd->tcd", target[steady] - centre, rigid))
    handed = np.ones_like(s)
    handed[:, 2] = np.sign(np.linalg.det(u @ vt))
    rotation = np.einsum("tij,tj,tjk->tik", u, handed, vt)
    scale = (s * handed).sum(axis=1) / (rigid**2).sum(axis=(1, 2))
    return centre + scale[:, None, None] * np.einsum("tij,tnj->tni", rotation, points)


def filmed_lips(corpus: Path, clip: Clip) -> Lips | None:
    """The lips of a clip's video at its motion frames; None where the corpus has no track of it.

    The track is read at the instants at which `ksdiff prepare` read it, so that both have the same lag taken away.
    """
    track = Track.load(corpus / TRACKS / f"{clip.name}.npz")
    if track is None or not track.found.any():
        return None
    parts = fit.shots(track)
    good = fit.usable(track, parts)
    if not good.any():
        return None
    lips = lips_of(track)
    instants = (np.arange(len(clip)) + clip.facts.get("av_offset_frames", 0.0)) / MOTION_RATE
    read = {
        name: fit.resample(values, track.times, good, parts, instants, None) for name, values in lips.quantities.items()
    }
    return Lips(MappingProxyType({name: values for name, (values, _) in read.items()}), read["opening"][1])


def drawn_lips(expression: Float[np.ndarray, "T 51"], folder: Path | None = None) -> Lips:
    """The lips of the open head in pictures of this motion, its head upright.

    Args:
        expression: ARKit weights at 25 frames/s.
        folder: In which they are kept by content, so that the same motion is drawn once.

    Raises:
        InputError: The folder cannot be written, or mediapipe or its model is missing.
        UnavailableError: This machine cannot draw.
    """
    weights = np.ascontiguousarray(expression, dtype="<f4")
    key = hashlib.sha256(
        f"{VERSION} {PIXELS} {MODEL_SHA256} ".encode() + _head_digest() + weights.tobytes()
    ).hexdigest()
    path = None if folder is None else make_folder(folder) / f"{key}.npz"
    track = None if path is None else Track.load(path, key)
    if track is None:
        track = track_pictures(_pictures(weights), key)
        if path is not None:
            track.save(path)
    return lips_of(track)


def _pictures(weights: Float[np.ndarray, "T 51"]) -> Iterator[tuple[float, UInt8[np.ndarray, "H W 3"]]]:
    with Renderer(PIXELS, PIXELS) as renderer:
        for frame, one in enumerate(weights):
            picture = renderer.draw(renderer.head.vertices(one[None])[0])
            yield frame / MOTION_RATE, np.ascontiguousarray(picture)


def _head_digest() -> bytes:
    head = load_head()
    return hashlib.sha256(head.neutral.tobytes() + head.deltas.tobytes() + head.colours.tobytes()).digest()


def compare(drawn: Lips, filmed: Lips, known: Bool[np.ndarray, " T"]) -> Scores:
    """Figures of each quantity, over the frames in which both faces are seen.

    Faces differ in their mouths at rest, so each has its own mean over these frames taken away.

    Args:
        drawn: Of the generated motion.
        filmed: Of the video.
        known: Which frames count.
    """
    names = [f"retrack_{quantity}_{figure}" for quantity in QUANTITIES for figure in ("error", "r", "ratio")]
    both = drawn.known & filmed.known & known
    scores: Scores = dict.fromkeys(names, (float("nan"), 0.0))
    if both.sum() < MIN_FRAMES:
        return scores
    frames = float(both.sum())
    for quantity in QUANTITIES:
        ours, theirs = (one.quantities[quantity][both] for one in (drawn, filmed))
        ours, theirs = ours - ours.mean(axis=0), theirs - theirs.mean(axis=0)
        spread = float(np.sqrt((theirs**2).mean()))
        scores[f"retrack_{quantity}_error"] = (100 * float(np.sqrt(((ours - theirs) ** 2).mean())), frames)
        r = pearson(ours.ravel(), theirs.ravel())
        scores[f"retrack_{quantity}_r"] = (float(np.nan_to_num(r)), 1.0)
        if spread > 0:
            scores[f"retrack_{quantity}_ratio"] = (float(np.sqrt((ours**2).mean())) / spread, spread * frames)
    return scores


@dataclass
class Retracker:
    """Draws and tracks performances of the clips of a corpus; counts what it used.

    Attributes:
        corpus: Folder of the corpus, which holds the tracks of its videos.
        clips: The clips, by name.
        folder: As for `drawn_lips`.
        frames: Frames that were compared, by clip.
    """

    corpus: Path
    clips: Mapping[str, Clip]
    folder: Path | None = None
    progress: Callable[[str, float], None] = lambda name, done: None
    frames: dict[str, int] = field(default_factory=dict)
    _filmed: dict[str, Lips | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not any((self.corpus / TRACKS / f"{name}.npz").exists() for name in self.clips):
            raise InputError(
                f"{self.corpus / TRACKS} holds no track of these clips, so there is nothing to compare with: "
                "prepare the corpus from videos, or leave retracking out"
            )

    def __call__(self, performance: Performance) -> Scores:
        """Figures of one performance; none in spaces that the open head does not know."""
        name = performance.clip
        if performance.space != ARKIT:
            return {}
        if name not in self._filmed:
            self._filmed[name] = filmed_lips(self.corpus, self.clips[name])
        filmed = self._filmed[name]
        if filmed is None:
            return {}
        self.progress(f"retracking {name}", 0.0)
        drawn = drawn_lips(performance.expression, self.folder)
        known = performance.known[EXPRESSION]
        self.frames[name] = int((drawn.known & filmed.known & known).sum())
        return compare(drawn, filmed, known)

    def facts(self) -> str:
        """What was used, for the report."""
        used = {name: frames for name, frames in self.frames.items() if frames >= MIN_FRAMES}
        return f"{sum(used.values())} frames of {len(used)} of {len(self.clips)} clips"
