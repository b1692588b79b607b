"""A project in the words of the page: see ``web/studio/src/api.ts``."""

import io
import wave
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from ksdiff.editing.project import History, Project, Take
from ksdiff.editing.typed import to_json
from ksdiff.motion import MOTION_RATE, Motion
from ksdiff.motion.space import PATHS
from ksdiff.speech.audio import SAMPLE_RATE

WAVEFORM_RATE = 400  # pairs of peaks a second


def describe(project: Project) -> dict[str, Any]:
    """Everything of a project but its sound and its motion."""
    return {
        "frames": project.frames,
        "fps": MOTION_RATE,
        "duration": len(project.voice.samples) / SAMPLE_RATE,
        "model": project.model,
        "channels": {path: list(project.channels(path)) for path in PATHS},
        "words": [to_json(word) for word in project.words],
        "phones": [to_json(phone) for phone in project.phones],
        "takes": [_take(take) for take in project.takes],
        "choices": [to_json(choice) for choice in project.choices],
        "pins": [{"path": pin.path, "start": pin.start, "stop": pin.stop} for pin in project.pins],
        "layers": to_json(project.layers),
        "stale": project.stale,
    }


def steps(history: History) -> dict[str, str | None]:
    """What undo and redo would undo and redo."""
    undo = _step(history.past[-1], history.present) if history.past else None
    redo = _step(history.present, history.future[-1]) if history.future else None
    return {"undo": undo, "redo": redo}


def _step(before: Project, after: Project) -> str:
    edits = after.edits[len(before.edits) :]
    return edits[0].kind.replace("_", " ") if edits else "change"


def _take(take: Take) -> dict[str, Any]:
    return {
        "name": take.name,
        "made": take.made,
        "sampling": {
            path: {
                "seed": getattr(take.sampling, f"{path}_seed"),
                "temperature": getattr(take.sampling, f"{path}_temperature"),
                "guidance": take.sampling.guidance_of(path),
            }
            for path in PATHS
        },
        "keyframes": {path: [to_json(keyframe) for keyframe in take.keyframes[path]] for path in PATHS},
        "stale": {path: spans(take.stale[path]) for path in PATHS},
        "variations": [to_json(variation) for variation in take.variations],
    }


def spans(mask: Bool[np.ndarray, " T"]) -> list[dict[str, int]]:
    """Ranges of frames where a mask is true."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    return [{"start": int(start), "stop": int(stop)} for start, stop in edges]


def motion_bytes(motion: Motion) -> bytes:
    """Expression and head of each frame, one after the other, 32-bit floats, little-endian."""
    return np.concatenate([motion.expression, motion.head], axis=1).astype("<f4").tobytes()


def waveform_bytes(samples: Float[np.ndarray, " N"]) -> bytes:
    """Least and greatest sample of each 1/400 s, -127..127, one pair after the other, relative to the loudest."""
    count = max(1, round(len(samples) / SAMPLE_RATE * WAVEFORM_RATE))
    edges = np.linspace(0, len(samples), count + 1).astype(int)[:-1]
    peaks = np.stack([np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)], axis=1)
    return np.round(peaks * (127 / max(float(np.abs(peaks).max()), 1e-3))).astype(np.int8).tobytes()


def wav_bytes(samples: Float[np.ndarray, " N"]) -> bytes:
    """The sound as a WAV file: every browser plays it, and seeks in it to the sample."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return content.getvalue()
