"""The command line: parses arguments; alone prints and sets exit codes."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ksdiff.errors import InputError

# Idle threads sleep: spinning ones would starve their neighbours where cores are shared. Read when torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

Path_ = Annotated[Path, tyro.conf.Positional]
console = Console(stderr=True)


@dataclass
class Animate:
    """Turn a voice into a moving head.

    Writes motion.npz, arkit.csv, head.glb, timeline.png, preview.html, keyframes.json and preview.mp4.
    """

    audio: Path_
    """Any file with sound."""
    out: Path
    """Folder for the results."""
    text: str | None = None
    """What is said."""
    text_file: Path | None = None
    """File with what is said."""
    transcribe: bool = False
    """Find out what is said, if no text is given."""
    keyframes: Path | None = None
    """Keyframe file (JSON) to follow instead of predicted keyframes."""
    formats: tuple[str, ...] | None = None
    """Formats to write: npz csv glb timeline html keyframes mp4; all that can be made here if not given."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    style: str = "neutral"
    """A training speaker's style, or neutral for the average."""
    seed: int = 0
    """Seed of everything random."""
    head_seed: int | None = None
    """Seed of the head motion, if another."""
    expression_seed: int | None = None
    """Seed of the expression, if another."""
    steps: int | None = None
    """Denoising steps."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    fps: float = 25.0
    """Frame rate of the results: 24, 25, 29.97, 30, 60, ..."""
    rest: bool = True
    """Let the mouth come to rest in silence."""
    blinks: bool = True
    """Add blinks and gaze."""

    def run(self) -> None:
        """Animate and write."""
        began = time.monotonic()
        import torch

        from ksdiff.animator import AnimateOptions, animate
        from ksdiff.audio import load
        from ksdiff.face.layers import NATURAL
        from ksdiff.files import make_folder
        from ksdiff.output.formats import Sound, check_formats, write_outputs

        if "OMP_NUM_THREADS" not in os.environ:
            torch.set_num_threads(1)  # the layers are small: waking a second thread costs more than it brings
        if self.text is not None and self.text_file is not None:
            raise InputError("--text and --text-file are both given: give one of them")
        text = read_text(self.text_file) if self.text_file else self.text
        options = AnimateOptions(
            style=self.style, seed=self.seed, head_seed=self.head_seed, expression_seed=self.expression_seed,
            steps=self.steps, guidance=self.guidance, fps=self.fps, rest=self.rest,
            eyes=NATURAL if self.blinks else None,
        )  # fmt: skip
        check_formats(self.formats or ())
        with stages() as stage:
            stage("sound", 0.0)
            samples = load(self.audio)
            motion = animate(samples, text, self.transcribe, self.keyframes, self.model, options, stage)
            motion = replace(motion, info={**motion.info, "audio": self.audio.name})
            make_folder(self.out)
            written, missing = write_outputs(motion, self.out, Sound(self.audio, samples), self.formats, stage)
        for name, reason in missing.items():
            console.print(f"[yellow]{name} was not made:[/] {reason}", highlight=False)
        seconds = time.monotonic() - began
        sys.stdout.write(
            f"{', '.join(path.name for path in written)} in {self.out}\n"
            f"{motion.duration:.2f} s of motion, {len(motion)} frames at {motion.fps:g} frames/s, "
            f"in {seconds:.1f} s ({seconds / motion.duration:.2f} of real time), "
            f"seed {self.seed}, model {motion.info['model']}, style {self.style}\n"
        )


@dataclass
class Prepare:
    """Turn videos of speaking people into a corpus for training. Run again, it goes on where it was."""

    out: Path
    """Folder of the corpus."""
    videos: Annotated[Path | None, tyro.conf.Positional] = None
    """A video, or a folder of them; a subfolder names the speaker, or manifest.csv does."""
    facegood: Path | None = None
    """Folder of FACEGOOD blendshape takes to add."""
    encoder: str = "moonshine-base"
    """Speech encoder: moonshine-base, or wav2vec2:, hubert: or wavlm: and a model folder or hub name."""
    transcribe: bool = True
    """Find out what is said where no NAME.txt lies beside NAME.mp4 (English only)."""
    workers: int = 1
    """Videos tracked at the same time."""

    def run(self) -> None:
        """Prepare the corpus."""
        from ksdiff.corpus.prepare import Settings, prepare

        settings = Settings(encoder=self.encoder, transcribe=self.transcribe)
        with stages() as stage:
            summary = prepare(
                self.videos, self.out, self.facegood, settings, self.workers,
                progress=lambda name, done, total, item: stage(f"{name} {item}", done / max(total, 1)),
            )  # fmt: skip
        for entry in summary.left_out:
            console.print(f"[yellow]left out:[/] {entry.source}: {entry.reason}", highlight=False)
        sys.stdout.write(
            f"{len(summary.clips)} clips of {summary.speakers} speakers, {summary.seconds / 60:.1f} minutes, "
            f"{len(summary.left_out)} left out, in {self.out}\n"
        )


@dataclass
class Train:
    """Train a model on a corpus. Run again with the same folder, it goes on where it was."""

    corpus: Path_
    """A prepared corpus."""
    out: Path
    """Folder of the run."""
    preset: str = "base"
    """base, paper or debug."""
    ablation: str = "full"
    """A row of the paper's Table 3, such as without-keyframes."""
    steps: int | None = None
    """Steps, if other than the preset's."""
    batch: int | None = None
    """Windows in a batch, if other than the preset's."""
    seed: int | None = None
    """Seed, if other than the preset's."""
    precision: Literal["auto", "fp32", "bf16"] | None = None
    """What to compute in; auto takes bf16 where the hardware multiplies it faster."""
    minutes: float | None = None
    """Stop after so long; run again to go on."""
    threads: int | None = None
    """Processor threads."""

    def run(self) -> None:
        """Train."""
        import torch

        from ksdiff.model.config import model_config
        from ksdiff.training.config import TRAINING_PRESETS
        from ksdiff.training.train import train

        if self.threads is not None:
            torch.set_num_threads(self.threads)
        config = model_config(self.preset, self.ablation)
        given = {name: getattr(self, name) for name in ("steps", "batch", "seed", "precision")}
        training = replace(
            TRAINING_PRESETS[self.preset],
            **{name: value for name, value in given.items() if value is not None},
        )
        with stages() as stage:

            def report(progress: Any) -> None:
                figures = progress.validation.figures if progress.validation else {}
                shown = " ".join(f"{name} {value:.2f}" for name, value in figures.items() if name.endswith("_r"))
                stage(
                    f"step {progress.step}/{progress.steps} loss {progress.losses['total']:.3f} {shown}",
                    progress.step / progress.steps,
                )

            path = train(self.corpus, self.out, config, training, report, self.minutes, stage)
        sys.stdout.write(f"{path}\n")


@dataclass
class Evaluate:
    """Score weights on speakers that they were not trained on: report.md, report.json, head_motion.png."""

    corpus: Path_
    """A prepared corpus."""
    out: Path
    """Folder for the report."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    split: Literal["test", "validation", "train"] = "test"
    """Which of the model's speakers."""
    steps: int | None = None
    """Denoising steps."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    temperature: float | None = None
    """Scale of the expression's noise."""
    rest: bool = True
    """Let the mouth come to rest in silence."""
    text: bool = True
    """Use the corpus' transcripts."""

    def run(self) -> None:
        """Evaluate."""
        from ksdiff.corpus.dataset import load_corpus
        from ksdiff.evaluation.evaluate import evaluate, write_report
        from ksdiff.files import make_folder
        from ksdiff.model.checkpoint import load_model

        checkpoint, corpus = load_model(self.model), load_corpus(self.corpus)
        given = {"steps": self.steps, "guidance": self.guidance, "expression_temperature": self.temperature}
        options = replace(checkpoint.sampling, **{name: value for name, value in given.items() if value is not None})
        if not self.text:
            corpus = replace(corpus, clips=tuple(replace(clip, words=()) for clip in corpus.clips))
        make_folder(self.out)
        speakers = tuple(checkpoint.facts["speakers"][self.split])
        with stages() as stage:
            figures, scored = evaluate(checkpoint, corpus, speakers, options, self.rest, stage)
        title = f"{Path(self.model).stem} on {len(speakers)} speakers ({self.split})"
        write_report(figures, scored, self.out, title)
        width = max(map(len, figures))
        sys.stdout.write("".join(f"{name:<{width}}  {value:.3f}\n" for name, value in figures.items()))


def read_text(path: Path) -> str:
    """Read a transcript.

    Raises:
        InputError: The file is missing or not text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the text {path}: {error}") from error


@contextmanager
def stages() -> Any:
    """A progress bar that names the stage; gives the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=1.0)

        def move(name: str, done: float) -> None:
            bars.update(task, description=name, completed=done)

        yield move


Command = (
    Annotated[Animate, tyro.conf.subcommand("animate")]
    | Annotated[Prepare, tyro.conf.subcommand("prepare")]
    | Annotated[Train, tyro.conf.subcommand("train")]
    | Annotated[Evaluate, tyro.conf.subcommand("evaluate")]
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. Exit code 2 and one message for anything that the user can mend."""
    run: Callable[[], None] = tyro.cli(
        Command,  # type: ignore[arg-type]
        prog="ksdiff",
        args=arguments,
        config=(tyro.conf.OmitArgPrefixes,),
    ).run
    try:
        run()
    except InputError as error:
        console.print(f"[red]ksdiff:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
