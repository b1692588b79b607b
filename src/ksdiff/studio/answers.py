"""What the server says and takes, as types: OpenAPI comes from them, and from that the page's ``api-types.ts``."""

from typing import Annotated, Generic, TypeVar

import numpy as np
from jaxtyping import Bool
from pydantic import BaseModel, ConfigDict, Field

from ksdiff.editing.history import History
from ksdiff.editing.layers import Layers
from ksdiff.editing.pose_library import NamedPose
from ksdiff.editing.project import Project
from ksdiff.editing.schema import Name, PathName
from ksdiff.editing.takes import Choice, Keyframe, Take, Variation
from ksdiff.layers.eyes import EyeBehaviour
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.speech.forced_alignment import Phone

T = TypeVar("T")


class Answer(BaseModel):
    """Anything that the server says."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class ByPath(Answer, Generic[T]):
    """One value for each path."""

    expression: T
    head: T


class Span(Answer):
    """A range of frames, one before ``stop`` at the end."""

    start: int
    stop: int


class PinAnswer(Span):
    """A pinned range, without its motion."""

    path: PathName


class PathSampling(Answer):
    """How the motion of one path is drawn from the model."""

    seed: int
    temperature: float
    guidance: float


class TakeAnswer(Answer):
    """A take, without its motion."""

    name: str
    made: bool
    sampling: ByPath[PathSampling]
    keyframes: ByPath[tuple[Keyframe, ...]]
    stale: ByPath[tuple[Span, ...]]
    variations: tuple[Variation, ...]


class ProjectAnswer(Answer):
    """All of a project except its sound and motion.

    Attributes:
        version: Grows with every change, also with undo.
        duration: Of the sound, s.
        undo: What undo would undo, in words; None where it cannot.
        redo: The same for redo.
        reference: Whether there is a video beside the voice.
        avatar: Name of the user's own head that motion can be retargeted to.
        style: A training speaker, or ``neutral`` for the average.
    """

    id: str
    name: str
    version: int
    reference: bool
    avatar: str | None
    undo: str | None
    redo: str | None
    frames: int
    fps: int
    duration: float
    model: str
    style: str
    channels: ByPath[tuple[str, ...]]
    words: tuple[Word, ...]
    phones: tuple[Phone, ...]
    takes: tuple[TakeAnswer, ...]
    choices: tuple[Choice, ...]
    pins: tuple[PinAnswer, ...]
    layers: Layers
    stale: bool


class ProjectId(Answer):
    """The id of a project that was just made."""

    id: str


class ProjectSummary(Answer):
    """What the list of projects says of one; see `ksdiff.studio.storage.About`."""

    id: str
    name: str
    duration: float
    changed: float
    reference: str | None
    avatar: str | None


class FormatAnswer(Answer):
    """A format that motion can be exported in."""

    name: str
    file: str
    about: str


class Facts(Answer):
    """What the page needs to know first.

    Attributes:
        transcribes: Whether words can be found in the sound here.
        regions: Of the face, that have a gain.
        emotions: Names of emotions.
        poses: Those that come with ksdiff.
        gestures: Of each path.
        model: Name of the weights of new projects.
        styles: Names of its training speakers; ``neutral``, the average, comes first.
        channels: Expression channels, in the order of motion.
        natural_eyes: How blinks and gaze behave by default.
        max_upload: Bytes.
    """

    version: str
    formats: tuple[FormatAnswer, ...]
    transcribes: bool
    regions: tuple[str, ...]
    emotions: tuple[str, ...]
    poses: tuple[NamedPose, ...]
    gestures: ByPath[tuple[str, ...]]
    model: str
    styles: tuple[str, ...]
    channels: tuple[str, ...]
    natural_eyes: EyeBehaviour
    max_upload: int


class Progress(Answer):
    """Event ``progress``: how far work is, 0..1."""

    stage: str
    done: float


class Changed(Answer):
    """Event ``changed``: the project has a new version."""

    version: int


class Refusal(Answer):
    """Why a request was refused, for people to read; also the event ``failed``."""

    message: str


class ExportRequest(BaseModel):
    """What to export.

    Attributes:
        formats: Names of formats.
        fps: Frames per second.
        take: One take alone; None for the finished motion.
        timecode: Of the first frame, ``HH:MM:SS:FF``; None for 0.
        avatar: Retarget the motion to the project's avatar too.
        head_node: Name of the avatar's node that turns the head, if it is not found.
        neck_node: The same for the neck.
        width: Of pictures and videos, pixels; even.
        height: Of pictures and videos, pixels; even.
        background: Colour behind the head in the MP4, as ``#rrggbb``; None for the dark backdrop.
    """

    model_config = ConfigDict(frozen=True)
    formats: Annotated[tuple[Name, ...], Field(max_length=100)]
    fps: float
    take: Name | None = None
    timecode: Name | None = None
    avatar: bool = False
    head_node: Name | None = None
    neck_node: Name | None = None
    width: Annotated[int, Field(ge=16, le=4096)] = 512
    height: Annotated[int, Field(ge=16, le=4096)] = 512
    background: Annotated[str | None, Field(pattern="^#[0-9a-fA-F]{6}$")] = None


class ExportResult(Answer):
    """What came of an export.

    Attributes:
        id: Of the zip.
        missing: For each format that could not be written, why.
        report: What became of the motion on the avatar, line by line.
    """

    id: str
    missing: dict[str, str]
    report: tuple[str, ...]


def step_names(history: History) -> tuple[str | None, str | None]:
    """What undo and redo would undo and redo."""
    undo = _step(history.past[-1], history.present) if history.past else None
    redo = _step(history.present, history.future[-1]) if history.future else None
    return undo, redo


def take_answer(take: Take) -> TakeAnswer:
    """A take in the words of the page."""

    def sampling(path: str) -> PathSampling:
        own = take.sampling
        return PathSampling(
            seed=getattr(own, f"{path}_seed"),
            temperature=getattr(own, f"{path}_temperature"),
            guidance=own.guidance_of(path),
        )

    return TakeAnswer(
        name=take.name,
        made=take.made,
        sampling=ByPath(expression=sampling(EXPRESSION), head=sampling(HEAD)),
        keyframes=ByPath(expression=take.keyframes[EXPRESSION], head=take.keyframes[HEAD]),
        stale=ByPath(expression=spans(take.stale[EXPRESSION]), head=spans(take.stale[HEAD])),
        variations=take.variations,
    )


def project_answer(
    history: History, *, id: str, name: str, version: int, reference: bool, avatar: str | None
) -> ProjectAnswer:
    """A project in the words of the page."""
    project = history.present
    undo, redo = step_names(history)
    return ProjectAnswer(
        id=id,
        name=name,
        version=version,
        reference=reference,
        avatar=avatar,
        undo=undo,
        redo=redo,
        frames=project.frames,
        fps=MOTION_RATE,
        duration=project.voice.seconds,
        model=project.model,
        style=project.style,
        channels=ByPath(expression=project.channels(EXPRESSION), head=project.channels(HEAD)),
        words=project.words,
        phones=project.phones,
        takes=tuple(map(take_answer, project.takes)),
        choices=project.choices,
        pins=tuple(PinAnswer(path=pin.path, start=pin.start, stop=pin.stop) for pin in project.pins),
        layers=project.layers,
        stale=project.stale,
    )


def spans(mask: Bool[np.ndarray, " T"]) -> tuple[Span, ...]:
    """Ranges of frames where a mask is true."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    return tuple(Span(start=int(start), stop=int(stop)) for start, stop in edges)


def _step(before: Project, after: Project) -> str:
    edits = after.edits[len(before.edits) :]
    return edits[-1].tag.replace("_", " ") if edits else "change"
