"""``ksdiff animate``."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ksdiff.cli.console import Positional, note, say, stages
from ksdiff.errors import InputError

if TYPE_CHECKING:
    from ksdiff.layers.emotion import EmotionRange
    from ksdiff.layers.emotion_words import EmotionOnWord


@dataclass
class Animate:
    """Turn a voice into a moving head.

    Writes motion.npz, arkit.csv, head.glb, timeline.png, preview.html, keyframes.json and preview.mp4.
    """

    audio: Positional
    """Any file with sound."""
    out: Path
    """Folder for the results."""
    text: str | None = None
    """What is said, with [laugh], [sigh], [breath], [cough] or [cry] where the voice does that."""
    text_file: Path | None = None
    """File with what is said."""
    transcribe: bool = False
    """Recognise what is said (English), if no text is given."""
    keyframes: Path | None = None
    """Keyframe file (JSON) to follow instead of predicted keyframes."""
    formats: tuple[str, ...] | None = None
    """Formats to write, such as npz csv glb usd; docs/formats.md lists all. By default: npz csv glb timeline html
    keyframes mp4."""
    onto: Path | None = None
    """Avatar of your own (.glb, .vrm, .gltf) to animate too; see ksdiff retarget."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    style: str = "neutral"
    """A training speaker's style, or neutral for the average."""
    seed: int = 0
    """Seed of everything random."""
    head_seed: int | None = None
    """Seed of the head motion, if different."""
    expression_seed: int | None = None
    """Seed of the expression, if different."""
    steps: int | None = None
    """Denoising steps."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    fps: float = 25.0
    """Frame rate of the results: 24, 25, 29.97, 30, 60, ..."""
    timecode: str | None = None
    """Timecode of the first frame: HH:MM:SS:FF."""
    rest: bool = True
    """Let the mouth come to rest where nobody speaks."""
    blinks: bool = True
    """Add blinks and gaze."""
    emotion: str | None = None
    """Emotion of the whole sound: happy, happy:0.6, valence and arousal as 0.5,-0.2, or auto, which guesses arousal
    from the voice; docs/emotion.md lists the names."""
    emotion_file: Path | None = None
    """Emotions over time, as JSON or CSV (docs/emotion.md); they cover --emotion."""

    def run(self) -> None:
        """Animate and write."""
        began = time.monotonic()
        from ksdiff.animator import AnimateOptions, animate
        from ksdiff.files import check_folder, make_folder, refuse_overwriting
        from ksdiff.layers.emotion_file import parse_emotion, read_emotions
        from ksdiff.layers.eyes import NATURAL
        from ksdiff.output.avatar import read_avatar
        from ksdiff.output.formats import Sound, check_available, output_files, write_outputs
        from ksdiff.output.retarget import retarget
        from ksdiff.output.timecode import frame_number
        from ksdiff.speech.arousal import suggest_arousal
        from ksdiff.speech.audio import load, validate

        if self.text is not None and self.text_file is not None:
            raise InputError("--text and --text-file are both given: give one of them")
        text = read_text(self.text_file) if self.text_file else self.text
        emotions: tuple[EmotionRange | EmotionOnWord, ...] = ()
        if self.emotion_file is not None:
            emotions = read_emotions(self.emotion_file)
        if self.emotion is not None and self.emotion != "auto":
            emotions = (parse_emotion(self.emotion), *emotions)
        options = AnimateOptions(
            style=self.style, seed=self.seed, head_seed=self.head_seed, expression_seed=self.expression_seed,
            steps=self.steps, guidance=self.guidance, fps=self.fps, rest=self.rest,
            eyes=NATURAL if self.blinks else None, emotions=emotions,
        )  # fmt: skip
        # What is wrong with these is said before the work and not after it.
        check_available(self.formats or ())
        outputs = output_files(self.out, self.formats)
        if self.onto is not None:
            outputs.append(self.out / f"{self.onto.stem}_speech{self.onto.suffix}")
        refuse_overwriting(
            (self.audio, self.text_file, self.keyframes, self.emotion_file, self.onto, self.model), outputs
        )
        check_folder(self.out)
        avatar = None if self.onto is None else read_avatar(self.onto)
        info: dict[str, Any] = {"audio": self.audio.name}
        suggested: tuple[EmotionRange, ...] = ()
        if self.timecode is not None:
            frame_number(self.timecode, self.fps)
            info["timecode"] = self.timecode
        with stages() as stage:
            stage("sound", 0.0)
            samples = load(self.audio)
            if self.emotion == "auto":
                suggested = suggest_arousal(validate(samples))
                options = replace(options, emotions=(*suggested, *emotions))
            motion = animate(samples, text, self.transcribe, self.keyframes, self.model, options, stage)
            motion = replace(motion, info={**motion.info, **info})
            make_folder(self.out)
            written, missing = write_outputs(motion, self.out, Sound(self.audio, samples), self.formats, stage)
            report = None
            if avatar is not None:
                written.append(outputs[-1])
                report = retarget(motion, avatar, written[-1])
        for name, reason in missing.items():
            note(f"{name} was not made:", reason)
        if self.emotion == "auto":
            values = [one.arousal or 0.0 for one in suggested]
            found = f"{min(values):.2f} to {max(values):.2f}" if values else "none: too little voice"
            say(f"arousal guessed from loudness and pitch: {found}; nothing is known about valence")
        if report is not None:
            say("\n".join(report.lines()))
        seconds = time.monotonic() - began
        say(
            f"{', '.join(path.name for path in written)} in {self.out}\n"
            f"{motion.duration:.2f} s of motion, {len(motion)} frames at {motion.fps:g} frames/s, "
            f"in {seconds:.1f} s ({seconds / motion.duration:.2f} of real time), "
            f"seed {self.seed}, model {motion.info['model']}, style {self.style}"
        )


def read_text(path: Path) -> str:
    """Read a transcript.

    Raises:
        InputError: The file is missing or not text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the text {path}: {error}") from error
