"""Many voices in one go: the same files as one by one, failures set aside, what is done is not done again."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from support.checkpoints import save_untrained
from support.files import SPEECH_VIDEO
from support.synthetic import synthetic_sound

from ksdiff import animate_lines
from ksdiff.batch.animate_lines import Progress, default_workers
from ksdiff.batch.line import Settings
from ksdiff.batch.record import RECORD
from ksdiff.cli import main
from ksdiff.errors import InputError
from ksdiff.speech.audio import write_flac
from ksdiff.tasks.pool import run_tasks


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_untrained(tmp_path_factory.mktemp("weights") / "untrained.safetensors"))


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number, seconds in enumerate((1.0, 1.4, 0.8), start=1):
        write_flac(synthetic_sound(seconds), folder / f"{number}.flac")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_lines_become_what_they_become_alone_and_are_not_done_again(
    weights: str, sounds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sounds / "broken.flac").write_bytes((sounds / "1.flac").read_bytes()[:60])
    source = sounds / "lines.csv"
    rows = ["sound,seed,emotion,output", "1.flac,4,happy:0.5,scene/a", "broken.flac,,,", "2.flac,,,"]
    source.write_text("\n".join(rows))
    out, options = tmp_path / "out", ["--model", weights, "--formats", "npz", "csv", "glb", "html", "keyframes"]
    command = ["animate", str(source), "--out", str(out), "--workers", "2", *options]
    with pytest.raises(SystemExit) as exit_info:
        main(command)
    assert exit_info.value.code == 1
    said = capsys.readouterr()
    assert "2 done, 1 failed of 3 lines" in said.out
    assert "line 2 (broken) failed: " in said.err
    with (out / "results.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["status"] for row in table] == ["done", "failed", "done"]
    assert table[0]["files"] == "motion.npz arkit.csv head.glb preview.html keyframes.json"
    assert "broken.flac" in table[1]["message"]
    assert {path.name for path in out.iterdir()} == {"scene", "2", "results.csv", "results.json"}

    alone = [
        "animate",
        str(sounds / "1.flac"),
        "--out",
        str(tmp_path / "alone"),
        "--seed",
        "4",
        "--emotion",
        "happy:0.5",
    ]
    main([*alone, *options])
    first = contents(out / "scene/a")
    record = json.loads(first.pop(RECORD))
    assert first == contents(tmp_path / "alone")
    assert record["duration"] == pytest.approx(1.0)

    command[command.index("--workers") + 1] = "1"
    # Once more, with the broken one mended and the second changed: the first is not touched.
    write_flac(synthetic_sound(0.6), sounds / "broken.flac")
    source.write_text("\n".join([*rows[:3], "2.flac,9,,"]))
    before, written = contents(out), (out / "scene/a/motion.npz").stat().st_mtime_ns
    main(command)
    assert "2 done, 1 unchanged of 3 lines" in capsys.readouterr().out
    assert (out / "scene/a/motion.npz").stat().st_mtime_ns == written
    after = contents(out)
    assert after["scene/a/motion.npz"] == before["scene/a/motion.npz"]
    assert after["2/motion.npz"] != before["2/motion.npz"]

    # What was changed or removed by hand is made again.
    (out / "scene/a/head.glb").write_bytes(b"")
    main(command)
    assert "1 done, 2 unchanged of 3 lines" in capsys.readouterr().out
    assert contents(out)["scene/a/head.glb"] == before["scene/a/head.glb"]


@pytest.mark.slow
def test_from_python_with_progress(weights: str, sounds: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    settings = Settings(model=weights, fps=30.0)
    (tmp_path / "out/.lines-999999999-00000000.partial").mkdir(parents=True)  # of a run that was killed
    results = animate_lines(sounds, tmp_path / "out", settings, workers=1, progress=heard.append)
    assert [result.status for result in results] == ["done"] * 3
    assert [result.duration for result in results] == pytest.approx([1.0, 1.4, 0.8], abs=0.02)
    assert all(result.seconds > 0 for result in results)
    assert {event.stage for event in heard} >= {"sound", "speech", "motion", "head.glb"}
    ends = [event for event in heard if event.result is not None]
    assert [event.finished for event in ends] == [1, 2, 3]
    assert not [path for path in (tmp_path / "out").iterdir() if "partial" in path.name]


def test_what_cannot_be_done_is_said_before_the_work(
    weights: str, sounds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*arguments: str) -> str:
        with pytest.raises(SystemExit) as exit_info:
            main(["animate", *arguments, "--model", weights])
        assert exit_info.value.code == 2
        return " ".join(capsys.readouterr().err.split())

    out = ("--out", str(tmp_path / "out"))
    source = sounds / "lines.csv"
    source.write_text("sound,style\n1.flac,ann\n2.flac,bobb\n")
    assert "line 2 (2): unknown style 'bobb': did you mean 'bob'" in refused(str(source), *out)
    assert "--keyframes are for one voice" in refused(str(sounds), "--text", "hello", *out)
    assert "--workers is for many voices" in refused(str(sounds / "1.flac"), "--workers", "2", *out)
    assert "workers is 0" in refused(str(sounds), "--workers", "0", *out)
    table = sounds / "results.csv"
    table.write_text("sound\n1.flac\n")
    assert "would replace the input" in refused(str(table), "--out", str(sounds))
    onto = ("--onto", str(sounds / "1.flac"))
    assert "1.flac" in refused(str(sounds), *onto, *out)
    with pytest.raises(InputError, match="unknown style"):
        animate_lines(source, tmp_path / "out", Settings(model=weights))
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_ctrl_c_leaves_whole_lines_and_the_next_run_goes_on(weights: str, sounds: Path, tmp_path: Path) -> None:
    write_flac(np.tile(synthetic_sound(20.0), 30), sounds / "2.flac")  # long enough to be interrupted in
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "ksdiff.cli", "animate", str(sounds), "--out", str(out), "--model", weights,
        "--workers", "1", "--formats", "npz", "csv",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "1 of 3, 1: done" in process.stderr.readline()
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "cancelled" in said
    assert "Traceback" not in said
    begun = {"2"} if (out / "2").exists() else set()  # what the long one has kept to go on from
    assert all(path.name.endswith(".unfinished") for path in (out / "2").glob("*"))
    assert {path.name for path in out.iterdir()} == {"1", "results.csv", "results.json", *begun}
    table = json.loads((out / "results.json").read_text())["lines"]
    assert [row["status"] for row in table] == ["done", "cancelled", "cancelled"]
    write_flac(synthetic_sound(0.5), sounds / "2.flac")
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "2 done, 1 unchanged of 3 lines" in again.stdout
    assert not list((out / "2").glob("*.unfinished"))


@pytest.mark.slow
def test_a_long_line_goes_on_where_it_was_interrupted(sounds: Path, tmp_path: Path) -> None:
    for path in sounds.iterdir():
        path.unlink()
    write_flac(np.tile(synthetic_sound(20.0), 16), sounds / "long.flac")
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "ksdiff.cli", "animate", str(sounds), "--out", str(out), "--steps", "1",
        "--formats", "npz", "csv",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and not (out / "long/motion.unfinished").exists():
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 130
    assert [path.name for path in (out / "long").iterdir()] == ["motion.unfinished"]
    subprocess.run(command, capture_output=True, text=True, check=True)
    whole = [str(tmp_path / "whole") if part == str(out) else part for part in command]
    subprocess.run(whole, capture_output=True, text=True, check=True)
    found, expected = (
        {p.name: p.read_bytes() for p in (folder / "long").iterdir()} for folder in (out, tmp_path / "whole")
    )
    assert found == expected


def _brittle():
    def work(task, report):
        report("half", 0.5)
        if task == "dies":
            os._exit(1)
        if task == "fails":
            raise InputError("as it must")
        if task == "breaks":
            raise ZeroDivisionError("of all things")
        return task, os.environ["OMP_NUM_THREADS"]

    return work


def test_a_process_that_dies_costs_its_own_task_only() -> None:
    tasks = ["one", "dies", "fails", "breaks", "two"]
    ends = {event.index: event for event in run_tasks(_brittle, (), tasks, 1) if event.kind != "progress"}
    assert [ends[index].kind for index in range(5)] == ["done", "failed", "failed", "failed", "done"]
    assert ends[4].value == ("two", "1")
    assert "fewer --workers" in ends[1].value
    assert ends[2].value == "as it must"
    assert "ZeroDivisionError" in ends[3].value


def test_no_more_processes_than_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_workers(1) == 1
    monkeypatch.setattr("ksdiff.batch.animate_lines._free_memory", lambda: 0.0)
    assert default_workers(50) == 1


@pytest.mark.slow
def test_a_real_voice_becomes_the_same_bytes_in_all_formats(tmp_path: Path) -> None:
    source = tmp_path / "lines.json"
    source.write_text(
        json.dumps([{"sound": str(SPEECH_VIDEO), "output": "a"}, {"sound": str(SPEECH_VIDEO), "output": "b"}])
    )
    main(["animate", str(source), "--out", str(tmp_path / "out")])
    main(["animate", str(SPEECH_VIDEO), "--out", str(tmp_path / "alone")])
    alone = contents(tmp_path / "alone")
    assert len(alone) == 7
    for name in "ab":
        found = contents(tmp_path / "out" / name)
        del found[RECORD]
        assert found == alone
