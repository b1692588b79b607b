"""Hashes that tell whether something was made from the same input, and numbers cut to what is meaningful."""

import hashlib
import json
from pathlib import Path
from typing import Any

from ksdiff.errors import InputError


def digest(content: Any) -> str:
    """Hash of what JSON can hold."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


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


def rounded(content: Any) -> Any:
    """Floats cut to four decimals, so that files stay readable."""
    if isinstance(content, dict):
        return {key: rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [rounded(value) for value in content]
    return round(content, 4) if isinstance(content, float) else content
