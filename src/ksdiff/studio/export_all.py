"""Many projects in several formats, as one zip with a table of what came of each."""

import secrets
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ksdiff.batch.results import TABLES, Result, write_tables
from ksdiff.editing import render
from ksdiff.errors import InputError
from ksdiff.files import atomic_write, make_folder
from ksdiff.motion.motion import check_rate
from ksdiff.output.formats import Sound, check_available, write_outputs
from ksdiff.studio.answers import ExportAllAnswer, ExportAllRequest
from ksdiff.studio.open_project import Work
from ksdiff.studio.refusals import CancelledError, NotFoundError, OverloadedError, disk_is_full
from ksdiff.studio.workspace import Workspace

_FORBIDDEN = '<>:"/|?*\\'  # in names of files, on one system or another


class ExportAll:
    """Exports many projects, one run at a time.

    Args:
        workspace: Has the projects, and tells pages how far it is.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.storage.folder / "exports"
        shutil.rmtree(self._folder, ignore_errors=True)  # of an earlier studio
        self._lock = threading.Lock()
        self._work: Work | None = None
        self.answer: ExportAllAnswer | None = None

    def start(self, request: ExportAllRequest) -> ExportAllAnswer:
        """Begin to export; the zip of an earlier run is deleted.

        Raises:
            InputError: A format does not exist or cannot be written here, or the rate cannot be.
            OverloadedError: An export is still running.
        """
        check_available(request.formats)
        check_rate(request.fps)
        with self._lock:
            if self._work is not None:
                raise OverloadedError("an export is still being written: wait for it, or cancel it")
            self._work = work = Work(lambda stage, done: None)
            shutil.rmtree(self._folder, ignore_errors=True)
            make_folder(self._folder)
            id = secrets.token_hex(8)
            total = len(request.ids)
            self.answer = ExportAllAnswer(id=id, finished=0, failed=0, total=total, state="working")
        threading.Thread(target=self._run, args=(request, work), name="export-all", daemon=True).start()
        return self.answer

    def cancel(self) -> None:
        """End the run that is going on; what it wrote is deleted."""
        if self._work is not None:
            self._work.cancel()

    def file(self, id: str) -> Path:
        """The zip of a run that is done.

        Raises:
            NotFoundError: There is none of this id.
        """
        if self.answer is None or self.answer.id != id or self.answer.state != "done":
            raise NotFoundError("this export is gone: export again")
        return self._folder / f"{id}.zip"

    def _run(self, request: ExportAllRequest, work: Work) -> None:
        assert self.answer is not None
        try:
            self._write(request, work, self._folder / f"{self.answer.id}.zip")
            self._tell(state="done")
        except CancelledError:
            self._tell(state="cancelled")
        except InputError as error:
            self._tell(state="failed", message=str(error))
        except Exception:
            self._tell(state="failed", message="the export broke down; the studio's terminal says why")
            raise
        finally:
            self._work = None

    def _write(self, request: ExportAllRequest, work: Work, path: Path) -> None:
        results: list[Result] = []
        folder = self._folder / "work"
        try:
            with atomic_write(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
                for number, id in enumerate(request.ids, start=1):
                    work.check()
                    results.append(self._one(number, id, request, work, folder, archive.write))
                    failed = sum(result.status == "failed" for result in results)
                    self._tell(finished=number, failed=failed)
                make_folder(folder)
                write_tables(results, folder)
                for name in TABLES:
                    archive.write(folder / name, name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _one(
        self,
        number: int,
        id: str,
        request: ExportAllRequest,
        work: Work,
        folder: Path,
        add: Callable[[Path, str], None],
    ) -> Result:
        """Write one project into the zip; what cannot be written is said in the result."""
        began, name, written, problems, duration = time.monotonic(), "", list[str](), list[str](), 0.0
        try:
            project, about, voice = self._workspace.peek(id)
            name = "".join("_" if letter in _FORBIDDEN else letter for letter in about.name).strip(" .") or id
            motion = render(project, request.fps)
            duration = motion.duration
            motion = replace(motion, info={**motion.info, "audio": about.name})
            sound = Sound(voice if voice.exists() else None, project.voice.samples)
            for format in request.formats:
                here = make_folder(folder / str(number))
                try:
                    write_outputs(motion, here, sound, [format], work.report)
                except InputError as error:
                    if disk_is_full(error) or isinstance(error, CancelledError):
                        raise
                    problems.append(f"{format}: {str(error).replace(f'{here}/', '')}")
            for file in sorted((folder / str(number)).rglob("*")):
                if file.is_file():
                    add(file, f"{name}/{file.relative_to(folder / str(number)).as_posix()}")
            written = sorted(file.name for file in (folder / str(number)).iterdir())
        except InputError as error:
            if disk_is_full(error) or isinstance(error, CancelledError):
                raise
            problems.append(str(error))
        finally:
            with suppress(OSError):
                shutil.rmtree(folder / str(number))
        seconds, status = time.monotonic() - began, "done" if written else "failed"
        return Result(number, name, name, status, duration, seconds, tuple(written), "; ".join(problems))

    def _tell(self, **changes: object) -> None:
        assert self.answer is not None
        self.answer = self.answer.model_copy(update=changes)
        self._workspace.tell("export", self.answer)
