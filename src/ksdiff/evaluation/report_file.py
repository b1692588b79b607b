"""A report as JSON: `schema` says what it holds, and what is read is validated by it."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from ksdiff.errors import InputError
from ksdiff.evaluation.report import FILE_VERSION, Report
from ksdiff.files import atomic_write

MAX_BYTES = 256 * 1024 * 1024

_REPORT = TypeAdapter(Report)


class _Header(BaseModel):
    version: int = Field(ge=1)


def schema() -> dict[str, Any]:
    """JSON schema of the file."""
    return _REPORT.json_schema()


def write_json(report: Report, path: Path | str) -> None:
    """Write the report for programs; `read_json` gives an equal one back. NaN becomes null."""
    with atomic_write(Path(path)) as temporary:
        temporary.write_bytes(_REPORT.dump_json(report, indent=1))


def read_json(path: Path | str) -> Report:
    """Read what `write_json` wrote.

    Raises:
        InputError: The file is missing, is not a report, or is of a newer version.
    """
    try:
        if Path(path).stat().st_size > MAX_BYTES:
            raise InputError(f"{path} is larger than {MAX_BYTES >> 20} MB; a report is not")
        content = Path(path).read_bytes()
        version = _Header.model_validate_json(content).version
        if version > FILE_VERSION:
            raise InputError(f"{path} has version {version}; this ksdiff reads up to {FILE_VERSION}")
        return _REPORT.validate_json(content)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "content"
        raise InputError(
            f"{path} is not a report (.json written by ksdiff evaluate): {where}: {first['msg'][:200]}"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
