"""LivePortrait's motion files: the keypoints that its own extractor found in a video.

LivePortrait writes them beside the driving video (``NAME.pkl``, "motion template"). Each frame has the canonical
keypoints ``kp``, their displacement ``exp``, rotation ``R``, translation ``t`` and ``scale``. It draws them at
x = scale (kp R + exp) + t, rows being keypoints. `ksdiff.restricted_pickle` reads them: nothing in them is run.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus import fit
from ksdiff.corpus.av_offset import AvOffset, estimate_av_offset
from ksdiff.corpus.format import MAX_VALUE
from ksdiff.corpus.quality import jitter
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.recordings import find_videos
from ksdiff.corpus.sources.source import ObservedMotion, Phones, Recording, check_usable
from ksdiff.errors import InputError
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.rotation import continuous
from ksdiff.motion.space import LIVEPORTRAIT, NUM_KEYPOINTS, MotionSpace
from ksdiff.numerics.rotation import Rotation
from ksdiff.restricted_pickle import read_pickle

ENTRIES = {"scale": (1,), "R": (3, 3), "exp": (NUM_KEYPOINTS, 3), "t": (3,), "kp": (NUM_KEYPOINTS, 3)}
TENTHS = 10.0  # a head is about two of LivePortrait's units high; in tenths, channels move about as much as in cm
REST_SHARE = 0.2  # of a speaker's frames, those with the mouth most closed, are the face at rest
MAX_FRAMES = 2_000_000


@dataclass(frozen=True, eq=False)
class LivePortraitMotion:
    """What LivePortrait found in one video.

    Attributes:
        fps: Frames per second.
        expression: Canonical keypoints and their displacement, without the head's pose, in tenths of a unit.
        head: Rotation vector (rad), translation across the picture, and scale (ratio, less 1), relative to the mean
            rotation and the median of the rest.
    """

    fps: float
    expression: Float[np.ndarray, "T 63"]
    head: Float[np.ndarray, "T 6"]

    @property
    def times(self) -> Float[np.ndarray, " T"]:
        """When each frame is shown, s."""
        return np.arange(len(self.expression)) / self.fps

    @property
    def opening(self) -> Float[np.ndarray, " T"]:
        """How far the lower lip is down."""
        return self.expression[:, LIVEPORTRAIT.index(LIVEPORTRAIT.opening[1])]


def read_liveportrait(path: Path) -> LivePortraitMotion:
    """Read a motion file of LivePortrait.

    Raises:
        InputError: It is damaged, holds objects that are not read, or lacks an entry.
    """
    content = read_pickle(path)
    frames = content.get("motion") if isinstance(content, Mapping) else None
    if not isinstance(frames, Sequence) or not 1 <= len(frames) <= MAX_FRAMES:
        raise InputError(f'{path} is not a motion file of LivePortrait: it has no list "motion" of frames')
    fps = content.get("output_fps", MOTION_RATE)
    if not isinstance(fps, int | float | np.number) or not 1 <= float(fps) <= 240:
        raise InputError(f"{path}: output_fps is {str(fps)[:20]}; it must be 1 to 240")
    found = {name: np.stack([_entry(one, name, path, index) for index, one in enumerate(frames)]) for name in ENTRIES}
    turns = found["R"]
    if not np.allclose(turns @ turns.transpose(0, 2, 1), np.eye(3), atol=1e-3) or (np.linalg.det(turns) < 0).any():
        raise InputError(f"{path}: an R is no rotation")
    if (found["scale"] <= 0).any():
        raise InputError(f"{path}: a scale is not positive")
    # kp R + exp = (kp + exp R^-1) R; of columns, the head is turned by R^T.
    expression = TENTHS * (found["kp"] + found["exp"] @ turns.transpose(0, 2, 1))
    rotations = Rotation.from_matrix(turns.transpose(0, 2, 1))
    rotation = continuous((rotations.mean().inv() * rotations).as_rotvec())
    across = found["t"][:, :2] - np.median(found["t"][:, :2], axis=0)
    scale = found["scale"] / np.median(found["scale"]) - 1
    head = np.concatenate([rotation, across, scale], axis=1)
    return LivePortraitMotion(float(fps), expression.reshape(len(frames), -1), head)


def _entry(frame: Any, name: str, path: Path, index: int) -> np.ndarray:
    """An array of a frame; LivePortrait keeps each with a batch axis before it."""
    value = frame.get(name) if isinstance(frame, Mapping) else None
    array = value if isinstance(value, np.ndarray) else np.asarray(value if isinstance(value, int | float) else np.nan)
    shape = ENTRIES[name]
    if array.size != int(np.prod(shape)) or array.dtype.kind not in "fiu":
        raise InputError(f"{path}: {name} of frame {index} must be numbers of shape {shape}")
    array = array.reshape(shape).astype(np.float64)
    if not np.isfinite(array).all() or np.abs(array).max() > MAX_VALUE:
        raise InputError(f"{path}: {name} of frame {index} is not finite, or beyond ±{MAX_VALUE:g}")
    return array


@dataclass(frozen=True, eq=False)
class LivePortraitFace:
    """What LivePortrait found in one recording.

    Attributes:
        found: All of it.
        sha256: Hash of all that decides the motion.
    """

    found: LivePortraitMotion
    sha256: str

    @property
    def _known(self) -> Bool[np.ndarray, " T"]:
        return np.ones(len(self.found.expression), dtype=bool)

    def av_offset(self, sound: Float[np.ndarray, " N"]) -> AvOffset:
        """How late the picture is."""
        return estimate_av_offset(sound, self.found.opening, self.found.times, self._known)

    def motion(self, instants: Float[np.ndarray, " T"], settings: PrepareSettings, phones: Phones) -> ObservedMotion:
        """Motion at given instants."""
        found, whole = self.found, [slice(0, len(self.found.expression))]

        def read(values: np.ndarray, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
            return fit.resample(values, found.times, self._known, whole, instants, cutoff or None)

        expression, known = read(found.expression, settings.expression_cutoff)
        rotation, _ = read(found.head[:, :3], settings.rotation_cutoff)
        moved, _ = read(found.head[:, 3:], settings.translation_cutoff)
        return ObservedMotion(
            expression=expression,
            head=np.concatenate([rotation, moved], axis=1),
            mask_expression=known,
            mask_head=known,
            channel_mask=np.ones(len(LIVEPORTRAIT.expression), dtype=bool),
            quality={"jitter": jitter(expression[:, LIVEPORTRAIT.mouth_indices], known)},
        )


@dataclass(frozen=True)
class LivePortraitSource:
    """Videos, or their sound, beside which LivePortrait's motion files lie.

    Attributes:
        folder: Holds ``SPEAKER/NAME.pkl`` and ``SPEAKER/NAME.mp4`` or ``.wav``.
    """

    folder: Path

    @property
    def space(self) -> MotionSpace:
        """LivePortrait's keypoints."""
        return LIVEPORTRAIT

    @property
    def provenance(self) -> str:
        """LivePortrait."""
        return "keypoints found by LivePortrait"

    def find(self, settings: PrepareSettings) -> list[Recording]:
        """The videos, or sound files where there is no video; see `find_videos`."""
        return find_videos(self.folder, settings.language, sounds=True)

    def check(self, recordings: Sequence[Recording]) -> None:
        """Nothing is needed."""

    def track(self, recording: Recording) -> None:
        """Nothing to be done."""

    def group(self, recording: Recording) -> str:
        """By recording: the canonical keypoints of two videos are not the same."""
        return recording.id

    def observe(self, recording: Recording) -> LivePortraitFace:
        """Read the motion file of a recording.

        Raises:
            InputError: It is missing or damaged, or there is too little of it.
        """
        path = recording.path.with_suffix(".pkl")
        if not path.is_file():
            raise InputError(f"LivePortrait's motion file for it is missing: {path}")
        found = read_liveportrait(path)
        check_usable(1.0, len(found.expression) / found.fps)
        content = b"".join(np.ascontiguousarray(each).tobytes() for each in (found.times, found.expression, found.head))
        digest = hashlib.sha256(f"{recording.sha256} {hashlib.sha256(content).hexdigest()}".encode()).hexdigest()
        return LivePortraitFace(found, digest)

    def solve(self, group: Sequence[LivePortraitFace], settings: PrepareSettings) -> Float[np.ndarray, " E"]:
        """The face at rest: the median over the frames with the mouth most closed (`REST_SHARE`)."""
        faces = np.concatenate([face.found.expression for face in group])
        opening = np.concatenate([face.found.opening for face in group])
        return np.median(faces[opening <= np.quantile(opening, REST_SHARE)], axis=0)
