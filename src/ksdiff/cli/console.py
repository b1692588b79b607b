"""What the commands share: positional paths, messages, the progress bar."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import tyro
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Positional = Annotated[Path, tyro.conf.Positional]
console = Console(stderr=True)


@contextmanager
def stages() -> Iterator[Callable[[str, float], None]]:
    """A progress bar that names the stage; gives the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=1.0)

        def move(name: str, done: float) -> None:
            bars.update(task, description=name, completed=done)

        yield move
