"""Files that come in, up to a size and within a time, and the names that browsers give them."""

import asyncio
import re
from pathlib import Path

import anyio
from starlette.requests import ClientDisconnect, Request

from ksdiff.errors import InputError

MAX_UPLOAD = 512 << 20  # bytes
UPLOAD_SECONDS = 300.0
MAX_NAME = 120  # characters


async def receive(request: Request, path: Path, limit: int | None = None, seconds: float | None = None) -> None:
    """Write the body of a request to a file, which is there whole or not at all.

    Args:
        request: What comes in.
        path: Where to write.
        limit: Greatest size, bytes; by default `MAX_UPLOAD`.
        seconds: Longest time; by default `UPLOAD_SECONDS`.

    Raises:
        InputError: Too large, too slow, broken off, empty, or there is no room for it.
    """
    limit = MAX_UPLOAD if limit is None else limit
    seconds = UPLOAD_SECONDS if seconds is None else seconds
    size = 0
    too_large = InputError(
        f"the file is larger than {limit / (1 << 20):.3g} MiB, the most that the studio takes: cut it"
    )
    if int(request.headers.get("content-length", "0")) > limit:
        raise too_large
    temporary = path.with_name(f".{path.name}.partial")
    try:
        with temporary.open("wb") as file:
            with anyio.fail_after(seconds):
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limit:
                        raise too_large
                    await asyncio.to_thread(file.write, chunk)
        if size == 0:
            raise InputError("the file is empty: give another")
        temporary.replace(path)
    except TimeoutError as error:
        raise InputError(f"the file did not arrive within {seconds:g} s: try again") from error
    except ClientDisconnect as error:
        raise InputError("the upload was broken off") from error
    except OSError as error:
        raise InputError(f"the file cannot be kept: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """A name for people to read, from one that a browser sent; no part of it ever becomes a path."""
    printable = "".join(character for character in name.replace("\\", "/").split("/")[-1] if character.isprintable())
    return printable.strip()[:MAX_NAME] or "Untitled"


def without_suffix(name: str) -> str:
    """A file's name without ``.wav`` and the like."""
    return re.sub(r"(?<=.)\.[A-Za-z]\w{1,4}$", "", name)
