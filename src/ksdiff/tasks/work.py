"""What a task is, what comes of it, and how one that crashes or hangs is told from one that fails."""

import faulthandler
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ksdiff.errors import InputError

Report = Callable[[str, float], None]  # name of a stage; how much of it is done, 0..1
Work = Callable[[Any, Report], Any]  # answers a task
MakeWork = Callable[..., Work]  # of a module, so that other processes can import it; called once in each

NO_MEMORY = "there is not enough memory for this: give a shorter sound, or fewer --workers"
DIED = "its process died, perhaps for want of memory: run again with fewer --workers"
MAX_STACK = 100_000  # characters


@dataclass(frozen=True)
class Event:
    """What happened to a task.

    Attributes:
        index: Which task.
        kind: ``progress``, ``done`` or ``failed``; nothing follows the last two.
        value: Stage and share of it that is done; the result; or why there is none.
        error: Name of the exception that a failed task raised; empty where its process died.
        stack: Where a task failed that was not expected to.
    """

    index: int
    kind: str
    value: Any
    error: str = ""
    stack: str = ""


@dataclass(frozen=True)
class Watch:
    """Guards a task against hanging, and tells where it was when its process ended.

    Attributes:
        seconds: After so long the process is ended; None for never.
        stacks: Folder that all processes can write to, for the stacks of those that end; None for no stacks.
    """

    seconds: float | None = None
    stacks: Path | None = None

    @contextmanager
    def over(self, index: int) -> Iterator[None]:
        """Watch a task; faulthandler's thread does, so code outside Python is watched too."""
        if self.stacks is None:
            yield
            return
        path = self._file(index)
        with path.open("w") as file:
            faulthandler.enable(file)
            if self.seconds is not None:
                faulthandler.dump_traceback_later(self.seconds, exit=True, file=file)
            try:
                yield
            finally:
                faulthandler.cancel_dump_traceback_later()
                faulthandler.disable()
        path.unlink(missing_ok=True)

    def post_mortem(self, index: int) -> tuple[str, str, bool]:
        """Why the process of a task ended, where it was, and whether another try makes sense."""
        stack = ""
        if self.stacks is not None:
            with suppress(OSError):
                stack = self._file(index).read_text(errors="replace")[:MAX_STACK].strip()
                self._file(index).unlink()
        if stack.startswith("Timeout"):
            return f"it took longer than {self.seconds:g} s, so its process was ended", stack, False
        if crash := re.match(r"Fatal Python error: (.+)", stack):
            return f"its process crashed ({crash[1]})", stack, True
        return DIED, stack, True

    def _file(self, index: int) -> Path:
        assert self.stacks is not None
        return self.stacks / f".task-{index}.stack"


def answer(work: Callable[[], Work], task: Any, report: Report) -> tuple[str, Any, str, str]:
    """Do a task; gives kind, value, error and stack of its last `Event`."""
    try:
        return "done", work()(task, report), "", ""
    except InputError as error:
        return "failed", str(error), type(error).__name__, ""
    except MemoryError:
        return "failed", NO_MEMORY, "MemoryError", ""
    except Exception as error:  # one task must not end the others
        reason = f"unexpected error: {type(error).__name__}: {error}"
        return "failed", reason, type(error).__name__, traceback.format_exc()[-MAX_STACK:]
