"""DECA's output as motion: coefficients of FLAME that it estimates in each frame of a video.

DECA is Feng et al. 2021, "Learning an animatable detailed 3D face model from in-the-wild images", ACM Trans Graph
40(4):88. Read are ``exp`` (50), ``pose`` (6: rotation vectors of the head and of the jaw) and ``cam`` (3: scale and
translation), from ``.npz``, ``.pkl`` or ``.mat``: a file for each frame in a folder, or one file for a whole clip.
``docs/flame.md`` tells how to make them.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from ksdiff.corpus import fit
from ksdiff.corpus.arrays import DAMAGED, open_arrays
from ksdiff.corpus.av_offset import AvOffset, estimate_av_offset
from ksdiff.corpus.quality import jitter
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.sources.matlab import read_arrays
from ksdiff.corpus.sources.recordings import find_videos
from ksdiff.corpus.sources.source import ObservedMotion, Phones, Recording, check_usable
from ksdiff.corpus.video import SUFFIXES as VIDEO_SUFFIXES
from ksdiff.corpus.video import frame_times
from ksdiff.errors import InputError
from ksdiff.face.flame import FlameParameters
from ksdiff.motion.rotation import continuous
from ksdiff.motion.space import FLAME, FLAME_JAW, MotionSpace
from ksdiff.numerics.rotation import Rotation
from ksdiff.restricted_pickle import Unread, read_pickle

SUFFIXES = (".npz", ".pkl", ".mat")
ENTRIES = {"exp": 50, "pose": 6, "cam": 3}
JAWS = {"head": FLAME, "expression": FLAME_JAW}  # the path that the jaw is put in
REST_SHARE = 0.2  # of a speaker's frames, those with the jaw most closed, are the face at rest
SPARE_FRAMES = 5  # after the last of the video that may be ignored: programs count a video's frames differently


@dataclass(frozen=True)
class DecaOutput:
    """Where DECA's output lies and how it is to be read.

    Attributes:
        folder: Holds ``SPEAKER/NAME.npz`` or the folder ``SPEAKER/NAME`` for the video ``SPEAKER/NAME.mp4``; or either
            without the speaker.
        jaw: Which path the jaw goes to: ``head``, as in the paper, or ``expression``.
        fps: Frames per second that DECA was given; None for the time stamps of the video.
    """

    folder: Path
    jaw: str = "head"
    fps: float | None = None

    def __post_init__(self) -> None:
        if self.jaw not in JAWS:
            raise InputError(f"jaw is {self.jaw!r}; allowed: {', '.join(JAWS)} (the path that the jaw is put in)")
        if self.fps is not None and not 1 <= self.fps <= 240:
            raise InputError(f"fps is {self.fps}; it must be 1 to 240")
        if not self.folder.is_dir():
            raise InputError(f"there is no folder {self.folder}: give the one with DECA's output (docs/flame.md)")

    @property
    def space(self) -> MotionSpace:
        """The space of the motion."""
        return JAWS[self.jaw]

    def find(self, name: str) -> Path:
        """The file or folder with the output for a video.

        Args:
            name: Of the video, relative to the folder of the videos.

        Raises:
            InputError: There is none.
        """
        inside = Path(name).with_suffix("")
        bases = (self.folder / inside, self.folder / inside.name)
        for base in bases:
            for suffix in SUFFIXES:
                if (file := base.with_name(base.name + suffix)).is_file():
                    return file
            if base.is_dir() and _frame_files(base):
                return base
        raise InputError(
            f"DECA's output for it is missing: neither {bases[0]}{{{','.join(SUFFIXES)}}} nor files in {bases[0]}/"
        )

    def read(self, name: str, video: Path) -> "DecaFrames":
        """What DECA saw in a video, and when.

        Args:
            name: As in `find`.
            video: The video, or its sound if ``fps`` is given.

        Raises:
            InputError: The output is missing, damaged, or does not fit the video.
        """
        numbers, parameters = read_deca(self.find(name))
        step = int(np.median(np.diff(numbers))) if len(numbers) > 1 else 1
        if step > 1:
            raise InputError(
                f"DECA's output has only every {step}th frame (DECA's demo takes every tenth unless told otherwise): "
                "run it again on every frame, with --sample_step 1"
            )
        if self.fps is not None:
            return DecaFrames(numbers / self.fps, numbers, parameters)
        if video.suffix.lower() not in VIDEO_SUFFIXES:
            raise InputError(f"{video} has no pictures, and so no frame rate: give that of DECA's frames with --fps")
        times = frame_times(video)
        if numbers[-1] >= len(times) + SPARE_FRAMES:
            raise InputError(
                f"DECA's output has {numbers[-1] + 1} frames, but {video} has {len(times)}: if DECA was given another "
                "frame rate than the video's, say which with --fps"
            )
        there = numbers < len(times)
        return DecaFrames(times[numbers[there]], numbers[there], FlameParameters(
            parameters.expression[there], parameters.pose[there], parameters.camera[there]
        ))  # fmt: skip


@dataclass(frozen=True, eq=False)
class DecaFrames:
    """DECA's output for one video.

    Attributes:
        times: When each frame is shown, s.
        numbers: Its number in the video, from 0; frames that DECA has nothing for are left out.
        parameters: What DECA found; the pose and the camera as DECA gives them, relative to its picture.
    """

    times: Float[np.ndarray, " N"]
    numbers: Int[np.ndarray, " N"]
    parameters: FlameParameters

    @property
    def sha256(self) -> str:
        """Hash of all that decides the motion."""
        arrays = (self.times, self.parameters.expression, self.parameters.pose, self.parameters.camera)
        return hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()

    @property
    def opening(self) -> Float[np.ndarray, " N"]:
        """Angle by which the jaw is open in each frame, rad."""
        return self.parameters.pose[:, 3]

    @property
    def parts(self) -> list[slice]:
        """Runs of frames without a longer gap."""
        edges = [0, *(int(at) + 1 for at in np.flatnonzero(np.diff(self.times) > fit.MAX_GAP)), len(self.times)]
        return [slice(start, end) for start, end in pairwise(edges)]

    def at(
        self, instants: Float[np.ndarray, " T"], space: MotionSpace, expression: float, rotation: float, camera: float
    ) -> tuple[Float[np.ndarray, "T E"], Float[np.ndarray, "T H"], Bool[np.ndarray, " T"]]:
        """The motion at given instants: expression, head, and where they are known.

        The head's rotation and the camera are relative to the clip's mean rotation and median camera. The jaw is as
        DECA has it.

        Args:
            instants: Where to read, s.
            space: Of the motion: `FLAME` or `FLAME_JAW`.
            expression: Cut-off of the low-pass on expression and jaw, Hz; 0 for none.
            rotation: The same on the head's rotation.
            camera: The same on the camera.
        """
        everywhere = np.ones(len(self.times), dtype=bool)

        def read(values: np.ndarray, cutoff: float) -> tuple[np.ndarray, np.ndarray]:
            return fit.resample(values, self.times, everywhere, self.parts, instants, cutoff or None)

        turns = Rotation.from_rotvec(self.parameters.pose[:, :3])
        relative = continuous((turns.mean().inv() * turns).as_rotvec())
        seen, neutral = self.parameters.camera, np.median(self.parameters.camera, axis=0)
        steady = np.concatenate([seen[:, :1] / neutral[0] - 1, seen[:, 1:] - neutral[1:]], axis=1)
        coefficients, known = read(self.parameters.expression, expression)
        jaw, _ = read(continuous(self.parameters.pose[:, 3:]), expression)
        turning, _ = read(relative, rotation)
        moved, _ = read(steady, camera)
        motion = FlameParameters(coefficients, np.concatenate([turning, jaw], axis=1), moved)
        return *motion.channels(space), known


@dataclass(frozen=True, eq=False)
class DecaFace:
    """What DECA saw in one video, and how it is to be read.

    Attributes:
        frames: All of it.
        space: Of the motion.
        sha256: Hash of all that decides the motion.
    """

    frames: DecaFrames
    space: MotionSpace
    sha256: str

    def av_offset(self, sound: Float[np.ndarray, " N"]) -> AvOffset:
        """How late the picture is."""
        times = self.frames.times
        return estimate_av_offset(sound, self.frames.opening, times, np.ones(len(times), dtype=bool))

    def motion(self, instants: Float[np.ndarray, " T"], settings: PrepareSettings, phones: Phones) -> ObservedMotion:
        """Motion at given instants."""
        expression, head, known = self.frames.at(
            instants, self.space, settings.expression_cutoff, settings.rotation_cutoff, settings.translation_cutoff
        )
        return ObservedMotion(
            expression=expression,
            head=head,
            mask_expression=known,
            mask_head=known,
            channel_mask=np.ones(len(self.space.expression), dtype=bool),
            quality={"shots": len(self.frames.parts), "jitter": jitter(expression, known)},
        )


@dataclass(frozen=True)
class DecaSource:
    """Videos, or their sound, whose motion DECA found.

    Attributes:
        output: What it found.
        videos: A video, or the folder of them; None for the folder of the output.
    """

    output: DecaOutput
    videos: Path | None = None

    @property
    def space(self) -> MotionSpace:
        """FLAME coefficients."""
        return self.output.space

    @property
    def provenance(self) -> str:
        """DECA."""
        return "coefficients estimated by DECA"

    def find(self, settings: PrepareSettings) -> list[Recording]:
        """The videos, or sound files where there is no video; see `find_videos`."""
        return find_videos(self.videos or self.output.folder, settings.language, sounds=True)

    def check(self, recordings: Sequence[Recording]) -> None:
        """Nothing is needed."""

    def track(self, recording: Recording) -> None:
        """Nothing to be done."""

    def group(self, recording: Recording) -> str:
        """By speaker."""
        return recording.speaker

    def observe(self, recording: Recording) -> DecaFace:
        """Read DECA's output for a video; see `DecaOutput.read`.

        Raises:
            InputError: It is missing or damaged, does not fit the video, or there is too little of it.
        """
        frames = self.output.read(recording.name, recording.path)
        check_usable(len(frames.numbers) / (frames.numbers[-1] + 1), float(np.diff(frames.times).sum()))
        digest = hashlib.sha256(f"{recording.sha256} {frames.sha256}".encode()).hexdigest()
        return DecaFace(frames, self.space, digest)

    def solve(self, group: Sequence[DecaFace], settings: PrepareSettings) -> Float[np.ndarray, " E"]:
        """The face at rest."""
        return neutral_expression([face.frames for face in group], self.space)


def neutral_expression(takes: list[DecaFrames], space: MotionSpace) -> Float[np.ndarray, " E"]:
    """A speaker's face at rest: the median over the frames of all takes with the jaw most closed (`REST_SHARE`)."""
    faces = np.concatenate([take.parameters.channels(space)[0] for take in takes])
    opening = np.concatenate([take.opening for take in takes])
    return np.median(faces[opening <= np.quantile(opening, REST_SHARE)], axis=0)


def read_deca(path: Path) -> tuple[Int[np.ndarray, " N"], FlameParameters]:
    """Read DECA's output for one clip.

    Frames with values that are not finite, or with a scale that is not positive, are left out, as are those without a
    file. A folder whose numbers start at 1 is counted from 1.

    Args:
        path: A file with an array of shape [T, 50], [T, 6] and [T, 3] for each of `ENTRIES` (or, in a pickle, a list
            of dictionaries, one for each frame); or a folder with a file for each frame, whose name ends in the
            frame's number and whose arrays are of shape [50] or [1, 50] and so on.

    Returns:
        The frames' numbers, from 0, ascending; and what DECA found in them.

    Raises:
        InputError: A file is damaged or lacks an entry, two files have the same number, or no frame is left.
    """
    if path.is_dir():
        files = _numbered(_frame_files(path))
        rows = {number: _frame(_read(file), file) for number, file in files.items()}
        first = 1 if min(rows) == 1 else 0
        numbers = np.array(sorted(rows)) - first
        values = np.stack([rows[number + first] for number in numbers])
    else:
        content = _read(path)
        if isinstance(content, list):
            nothing = np.full(sum(ENTRIES.values()), np.nan)
            frames = [nothing if item is None else _frame(item, path) for item in content]
            values = np.stack(frames) if frames else np.zeros((0, len(nothing)))
        else:
            values = _clip(content, path)
        numbers = np.arange(len(values))
    good = np.isfinite(values).all(axis=1) & (values[:, -3] > 0)
    if not good.any():
        raise InputError(f"{path} has no frame with finite numbers and a positive scale of the camera")
    expression, pose, camera = np.split(values[good].astype(np.float64), [50, 56], axis=1)
    return numbers[good], FlameParameters(expression, pose, camera)


def _frame_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)


def _numbered(files: list[Path]) -> dict[int, Path]:
    result: dict[int, Path] = {}
    for file in files:
        numbers = re.findall(r"\d+", file.stem)
        if not numbers:
            raise InputError(f"{file} has no frame number in its name, such as NAME_frame0012{file.suffix}")
        number = int(numbers[-1])
        if number in result:
            raise InputError(f"{result[number]} and {file} are both frame {number}: leave one of them")
        result[number] = file
    return result


def _read(path: Path) -> Any:
    try:
        if path.suffix == ".pkl":
            return read_pickle(path)
        if path.suffix == ".mat":
            return read_arrays(path, ENTRIES)
        return open_arrays(path, ENTRIES)
    except InputError:
        raise
    except (OSError, *DAMAGED) as error:
        raise InputError(f"cannot read {path}: {error}; arrays of numbers are needed, not pickled objects") from error


def _arrays(content: Any, path: Path) -> dict[str, np.ndarray]:
    if not isinstance(content, Mapping):
        raise InputError(f"{path} holds a {type(content).__name__}, not a dictionary with {', '.join(ENTRIES)}")
    missing = [name for name in ENTRIES if name not in content]
    if missing:
        raise InputError(
            f"{path} lacks {', '.join(missing)}: it needs {', '.join(ENTRIES)} of DECA's encode(), which its demo does "
            "not save by itself (docs/flame.md shows how)"
        )
    if any(isinstance(content[name], Unread) for name in ENTRIES):
        raise InputError(f"{path} holds torch tensors: save them as numpy arrays, with .cpu().numpy()")
    return {name: np.asarray(content[name]) for name in ENTRIES}


def _frame(content: Any, path: Path) -> Float[np.ndarray, " 59"]:
    parts = []
    for name, array in _arrays(content, path).items():
        if array.dtype.kind not in "fiu" or array.size != ENTRIES[name]:
            raise InputError(f"{path}: {name} has shape {array.shape}; one frame has {ENTRIES[name]} numbers")
        parts.append(array.ravel().astype(np.float64))
    return np.concatenate(parts)


def _clip(content: Any, path: Path) -> Float[np.ndarray, "T 59"]:
    arrays = _arrays(content, path)
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or array.ndim != 2 or array.shape[1] != ENTRIES[name]:
            raise InputError(f"{path}: {name} has shape {array.shape}; a clip of T frames has (T, {ENTRIES[name]})")
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise InputError(f"{path} has different numbers of frames: {listed}")
    return np.concatenate(list(arrays.values()), axis=1).astype(np.float64)
