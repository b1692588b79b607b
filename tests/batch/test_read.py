"""Lists of lines: what is read, and what is refused before any work."""

import json
from pathlib import Path

import pytest

from ksdiff.batch.line import Directions, Settings
from ksdiff.batch.read import checked_output, is_list, parse_rows, read_lines
from ksdiff.batch.record import RECORD
from ksdiff.errors import InputError


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A folder with three sounds, of which only the names matter here."""
    for name in ("anna/001.wav", "anna/002.wav", "bob/001.mp3"):
        path = tmp_path / "sounds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")
    return tmp_path / "sounds"


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_csv_list_says_what_is_wished_of_each_line(sounds: Path, tmp_path: Path) -> None:
    (sounds / "said.txt").write_text("From a file.", encoding="utf-8")
    (sounds / "mood.csv").write_text("time,emotion\n0,happy\n", encoding="utf-8")
    source = write(
        sounds / "lines.csv",
        "sound,text,style,emotion,seed,output,formats,text_file,emotion_file,timecode",
        'anna/001.wav,"Hello, you",ann,happy:0.6,7,scene 1/anna,npz csv,,,01:00:00:00',
        "",
        "anna/002.wav,,,,,,,said.txt,mood.csv,",
        "bob/001.mp3,,,,,,,,,",
    )
    lines = read_lines(source, tmp_path / "out", Settings(), Directions(style="bob", seed=3, emotion="sad"))
    first, second, third = lines
    assert (first.number, first.sound, first.output) == (1, sounds / "anna/001.wav", "scene 1/anna")
    assert first.directions == Directions(
        "Hello, you", "ann", 7, emotion="happy:0.6", timecode="01:00:00:00", formats=("npz", "csv")
    )
    assert second.directions.text == "From a file."
    assert second.directions.emotions[0].emotion == "happy"
    assert second.inputs == (sounds / "said.txt", sounds / "mood.csv")
    assert (third.output, third.directions) == ("bob/001", Directions(style="bob", seed=3, emotion="sad"))


def test_json_says_the_same(sounds: Path, tmp_path: Path) -> None:
    entries = [{"sound": "anna/001.wav", "seed": 7, "formats": ["npz"]}, {"sound": str(sounds / "bob/001.mp3")}]
    for content in (entries, {"version": 1, "lines": entries}):
        source = write(sounds / "lines.json", json.dumps(content))
        lines = read_lines(source, tmp_path / "out")
        assert [line.output for line in lines] == ["anna/001", "001"]  # only the name of one that is elsewhere
        assert lines[0].directions == Directions(seed=7, formats=("npz",))


def test_spreadsheets_of_other_countries_are_read(sounds: Path, tmp_path: Path) -> None:
    source = sounds / "lines.csv"
    source.write_bytes("\ufeffsound;text\r\nanna/001.wav;Hallo, Welt\r\n;\r\n".encode())
    (line,) = read_lines(source, tmp_path / "out")
    assert line.directions.text == "Hallo, Welt"


def test_a_folder_is_a_list_of_its_sounds(sounds: Path) -> None:
    (sounds / "anna/002.txt").write_text("What Anna says.", encoding="utf-8")
    for name in (".hidden.wav", "notes.md", "out/anna/001/preview.mp4", "earlier/preview.mp4"):
        path = sounds / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no line")
    (sounds / "earlier" / RECORD).write_text("{}")
    lines = read_lines(sounds, sounds / "out")
    assert [line.output for line in lines] == ["anna/001", "anna/002", "bob/001"]
    assert [line.directions.text for line in lines] == [None, "What Anna says.", None]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["text", "a"], "no column 'sound'"),
        (["sound,txt", "anna/001.wav,a"], "unknown column 'txt': did you mean 'text'"),
        (["sound,seed,seed", "anna/001.wav,1,1"], "two columns 'seed'"),
        (["sound,text", "anna/001.wav,Hello, you"], "line 1 has more values than columns: put texts"),
        (["sound"], "has no lines"),
        (["sound,seed", "anna/001.wav,-1", "anna/002.wav,x"], r"line 1: seed: .*; line 2: seed: .*, but is 'x'"),
        (["sound,style", "none.wav,", "anna,"], r"line 1: there is no file .*none.wav; line 2: .*anna is a folder"),
        (["sound,emotion", "anna/001.wav,hapy"], "line 1: .*did you mean 'happy'"),
        (["sound,formats", "anna/001.wav,npz cvs"], "line 1: unknown format 'cvs': did you mean 'csv'"),
        (["sound,text", "anna/001.wav,[lagh]"], "line 1: .*did you mean 'laugh'"),
        (["sound,timecode", "anna/001.wav,nine"], "line 1: .*'nine'"),
        (["sound,text,text_file", "anna/001.wav,a,b.txt"], "line 1: text and text_file are both given"),
        (["sound,text_file", "anna/001.wav,b.txt"], "line 1: cannot read the text .*b.txt"),
        (["sound,output", "anna/001.wav,../out"], "line 1: the output '../out' cannot be used"),
        (["sound,output", "anna/001.wav,Same", "anna/002.wav,same"], "lines 1 and 2 have the same output 'same': name"),
        (["sound,output,formats", "anna/001.wav,a,png", "anna/002.wav,a/frames/b,"], "line 2 would lie in what line 1"),
        (["sound,text", '"anna/001.wav,a'], "cannot be read as CSV"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_used(sounds: Path, tmp_path: Path, rows: list[str], message: str) -> None:
    source = write(sounds / "lines.csv", *rows)
    with pytest.raises(InputError, match=message):
        read_lines(source, tmp_path / "out")


def test_many_problems_are_counted(sounds: Path, tmp_path: Path) -> None:
    source = write(sounds / "lines.csv", "sound", *(f"none_{number}.wav" for number in range(12)))
    with pytest.raises(InputError, match=r"line 5: .*; and 7 more$"):
        read_lines(source, tmp_path / "out")


@pytest.mark.parametrize(
    "content", ["", "[", "{}", '{"version": 2, "lines": []}', '{"version": 1, "lines": [], "more": 1}', "3", "[3]",
                '[{"sound": NaN}]', '[{"text": "no sound"}]', "[" * 10_000],
)  # fmt: skip
def test_json_that_is_no_list(content: str) -> None:
    with pytest.raises(InputError, match=r"^lines\.json"):
        parse_rows(content, "lines.json")


def test_lists_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ksdiff.batch.read.MAX_LINES", 3)
    with pytest.raises(InputError, match="at most 3"):
        parse_rows("sound\n" + "a.wav\n" * 9, "lines.csv")


def test_a_folder_without_sounds(tmp_path: Path) -> None:
    assert is_list(tmp_path)
    with pytest.raises(InputError, match="no sound in the folder"):
        read_lines(tmp_path, tmp_path / "out")


@pytest.mark.parametrize("name", ["", "/abs", "a/../b", ".a", "a/.b", "a.", "a /b", "c:/a", "a\\b", "a\nb", "x" * 300])
def test_outputs_that_are_no_folders_in_the_results(name: str) -> None:
    with pytest.raises(InputError, match="output"):
        checked_output(name)
