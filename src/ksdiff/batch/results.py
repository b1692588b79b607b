"""The table of results, as CSV for people and JSON for programs."""

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

from ksdiff.files import atomic_write

VERSION = 1
TABLES = ("results.csv", "results.json")

Status = Literal["done", "unchanged", "failed", "cancelled"]


@dataclass(frozen=True)
class Result:
    """What came of a line.

    Attributes:
        line: Its number in the list.
        sound: Its sound.
        output: Folder of its results, within that of the run.
        status: ``done``; ``unchanged``, done by an earlier run; ``failed``; or ``cancelled``, not
            done.
        duration: Of the motion, s; 0 where there is none.
        seconds: That it took, s.
        files: Names of the files and folders in the output.
        message: Why it failed, or what was left out.
    """

    line: int
    sound: str
    output: str
    status: Status
    duration: float = 0.0
    seconds: float = 0.0
    files: tuple[str, ...] = ()
    message: str = ""


def write_tables(results: Sequence[Result], folder: Path) -> None:
    """Write `TABLES` into a folder.

    Raises:
        InputError: They cannot be written.
    """
    names = [field.name for field in fields(Result)]
    with (
        atomic_write(folder / TABLES[0]) as temporary,
        temporary.open("w", encoding="utf-8", newline="", errors="backslashreplace") as file,
    ):
        table = csv.writer(file)
        table.writerow(names)
        for result in results:
            row = asdict(result) | {
                "duration": f"{result.duration:.2f}", "seconds": f"{result.seconds:.2f}",
                "files": " ".join(result.files), "message": " ".join(result.message.split()),
            }  # fmt: skip
            table.writerow([row[name] for name in names])
    with atomic_write(folder / TABLES[1]) as temporary:
        content = {"version": VERSION, "lines": [asdict(result) for result in results]}
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
