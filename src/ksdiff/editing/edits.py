"""Edits: what a person changes. Each is a value, told apart in JSON by its ``edit``.

What an edit does to a project is in `ksdiff.editing.effects`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import ConfigDict, Field

from ksdiff.editing.character import Rows
from ksdiff.editing.layer_ranges import RANGE_FADE
from ksdiff.editing.schema import (
    MAX_PHONES,
    MAX_WORDS,
    STRICT,
    ChannelValue,
    Ease,
    EmotionName,
    HoldSeconds,
    Name,
    PathName,
    Seconds,
    Seed,
    SoundName,
    WaySeconds,
    check_names,
    from_data,
    to_json,
)
from ksdiff.errors import InputError, suggest
from ksdiff.layers.curves import CURVE_FADE, MAX_KEYS, CurveKey, Mode
from ksdiff.layers.emotion import DECAY, ONSET
from ksdiff.motion import Word
from ksdiff.speech.forced_alignment import Phone
from ksdiff.strict_json import parse_json

_TAG = Field(alias="edit")


def _tag_first(schema: dict[str, Any]) -> None:
    """In OpenAPI the tag is required, so that TypeScript can tell edits apart by it."""
    schema["required"] = ["edit", *schema.get("required", [])]


@dataclass(frozen=True)
class Edit:
    """One thing that a person changes. Times are s from the start of the sound and go to the nearest frame.

    Where an edit has a ``take``, None means the one that is seen there.
    """

    __pydantic_config__: ClassVar[ConfigDict] = {**STRICT, "json_schema_extra": _tag_first}
    reads_motion: ClassVar[bool] = False  # whether it depends on the finished motion, so that nothing may be stale

    @property
    def tag(self) -> str:
        """Its ``edit`` in JSON."""
        return getattr(self, "kind")  # noqa: B009 (each edit has a literal type of its own)

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it: ``{"edit": kind, ...}``."""
        values = to_json(self)
        return {"edit": values.pop("edit"), **values}

    @staticmethod
    def from_json(data: Any) -> "Edit":
        """Read what `to_json` wrote.

        Raises:
            InputError: It is not an edit.
        """
        if not isinstance(data, dict) or not isinstance(data.get("edit"), str):
            raise InputError(f'{repr(data)[:80]} is not an edit: write {{"edit": "move_keyframe", ...}}')
        kind = data["edit"]
        if kind not in EDITS:
            raise InputError(f"unknown edit {kind[:80]!r}: {suggest(kind[:80], tuple(EDITS))}")
        check_names(data, ("edit", *_names(EDITS[kind])), kind)
        return from_data(EDITS[kind], data, kind)


@dataclass(frozen=True)
class RangeEdit(Edit):
    """An edit of a range of time, which is given by its start and end or by a word.

    Attributes:
        start: Start of the range; None with a word.
        end: End of the range; None with a word.
        word: The word whose time is meant, in place of a range.
        occurrence: Which of the words of this text, from 1 on.
    """

    start: Seconds | None = None
    end: Seconds | None = None
    word: Name | None = None
    occurrence: Annotated[int, Field(ge=1, le=MAX_WORDS)] = 1


@dataclass(frozen=True)
class AddKeyframe(Edit):
    """Add a keyframe.

    Attributes:
        path: ``expression`` or ``head``.
        time: When.
        strength: 0..1.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    strength: float = 1.0
    take: Name | None = None
    kind: Annotated[Literal["add_keyframe"], _TAG] = field(default="add_keyframe", kw_only=True)


@dataclass(frozen=True)
class DeleteKeyframe(Edit):
    """Delete a keyframe, with its pose if it has one.

    Attributes:
        path: ``expression`` or ``head``.
        time: When it is.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    take: Name | None = None
    kind: Annotated[Literal["delete_keyframe"], _TAG] = field(default="delete_keyframe", kw_only=True)


@dataclass(frozen=True)
class MoveKeyframe(Edit):
    """Move a keyframe in time, with its pose if it has one.

    Attributes:
        path: ``expression`` or ``head``.
        time: When it is.
        to: When it is to be.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    to: Seconds
    take: Name | None = None
    kind: Annotated[Literal["move_keyframe"], _TAG] = field(default="move_keyframe", kw_only=True)


@dataclass(frozen=True)
class SetStrength(Edit):
    """Set the strength of a keyframe.

    Attributes:
        path: ``expression`` or ``head``.
        time: When it is.
        strength: 0..1: of an accent, how much changes; of a pose, how far the motion goes to it; of a gesture, its
            amplitude.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    strength: float
    take: Name | None = None
    kind: Annotated[Literal["set_strength"], _TAG] = field(default="set_strength", kw_only=True)


@dataclass(frozen=True)
class SetPose(Edit):
    """Set the pose of a keyframe: what the finished motion is there. Adds the keyframe where there is none.

    Attributes:
        path: ``expression`` or ``head``.
        time: When.
        pose: Values by channel name (ARKit names; rotationX to translationZ, rad and m). What is not named is free;
            an empty pose removes it.
        hold: How long it stays, s; None keeps what the keyframe has.
        attack: How long before it the motion leaves for it, s; None keeps what the keyframe has, by itself the model's.
        release: How long after its hold the motion is back, s; None likewise.
        ease: Course of an attack or release that is given; None keeps what the keyframe has, by itself ``smooth``.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    pose: Mapping[str, ChannelValue]
    hold: HoldSeconds | None = None
    attack: WaySeconds | None = None
    release: WaySeconds | None = None
    ease: Ease | None = None
    take: Name | None = None
    kind: Annotated[Literal["set_pose"], _TAG] = field(default="set_pose", kw_only=True)


@dataclass(frozen=True)
class SetHold(Edit):
    """Set how long the pose of a keyframe stays, and how fast the motion goes there and back.

    Attributes:
        path: ``expression`` or ``head``.
        time: When the keyframe is.
        hold: How long the pose stays, s.
        attack: How long before it the motion leaves for it, s; None leaves it to the model.
        release: How long after its hold the motion is back, s; None leaves it to the model.
        ease: Course of an attack or release that is given; None keeps what the keyframe has.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    hold: HoldSeconds = 0.0
    attack: WaySeconds | None = None
    release: WaySeconds | None = None
    ease: Ease | None = None
    take: Name | None = None
    kind: Annotated[Literal["set_hold"], _TAG] = field(default="set_hold", kw_only=True)


@dataclass(frozen=True)
class SetGesture(Edit):
    """Make a keyframe a gesture, in place of a pose. Adds the keyframe where there is none.

    Attributes:
        path: ``expression`` or ``head``.
        time: When: of a nod or a shake, its first and greatest excursion.
        gesture: ``emphasis``, ``brow_flash``, ``smile`` or ``frown`` of an expression; ``emphasis``, ``nod``,
            ``shake``, ``tilt`` or ``turn`` of a head; None makes it an accent again.
        strength: Its amplitude, 0..1; None keeps that of the keyframe, of a new one 1.
        seed: Of its size, tempo and side.
        take: Name of the take.
    """

    path: PathName
    time: Seconds
    gesture: Name | None
    strength: float | None = None
    seed: Seed = 0
    take: Name | None = None
    kind: Annotated[Literal["set_gesture"], _TAG] = field(default="set_gesture", kw_only=True)


@dataclass(frozen=True)
class CopyPose(Edit):
    """Set the pose of a keyframe to that of the finished motion at another time.

    Attributes:
        path: ``expression`` or ``head``.
        time: When the pose is to be.
        source: When it is.
        channels: Which channels; all if empty, except blinks and gaze.
        take: Name of the take.
    """

    reads_motion: ClassVar[bool] = True
    path: PathName
    time: Seconds
    source: Seconds
    channels: tuple[str, ...] = ()
    take: Name | None = None
    kind: Annotated[Literal["copy_pose"], _TAG] = field(default="copy_pose", kw_only=True)


@dataclass(frozen=True)
class SetSampling(Edit):
    """Regenerate a range with another seed, temperature or guidance; with none of them, as it is.

    Attributes:
        path: ``expression`` or ``head``.
        start: Start of the range.
        end: End of the range.
        seed: Of the noise; None keeps the current one.
        temperature: Scale of the noise, 0..2; None keeps the current one.
        guidance: How strongly speech drives the motion, 0..20, 1 for the plain model; None keeps the current one.
        take: Name of the take.
        gestures: The seed, of an expression, also draws gestures of the face, in place of those that seeds of before
            drew in the range; see `ksdiff.editing.drawn_gestures`.
    """

    path: PathName
    start: Seconds
    end: Seconds
    seed: Seed | None = None
    temperature: float | None = None
    guidance: float | None = None
    take: Name | None = None
    gestures: bool = False
    kind: Annotated[Literal["set_sampling"], _TAG] = field(default="set_sampling", kw_only=True)


@dataclass(frozen=True)
class PinRange(Edit):
    """Keep a range as it is, whatever else is edited.

    Attributes:
        start: Start of the range.
        end: End of the range.
        path: ``expression`` or ``head``; None for both.
    """

    reads_motion: ClassVar[bool] = True
    start: Seconds
    end: Seconds
    path: PathName | None = None
    kind: Annotated[Literal["pin"], _TAG] = field(default="pin", kw_only=True)


@dataclass(frozen=True)
class UnpinRange(Edit):
    """Let a range be edited again.

    Attributes:
        start: Start of the range.
        end: End of the range.
        path: ``expression`` or ``head``; None for both.
    """

    start: Seconds
    end: Seconds
    path: PathName | None = None
    kind: Annotated[Literal["unpin"], _TAG] = field(default="unpin", kw_only=True)


@dataclass(frozen=True)
class SetWords(Edit):
    """Set what is said and when; see `ksdiff.speech.transcript.transcribe` for times of words.

    Attributes:
        words: All words of the sound, in order.
        phones: Their speech sounds, where an alignment knows them; those of words that stay as they are stay too.
    """

    words: Annotated[tuple[Word, ...], Field(max_length=MAX_WORDS)]
    phones: Annotated[tuple[Phone, ...], Field(max_length=MAX_PHONES)] = ()
    kind: Annotated[Literal["set_words"], _TAG] = field(default="set_words", kw_only=True)


@dataclass(frozen=True)
class SetStyle(Edit):
    """Move like another speaker.

    Attributes:
        style: A training speaker of the project's weights, or ``neutral`` for the average.
    """

    style: Name
    kind: Annotated[Literal["set_style"], _TAG] = field(default="set_style", kw_only=True)


@dataclass(frozen=True)
class SetLayers(Edit):
    """Change layers.

    Attributes:
        changes: Fields of `Layers` with their new values, as JSON can hold them; fields of ``eyes``, regions of
            ``gains`` and channels of ``offsets`` that are not named stay as they are.
    """

    changes: Mapping[str, Any]
    kind: Annotated[Literal["set_layers"], _TAG] = field(default="set_layers", kw_only=True)


@dataclass(frozen=True)
class SetEmotion(RangeEdit):
    """Set the emotion of a range, or of a word: by its name, or by valence and arousal. It replaces what was set there.

    Attributes:
        emotion: Name of the emotion, see `ksdiff.layers.facs.EMOTIONS`.
        intensity: 0..1.
        valence: -1..1, in place of a name.
        arousal: -1..1, in place of a name.
        onset: How long before the start it begins to come, s.
        decay: How long after the end it is gone, s.
        seed: Of the small differences between left and right; contempt is on the right for even ones.
    """

    emotion: EmotionName | None = None
    intensity: float = 1.0
    valence: float | None = None
    arousal: float | None = None
    onset: float = ONSET
    decay: float = DECAY
    seed: Seed = 0
    kind: Annotated[Literal["set_emotion"], _TAG] = field(default="set_emotion", kw_only=True)


@dataclass(frozen=True)
class RemoveEmotion(RangeEdit):
    """Remove emotions from a range, or from a word; what lies outside stays."""

    kind: Annotated[Literal["remove_emotion"], _TAG] = field(default="remove_emotion", kw_only=True)


@dataclass(frozen=True)
class SetLookAt(RangeEdit):
    """Look at something in a range, or at a word, in place of what was looked at there: a direction or a point.

    Attributes:
        yaw: Direction from the neutral head, positive to the face's own left, rad.
        pitch: The same, positive up, rad.
        position: A point in place of a direction, m: x to the face's own left, y up, z out of the face, from the joint
            about which the head turns.
        head: How much of its natural part in the turn the head takes, 0 (the eyes alone) to 1.
    """

    yaw: float | None = None
    pitch: float | None = None
    position: tuple[ChannelValue, ChannelValue, ChannelValue] | None = None
    head: float = 1.0
    kind: Annotated[Literal["set_look_at"], _TAG] = field(default="set_look_at", kw_only=True)


@dataclass(frozen=True)
class RemoveLookAt(RangeEdit):
    """Look at the viewer again in a range, or at a word; what lies outside stays."""

    kind: Annotated[Literal["remove_look_at"], _TAG] = field(default="remove_look_at", kw_only=True)


@dataclass(frozen=True)
class SetArticulation(RangeEdit):
    """Set how far jaw and lips move in a range of speech, such as a phone, or in a word; it replaces what was there.

    Times are exact and not those of frames: phones are short.

    Attributes:
        jaw: Scale of what the jaw does, 0..3; 1 leaves it.
        lips: Scale of what the lips do apart from that, 0..3.
    """

    jaw: float = 1.0
    lips: float = 1.0
    kind: Annotated[Literal["set_articulation"], _TAG] = field(default="set_articulation", kw_only=True)


@dataclass(frozen=True)
class RemoveArticulation(RangeEdit):
    """Let jaw and lips move as the model made them in a range, or in a word; what lies outside stays."""

    kind: Annotated[Literal["remove_articulation"], _TAG] = field(default="remove_articulation", kw_only=True)


@dataclass(frozen=True)
class SetCurve(Edit):
    """Put a curve over a channel or an angle of the head. It replaces those of the channel whose keys it overlaps.

    Attributes:
        channel: An expression channel, ``yaw``, ``pitch`` or ``roll``, or a translation of the head.
        keys: Keys with time, value (weight, rad, m), tangent (``auto``, ``flat``, ``linear``, ``step``, ``free``) and,
            for free ones, slope_in and slope_out, a second.
        mode: ``add`` adds it to what lies below, ``replace`` takes its place.
        fade_in: How long before the first key it begins to come, s.
        fade_out: How long after the last key it is gone, s.
    """

    channel: Name
    keys: Annotated[tuple[CurveKey, ...], Field(max_length=MAX_KEYS)]
    mode: Mode = "add"
    fade_in: float = CURVE_FADE
    fade_out: float = CURVE_FADE
    kind: Annotated[Literal["set_curve"], _TAG] = field(default="set_curve", kw_only=True)


@dataclass(frozen=True)
class RemoveCurve(Edit):
    """Remove the curves of a channel whose keys reach into a range.

    Attributes:
        channel: What it is of.
        start: Start of the range; None for the start of the sound.
        end: End of the range; None for the end of the sound.
    """

    channel: Name
    start: Seconds | None = None
    end: Seconds | None = None
    kind: Annotated[Literal["remove_curve"], _TAG] = field(default="remove_curve", kw_only=True)


@dataclass(frozen=True)
class SetRangeLayers(RangeEdit):
    """Set layers of a range, or of a word, in place of those of the whole clip. They replace what was set there.

    Attributes:
        gains: Amplitude of regions of the face, 0..4; regions that are not named keep that of the clip.
        head_amplitude: Amplitude of the head, 0..4; None keeps that of the clip.
        expression_smoothing: Standard deviation of a Gaussian over time, s; None keeps that of the clip.
        head_smoothing: The same for the head.
        offsets: What is added to channels, in their unit; channels that are not named keep that of the clip.
        fade_in: How long before the start they begin to come, s.
        fade_out: How long after the end they are gone, s.
    """

    gains: Mapping[str, float] = field(default_factory=dict)
    head_amplitude: float | None = None
    expression_smoothing: float | None = None
    head_smoothing: float | None = None
    offsets: Mapping[str, ChannelValue] = field(default_factory=dict)
    fade_in: float = RANGE_FADE
    fade_out: float = RANGE_FADE
    kind: Annotated[Literal["set_range_layers"], _TAG] = field(default="set_range_layers", kw_only=True)


@dataclass(frozen=True)
class RemoveRangeLayers(RangeEdit):
    """Remove layers from a range, or from a word: those of the clip hold there. What lies outside stays."""

    kind: Annotated[Literal["remove_range_layers"], _TAG] = field(default="remove_range_layers", kw_only=True)


@dataclass(frozen=True)
class AddVocalization(Edit):
    """Let the face laugh, sigh, breathe, cough or cry in a range, as its sound does. It replaces those it overlaps.

    Attributes:
        sound: ``laugh``, ``sigh``, ``breath``, ``cough`` or ``cry``.
        start: Start of the sound.
        end: End of the sound.
        intensity: How far the face moves, 0..1.
    """

    sound: SoundName
    start: Seconds
    end: Seconds
    intensity: float = 1.0
    kind: Annotated[Literal["add_vocalization"], _TAG] = field(default="add_vocalization", kw_only=True)


@dataclass(frozen=True)
class RemoveVocalization(Edit):
    """Remove laughs and other sounds that reach into a range.

    Attributes:
        start: Start of the range.
        end: End of the range.
    """

    start: Seconds
    end: Seconds
    kind: Annotated[Literal["remove_vocalization"], _TAG] = field(default="remove_vocalization", kw_only=True)


@dataclass(frozen=True)
class AddTake(Edit):
    """Add a take.

    Attributes:
        name: Its name.
        source: The take to start from, with its keyframes, poses and variations; None generates one from nothing.
        sampling: What differs from the source's (or the first take's) way of sampling: ``head_seed``,
            ``expression_temperature``, ``guidance`` and other fields of `SamplingOptions`.
    """

    name: Name
    source: Name | None = None
    sampling: Mapping[str, Any] = field(default_factory=dict)
    kind: Annotated[Literal["add_take"], _TAG] = field(default="add_take", kw_only=True)


@dataclass(frozen=True)
class DeleteTake(Edit):
    """Delete a take; where it was seen, the first one is.

    Attributes:
        name: Its name.
    """

    name: Name
    kind: Annotated[Literal["delete_take"], _TAG] = field(default="delete_take", kw_only=True)


@dataclass(frozen=True)
class ChooseTake(Edit):
    """Choose which take is seen in a range.

    Attributes:
        take: Its name.
        start: Start of the range.
        end: End of the range.
        path: ``expression`` or ``head``; None for both.
    """

    take: Name
    start: Seconds
    end: Seconds
    path: PathName | None = None
    kind: Annotated[Literal["choose_take"], _TAG] = field(default="choose_take", kw_only=True)


@dataclass(frozen=True)
class SetCharacter(Edit):
    """Change how the project's character follows the motion.

    Attributes:
        shapes: What shapes follow, by name: channels with weights, see `ksdiff.output.shape_map`; an empty one leaves
            the shape at rest. Shapes that are not named stay as they are.
        proposed: Begin with the map that is proposed, instead of the present one.
        head_node: Node that turns the head; empty for the one that is found, None for no change.
        neck_node: The same for the neck.
    """

    shapes: Rows = field(default_factory=dict)
    proposed: bool = False
    head_node: Name | None = None
    neck_node: Name | None = None
    kind: Annotated[Literal["set_character"], _TAG] = field(default="set_character", kw_only=True)


_Union = (
    AddKeyframe | DeleteKeyframe | MoveKeyframe | SetStrength | SetPose | SetHold | SetGesture | CopyPose | SetSampling
    | PinRange | UnpinRange | SetWords | SetStyle | SetLayers | SetEmotion | RemoveEmotion
    | SetLookAt | RemoveLookAt | SetCurve | RemoveCurve | SetRangeLayers | RemoveRangeLayers
    | SetArticulation | RemoveArticulation
    | AddVocalization | RemoveVocalization | AddTake | DeleteTake | ChooseTake | SetCharacter
)  # fmt: skip
# Any edit, as JSON has it.
AnyEdit = Annotated[_Union, Field(discriminator="kind")]
EDITS: dict[str, type[Edit]] = {edit.kind: edit for edit in get_args(_Union)}


def read_edits(text: str, name: str) -> tuple[Edit, ...]:
    """Read a JSON list of edits.

    Args:
        text: The JSON.
        name: What to call it in messages.

    Raises:
        InputError: It is not JSON, or has something that is not an edit.
    """
    try:
        data = parse_json(text)
    except ValueError as error:
        raise InputError(f"{name} is not JSON: {error}") from error
    if not isinstance(data, list):
        raise InputError(f'{name} must be a list of edits: [{{"edit": "add_keyframe", "path": "head", "time": 1.2}}]')
    edits = []
    for number, entry in enumerate(data, start=1):
        try:
            edits.append(Edit.from_json(entry))
        except InputError as error:
            raise InputError(f"{name}, edit {number}: {error}") from error
    return tuple(edits)


def _names(kind: type[Edit]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.name != "kind")
