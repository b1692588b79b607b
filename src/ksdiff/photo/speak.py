"""The one call: a photo and a voice in, a video out."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np

from ksdiff.animator import AnimateOptions, animate
from ksdiff.errors import InputError, suggest
from ksdiff.files import check_folder, refuse_overwriting
from ksdiff.liveportrait.drive import check_drivable
from ksdiff.liveportrait.files import SOURCE
from ksdiff.liveportrait.load import load_networks
from ksdiff.model.checkpoint import DEFAULT_MODEL, Checkpoint
from ksdiff.motion import Motion
from ksdiff.output.html import write_html
from ksdiff.output.picture import Picture, check_size
from ksdiff.output.render import check_drawing, check_space
from ksdiff.photo.glb import portrait_glb, write_portrait_glb
from ksdiff.photo.neural import prepare_neural
from ksdiff.photo.prepare import Framing, Portrait, prepare_portrait
from ksdiff.photo.video import SUFFIXES, check_watermark, encoding_for, write_portrait_video
from ksdiff.speech.audio import SAMPLE_RATE, load

MODELS = (".glb", ".html")  # for programs that draw themselves
Renderer = Literal["head", "liveportrait"]
RENDERERS: tuple[Renderer, ...] = ("head", "liveportrait")


def portrait(
    photo: Path | str,
    audio: Path | str | None = None,
    out: Path | str = "talk.mp4",
    *,
    motion: Motion | Path | str | None = None,
    text: str | None = None,
    transcribed: bool = False,
    model: Checkpoint | Path | str = DEFAULT_MODEL,
    options: AnimateOptions | None = None,
    size: tuple[int, int] = (512, 512),
    framing: Framing = "face",
    background: str | None = None,
    watermark: str | None = None,
    renderer: Renderer = "head",
    weights: Path | str | None = None,
    device: str = "auto",
    progress: Callable[[str, float], None] = lambda stage, share: None,
) -> Motion | None:
    """Let a photo speak.

    Use photos of people who agreed to it, and label what you publish as synthetic; the file says so too.

    Args:
        photo: A picture with one face from the front, 200 pixels wide or more: photo, painting, drawing.
        audio: A sound file; may be left out where a motion is given, which then is silent.
        out: What to write. Video: ``.mp4``; without the background ``.webm`` or ``.mov``. ``.html``: a page that plays
            it. ``.glb``: a head with the 52 shapes for other programs, with the motion, or without one if neither voice
            nor motion is given.
        motion: A motion, or a file of one, in place of that made from the voice.
        text: What is said, if known.
        transcribed: Find out what is said, if no text is given.
        model: Weights: a name, a file, or what `load_model` gave.
        options: How to animate.
        size: Width and height, pixels; even.
        framing: ``face`` shows the head and what is around it, ``photo`` the whole photo.
        background: One colour in place of the photo's background, such as ``#00b140``.
        watermark: Text to show in a corner.
        renderer: ``head`` moves the photo's own pixels with the open head; ``liveportrait`` draws new ones with
            LivePortrait's networks, videos alone.
        weights: Folder with LivePortrait's weights, for that renderer.
        device: Where its networks are computed: ``auto``, ``cpu``, ``cuda``.
        progress: Called with the name of the stage and how much of it is done.

    Returns:
        The motion that is shown; None if there is none.

    Raises:
        InputError: Something given cannot be used; the message says what to do.
    """
    out = Path(out)
    colour = Picture(*size, background).colour
    check_size(*size)
    check_watermark(watermark)
    suffix = out.suffix.lower()
    check_renderer(renderer, weights, out)
    if suffix not in MODELS:
        encoding_for(out)
    elif background is not None or watermark is not None:
        raise InputError(f"a background colour and a watermark are for videos, but {out} is none")
    if audio is None and motion is None and suffix != ".glb":
        raise InputError("neither a voice nor a motion is given: give a sound file, or a motion.npz")
    given = None if isinstance(motion, Motion) else motion
    refuse_overwriting((photo, audio, given, model if isinstance(model, Path | str) else None), (out,))
    check_folder(out.parent)
    if suffix not in MODELS and renderer == "head":
        check_drawing()
    check_motion = check_space if renderer == "head" else check_drivable
    if motion is not None:
        motion = motion if isinstance(motion, Motion) else Motion.load(motion)
        check_motion(motion)
    if audio is not None and motion is not None:
        load(audio)  # is there any sound in it
    if weights is not None:
        progress("weights", 0.0)
        networks = load_networks(weights, device)
        prepared = prepare_neural(photo, networks, size, framing, progress)
    else:
        prepared = prepare_portrait(photo, size, framing, progress)
    if motion is None and audio is not None:
        motion = animate(audio, text, transcribed, model=model, options=options, progress=progress)
        check_motion(motion)
    if suffix == ".glb":
        assert isinstance(prepared, Portrait)
        write_portrait_glb(prepared, out, motion)
        return motion
    assert motion is not None
    if suffix == ".html":
        assert isinstance(prepared, Portrait)
        silence = np.zeros(max(1, round(motion.duration * SAMPLE_RATE)), np.float32)
        sound = silence if audio is None else audio
        write_html(motion, out, sound, f"{Path(photo).name}, synthetic", portrait_glb(prepared, motion))
        return motion
    write_portrait_video(
        prepared, motion, out, audio, background=colour, watermark=watermark,
        progress=lambda done, total: progress(out.name, done / total),
    )  # fmt: skip
    return motion


def check_renderer(renderer: str, weights: Path | str | None, out: Path) -> None:
    """See that a renderer is known, has what it needs, and can make what is wanted."""
    if renderer not in RENDERERS:
        raise InputError(f"renderer is {renderer!r}: {suggest(renderer, RENDERERS)}")
    if renderer == "head":
        if weights is not None:
            raise InputError("weights are for the renderer liveportrait: add --renderer liveportrait")
        return
    if weights is None:
        raise InputError(f"the renderer liveportrait needs --weights, a folder with LivePortrait's weights. {SOURCE}")
    if out.suffix.lower() in MODELS:
        raise InputError(
            f"LivePortrait draws pictures, so {out} cannot be made with it: write {', '.join(SUFFIXES)}, or leave out "
            "--renderer"
        )
