"""`ksdiff doctor`: says what is there and what is not, with a command that brings it, and names nobody."""

import getpass
import json
import os
import re
import socket
import sys
from importlib import metadata
from pathlib import Path

import pytest

from ksdiff.cli import main
from ksdiff.doctor import checks, features, machine, report
from ksdiff.doctor.checks import PUBLISHED, Speed, check_drawing, check_encoders, check_weights, measure_speed
from ksdiff.doctor.features import USES, find_features, load_apart
from ksdiff.doctor.machine import cores
from ksdiff.doctor.report import Report, examine
from ksdiff.errors import UnavailableError

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What ksdiff is said to need; the tests put lines into it."""
    lines: list[str] = []
    monkeypatch.setattr(metadata, "requires", lambda name: lines)

    class Metadata:
        def get_all(self, name: str) -> list[str]:
            return [*USES, "all", "dev", "new"]

    monkeypatch.setattr(metadata, "metadata", lambda name: Metadata())
    return lines


def test_each_extra_is_known_by_its_use() -> None:
    extras = set(PROJECT["optional-dependencies"]) - {"all", "dev", "docs"}
    assert extras <= set(USES)


def test_a_missing_package_is_named_with_the_extra_that_brings_it(declared: list[str]) -> None:
    declared += ["numpy>=1", "no-such-package>=2; extra == 'usd'", "another; extra == 'new'"]
    found = {feature.extra: feature.check() for feature in find_features()}
    assert found[""].works
    assert found[""].required
    assert found["usd"].detail == "not installed: no-such-package"
    assert found["usd"].remedy == "pip install 'ksdiff[usd]'"
    assert not found["usd"].required
    assert found["new"].remedy == "pip install 'ksdiff[new]'"
    assert found["render"].works  # needs nothing here
    assert not {"all", "dev"} & set(found)


def test_an_old_version_and_one_that_does_not_load_are_told_apart(declared: list[str]) -> None:
    declared += ["numpy>=1000", "scipy; extra == 'usd'", "rich; extra == 'live'", "rich; python_version < '3'"]

    def load(module: str) -> str:
        return {"scipy": "ImportError: broken", "rich": "ImportError: libGL.so.1: cannot open"}.get(module, "")

    found = {feature.extra: feature.check() for feature in find_features(load)}
    assert ">=1000 is needed" in found[""].detail
    assert found[""].remedy == "pip install 'numpy>=1000'"
    assert "does not load: ImportError: broken" in found["usd"].detail
    assert found["usd"].remedy == "pip install --force-reinstall 'scipy'"
    assert found["live"].remedy.startswith("apt-get install libgl1")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise ImportError('no such library')", "ImportError: no such library"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11"),
        ("", ""),
    ],
    ids=["refuses", "crashes", "loads"],
)
def test_packages_are_imported_where_they_may_crash(
    program: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "strange.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = load_apart("strange")
    assert reason in found if reason else not found


def test_this_machine_can_write_what_the_tests_write() -> None:
    assert check_weights().works
    for check in check_encoders():
        assert check.works, check


def test_without_opengl_the_packages_that_bring_it_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_device() -> str:
        raise UnavailableError("cannot draw")

    monkeypatch.setattr("ksdiff.output.render.drawing_device", no_device)
    check = check_drawing()
    assert not check.works
    assert "libegl1" in check.remedy


def test_speed_is_that_of_real_work() -> None:
    speed = measure_speed(3.0)
    assert speed.sound == 3.0
    assert speed.taken > 0.01
    assert speed.ratio == pytest.approx(3.0 / speed.taken)


def test_the_speed_to_compare_with_is_that_of_readme() -> None:
    said = re.search(r"is (\d+) times as fast as\s+real time", (ROOT / "README.md").read_text())
    assert said
    assert float(said[1]) == PUBLISHED


@pytest.mark.parametrize(("quota", "expected"), [("150000 100000", 1.5), ("max 100000", None), ("", None)])
def test_a_containers_quota_bounds_the_cores(
    quota: str, expected: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpu.max").write_text(quota + "\n")
    monkeypatch.setattr(machine, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2}, raising=False)
    assert cores() == (expected or 3)


def test_the_command_prints_a_report_that_names_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor", "--quick"])
    text = capsys.readouterr().out
    assert "Works" in text
    assert "ksdiff animate" in text
    assert "Speed" not in text
    assert str(Path.home()) not in text
    for name in (socket.gethostname(), getpass.getuser()):
        assert not re.search(rf"\b{re.escape(name)}\b", text)


def test_json_has_what_the_text_has(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "measure_speed", lambda: Speed(60.0, 4.0))
    monkeypatch.setattr(features.subprocess, "run", lambda *a, **k: features.subprocess.CompletedProcess(a, 0, "", ""))
    main(["doctor", "--json"])
    data = json.loads(capsys.readouterr().out)
    assert data["speed"]["ratio"] == 15
    assert {"ksdiff", "Python", "system", "processor"} <= set(data["machine"])
    names = {check["name"] for check in data["checks"] if check["works"]}
    assert {"weights inside the package", "encoders of MP4"} <= names


def test_where_nothing_can_be_animated_the_command_fails_after_its_report(
    capsys: pytest.CaptureFixture[str], declared: list[str]
) -> None:
    declared += ["no-such-package"]
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert "pip install 'no-such-package'" in printed.out
    assert "Speed" not in printed.out
    assert "not installed: no-such-package" in printed.err


def test_a_sound_that_cannot_be_animated_is_a_failure(monkeypatch: pytest.MonkeyPatch, declared: list[str]) -> None:
    def fail() -> Speed:
        raise UnavailableError("no luck")

    monkeypatch.setattr(report, "measure_speed", fail)
    found = examine()
    assert found.speed is None
    assert [check.detail for check in found.failures] == ["no luck"]


def test_text_says_the_speed() -> None:
    text = Report({"ksdiff": "1"}, (), Speed(60.0, 4.0)).to_text()
    assert "15.0 times as fast as real time" in text
    assert f"{checks.PUBLISHED:g} times" in text
