"""Files: written whole or not at all, never over what was read, and scratch space beyond memory."""

import hashlib
import mmap
import os
import re
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from ksdiff.errors import InputError

ABANDONED_SECONDS = 60  # a temporary file that was not written to for so long, of a process that is gone
_STEM = 40  # characters of a name that its temporary file keeps: file systems allow 255 bytes in all
_cleaned: set[Path] = set()  # folders in which this process has looked for what others left
_PARTIAL = re.compile(r"\..*\.(\d+)-[0-9a-f]{8}\.partial(\.[^.]*)?")


class WriteError(InputError):
    """Something cannot be written: no folder, no permission, no space."""


@contextmanager
def atomic_write(path: Path) -> Generator[Path, None, None]:
    """Give a temporary path beside ``path`` and move it there when the block ends without an error.

    The temporary name keeps the suffix, since writers choose the format by it. What processes that were killed left
    in the folder is removed.

    Raises:
        WriteError: The file cannot be written: no folder, no permission, no space.
    """
    if path.parent not in _cleaned:
        _cleaned.add(path.parent)
        remove_abandoned(path.parent)
    temporary = path.with_name(f".{path.stem[:_STEM]}.{os.getpid()}-{uuid4().hex[:8]}.partial{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}; choose another folder or name") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """See that a file that was written is on the disk, also if the power goes.

    Raises:
        WriteError: It cannot be opened for writing, or the disk does not take it.
    """
    try:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise WriteError(f"cannot write {path}: {error.strerror or error}; choose another folder or name") from error


def remove_partial_files(folder: Path) -> None:
    """Remove the temporary files of `atomic_write` from a folder in which nobody else writes now."""
    for path in _partial_files(folder):
        with suppress(OSError):
            path.unlink()


def remove_abandoned(folder: Path) -> None:
    """Remove the temporary files that killed processes left in a folder.

    Processes of other machines or containers may write there too, and their numbers tell nothing here; so a file that
    was written to lately stays.
    """
    for path in _partial_files(folder):
        match = _PARTIAL.fullmatch(path.name)
        with suppress(OSError):
            old = time.time() - path.stat().st_mtime > ABANDONED_SECONDS
            if match and old and not is_running(int(match[1])):
                path.unlink()


def _partial_files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry) for entry in entries if _PARTIAL.fullmatch(entry.name)]
    except (OSError, ValueError):
        return []


def is_running(process: int) -> bool:
    """Whether there is a process of this number on this machine; true where that cannot be known."""
    if os.name != "posix":  # elsewhere a signal of 0 is not a question
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass
    return True


def check_exists(path: Path, kind: str) -> None:
    """Check that something is there and can be reached.

    Args:
        path: What should be there.
        kind: What to call it in messages, such as ``file`` or ``folder``.

    Raises:
        InputError: It is missing; or permission to look for it is; or its links lead in a circle.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise InputError(f"there is no {kind} {path}") from error
    except OSError as error:
        raise InputError(f"cannot read the {kind} {path}: {error.strerror}") from error


def read_text(path: Path) -> str:
    """Read what is said.

    Raises:
        InputError: The file is missing or not text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the text {path}: {error}") from error


def read_bounded_text(path: Path, most: int, kind: str, advice: str = "") -> str:
    """Read the text of a file of a person's own, such as a list, of a bounded size; a byte-order mark is left out.

    Args:
        path: The file.
        most: Bytes that it may have.
        kind: What it is, with its article, for messages.
        advice: What to do if it is larger, for the end of the message.

    Raises:
        InputError: The file is missing, larger, or not text.
    """
    try:
        if path.stat().st_size > most:
            raise InputError(f"{path} has {path.stat().st_size} bytes; {kind} may have {most}{advice}")
        return path.read_text(encoding="utf-8-sig")
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as {kind}: {error}") from error


def file_sha256(path: Path) -> str:
    """Hash of a file's content.

    Raises:
        InputError: It cannot be read.
    """
    try:
        hasher = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                hasher.update(block)
        return hasher.hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def make_folder(path: Path) -> Path:
    """Make a folder and check that files can be made in it.

    Raises:
        WriteError: It is a file, or cannot be made or written.
    """
    _make(path)
    return path


def check_folder(path: Path) -> None:
    """Check that `make_folder` would succeed, and leave nothing behind.

    Raises:
        WriteError: It is a file, or cannot be made or written.
    """
    for made in reversed(_make(path)):
        made.rmdir()


def _make(path: Path) -> list[Path]:
    """Make a folder and those above it; gives the new ones, outermost first."""
    made: list[Path] = []
    try:
        missing = [folder for folder in (path, *path.parents) if not os.path.lexists(folder)]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            made.append(folder)
        with tempfile.TemporaryFile(dir=path):
            pass
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        for folder in reversed(made):
            folder.rmdir()
        reason = getattr(error, "strerror", None) or error
        raise WriteError(f"cannot write to the folder {path}: {reason}; choose another --out") from error
    return made


def refuse_overwriting(inputs: Iterable[Path | str | None], outputs: Iterable[Path | str]) -> None:
    """See that no output is one of the inputs, by whatever name or link.

    Args:
        inputs: Files that are read; None and what does not exist are skipped.
        outputs: Files that will be written.

    Raises:
        InputError: Writing an output would replace an input.
    """
    read = {_identity(Path(path)): path for path in inputs if path is not None}
    for output in outputs:
        identity = _identity(Path(output))
        if identity is not None and identity in read:
            raise InputError(
                f"writing {output} would replace the input {read[identity]}: choose another --out, or copy the "
                "input first"
            )


def _identity(path: Path) -> tuple[int, int] | None:
    """The same for all names and links of a file; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def scratch_array(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """An array in a temporary file without a name, which goes with the last use of the array.

    The space is reserved at once: a full disk is an error here and not a crash at the first use.

    Raises:
        InputError: The folder for temporary files has no room.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    try:
        with tempfile.TemporaryFile(prefix="ksdiff-") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, dtype=dtype, mode="w+", shape=shape)
    except OSError as error:
        raise no_scratch_space(error, size) from error


def release(array: np.ndarray) -> None:
    """Let go of the memory that a mapped file takes: what is used again is read again. Other arrays are left alone."""
    mapped = getattr(array, "_mmap", None)  # numpy.memmap has no other way to it
    if mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def no_scratch_space(error: OSError, size: int) -> InputError:
    """What to say when ``size`` bytes do not fit into the folder for temporary files."""
    return InputError(
        f"the folder for temporary files {tempfile.gettempdir()} cannot take {size / 1e6:.0f} MB "
        f"({error.strerror or error}): free some space, or name another folder in TMPDIR"
    )


def is_utf8(path: Path) -> bool:
    """Whether libraries can be given a path: a name of any other bytes, which some systems allow, they cannot."""
    try:
        os.fspath(path.resolve()).encode()
    except UnicodeEncodeError:
        return False
    return True
