"""Preview page: one HTML file with viewer, head, motion and sound inside, for any browser, without a network.

The viewer is built from ``web/viewer``.
"""

import base64
import html
import io
import json
from importlib.resources import files
from pathlib import Path

import av
import numpy as np
from jaxtyping import Float

from ksdiff.files import atomic_write
from ksdiff.motion import Motion
from ksdiff.output.gltf import glb
from ksdiff.output.video import SoundTrack
from ksdiff.speech.audio import SAMPLE_RATE, load

_BIT_RATE = 96_000  # bits/s: enough for speech, mono or stereo
_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000)  # samples/s that MP3 has
_LOUDNESS_BARS = 1500

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ksdiff">
<title>{title}</title>
</head>
<body>
<main id="player"></main>
<noscript>This page plays a moving head; it needs JavaScript.</noscript>
<script type="application/json" id="performance">{performance}</script>
<script type="text/plain" id="sound">{sound}</script>
<script type="text/plain" id="head">{head}</script>
<script>{viewer}</script>
</body>
</html>
"""


def write_html(
    motion: Motion,
    path: Path | str,
    audio: Path | str | Float[np.ndarray, " N"],
    title: str | None = None,
) -> None:
    """Write a page that plays a motion with its sound.

    Args:
        motion: The motion.
        path: The file to write.
        audio: A sound file, taken over as mono or stereo; or mono samples at 16 kHz.
        title: What stands at the top; by default the name of the sound file.

    Raises:
        InputError: The motion is not in the arkit space, or the sound cannot be read.
    """
    samples = audio if isinstance(audio, np.ndarray) else load(audio)
    if title is None:
        title = "ksdiff preview" if isinstance(audio, np.ndarray) else Path(audio).name
    duration = max(motion.duration, len(samples) / SAMPLE_RATE)
    head = glb(motion)
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
    # "<" could end the script element early.
    data = json.dumps(performance, ensure_ascii=False).replace("<", "\\u003c")
    page = _PAGE.format(
        title=html.escape(title),
        performance=data,
        sound=base64.b64encode(encode_mp3(audio, duration)).decode(),
        head=base64.b64encode(head).decode(),
        viewer=files("ksdiff").joinpath("assets/viewer.js").read_text(encoding="utf-8"),
    )
    with atomic_write(Path(path)) as temporary:
        temporary.write_text(page, encoding="utf-8")


def encode_mp3(audio: Path | str | Float[np.ndarray, " N"], duration: float) -> bytes:
    """Compress sound to MP3, which every browser plays.

    Its header tells players the encoder's delay, so that it stays in step.

    Args:
        audio: A sound file, or mono samples at 16 kHz.
        duration: Where to cut the sound, s.

    Raises:
        InputError: The sound cannot be read.
    """
    content = io.BytesIO()
    with av.open(content, "w", format="mp3") as container:
        SoundTrack(container, audio, duration, "libmp3lame", _BIT_RATE, _RATES).finish()
    return content.getvalue()


def loudness(samples: Float[np.ndarray, " N"]) -> list[float]:
    """Root of the greatest amplitude in equal steps, relative to the loudest: the viewer's bars."""
    edges = np.linspace(0, len(samples), min(_LOUDNESS_BARS, len(samples)) + 1).astype(int)[:-1]
    peaks = np.maximum(np.maximum.reduceat(samples, edges), -np.minimum.reduceat(samples, edges))
    return np.sqrt(peaks / max(float(peaks.max()), 1e-4)).round(2).tolist()
