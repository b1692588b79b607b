"""What the image runs: both services reachable from outside its loopback address, one end for both, a health check."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

import pytest
from support.files import REPOSITORY

HTTP = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]
DOCKERFILE = REPOSITORY / "Dockerfile"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def container(ports: dict[int, int], commands: list[list[str]], folder: Path) -> Iterator[subprocess.Popen]:
    """`docker/serve.py` with other ports and commands."""
    program = (
        f"import asyncio, sys; sys.path.insert(0, {str(REPOSITORY / 'docker')!r}); import serve\n"
        f"sys.exit(asyncio.run(serve.run({ports!r}, {commands!r})))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def answer(address: str, seconds: float = 20.0) -> bytes:
    """What an address answers, once it does."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return response.read()
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_what_listens_inside_is_reached_from_outside(tmp_path: Path) -> None:
    big = os.urandom(3_000_000)
    (tmp_path / "file").write_bytes(big)
    inner, outer = free_port(), free_port()
    with container({outer: inner}, [[*HTTP, str(inner)]], tmp_path) as process:
        assert answer(f"http://127.0.0.1:{outer}/file") == big
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.1", inner), timeout=1).close()


def test_when_one_ends_by_itself_all_end(tmp_path: Path) -> None:
    inner = free_port()
    commands = [[*HTTP, str(inner)], [sys.executable, "-c", "import time; time.sleep(0.5)"]]
    with container({free_port(): inner}, commands, tmp_path) as process:
        assert process.wait(20) == 1
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.1", inner), timeout=1).close()


def test_the_health_check_needs_both(tmp_path: Path) -> None:
    studio, stream = free_port(), free_port()
    (tmp_path / "health").write_text("ok")
    text = (REPOSITORY / "docker/health.py").read_text().replace("7654", str(studio)).replace("8765", str(stream))
    check = [sys.executable, "-c", text]
    with container({}, [[*HTTP, str(studio)]], tmp_path):
        answer(f"http://127.0.0.1:{studio}/")
        assert subprocess.run(check, capture_output=True).returncode == 1
        with container({}, [[*HTTP, str(stream)]], tmp_path):
            answer(f"http://127.0.0.1:{stream}/health")
            assert subprocess.run(check, capture_output=True).returncode == 0


@pytest.mark.slow
def test_studio_and_stream_answer_through_it(tmp_path: Path) -> None:
    pytest.importorskip("fastapi")
    studio, stream, studio_outside, stream_outside = (free_port() for _ in range(4))
    command = [sys.executable, "-m", "ksdiff.cli"]
    commands = [
        [*command, "studio", "--port", str(studio), "--no-browser", "--state", "studio"],
        [*command, "serve", "--port", str(stream)],
    ]
    with container({studio_outside: studio, stream_outside: stream}, commands, tmp_path) as process:
        answer(f"http://127.0.0.1:{studio}/", 60)
        page = urllib.request.Request(
            f"http://127.0.0.1:{studio_outside}/", headers={"Host": f"127.0.0.1:{studio}"}
        )  # as where it is published at the studio's own port
        with urllib.request.urlopen(page, timeout=10) as response:
            assert b"<html" in response.read()
        assert b"sessions" in answer(f"http://127.0.0.1:{stream_outside}/health", 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def test_the_dockerfile_copies_what_is_there_and_let_through() -> None:
    patterns = (REPOSITORY / ".dockerignore").read_text().split()
    allowed = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    for name, rest in instructions():
        if name == "COPY" and "--from" not in rest:
            for source in shlex.split(rest)[:-1]:
                assert (REPOSITORY / source).exists(), source
                assert any(fnmatch(source.split("/")[0], pattern) for pattern in allowed), source


def test_the_image_runs_without_rights_and_is_checked() -> None:
    names = [name for name, _ in instructions()]
    last_stage = instructions()[len(names) - 1 - names[::-1].index("FROM") :]
    given = dict(last_stage)
    assert given["USER"] not in ("root", "0")
    assert [name for name, _ in last_stage].index("USER") > [name for name, _ in last_stage].index("RUN")
    assert "health.py" in given["HEALTHCHECK"]
    assert given["CMD"].startswith("[")  # no shell between, which would swallow signals
    ports = {int(port) for port in given["EXPOSE"].split()}
    sys.path.insert(0, str(REPOSITORY / "docker"))
    try:
        import serve
    finally:
        sys.path.pop(0)
    assert ports == set(serve.PASSED_ON)
