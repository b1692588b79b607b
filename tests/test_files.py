"""Folders that are only checked, inputs that must not be replaced, names of any length, scratch space."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.files import (
    ABANDONED_SECONDS,
    WriteError,
    atomic_write,
    check_exists,
    check_folder,
    file_sha256,
    make_folder,
    refuse_overwriting,
    release,
    remove_partial_files,
    scratch_array,
)


def test_hash_of_a_file(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000  # read in two pieces
    (tmp_path / "a").write_bytes(content)
    assert file_sha256(tmp_path / "a") == hashlib.sha256(content).hexdigest()
    with pytest.raises(InputError, match=r"cannot read .*b: No such file"):
        file_sha256(tmp_path / "b")


def test_checking_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    check_folder(tmp_path / "a/b/c")
    assert list(tmp_path.iterdir()) == []
    make_folder(tmp_path / "a/b/c")
    check_folder(tmp_path / "a/b/c")
    assert list((tmp_path / "a/b/c").iterdir()) == []


@pytest.mark.parametrize("name", ["file/below", "n" * 300, "ok/" + "n" * 300, "nul\0l"])
def test_folders_that_cannot_be_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    for refuse in (check_folder, make_folder):
        with pytest.raises(InputError, match="cannot write to the folder"):
            refuse(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("length", [240, 251])
def test_long_names_are_written(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("é" * ((length - 4) // 2) + ".npz")
    with atomic_write(path) as temporary:
        temporary.write_bytes(b"whole")
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_an_output_that_is_an_input_is_refused(tmp_path: Path) -> None:
    voice = tmp_path / "voice.wav"
    voice.write_bytes(b"sound")
    (tmp_path / "soft.wav").symlink_to(voice)
    (tmp_path / "hard.wav").hardlink_to(voice)
    (tmp_path / "folder").symlink_to(tmp_path)
    for output in (
        voice,
        tmp_path / "soft.wav",
        tmp_path / "hard.wav",
        tmp_path / "folder/voice.wav",
        tmp_path / "folder/../" / tmp_path.name / "voice.wav",
    ):
        with pytest.raises(InputError, match=r"would replace the input .*voice\.wav"):
            refuse_overwriting((None, tmp_path / "missing", voice), (tmp_path / "new.wav", output))
    refuse_overwriting((voice,), (tmp_path / "new.wav",))


def test_scratch_arrays_reserve_their_space(tmp_path: Path) -> None:
    array = scratch_array((3, 4), np.float16)
    array[:] = 7
    assert array.sum() == 84
    # A limit on the size of files stands for a full disk. Without the reservation the process dies of a signal.
    code = (
        "import resource; from ksdiff.files import scratch_array\n"
        "from ksdiff.errors import InputError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))\n"
        "try: scratch_array((1000, 1000), 'f4')[:] = 1\n"
        "except InputError as error: print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "cannot take 4 MB" in result.stdout
    assert "TMPDIR" in result.stdout


KILLED = """
import os, signal, sys
from pathlib import Path
from ksdiff.files import atomic_write

with atomic_write(Path(sys.argv[1])) as temporary:
    temporary.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        command = [sys.executable, "-c", KILLED, str(tmp_path / folder / "clip.npz")]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        (left,) = (tmp_path / folder).iterdir()
        assert ".partial" in left.name
        if folder == "a":
            long_ago = time.time() - ABANDONED_SECONDS - 1
            os.utime(left, (long_ago, long_ago))
    for folder in ("a", "b"):
        with atomic_write(tmp_path / folder / "other.npz") as temporary:
            temporary.write_bytes(b"whole")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["other.npz"]
    assert len(list((tmp_path / "b").iterdir())) == 2  # just written: a process elsewhere may be at it
    remove_partial_files(tmp_path / "c")
    assert list((tmp_path / "c").iterdir()) == []


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "one.npz") as temporary:
        temporary.write_bytes(b"long work")
        os.utime(temporary, (1, 1))
        subprocess.run(
            [sys.executable, "-c", f"from pathlib import Path; from ksdiff.files import atomic_write\n"
             f"with atomic_write(Path({str(tmp_path / 'two.npz')!r})) as path: path.touch()"],
            check=True,
        )  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.npz", "two.npz"]


def test_missing_and_unreachable_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").touch()
    for path, message in (
        ("missing", "there is no folder"),
        ("file/below", "there is no folder"),
        ("nul\0", "there is no folder"),
        ("loop", r"cannot read the folder .*loop: .*symbolic links"),
        ("n" * 300, r"cannot read the folder .*: File name too long"),
    ):
        with pytest.raises(InputError, match=message):
            check_exists(tmp_path / path, "folder")
    with pytest.raises(WriteError, match="symbolic links"):
        make_folder(tmp_path / "loop/below")


@pytest.mark.skipif(not hasattr(os, "seteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_without_permission_is_not_called_missing(tmp_path: Path) -> None:
    (tmp_path / "closed/inside").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o600)
    os.seteuid(65534)
    try:
        with pytest.raises(InputError, match=r"cannot read the folder .*Permission denied"):
            check_exists(tmp_path / "closed/inside", "folder")
        with pytest.raises(WriteError, match=r"cannot write to the folder .*Permission denied"):
            make_folder(tmp_path / "closed/inside/new")
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much memory mapped files take")
def test_a_mapped_file_lets_go_of_its_memory_and_keeps_its_content() -> None:
    def mapped() -> int:
        return int(re.findall(r"RssFile:\s*(\d+)|RssShmem:\s*(\d+)", Path("/proc/self/status").read_text())[0][0])

    array = scratch_array((64, 1 << 18), np.float32)
    array[:] = np.arange(64, dtype=np.float32)[:, None]
    before = mapped()
    release(array[3:])
    assert before - mapped() > 60 * 1024
    assert array[:, ::1000].mean(axis=1).tolist() == list(range(64))
    plain = np.ones(3)
    release(plain)
    assert plain.sum() == 3
