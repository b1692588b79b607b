"""Videos, in which the face tracker finds the motion."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.corpus import fit
from ksdiff.corpus.av_offset import AvOffset, estimate_av_offset
from ksdiff.corpus.closures import with_closures
from ksdiff.corpus.quality import jitter
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.recordings import find_videos
from ksdiff.corpus.sources.source import ObservedMotion, Phones, Recording, check_usable
from ksdiff.corpus.tracker import Track, fetch_model, load_mediapipe, track_face
from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.motion.limits import MAX_TRANSLATION, metric_channels
from ksdiff.motion.space import ARKIT, KEYPOINTS, MotionSpace

with needs("track"):
    from scipy.ndimage import label

TRACKS = "tracks"
SETTLED = 0.015  # m; a head that comes from afar has arrived when it is this near to its mean place


def walks(translation: Float[np.ndarray, "T M"]) -> Bool[np.ndarray, " T"]:
    """Frames in which somebody walks up to the camera or away from it: no head speaks so.

    These are all in which the head is further from its mean place than `MAX_TRANSLATION`, and those before and after
    them in which it is not yet, or no longer, `SETTLED` there. A head that leans in comes less far, and does not walk.

    Args:
        translation: From the mean place, m.
    """
    distance = np.abs(translation).max(axis=1, initial=0.0)
    stretches = np.zeros(len(distance), dtype=int)
    label(distance > SETTLED, output=stretches)
    far = np.unique(stretches[distance > MAX_TRANSLATION])
    return np.isin(stretches, far)


@dataclass(frozen=True, eq=False)
class TrackedFace:
    """What the tracker saw in one video.

    Attributes:
        track: All of it.
        parts: Shots.
        good: Frames that can be used.
        fitting: Its expression, once it is solved.
    """

    track: Track
    parts: list[slice]
    good: Bool[np.ndarray, " T"]
    fitting: fit.Fitting
    space: MotionSpace

    @property
    def sha256(self) -> str:
        """Hash of the video."""
        return self.track.source

    def av_offset(self, sound: Float[np.ndarray, " N"]) -> AvOffset:
        """How late the picture is."""
        return estimate_av_offset(sound, self.fitting.opening, self.track.times, self.good)

    def motion(self, instants: Float[np.ndarray, " T"], settings: PrepareSettings, phones: Phones) -> ObservedMotion:
        """Motion at given instants."""

        def read(values: np.ndarray, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
            return fit.resample(values, self.track.times, self.good, self.parts, instants, cutoff or None)

        expression, known = read(self.fitting.expression, settings.expression_cutoff)
        if self.space == ARKIT:
            head, expression = fit.head_pose(self.track, self.parts), np.clip(expression, 0, 1)
            if settings.closures:
                deviation, _ = read(self.fitting.deviation, settings.expression_cutoff)
                width = fit.face_pixels(self.track)
                expression = with_closures(expression, np.maximum(deviation, 0), known, phones, width)
        else:
            head = fit.weak_perspective_pose(self.track, self.parts)
        rotation, _ = read(head[:, :3], settings.rotation_cutoff)
        translation, _ = read(head[:, 3:], settings.translation_cutoff)
        head = np.concatenate([rotation, translation], axis=1)
        metric = metric_channels(self.space)
        walking = walks(head[:, metric])
        head[:, metric] = fit.held(head[:, metric], ~walking)
        opening, _ = read(self.fitting.opening[:, None], 0.0)
        quality: dict[str, Any] = {
            "face_pixels": fit.face_pixels(self.track),
            "shots": len(self.parts),
            "jitter": jitter(expression[:, self.space.mouth_indices], known),
        }
        return ObservedMotion(
            expression=expression,
            head=head,
            mask_expression=known,
            mask_head=known if not walking.all() else np.zeros_like(known),
            channel_mask=np.ones(len(self.space.expression), dtype=bool),
            quality=quality,
            opening=opening[:, 0],
        )


@dataclass(frozen=True)
class VideoSource:
    """Videos in a folder.

    Attributes:
        videos: A video, or the folder.
        corpus: Folder of the corpus, where tracks are kept.
        space: What motion is made: ARKit weights or keypoints.
    """

    videos: Path
    corpus: Path
    space: MotionSpace = ARKIT

    @property
    def provenance(self) -> str:
        """The tracker."""
        return "tracked with the MediaPipe face landmarker"

    def find(self, settings: PrepareSettings) -> list[Recording]:
        """The videos; see `find_videos`."""
        return find_videos(self.videos, settings.language)

    def group(self, recording: Recording) -> str:
        """By speaker."""
        return recording.speaker

    def check(self, recordings: Sequence[Recording]) -> None:
        """See that the tracker is installed, and fetch its model, unless every video has a track."""
        if not all(self._file(one).is_file() for one in recordings):
            load_mediapipe()
            fetch_model()

    def track(self, recording: Recording) -> None:
        """Track a video that has not been.

        Raises:
            InputError: It cannot be read, the tracker is missing, or the track cannot be written.
        """
        if Track.load(self._file(recording), recording.sha256) is None:
            track_face(recording.path, recording.sha256).save(self._file(recording))

    def observe(self, recording: Recording) -> TrackedFace:
        """Read a video's track.

        Raises:
            InputError: There is no face in it, or too little of one.
        """
        track = Track.load(self._file(recording), recording.sha256)
        if track is None:
            raise InputError("its track could not be read back; run again")
        if not track.found.any():
            raise InputError("no face was found in it")
        parts = fit.shots(track)
        good = fit.usable(track, parts)
        steps = np.diff(track.times, append=track.times[-1])
        check_usable(float(good.mean()), float(steps[good].sum()))
        return TrackedFace(track, parts, good, fit.Fitting(track, good), self.space)

    def solve(self, group: Sequence[TrackedFace], settings: PrepareSettings) -> Float[np.ndarray, " E"]:
        """Find the expressions in the videos of one speaker, and the face at rest."""
        if self.space == KEYPOINTS:
            return fit.find_keypoints([face.fitting for face in group])
        fit.solve_expression([face.fitting for face in group], settings.fit)
        return fit.neutral_expression(
            np.concatenate([face.fitting.expression[face.good] for face in group]),
            np.concatenate([face.fitting.opening[face.good] for face in group]),
        )

    def _file(self, recording: Recording) -> Path:
        return self.corpus / TRACKS / f"{recording.id}.npz"
