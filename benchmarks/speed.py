"""Where the time goes: start, stages and files, on an idle machine and beside busy processes.

    python benchmarks/speed.py [--voice FILE] [--seconds 10 60 600] [--busy 2] [--skip-stages]

The voice is repeated to the length wanted. It prints three tables:

- the start of a process, and commands as a user runs them, each a process of its own;
- the stages of one `ksdiff.animate`, one after the other, and the default writers: time alone, time beside busy
  processes, operations (products, convolutions, attention), bytes that operations read and write, and how far both are
  from what this machine does in a large matrix product and in a copy, with one thread. What is counted is counted on
  10 s and scaled. `ksdiff.animate` itself computes some stages side by side: the row after them.

Run it on an idle machine: the load when it began is part of the output.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line sets it; read when numpy is loaded
import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from counting import Count, onnx_profiles

from ksdiff import animator, pipeline
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.sampling.keyframes import KeyframeTracks
from ksdiff.model.sampling.windows import windows
from ksdiff.motion import Motion
from ksdiff.motion.space import PATHS
from ksdiff.output.formats import FORMATS, PICTURE, Sound, default_formats
from ksdiff.speech import encoder, prosody, silero, vad
from ksdiff.speech.audio import SAMPLE_RATE, frame_count, load, write_flac

generate = import_module("ksdiff.model.sampling.generate")  # the package has a function of this name
VOICE = Path(__file__).parents[1] / "tests/data/obama_speech.mp4"
AS_IT_IS = "motion, some stages side by side"
COUNTED = 10.0  # s of sound on which operations and bytes are counted
SHORT = 2.0  # s: a line of dialogue
FILES = ("npz", "csv", "glb", "timeline", "html", "keyframes")
COMMANDS = {
    "motion only (`--formats npz`)": ["--formats", "npz"],
    "all files but the MP4": ["--formats", *FILES],
    "all files": [],
    "motion only, `--transcribe`": ["--formats", "npz", "--transcribe"],
}
# Stages of `ksdiff.animate`: where a function is looked up, and its name there. What is inside another counts once.
STAGES: dict[str, tuple[Any, str]] = {
    "decode": (animator, "load"),
    "speech encoder": (encoder.MoonshineEncoder, "_run"),
    "prosody: pitch": (prosody, "_part"),
    "prosody: level": (pipeline, "prosody"),
    "DPSE, regression, words": (generate, "_encode"),
    "keyframes": (KeyframeTracks, "extend"),
    "denoising": (generate, "_denoise"),
    "layers: who speaks": (vad, "speech_probability"),
    "layers: all others": (animator, "add_layers"),
}
# What keeps a session of onnxruntime.
KEPT = ((encoder, "_load_encoder"), (silero, "_session"), (prosody, "_detector"))
# Stages that go window by window; what else is counted goes with the length of the sound.
BY_WINDOW = ("DPSE, regression, words", "keyframes", "denoising")
# Stage by the first output of each network.
ONNX = {
    "features": "speech encoder",
    "pitch": "prosody: pitch",
    "speech_probs": "layers: who speaks",
    "speech_expression": "DPSE, regression, words",
    "heard": "keyframes",
    "probabilities": "keyframes",
    "added": "denoising",
    "clean": "denoising",
}


class Clock:
    """Times of nested stages; a stage's own time is without those inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._inside: list[float] = []

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time taken."""

        def run(*arguments: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            began = time.perf_counter()
            try:
                return work(*arguments, **named)
            finally:
                passed = time.perf_counter() - began
                self.seconds[name] = self.seconds.get(name, 0.0) + passed - self._inside.pop()
                self.calls[name] = self.calls.get(name, 0) + 1
                if self._inside:
                    self._inside[-1] += passed

        return run


@contextmanager
def wrapped(wrap: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> Iterator[None]:
    """Put something around each stage."""
    before = {name: getattr(where, attribute) for name, (where, attribute) in STAGES.items()}
    for name, (where, attribute) in STAGES.items():
        setattr(where, attribute, wrap(name, before[name]))
    try:
        yield
    finally:
        for name, (where, attribute) in STAGES.items():
            setattr(where, attribute, before[name])


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """Without works side by side, whose times cannot be told apart."""
    before = [(where, where.side_by_side) for where in (pipeline, generate)]
    for where, _ in before:
        where.side_by_side = lambda works: [work() for work in works]
    try:
        yield
    finally:
        for where, side_by_side in before:
            where.side_by_side = side_by_side


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Beside processes that never rest."""
    program = [sys.executable, "-c", "while True: pass"]
    neighbours = [subprocess.Popen(program) for _ in range(count)]
    try:
        yield
    finally:
        for neighbour in neighbours:
            neighbour.kill()
            neighbour.wait()


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the fastest of some rounds."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def machine_rates() -> tuple[float, float]:
    """Operations/s of a matrix product and bytes/s, read and written, of a copy, with one thread."""
    square = np.ones((1024, 1024), np.float32)
    operations = 2 * 1024**3 / best(lambda: square @ square)
    source = np.ones(1 << 26, np.float32)
    target = np.empty_like(source)
    rate = 2 * source.nbytes / best(lambda: np.copyto(target, source))
    return operations, rate


def run_stages(path: Path, checkpoint: Checkpoint, clock: Clock) -> Motion:
    """One `ksdiff.animate`: its stages one after the other, and then all as it is."""
    clock.timed(AS_IT_IS, ksdiff_animate)(path, checkpoint)
    with one_after_the_other(), wrapped(clock.timed):
        return clock.timed("all others", ksdiff_animate)(path, checkpoint)


def ksdiff_animate(path: Path, checkpoint: Checkpoint) -> Motion:
    return animator.animate(path, model=checkpoint)


def run_writers(motion: Motion, sound: Sound, folder: Path, clock: Clock) -> dict[str, int]:
    """The default formats; gives the bytes of each file."""
    sizes = {}
    for name in default_formats(motion.space):
        format = FORMATS[name]
        target = folder / format.file
        clock.timed(f"write {name}", format.write)(motion, target, sound, lambda done: None, PICTURE, None)
        sizes[f"write {name}"] = target.stat().st_size
    return sizes


def forget_sessions() -> None:
    for where, name in KEPT:
        getattr(where, name).cache_clear()


def count_stages(path: Path, model: str) -> dict[str, Count]:
    """Operations and bytes of the stages of a sound."""
    counts: dict[str, Count] = {}
    forget_sessions()
    with onnx_profiles(counts, ONNX):
        ksdiff_animate(path, load_model(model))
    forget_sessions()
    return counts


def share(amount: float | None, seconds: float, rate: float) -> str:
    return "" if not amount else f"{100 * amount / seconds / rate:.0f} %"


def print_stages(path: Path, seconds: float, neighbours: int, checkpoint: Checkpoint, folder: Path) -> None:
    sound = Sound(path, load(path))
    short = folder / "counted.flac"
    write_flac(sound.samples[: round(min(COUNTED, seconds) * SAMPLE_RATE)], short)
    counts = count_stages(short, checkpoint.name)
    window_count = {name: len(windows(frame_count(len(load(file))))) for name, file in (("all", path), ("few", short))}
    run_writers(ksdiff_animate(short, checkpoint), Sound(short, load(short)), folder, Clock())  # loads what it needs
    idle, loaded = Clock(), Clock()
    motion = run_stages(path, checkpoint, idle)
    sizes = run_writers(motion, sound, folder, idle)
    with busy(neighbours):
        run_writers(run_stages(path, checkpoint, loaded), sound, folder, loaded)
    products, copies = machine_rates()
    counts_of_steps = [checkpoint.sampling.steps_of(path) for path in PATHS]
    steps = sum(counts_of_steps)
    print(
        f"\n{seconds:g} s of speech, {window_count['all']} windows of {' and '.join(map(str, counts_of_steps))} steps "
        f"({', '.join(PATHS)})\n"
    )
    print(f"One thread: {products / 1e9:.0f} GFLOP/s in a matrix product, {copies / 1e9:.1f} GB/s in a copy.\n")
    print(f"| stage | time | beside {neighbours} busy | ratio | GFLOP | of product rate | GB | of copy rate |")
    print("|---|---|---|---|---|---|---|---|")
    order = [*STAGES, "all others", *sizes]
    for name in order:
        alone, beside = idle.seconds.get(name, 0.0), loaded.seconds.get(name, 0.0)
        if not alone:
            continue
        count = counts.get(name, Count())
        scale = window_count["all"] / window_count["few"] if name in BY_WINDOW else seconds / min(COUNTED, seconds)
        operations, moved = count.operations * scale, count.bytes * scale or sizes.get(name, 0)
        print(
            f"| {name} | {alone:.3f} s | {beside:.3f} s | {beside / alone:.1f} "
            f"| {f'{operations / 1e9:.1f}' if operations else ''} | {share(operations, alone, products)} "
            f"| {f'{moved / 1e9:.3f}' if moved else ''} | {share(moved, alone, copies)} |"
        )
        if name == "denoising":
            rounds = steps * window_count["all"]
            times = f"{alone / rounds:.4f} s | {beside / rounds:.4f} s | {beside / alone:.1f}"
            print(f"| one step of a window and path | {times} | | | | |")
    made = [name for name in order if not name.startswith("write")]
    totals = {"stages of the motion": made, AS_IT_IS: [AS_IT_IS], f"{AS_IT_IS}, and files": [AS_IT_IS, *sizes]}
    for label, names in totals.items():
        alone, beside = (sum(clock.seconds.get(name, 0.0) for name in names) for clock in (idle, loaded))
        print(
            f"| **{label}** | {alone:.2f} s, {seconds / alone:.0f} × real time | {beside:.2f} s | {beside / alone:.1f} "
            "| | | | |"
        )


def print_commands(path: Path, seconds: float, neighbours: int, arguments: argparse.Namespace, folder: Path) -> None:
    print(f"\n| {seconds:g} s of speech, start of the process included | time | beside {neighbours} busy | ratio |")
    print("|---|---|---|---|")
    for name, extra in COMMANDS.items():
        command = [sys.executable, "-m", "ksdiff.cli", "animate", str(path), "--out", str(folder / "out")]
        run_rows(name, [*command, "--model", arguments.model, *extra], neighbours)


def run_rows(name: str, command: list[str], neighbours: int) -> None:
    def passed() -> float:
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - began

    passed()  # once without measuring: files come from the disk then
    alone = min(passed(), passed())
    with busy(neighbours):
        beside = passed()
    print(f"| {name} | {alone:.2f} s | {beside:.2f} s | {beside / alone:.1f} |", flush=True)


def print_start(neighbours: int, path: Path, arguments: argparse.Namespace, folder: Path) -> None:
    print(f"| start of a process | time | beside {neighbours} busy | ratio |\n|---|---|---|---|")
    run = [sys.executable, "-c"]
    run_rows("Python alone", [*run, "pass"], neighbours)
    run_rows("`import ksdiff`", [*run, "import ksdiff"], neighbours)
    run_rows("`ksdiff --help`", [sys.executable, "-m", "ksdiff.cli", "--help"], neighbours)
    imports = "import ksdiff.animator, ksdiff.output.formats"
    run_rows("all imports of `ksdiff animate`", [*run, imports], neighbours)
    load_all = (
        f"{imports}\nfrom ksdiff.model.checkpoint import load_model\nfrom ksdiff.speech.encoder import load_encoder\n"
        f"load_model({arguments.model!r}); load_encoder()"
    )
    run_rows("imports, weights and encoder", [*run, load_all], neighbours)
    command = [sys.executable, "-m", "ksdiff.cli", "animate", str(path), "--out", str(folder / "short")]
    run_rows(
        f"`ksdiff animate`, {SHORT:g} s, motion only",
        [*command, "--model", arguments.model, "--formats", "npz"],
        neighbours,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voice", type=Path, default=VOICE)
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0, 60.0, 600.0])
    parser.add_argument("--model", default="base")
    parser.add_argument("--busy", type=int, default=os.cpu_count() or 1, help="busy processes, by default one a core")
    parser.add_argument("--skip-stages", action="store_true", help="only the start and the commands")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command line sets it
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    samples = load(arguments.voice)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def sound(seconds: float) -> Path:
            path, wanted = folder / f"voice{seconds:g}.flac", round(seconds * SAMPLE_RATE)
            write_flac(np.tile(samples, wanted // len(samples) + 1)[:wanted], path)
            return path

        print_start(arguments.busy, sound(SHORT), arguments, folder)
        for seconds in arguments.seconds:
            print_commands(sound(seconds), seconds, arguments.busy, arguments, folder)
        if not arguments.skip_stages:
            checkpoint = load_model(arguments.model)
            for seconds in arguments.seconds:
                print_stages(sound(seconds), seconds, arguments.busy, checkpoint, folder)


if __name__ == "__main__":
    main()
