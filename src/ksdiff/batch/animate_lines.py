"""Many voices to many motions."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from ksdiff.batch.line import Line, Settings
from ksdiff.batch.perform import check_model, outputs_of, perform
from ksdiff.batch.read import read_lines
from ksdiff.batch.record import RECORD, Record, digests, line_digest, unchanged, write_record
from ksdiff.batch.results import TABLES, Result, write_tables
from ksdiff.concurrency import available_cores
from ksdiff.errors import InputError
from ksdiff.files import WriteError, check_folder, file_sha256, is_running, make_folder, refuse_overwriting
from ksdiff.model.checkpoint import PACKAGED, load_model
from ksdiff.output.avatar import read_avatar
from ksdiff.output.formats import check_available
from ksdiff.output.image_sequence import NAMES
from ksdiff.tasks.on_ray import run_on_ray
from ksdiff.tasks.pool import run_tasks
from ksdiff.tasks.work import Report, Watch, Work
from ksdiff.unfinished import NAME as UNFINISHED

MEMORY_OF_WORKER = 1.0e9  # bytes that a process takes for lines of some minutes, at most
_STAGED = ".lines-"  # folders in which lines are written before they are moved to their place


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        line: The line that something happened to.
        stage: What is being done for it.
        done: How much of that is done, 0..1.
        result: What came of the line, once it is at its end.
        finished: Lines at their end, of those that had to be animated.
        total: Lines that have to be animated.
    """

    line: Line
    stage: str
    done: float
    result: Result | None
    finished: int
    total: int


def no_progress(progress: Progress) -> None:
    """For callers that do not ask how far the work is."""


def animate_lines(
    lines: Sequence[Line] | Path | str,
    out: Path | str,
    settings: Settings | None = None,
    workers: int | None = None,
    progress: Callable[[Progress], None] = no_progress,
    ray: str | None = None,
) -> tuple[Result, ...]:
    """Animate many voices in parallel processes; each becomes the files that it would become alone.

    What an earlier run with the same inputs and settings has done is not done again. What fails is said in the
    results, and the rest is done. Each line's files appear together, once all of them are there. The results are also
    written, as ``results.csv`` and ``results.json``, even when the run is interrupted.

    It starts processes, so a script must call it below ``if __name__ == "__main__":``.

    Args:
        lines: A list file, a folder of sounds, or what `ksdiff.batch.read.read_lines` gave.
        out: Folder for the results; each line has a folder in it.
        settings: What the lines have in common.
        workers: Number of processes; by default as many as there are cores and memory for.
        progress: Called whenever something happens.
        ray: Address of a Ray cluster to use instead of processes, empty for one that is running here or is started;
            all its nodes must see the files. Nothing is said of stages then.

    Returns:
        What came of each line, in their order.

    Raises:
        InputError: Something given cannot be used; nothing was done then.
    """
    out, settings = Path(out), settings or Settings()
    if workers is not None and not 1 <= workers <= 256:
        raise InputError(f"workers is {workers}; it must be 1 to 256")
    if not isinstance(lines, Sequence) or isinstance(lines, str):
        source: Path | None = Path(lines)
        lines = read_lines(source, out, settings)
    else:
        source = None
    model_sha256 = _check(lines, out, settings, source)
    make_folder(out)
    _remove_abandoned(out)
    return _Run(lines, out, settings, model_sha256, progress, ray).run(workers)


def _check(lines: Sequence[Line], out: Path, settings: Settings, source: Path | None) -> str:
    """See, before the work, that it can be done; gives the digest of the model."""
    for formats in {line.directions.formats or () for line in lines}:
        check_available(formats)
    outputs = [
        path
        for line in lines
        for path in (
            *outputs_of(line, settings, out / line.output),
            *(out / line.output / name for name in (RECORD, UNFINISHED)),
        )
    ]
    inputs = [path for line in lines for path in (line.sound, *line.inputs, line.directions.keyframes)]
    refuse_overwriting((*inputs, settings.onto, settings.model, source), (*outputs, *(out / name for name in TABLES)))
    check_folder(out)
    if settings.onto is not None:
        read_avatar(settings.onto)
    checkpoint = load_model(settings.model)
    for line in lines:
        try:
            check_model(line.directions, settings, checkpoint)
        except InputError as error:
            raise InputError(f"{line}: {error}") from error
    return PACKAGED[settings.model] if settings.model in PACKAGED else file_sha256(Path(settings.model))


class _Run:
    def __init__(
        self,
        lines: Sequence[Line],
        out: Path,
        settings: Settings,
        model_sha256: str,
        progress: Callable[[Progress], None],
        ray: str | None,
    ) -> None:
        self._lines, self._out, self._settings, self._progress = lines, out, settings, progress
        self._model_sha256, self._ray = model_sha256, ray
        self._results: dict[int, Result] = {}
        self._digests: dict[int, str] = {}
        self._began: dict[int, float] = {}

    def run(self, workers: int | None) -> tuple[Result, ...]:
        staging = self._out / f"{_STAGED}{os.getpid()}-{uuid4().hex[:8]}.partial"
        try:
            todo = [index for index in range(len(self._lines)) if not self._is_done(index)]
            if todo:
                make_folder(staging)
                self._animate(todo, staging, workers or default_workers(len(todo)))
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            results = tuple(
                self._results.get(index) or self._result(index, "cancelled") for index in range(len(self._lines))
            )
            write_tables(results, self._out)
        return results

    def _is_done(self, index: int) -> bool:
        """Whether an earlier run has done a line, or it is known to fail."""
        line = self._lines[index]
        try:
            self._digests[index] = line_digest(line, self._settings, self._model_sha256)
        except InputError as error:
            self._results[index] = self._result(index, "failed", message=str(error))
            return True
        record = unchanged(self._out / line.output, self._digests[index])
        if record is None:
            return False
        self._results[index] = self._result(index, "unchanged", record)
        return True

    def _animate(self, todo: list[int], staging: Path, workers: int) -> None:
        tasks = [
            (self._lines[index], staging / str(index), self._out / self._lines[index].output / UNFINISHED)
            for index in todo
        ]
        finished = 0
        given = (self._settings,)
        if self._ray is None:
            happening = run_tasks(_worker, given, tasks, min(workers, len(tasks)))
        else:
            happening = run_on_ray(_worker, given, tasks, self._ray, Watch(None, staging), retries=1)
        with closing(happening) as events:
            for event in events:
                index = todo[event.index]
                line, stage, done, result = self._lines[index], "", 1.0, None
                if event.kind == "progress":
                    stage, done = event.value
                    self._began.setdefault(index, time.monotonic())
                else:
                    result = self._settled(index, event.kind, event.value, staging / str(index))
                    self._results[index] = result
                    finished += 1
                self._progress(Progress(line, stage, done, result, finished, len(todo)))

    def _settled(self, index: int, kind: str, value: Any, staged: Path) -> Result:
        folder = self._out / self._lines[index].output
        if kind == "failed":
            shutil.rmtree(staged, ignore_errors=True)
            return self._result(index, "failed", message=value.replace(str(staged), str(folder)))
        duration, message, files = value
        record = Record(digest=self._digests[index], duration=duration, message=message, files=files)
        try:
            _publish(staged, folder, record)
        except InputError as error:
            return self._result(index, "failed", message=str(error))
        return self._result(index, "done", record)

    def _result(self, index: int, status: Any, record: Record | None = None, message: str = "") -> Result:
        line = self._lines[index]
        seconds = time.monotonic() - self._began[index] if index in self._began and status != "cancelled" else 0.0
        found = (0.0, (), message) if record is None else (record.duration, tuple(record.files), record.message)
        return Result(line.number, str(line.sound), line.output, status, found[0], seconds, found[1], found[2])


def default_workers(lines: int) -> int:
    """As many processes as have something to do, a core and memory."""
    return max(1, min(lines, available_cores(), int(_free_memory() / MEMORY_OF_WORKER)))


def _free_memory() -> float:
    """Bytes that programs can still take; infinite where the system does not say."""
    try:
        with Path("/proc/meminfo").open(encoding="ascii") as file:
            return next(float(row.split()[1]) * 1024 for row in file if row.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return float("inf")


def _worker(settings: Settings) -> Work:
    """Load what all lines need, and give what animates one."""
    checkpoint = load_model(settings.model)
    avatar = None if settings.onto is None else read_avatar(settings.onto)

    def work(task: tuple[Line, Path, Path], report: Report) -> tuple[float, str, dict[str, str]]:
        line, folder, unfinished = task
        performed = perform(line, settings, folder, checkpoint, avatar, report, unfinished)
        left_out = [f"{name} was not made: {reason}" for name, reason in performed.missing.items()]
        files = digests(folder, [path.name for path in performed.written])
        for path in folder.iterdir():  # companions of formats
            if path.name not in files:
                files |= digests(folder, [path.name])
        return performed.motion.duration, "; ".join(left_out), files

    return work


def _publish(staged: Path, folder: Path, record: Record) -> None:
    """Move what a line wrote to its place. A line whose record is there has all its files."""
    make_folder(folder)
    try:
        (folder / RECORD).unlink(missing_ok=True)
        for path in staged.iterdir():
            target = folder / path.name
            if target.is_dir():
                others = [each.name for each in target.iterdir() if not NAMES.fullmatch(each.name)]
                if others:
                    raise WriteError(f"{target} holds other files ({others[0]}) and would be replaced: move them")
                shutil.rmtree(target)
            path.replace(target)
        staged.rmdir()
    except OSError as error:
        raise WriteError(f"cannot write {error.filename2 or error.filename}: {error.strerror}") from error
    write_record(folder, record)


def _remove_abandoned(out: Path) -> None:
    """Remove what killed runs left; other runs into the same folder are told by their process."""
    for path in out.glob(f"{_STAGED}*.partial"):
        number = path.name.removeprefix(_STAGED).partition("-")[0]
        if number.isdigit() and not is_running(int(number)):
            shutil.rmtree(path, ignore_errors=True)
