"""What the server says and takes, as types: OpenAPI comes from them, and from that the page's ``api-types.ts``."""

import hashlib
from typing import Annotated, Generic, Literal, TypeVar

import numpy as np
from jaxtyping import Bool
from pydantic import BaseModel, ConfigDict, Field

from ksdiff.editing.character import Character
from ksdiff.editing.history import History
from ksdiff.editing.layers import Layers
from ksdiff.editing.pose_library import NamedPose
from ksdiff.editing.project import Project
from ksdiff.editing.schema import Name, PathName, Seconds, Seed
from ksdiff.editing.takes import Choice, Keyframe, Take, Variation
from ksdiff.layers.eyes import EyeBehaviour
from ksdiff.motion import MOTION_RATE, Word
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.speech.forced_alignment import Phone

T = TypeVar("T")
MAX_VARIANTS = 8  # seeds of one range at once
MAX_LIST = 8_000_000  # characters of a list, a transcript or an emotion file
FilePath = Annotated[str, Field(min_length=1, max_length=4000)]


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


class CharacterAnswer(Answer):
    """The user's own character; `Rig` says how it moves.

    Attributes:
        name: Of its file.
        size: Of its file, bytes.
        digest: Of its file; tells whether the file is another one.
        revision: Tells whether anything about it is another.
        here: Whether its file is in the project, and not only a reference.
        following: How many of its shapes follow the motion.
        shapes: How many it has.
    """

    name: str
    size: int
    digest: str
    revision: str
    here: bool
    following: int
    shapes: int


class ProjectAnswer(Answer):
    """All of a project except its sound and motion.

    Attributes:
        version: Grows with every change, also with undo.
        duration: Of the sound, s.
        undo: What undo would undo, in words; None where it cannot.
        redo: The same for redo.
        reference: Whether there is a video beside the voice.
        character: The user's own character that the motion is shown on and exported to.
        style: A training speaker, or ``neutral`` for the average.
    """

    id: str
    name: str
    version: int
    reference: bool
    character: CharacterAnswer | None
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


class Progress(Answer):
    """Event ``progress``: how far work is, 0..1."""

    stage: str
    done: float


ProjectState = Literal["ready", "waiting", "working", "failed", "cancelled"]


class ProjectSummary(Answer):
    """What the list of projects says of one; see `ksdiff.studio.storage.About`.

    Attributes:
        state: Whether its first motion is there; or waits for others, is being made, could not be made, or was
            cancelled.
        progress: Of the first motion that is being made.
    """

    id: str
    name: str
    duration: float
    changed: float
    reference: str | None
    character: str | None
    source: str | None
    state: ProjectState
    failure: str | None
    progress: Progress | None = None


class Removed(Answer):
    """Event ``removed``: a project was deleted."""

    id: str


class ListRequest(BaseModel):
    """Files that were dropped together, to become a project for each line.

    Attributes:
        name: Path of the list among them; None where each sound is a line.
        content: Of the list.
        files: Paths of the sounds, with ``/`` between parts.
        texts: Contents of transcripts and emotion files, by their paths.
    """

    model_config = ConfigDict(frozen=True)
    name: FilePath | None = None
    content: Annotated[str, Field(max_length=MAX_LIST)] | None = None
    files: Annotated[tuple[FilePath, ...], Field(max_length=20_000)]
    texts: Annotated[dict[FilePath, Annotated[str, Field(max_length=MAX_LIST)]], Field(max_length=20_000)] = {}


class ListLine(Answer):
    """A line that waits for its sound.

    Attributes:
        number: Which of the list, from 1 on.
        file: Path of its sound among those that were dropped.
        name: Of the project that it becomes.
    """

    number: int
    file: str
    name: str


class ListAnswer(Answer):
    """A list that was read; each line's sound is to be sent now."""

    id: str
    lines: tuple[ListLine, ...]


class ExportAllRequest(BaseModel):
    """Which projects to export, and how.

    Attributes:
        ids: Of the projects.
        formats: Names of formats.
        fps: Frames per second.
    """

    model_config = ConfigDict(frozen=True)
    ids: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20_000)]
    formats: Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)]
    fps: float


class ExportAllAnswer(Answer):
    """How far the export of many projects is.

    Attributes:
        id: Of the zip.
        finished: Projects that are written or have failed.
        failed: Those that have failed; the table in the zip says why.
        total: Of all.
        state: ``working``, ``done``, ``failed`` or ``cancelled``.
        message: Why it failed.
    """

    id: str
    finished: int
    failed: int
    total: int
    state: Literal["working", "done", "failed", "cancelled"]
    message: str = ""


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
        max_character: Bytes of a character.
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
    max_character: int


class Changed(Answer):
    """Event ``changed``: the project has a new version."""

    version: int


class Refusal(Answer):
    """Why a request was refused, for people to read; also the event ``failed``."""

    message: str


class VariantsRequest(BaseModel):
    """Several seeds for one range, to choose from.

    Attributes:
        path: ``expression`` or ``head``.
        start: Start of the range, s.
        end: End of the range, s; at most 20 s later.
        seeds: Of the noise, each another.
        take: Name of the take; None for the one that is seen at the start.
        gestures: Each seed, of an expression, also draws gestures of the face.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    path: PathName
    start: Seconds
    end: Seconds
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1, max_length=MAX_VARIANTS)]
    take: Name | None = None
    gestures: bool = False


class ExportRequest(BaseModel):
    """What to export.

    Attributes:
        formats: Names of formats.
        fps: Frames per second.
        take: One take alone; None for the finished motion.
        timecode: Of the first frame, ``HH:MM:SS:FF``; None for 0.
        character: Write the project's character with the motion too.
        width: Of pictures and videos, pixels; even.
        height: Of pictures and videos, pixels; even.
        background: Colour behind the head in the MP4, as ``#rrggbb``; None for the dark backdrop.
    """

    model_config = ConfigDict(frozen=True)
    formats: Annotated[tuple[Name, ...], Field(max_length=100)]
    fps: float
    take: Name | None = None
    timecode: Name | None = None
    character: bool = False
    width: Annotated[int, Field(ge=16, le=4096)] = 512
    height: Annotated[int, Field(ge=16, le=4096)] = 512
    background: Annotated[str | None, Field(pattern="^#[0-9a-fA-F]{6}$")] = None


class ExportResult(Answer):
    """What came of an export.

    Attributes:
        id: Of the zip.
        missing: For each format that could not be written, why.
        report: What became of the motion on the character, line by line.
    """

    id: str
    missing: dict[str, str]
    report: tuple[str, ...]


class ShapeAnswer(Answer):
    """A shape of a character, see `ksdiff.output.avatar.Shape`.

    Attributes:
        follows: What it follows, with weights.
        proposed: What it is proposed to follow.
    """

    name: str
    label: str
    expression: bool
    binary: bool
    binds: tuple[tuple[int, int, float], ...]
    follows: dict[str, float]
    proposed: dict[str, float]


class RegionAnswer(Answer):
    """The problem of a region of the face, see `ksdiff.output.reduction.Region`."""

    channels: tuple[int, ...]
    shapes: tuple[int, ...]
    quadratic: tuple[tuple[float, ...], ...]
    linear: tuple[tuple[float, ...], ...]
    offset: tuple[float, ...]
    start: tuple[tuple[float, ...], ...]


class BoneAnswer(Answer):
    """A bone that turns.

    Attributes:
        name: ``head``, ``neck``, ``leftEye`` or ``rightEye``.
        node: Its number.
        label: What the file calls it.
        share: Part of the turn that it takes.
    """

    name: str
    node: int
    label: str
    share: float


class Rig(Answer):
    """How a character moves.

    Attributes:
        shapes: All that it has.
        used: What is solved for: names that shapes follow and that count.
        followable: All names that a shape may follow.
        regions: The problems that give a value to each name that is used.
        bones: Those that turn.
        eyes: How far eyes turn sideways, up and down at a weight of 1, rad.
        backwards: It faces -z.
        most: Of a photo, how far its head turns at most, held softly: pitch, yaw and roll, rad.
        nodes: Names of nodes that may be its head and neck.
        head_node: The one that is named to be its head.
        neck_node: The same for its neck.
        undrawn: The compression for which the page cannot show it.
    """

    shapes: tuple[ShapeAnswer, ...]
    used: tuple[str, ...]
    followable: tuple[str, ...]
    regions: tuple[RegionAnswer, ...]
    bones: tuple[BoneAnswer, ...]
    eyes: tuple[float, float, float]
    backwards: bool
    most: tuple[float, float, float] | None
    nodes: tuple[str, ...]
    head_node: str | None
    neck_node: str | None
    undrawn: str | None


def character_answer(character: Character) -> CharacterAnswer:
    """A character in the words of the page."""
    told = (character.digest, character.data is None, character.shapes, character.head_node, character.neck_node)
    return CharacterAnswer(
        name=character.name,
        size=character.size,
        digest=character.digest,
        revision=hashlib.sha256(repr(told).encode()).hexdigest()[:16],
        here=character.data is not None,
        following=character.following,
        shapes=len(character.shapes),
    )


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


def project_answer(history: History, *, id: str, name: str, version: int, reference: bool) -> ProjectAnswer:
    """A project in the words of the page."""
    project = history.present
    undo, redo = step_names(history)
    return ProjectAnswer(
        id=id,
        name=name,
        version=version,
        reference=reference,
        character=None if project.character is None else character_answer(project.character),
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
    if not edits and before.character != after.character:
        return "character"
    return edits[-1].tag.replace("_", " ") if edits else "change"
