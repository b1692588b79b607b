"""Folders that are only checked, inputs that must not be replaced, names of any length, scratch space."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ksdiff.errors import InputError
from ksdiff.files import atomic_write, check_folder, make_folder, refuse_overwriting, scratch_array


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
