"""`prepare` whose workers, driver, disk or videos fail: the run goes on or says why not, and a restart completes it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from support.clusters import two_nodes
from support.faulty import FaultyVideos
from support.files import SPEECH_VIDEO

from ksdiff.corpus.prepare import Summary, prepare
from ksdiff.corpus.settings import PrepareSettings
from ksdiff.corpus.tracker import fetch_model
from ksdiff.errors import InputError

QUICK = PrepareSettings(transcribe=False)
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # Ray leaves files of its own open


@pytest.fixture(scope="session", autouse=True)
def landmarker() -> Path:
    try:
        return fetch_model()
    except InputError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=["processes", "ray"])
def where(request: pytest.FixtureRequest) -> Iterator[dict]:
    """Where the work is done: arguments of `prepare`."""
    with two_nodes() if request.param == "ray" else nullcontext():
        yield {"ray": ""} if request.param == "ray" else {"workers": 2}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus made in this process, without any fault, and its videos."""
    folder = tmp_path_factory.mktemp("unbroken")
    for name in ("ann/one", "ann/killed", "bob/three"):
        (folder / "videos" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SPEECH_VIDEO, folder / "videos" / f"{name}.mp4")
    prepare(folder / "videos", folder / "corpus", settings=QUICK)
    return folder


def content(corpus: Path) -> dict[str, bytes]:
    return {path.relative_to(corpus).as_posix(): path.read_bytes() for path in corpus.rglob("*") if path.is_file()}


def with_faults(videos: Path, out: Path, **where: object) -> Summary:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ksdiff.corpus.prepare._sources", lambda videos, out, *_: [FaultyVideos(videos, out)])
        return prepare(videos, out, settings=QUICK, **where)


def test_a_killed_worker_costs_nothing(unbroken: Path, tmp_path: Path, where: dict) -> None:
    videos = shutil.copytree(unbroken / "videos", tmp_path / "videos")
    summary = with_faults(videos, tmp_path / "corpus", **where)
    assert (videos / "killed").exists()  # so it was
    assert summary.left_out == ()
    assert content(tmp_path / "corpus") == content(unbroken / "corpus")


def test_videos_that_crash_or_hang_the_decoder_are_set_aside(unbroken: Path, tmp_path: Path, where: dict) -> None:
    videos = shutil.copytree(unbroken / "videos", tmp_path / "videos")
    (videos / "ann/killed.mp4").rename(videos / "ann/two.mp4")
    for name in ("ann/crash", "bob/hang", "bob/breaks", "eve/fails"):
        (videos / name).parent.mkdir(exist_ok=True)
        shutil.copy(SPEECH_VIDEO, videos / f"{name}.mp4")
    out = tmp_path / "corpus"
    summary = with_faults(videos, out, patience=45.0, **where)
    assert summary.clips == ("ann__one", "ann__two", "bob__three")
    assert {item.source: item.reason for item in summary.left_out} == {
        "ann/crash.mp4": "its process crashed (Segmentation fault); see left_out/ann__crash.txt",
        "bob/breaks.mp4": "unexpected error: ZeroDivisionError: of all things; see left_out/bob__breaks.txt",
        "bob/hang.mp4": "it took longer than 45 s, so its process was ended; see left_out/bob__hang.txt",
        "eve/fails.mp4": "as it must",
    }
    for name in ("ann__crash", "bob__breaks", "bob__hang"):
        assert "misbehave" in (out / f"left_out/{name}.txt").read_text()
    # Once they are gone, the corpus is what it would be without them.
    for path in videos.rglob("*.mp4"):
        if path.stem in ("crash", "hang", "breaks", "fails"):
            path.unlink()
    again = prepare(videos, out, settings=QUICK)
    assert again.made == 0
    (videos / "ann/two.mp4").rename(videos / "ann/killed.mp4")
    prepare(videos, out, settings=QUICK)
    ours, theirs = content(out / "clips"), content(unbroken / "corpus/clips")
    assert ours.pop("ann__two.npz") == theirs["ann__killed.npz"]
    assert {name: ours[name] for name in theirs} == theirs


def test_a_full_disk_stops_the_run_with_a_message(unbroken: Path, tmp_path: Path, where: dict) -> None:
    videos = shutil.copytree(unbroken / "videos", tmp_path / "videos")
    (videos / "killed").touch()
    (videos / "bob/three.mp4").rename(videos / "bob/full.mp4")
    with pytest.raises(InputError, match="No space left on device"):
        with_faults(videos, tmp_path / "corpus", **where)
    assert not (tmp_path / "corpus/corpus.json").exists()
    (videos / "bob/full.mp4").rename(videos / "bob/three.mp4")
    prepare(videos, tmp_path / "corpus", settings=QUICK, **where)
    assert content(tmp_path / "corpus") == content(unbroken / "corpus")


LIMITED = """
import resource, signal, sys
from ksdiff.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))  # stands for a full disk
    main(["prepare", sys.argv[2], "--out", sys.argv[3], "--no-transcribe"])
"""


def test_a_disk_that_is_really_full(unbroken: Path, tmp_path: Path) -> None:
    """In worker processes, which inherit the limit."""
    program = tmp_path / "limited.py"
    program.write_text(LIMITED)
    out = tmp_path / "corpus"
    for size in (2000, 100_000):
        command = [sys.executable, str(program), str(size), str(unbroken / "videos"), str(out)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 2, result.stderr
        assert "cannot write" in result.stderr
        assert "Traceback" not in result.stderr
        assert not (out / "corpus.json").exists()
        assert not list(out.rglob("*.json"))
    prepare(unbroken / "videos", out, settings=QUICK)
    assert content(out) == content(unbroken / "corpus")


@pytest.mark.parametrize("options", [["--workers", "2"], ["--ray", "local"]])
def test_a_killed_driver_goes_on_where_it_stopped(unbroken: Path, tmp_path: Path, options: list[str]) -> None:
    out = tmp_path / "corpus"
    command = [sys.executable, "-m", "ksdiff.cli", "prepare", str(unbroken / "videos"), "--out", str(out)]
    command += ["--no-transcribe", *options]
    for pattern in ("tracks/*.npz", "clips/*.json"):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while not list(out.glob(pattern)) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert not (out / "corpus.json").exists()
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "3 clips of 2 speakers" in result.stdout
    assert content(out) == content(unbroken / "corpus")
