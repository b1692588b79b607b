"""``ksdiff animate``."""

import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Literal

from ksdiff.cli.console import Positional, RayAddress, lines_done, note, say, stages
from ksdiff.errors import InputError, Interrupted

if TYPE_CHECKING:
    from ksdiff.batch.line import Directions, Settings


@dataclass
class Animate:
    """Turn a voice, or many, into a moving head. Interrupted, the same command goes on from what is done.

    Writes motion.npz, arkit.csv, head.glb, timeline.png, preview.html, keyframes.json and preview.mp4; of many voices a
    folder each, and results.csv and results.json, see docs/batch.md.
    """

    audio: Positional
    """Any file with sound; or many: a folder of them, or a list of lines (.csv, .json)."""
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
    """Denoising steps of both paths."""
    expression_steps: int | None = None
    """Denoising steps of the expression, if others."""
    head_steps: int | None = None
    """Denoising steps of the head, if others."""
    solver_order: int | None = None
    """Of the solver: 1 is DDIM, 2 is DPM-Solver++(2M)."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    plan: Literal["none", "grid", "keyframes"] | None = None
    """Two stages: draw poses first, on a grid or at the keyframes, over up to 30 s, and the motion through them."""
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

    workers: int | None = None
    """Processes for many voices; by default as many as there are cores and memory for."""
    ray: RayAddress = None
    """Animate many voices on a Ray cluster: its ADDRESS, or the one that runs or is started here. Extra cluster."""
    size: str = "512"
    """Of videos and image sequences, pixels: 720, or 1920x1080."""

    def run(self) -> None:
        """Animate and write."""
        from ksdiff.batch.line import Directions, Settings
        from ksdiff.batch.read import is_list
        from ksdiff.files import read_text
        from ksdiff.layers.emotion_file import read_emotions
        from ksdiff.output.formats import parse_size
        from ksdiff.output.picture import Picture

        many = is_list(self.audio)
        if many and (self.text is not None or self.text_file is not None or self.keyframes is not None):
            raise InputError(
                f"--text, --text-file and --keyframes are for one voice, but {self.audio} stands for many: give them "
                "in the columns text, text_file and keyframes of a list"
            )
        if self.workers is not None and not many:
            raise InputError("--workers is for many voices: give a folder of sounds, or a list (.csv, .json)")
        if self.ray is not None and (self.workers is not None or not many):
            raise InputError("--ray is for many voices, a folder of sounds or a list, and takes the place of --workers")
        if self.text is not None and self.text_file is not None:
            raise InputError("--text and --text-file are both given: give one of them")
        directions = Directions(
            text=read_text(self.text_file) if self.text_file else self.text, style=self.style, seed=self.seed,
            head_seed=self.head_seed, expression_seed=self.expression_seed, emotion=self.emotion,
            emotions=() if self.emotion_file is None else read_emotions(self.emotion_file), keyframes=self.keyframes,
            timecode=self.timecode, formats=self.formats,
        )  # fmt: skip
        settings = Settings(
            model=self.model, transcribe=self.transcribe, steps=self.steps, expression_steps=self.expression_steps,
            head_steps=self.head_steps, solver_order=self.solver_order, guidance=self.guidance, plan=self.plan,
            fps=self.fps, rest=self.rest, blinks=self.blinks, onto=self.onto, picture=Picture(*parse_size(self.size)),
        )  # fmt: skip
        if many:
            self._animate_many(directions, settings)
        else:
            self._animate_one(directions, settings)

    def _animate_one(self, directions: "Directions", settings: "Settings") -> None:
        began = time.monotonic()
        from ksdiff.batch.line import Line
        from ksdiff.batch.perform import GUESSED, check, outputs_of, perform
        from ksdiff.files import check_folder, refuse_overwriting
        from ksdiff.output.avatar import read_avatar
        from ksdiff.output.formats import check_available
        from ksdiff.unfinished import NAME, RESUMED

        line = Line(1, self.audio, self.out.name, directions)
        # What is wrong with these is said before the work and not after it.
        check(directions, settings)
        check_available(directions.formats or ())
        inputs = (self.audio, self.text_file, self.keyframes, self.emotion_file, self.onto, self.model)
        unfinished = self.out / NAME
        refuse_overwriting(inputs, [*outputs_of(line, settings, self.out), unfinished])
        check_folder(self.out)
        avatar = None if self.onto is None else read_avatar(self.onto)
        with _resumable(unfinished), stages() as stage:

            def move(name: str, done: float) -> None:
                if name == RESUMED:
                    note("resumed:", f"{done:.0%} of the motion was there already")
                stage(name, done)

            performed = perform(line, settings, self.out, self.model, avatar, move, unfinished)
        for name, reason in performed.missing.items():
            note(f"{name} was not made:", reason)
        if self.emotion == GUESSED:
            values = [one.arousal or 0.0 for one in performed.guessed]
            found = f"{min(values):.2f} to {max(values):.2f}" if values else "none: too little voice"
            say(f"arousal guessed from loudness and pitch: {found}; nothing is known about valence")
        if performed.report:
            say("\n".join(performed.report))
        seconds, motion = time.monotonic() - began, performed.motion
        say(
            f"{', '.join(path.name for path in performed.written)} in {self.out}\n"
            f"{motion.duration:.2f} s of motion, {len(motion)} frames at {motion.fps:g} frames/s, "
            f"in {seconds:.1f} s ({seconds / motion.duration:.2f} of real time), "
            f"seed {self.seed}, model {motion.info['model']}, style {self.style}"
        )

    def _animate_many(self, directions: "Directions", settings: "Settings") -> None:
        began = time.monotonic()
        from ksdiff.batch.animate_lines import animate_lines
        from ksdiff.batch.read import read_lines
        from ksdiff.batch.results import TABLES
        from ksdiff.files import refuse_overwriting

        if self.audio.is_file():
            refuse_overwriting((self.audio, self.emotion_file), [self.out / name for name in TABLES])
        lines = read_lines(self.audio, self.out, settings, directions)
        lines = tuple(replace(line, inputs=(*line.inputs, self.audio)) for line in lines)
        try:
            with lines_done() as progress:
                results = animate_lines(lines, self.out, settings, self.workers, progress, self.ray)
        except KeyboardInterrupt as error:
            raise Interrupted(f"cancelled; what is done is in {self.out}, see results.csv", signal.SIGINT) from error
        failed = [result for result in results if result.status == "failed"]
        for result in failed:
            note(f"line {result.line} ({result.output}) failed:", result.message, "red")
        for result in results:
            if result.status != "failed" and result.message:
                note(f"line {result.line} ({result.output}):", result.message)
        counts = {
            status: sum(result.status == status for result in results) for status in ("done", "unchanged", "failed")
        }
        say(
            f"{', '.join(f'{count} {status}' for status, count in counts.items() if count)} of {len(results)} lines, "
            f"{sum(result.duration for result in results):.1f} s of motion, in {time.monotonic() - began:.1f} s; "
            f"results.csv and results.json in {self.out}"
        )
        if failed:
            sys.exit(1)


class _Terminated(KeyboardInterrupt):
    """SIGTERM came."""


@contextmanager
def _resumable(unfinished: Path) -> Generator[None, None, None]:
    """End by SIGINT and SIGTERM with what is done kept in a file, where there is one, and say so.

    Raises:
        Interrupted: One of them came.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise _Terminated

    if threading.current_thread() is not threading.main_thread():  # which alone is told of signals
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt as error:
        number = signal.SIGTERM if isinstance(error, _Terminated) else signal.SIGINT
        if not unfinished.exists():
            sys.exit(128 + number)
        raise Interrupted(f"stopped; what is done is kept in {unfinished}", number) from error
    finally:
        signal.signal(signal.SIGTERM, before)
