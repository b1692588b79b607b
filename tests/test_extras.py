"""Optional packages are refused before the work, with what to do, where they are absent or of a version that fails."""

import importlib
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
import soundfile
from support.synthetic import synthetic_sound

from ksdiff import extras
from ksdiff.errors import UnavailableError
from ksdiff.speech import audio


@pytest.fixture(params=["14.0.1", "17.0.1", "19.0.2"])
def unfit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The version of a PyAV that is installed and does not work."""
    versions = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: request.param if name == "av" else versions(name))
    monkeypatch.setattr(extras, "is_installed", extras.is_installed.__wrapped__)
    monkeypatch.setattr(audio, "is_installed", extras.is_installed)
    return request.param


def test_a_package_of_a_version_that_fails_is_named_before_the_work(unfit: str) -> None:
    for extra in ("render", "video"):
        assert not extras.is_installed(extra)
        with pytest.raises(
            UnavailableError, match=rf"'av' >=17.1,<19, and {unfit} is installed: run pip install 'ksdiff"
        ):
            extras.check_installed(extra)
    assert extras.is_installed("usd") == (find_spec("pxr") is not None)  # is not concerned


def test_modules_that_need_it_say_so(unfit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ksdiff.output.video", "ksdiff.speech.ffmpeg_reader"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        with pytest.raises(UnavailableError, match=f"{unfit} is installed"):
            importlib.import_module(name)


def test_wav_is_read_without_it(unfit: str, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", synthetic_sound(1.0), 16000)
    assert len(audio.load(tmp_path / "a.wav")) == 16000
    other = tmp_path / "a.m4a"
    other.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(2000))
    with pytest.raises(UnavailableError, match="pip install 'ksdiff"):
        audio.load(other)
