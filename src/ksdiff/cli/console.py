"""What the commands share: positional paths, plain messages, the progress bar.

Names and messages are printed as they are, never read as Rich's markup.
"""

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from ksdiff.errors import InputError

if TYPE_CHECKING:
    from ksdiff.batch.animate_lines import Progress as LineProgress

Positional = Annotated[Path, tyro.conf.Positional]
# The option alone is the cluster of this machine.
RayAddress = Annotated[
    str | None,
    tyro.constructors.PrimitiveConstructorSpec(
        nargs="*",
        metavar="[ADDRESS]",
        instance_from_str=lambda given: _ray_address(given),
        is_instance=lambda value: value is None or isinstance(value, str),
        str_from_instance=lambda value: ["None"] if value is None else [value],
    ),
]
# Share of a line that is done when a stage begins; files come last.
_STAGES = {"sound": 0.0, "model": 0.0, "transcript": 0.1, "speech": 0.3, "prosody": 0.5, "resumed": 0.6, "motion": 0.6}
_console = Console(stderr=True, markup=False, highlight=False, emoji=False)


def say(text: str) -> None:
    """Print a result to standard output, followed by a new line.

    Raises:
        InputError: Standard output cannot be written: it is full, or its reader has gone.
    """
    if sys.stdout is None:  # closed, for those who do not want it
        return
    with _output():
        sys.stdout.write(printable(text) + "\n")


def flush() -> None:
    """Write out what `say` left in the buffer.

    Raises:
        InputError: As `say`.
    """
    if sys.stdout is not None:
        with _output():
            sys.stdout.flush()


def note(label: str, message: str, colour: str = "yellow") -> None:
    """Print a message to standard error, after a coloured label."""
    _console.print(Text.assemble((printable(label), colour), " ", printable(message)), soft_wrap=True)


@contextmanager
def stages() -> Generator[Callable[[str, float], None], None, None]:
    """A progress bar that names the stage; gives the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    hidden = not _console.is_terminal  # a file would get an empty line of it
    with Progress(*columns, console=_console, transient=True, disable=hidden) as bars:
        task = bars.add_task("", total=1.0)

        def move(name: str, done: float) -> None:
            bars.update(task, description=printable(name), completed=done)

        yield move


@contextmanager
def lines_done() -> "Generator[Callable[[LineProgress], None], None, None]":
    """A progress bar over many lines; gives the function that moves it. Without a terminal, a row for each line."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    terminal = _console.is_terminal
    with Progress(*columns, console=_console, transient=True, disable=not terminal) as bars:
        task = bars.add_task("", total=None)
        shares: dict[int, float] = {}

        def move(progress: "LineProgress") -> None:
            line, result = progress.line, progress.result
            if result is None:
                shares[line.number] = _STAGES.get(progress.stage, 0.9)
                text = f"{progress.finished} of {progress.total}, {line.output}: {progress.stage}"
            else:
                shares.pop(line.number, None)
                text = f"{progress.finished} of {progress.total}, {line.output}: {result.status}"
                if not terminal:
                    _console.print(printable(text), soft_wrap=True)
            bars.update(
                task,
                description=printable(text),
                total=progress.total,
                completed=progress.finished + sum(shares.values()),
            )

        yield move


def _ray_address(given: list[str]) -> str | None:
    if len(given) > 1:
        raise ValueError(f"--ray takes one address of a cluster, not {' '.join(given)}")
    return None if given == ["None"] else "".join(given)


def printable(text: str) -> str:
    """The text with escapes for what a terminal would obey or cannot show, such as bytes of a name not in UTF-8."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def open_streams() -> None:
    """See that the standard streams take any text, and that no file that is opened later becomes one of them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")  # a locale may not have the letters of a name


@contextmanager
def _output() -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        # Python flushes once more at exit, and would fail again.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        raise InputError(f"cannot write to standard output: {error.strerror or error}") from error
