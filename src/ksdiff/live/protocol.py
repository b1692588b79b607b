"""What a client and the service say to each other over a WebSocket; docs/live.md describes it.

Whatever comes from a client goes through the schemas here.
"""

import base64
import struct
from typing import Annotated, Any, Literal

import numpy as np
from jaxtyping import Float, Int
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ksdiff.errors import InputError
from ksdiff.live.sound_input import MAX_RATE, MIN_RATE
from ksdiff.live.streamer import Frames
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import MotionSpace

PROTOCOL = 1
MAX_MESSAGE = 1 << 20  # bytes of one message: 5 s of floats at 48 kHz
MAX_TEXT = 4096  # characters of a message that is not sound
FRAMES = 1  # kind of a binary message
_HEAD = struct.Struct("<BBHId")  # kind, 1 if sound follows, number of frames, first frame, its time in s


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Start(_Message):
    """The first message of a client: what it will send, and what it wants."""

    type: Literal["start"]
    rate: Annotated[int, Field(ge=MIN_RATE, le=MAX_RATE)] = 16_000
    format: Literal["pcm16", "float32"] = "pcm16"
    output: Literal["json", "binary"] = "json"
    sound: bool = False
    idle: bool = True
    max_lag: Annotated[float, Field(ge=0.1, le=60)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**53)] = 0
    style: Annotated[str, Field(max_length=200)] = "neutral"
    blinks: bool = True
    rest: bool = True
    subject: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\x20-\x7e]+$")] = "ksdiff"


class Flush(_Message):
    """The sound pauses: make all frames up to its end."""

    type: Literal["flush"]


class Interrupt(_Message):
    """Stop speaking; ``shown`` is how far the motion has been shown, s."""

    type: Literal["interrupt"]
    shown: Annotated[float, Field(ge=0, le=1e6)] | None = None


class End(_Message):
    """The session ends: make the last frames, and close."""

    type: Literal["end"]


Control = Flush | Interrupt | End
_CONTROLS: Any = TypeAdapter(Annotated[Control, Field(discriminator="type")])


def read_start(text: str) -> Start:
    """The first message.

    Raises:
        InputError: It is not what it must be.
    """
    try:
        return Start.model_validate_json(_short(text))
    except ValidationError as error:
        raise _refused("start", error) from error


def read_control(text: str) -> Control:
    """Any later message that is text.

    Raises:
        InputError: It is not what it must be.
    """
    try:
        return _CONTROLS.validate_json(_short(text))
    except ValidationError as error:
        raise _refused("flush, interrupt or end", error) from error


def read_sound(data: bytes, kind: str) -> Float[np.ndarray, " N"] | Int[np.ndarray, " N"]:
    """A message of sound: little-endian samples.

    Args:
        data: The message.
        kind: ``pcm16`` or ``float32``.

    Raises:
        InputError: It does not hold whole samples, or some are not finite numbers.
    """
    size = 2 if kind == "pcm16" else 4
    if len(data) % size:
        raise InputError(f"a message of {len(data)} bytes holds no whole samples of {size} bytes ({kind})")
    samples = np.frombuffer(data, "<i2" if kind == "pcm16" else "<f4")
    if kind == "float32" and not np.isfinite(samples).all():
        raise InputError("the sound has samples that are not finite numbers")
    return samples.astype(np.int16 if kind == "pcm16" else np.float32)


def header(space: MotionSpace, start: Start, delay: float, session: str, version: str) -> dict[str, Any]:
    """The first message of the service: what its frames will hold."""
    return {
        "type": "header", "protocol": PROTOCOL, "version": version, "session": session, "fps": MOTION_RATE,
        "space": space.name, "expression": list(space.expression), "head": list(space.head),
        "head_units": list(space.head_units), "delay": delay, "rate": start.rate, "output": start.output,
        "sound": "pcm16" if start.sound else None,
    }  # fmt: skip


def frames_as_json(frames: Frames, sound: Int[np.ndarray, " N"] | None) -> dict[str, Any]:
    """Frames as values that JSON can hold."""
    message: dict[str, Any] = {
        "type": "frames",
        "first": frames.first,
        "time": frames.first / MOTION_RATE,
        "expression": [[round(float(value), 5) for value in row] for row in frames.expression],
        "head": [[round(float(value), 6) for value in row] for row in frames.head],
    }
    if sound is not None:
        message["sound"] = base64.b64encode(sound.astype("<i2").tobytes()).decode("ascii")
    return message


def frames_as_bytes(frames: Frames, sound: Int[np.ndarray, " N"] | None) -> bytes:
    """Frames as a compact message.

    A head of 16 bytes (kind 1, whether sound follows, number of frames T as 16 bits, first frame as 32 bits, its time
    in s as a double), then for each frame its expression and head channels as 32-bit floats, then the sound as 16-bit
    integers; all little-endian.
    """
    values = np.concatenate([frames.expression, frames.head], axis=1).astype("<f4")
    head = _HEAD.pack(FRAMES, sound is not None, len(frames), frames.first, frames.first / MOTION_RATE)
    return head + values.tobytes() + (b"" if sound is None else sound.astype("<i2").tobytes())


def _short(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise InputError(f"a message of {len(text)} characters; those that are not sound may have {MAX_TEXT}")
    return text


def _refused(expected: str, error: ValidationError) -> InputError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return InputError(f"not a message {expected}: {place + ': ' if place else ''}{first['msg']}")
