"""``ksdiff portrait``."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from ksdiff.cli.console import Positional, say, stages


@dataclass
class Portrait:
    """Let a photo speak: a photo with one face, and a voice or a motion, become a video.

    Use photos of people who agreed to it. The file says that it is synthetic; label it so where you show it.
    """

    photo: Positional
    """Photo, painting, drawing or render with one face from the front, 200 pixels wide or more."""
    audio: Annotated[Path | None, tyro.conf.Positional] = None
    """Any file with sound; not needed with --motion."""
    out: Path = Path("talk.mp4")
    """What to write: .mp4; without the background .webm or .mov; .html, a page that plays it; or .glb, a head with
    the 52 shapes, which needs neither voice nor motion."""
    motion: Path | None = None
    """motion.npz to show in place of one made from the voice, such as an edited performance."""
    size: str = "512"
    """Of the picture, pixels: 1024, or 1080x1920."""
    framing: Literal["face", "photo"] = "face"
    """Show the head and what is around it, or the whole photo, no larger than the size."""
    background: str | None = None
    """One colour in place of the photo's background, such as '#00b140'."""
    watermark: str | None = None
    """Text to show in the lower right corner, such as AI-generated."""
    renderer: Literal["head", "liveportrait"] = "head"
    """What draws: head moves the photo's own pixels; liveportrait draws new ones, with weights that you have."""
    weights: Path | None = None
    """Folder with LivePortrait's weights: .pth as published, .safetensors, or .onnx."""
    device: str = "auto"
    """Where LivePortrait's networks are computed: auto, cpu or cuda."""
    text: str | None = None
    """What is said."""
    transcribe: bool = False
    """Recognise what is said (English), if no text is given."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    style: str = "neutral"
    """A training speaker's style, or neutral for the average."""
    seed: int = 0
    """Seed of everything random."""
    fps: float = 25.0
    """Frame rate, where the motion is made from the voice."""
    emotion: str | None = None
    """Emotion of the whole sound: happy, happy:0.6, or valence and arousal as 0.5,-0.2."""

    def run(self) -> None:
        """Prepare, animate, draw."""
        began = time.monotonic()
        from ksdiff.animator import AnimateOptions
        from ksdiff.layers.emotion_file import parse_emotion
        from ksdiff.output.formats import parse_size
        from ksdiff.photo.speak import portrait

        emotions = () if self.emotion is None else (parse_emotion(self.emotion),)
        options = AnimateOptions(style=self.style, seed=self.seed, fps=self.fps, emotions=emotions)
        size = parse_size(self.size)
        with stages() as stage:
            motion = portrait(
                self.photo, self.audio, self.out, motion=self.motion, text=self.text, transcribed=self.transcribe,
                model=self.model, options=options, size=size, framing=self.framing, background=self.background,
                watermark=self.watermark, renderer=self.renderer, weights=self.weights, device=self.device,
                progress=stage,
            )  # fmt: skip
        if motion is None:
            say(f"{self.out}\na head with 52 shapes, in {time.monotonic() - began:.1f} s; the file says what it is")
            return
        say(
            f"{self.out}\n{motion.duration:.2f} s, {len(motion)} frames at {motion.fps:g} frames/s, in "
            f"{time.monotonic() - began:.1f} s; the file says that it is synthetic"
        )
