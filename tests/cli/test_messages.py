"""What is printed: names and messages as they are, whatever they hold, and whatever standard output is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.files import SPEECH_VIDEO

from ksdiff.cli import main
from ksdiff.cli.console import printable

COMMAND = [sys.executable, "-m", "ksdiff.cli"]


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)
    captured = capsys.readouterr()
    assert exit_info.value.code == 2
    assert captured.out == ""
    assert captured.err.count("\n") == 1  # one line
    return captured.err


@pytest.mark.parametrize("name", ["[render]", "[/x]", "[x]", "[bold red]", ":smile:", "[link=a]b[/link]", "a\x1b[2Jb"])
def test_names_are_not_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    shown = name.replace("\x1b", r"\x1b")
    missing = tmp_path / name.replace("/", "|")
    assert shown.replace("/", "|") in refused(["animate", str(missing), "--out", str(tmp_path / "out")], capsys)
    voice = ["animate", str(SPEECH_VIDEO), "--out", str(tmp_path / "out")]
    for option in ("--style", "--formats", "--timecode", "--model", "--text-file"):
        assert shown in refused([*voice, option, name], capsys), option
    assert shown in refused(["train", name, "--out", str(tmp_path / "out")], capsys)
    assert shown in refused(["animate", name, "--out", str(tmp_path / "out")], capsys)
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_shown_is_escaped() -> None:
    assert printable("plain ü 漢 [x]\n\tö") == "plain ü 漢 [x]\n\tö"
    assert printable("\udcff\x07\r") == "\\udcff\\x07\\r"


@pytest.mark.parametrize("locale", ["C", pytest.param("C.UTF-8", marks=pytest.mark.slow)])
def test_names_that_are_not_utf_8(tmp_path: Path, locale: str) -> None:
    name = os.fsencode(tmp_path) + b"/not \xff utf-8.mp4"
    Path(os.fsdecode(name)).write_bytes(SPEECH_VIDEO.read_bytes())
    environment = os.environ | {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    out = os.fsencode(tmp_path / "results ü")
    result = subprocess.run(
        [*COMMAND, "animate", name, "--out", out, "--formats", "npz", "keyframes"],
        capture_output=True, env=environment, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert Path(os.fsdecode(out)).joinpath("motion.npz").is_file()
    result = subprocess.run(
        [*COMMAND, "animate", name + b"x", "--out", out], capture_output=True, env=environment, check=False
    )
    assert result.returncode == 2
    assert b"there is no file" in result.stderr
    assert b"Traceback" not in result.stderr


def test_standard_output_that_cannot_be_written(tmp_path: Path) -> None:
    command = [*COMMAND, "animate", str(SPEECH_VIDEO), "--out", str(tmp_path), "--formats", "npz"]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.startswith("ksdiff: cannot write to standard output: No space left")
    assert result.stderr.count("\n") == 1
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True, check=False
    )
    assert (closed.returncode, closed.stderr) == (0, "")  # those who close it do not want to read it


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.5])
def test_an_interrupt_while_the_program_loads(tmp_path: Path, delay: float) -> None:
    arguments = ["animate", str(SPEECH_VIDEO), "--out", str(tmp_path)]
    code = f"import ksdiff.cli; print(flush=True); ksdiff.cli.main({arguments!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores it
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
