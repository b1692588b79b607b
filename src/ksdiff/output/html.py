"""Preview page: one HTML file with viewer, head, motion and sound inside, for any browser, without a network.

The viewer is built from ``web/viewer``.
"""

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.gltf import glb
from ksdiff.output.mp3 import encode_mp3
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.templates import page_pieces

_LOUDNESS_BARS = 1500
_PIECE = 3 << 18  # bytes; a multiple of 3, so that the pieces' base64 joins


def write_html(
    motion: Motion,
    path: Path | str,
    audio: Path | str | Float[np.ndarray, " N"],
    title: str | None = None,
    head: bytes | None = None,
) -> None:
    """Write a page that plays a motion with its sound.

    Args:
        motion: The motion.
        path: The file to write.
        audio: A sound file, taken over as mono or stereo; or mono samples at 16 kHz.
        title: What stands at the top; by default the name of the sound file.
        head: GLB that performs the motion, in place of the open head.

    Raises:
        InputError: The motion is not in the arkit space, or the sound cannot be read.
    """
    samples = audio if isinstance(audio, np.ndarray) else load(audio)
    if title is None:
        title = "ksdiff preview" if isinstance(audio, np.ndarray) else Path(audio).name
    duration = max(motion.duration, len(samples) / SAMPLE_RATE)
    keys = ("model", "style", "expression_seed", "head_seed")
    shown = (f"{key.replace('_', ' ')} {motion.info[key]}" for key in keys if motion.info.get(key) is not None)
    performance = {
        "title": title,
        "detail": " · ".join((f"{motion.duration:.1f} s", f"{motion.fps:g} frames/s", *shown)),
        "duration": duration,
        "fps": motion.fps,
        "words": [{"text": word.text, "start": word.start, "end": word.end} for word in motion.words],
        "keyframes": {
            name: [
                {"time": round(int(t) / motion.fps, 4), "strength": round(float(strengths[t]), 3)}
                for t in np.flatnonzero(strengths)
            ]
            for name, strengths in (
                ("expression", motion.keyframes_expression),
                ("head", motion.keyframes_head),
            )
        },
        "loudness": loudness(samples),
    }
    pieces = page_pieces(
        "preview.html",
        title=title,
        performance=performance,
        sound=_base64(encode_mp3(audio, duration)),
        head=_base64(glb(motion) if head is None else head),
    )
    with atomic_write(Path(path)) as temporary, temporary.open("w", encoding="utf-8") as file:
        for piece in pieces:
            file.write(piece)


def _base64(content: bytes) -> Iterator[str]:
    """Base64 in pieces: an hour of sound takes 60 MB, of which no copies are made."""
    for start in range(0, len(content), _PIECE):
        yield base64.b64encode(content[start : start + _PIECE]).decode()


def loudness(samples: Float[np.ndarray, " N"]) -> list[float]:
    """Root of the greatest amplitude in equal steps, relative to the loudest: the viewer's bars."""
    edges = np.linspace(0, len(samples), min(_LOUDNESS_BARS, len(samples)) + 1).astype(int)[:-1]
    peaks = np.maximum(np.maximum.reduceat(samples, edges), -np.minimum.reduceat(samples, edges))
    return np.sqrt(peaks / max(float(peaks.max()), 1e-4)).round(2).tolist()
