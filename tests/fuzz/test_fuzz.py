"""Bad input to every command: one line that says what is wrong, exit code 2, nothing half-written, bounded memory.

Some of the inputs run by default, all of them with ``-m "slow or not slow" tests/fuzz``.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.fuzzing.cases import GOOD, KINDS, Case
from support.fuzzing.originals import Originals
from support.fuzzing.server import MEMORY, Server

SHORT = 3  # of each kind, in the default run
LONGEST_LINE = 1300  # characters


def selected() -> Iterator[object]:
    for cases in KINDS.values():
        stride = max(1, len(cases) // SHORT)
        for number, case in enumerate(cases):
            marks = () if number % stride == 0 and number // stride < SHORT else (pytest.mark.slow,)
            yield pytest.param(case, id=case.name.encode("ascii", "replace").decode(), marks=marks)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Originals:
    return Originals(tmp_path_factory.mktemp("originals"))


def content(folder: Path) -> dict[str, str]:
    """What is in a folder; empty folders do not count."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in GOOD])
def test_good_input_is_accepted(case: Case, server: Server, originals: Originals, tmp_path: Path) -> None:
    result = server.run(case.arguments(originals, tmp_path), tmp_path)
    assert result.code == 0, result.err[-3000:]


@pytest.mark.parametrize("case", selected())
def test_bad_input_is_refused(case: Case, server: Server, originals: Originals, tmp_path: Path) -> None:
    arguments = case.arguments(originals, tmp_path)
    before = content(tmp_path)
    result = server.run(arguments, tmp_path)
    assert not result.late, "did not end"
    assert "Traceback" not in result.err, result.err[-3000:]
    assert result.peak < MEMORY, f"took {result.peak / 2**30:.1f} GiB"
    assert result.code in ((2,) if case.refused else (0, 2)), result.err[-1000:]
    after = content(tmp_path)
    assert not [name for name in after if "partial" in name or "unpickled" in name]
    if result.code == 0:
        return
    assert after == before
    assert result.out == ""
    assert_clear(result.err)


def assert_clear(message: str) -> None:
    """One line, or the box in which the parser of the command line says what it expects."""
    lines = [line for line in message.splitlines() if line.strip()]
    assert lines
    if lines[0].startswith("╭"):
        return
    assert len(lines) == 1, message[:3000]
    assert lines[0].startswith("ksdiff: ")
    assert len(lines[0]) <= LONGEST_LINE, f"{len(lines[0])} characters: {lines[0][:300]}"


def test_enough_is_tried() -> None:
    names = [case.name for cases in KINDS.values() for case in cases]
    assert len(names) >= 300
    assert len(set(names)) == len(names)
