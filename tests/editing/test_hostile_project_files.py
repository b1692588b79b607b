"""Damaged and forged project files: each gives a message, and nothing else happens."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.files import PROJECT_V1

from ksdiff.editing import AddTake, Project, apply, archive, render
from ksdiff.errors import InputError

Change = Callable[[Any], Any]


def test_a_file_of_version_1_is_read(tmp_path: Path) -> None:
    project = Project.load(PROJECT_V1)
    assert [take.name for take in project.takes] == ["A", "B"]
    assert [edit.tag for edit in project.edits[:3]] == ["set_words", "add_keyframe", "move_keyframe"]
    assert len({edit.tag for edit in project.edits}) == 14  # every kind of edit
    assert project.stale
    assert [word.text for word in project.words] == ["my", "fellow"]
    assert project.layers.gaze[0].yaw == 0.1
    assert project.motion.head[15, 1] == pytest.approx(0.2, abs=1e-6)  # a pose, met
    project.save(tmp_path / "again.ksd")
    assert Project.load(tmp_path / "again.ksd") == project


def parts(path: Path = PROJECT_V1) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def written(path: Path, method: int = zipfile.ZIP_STORED, **changed: bytes) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in {**parts(), **{name.replace("_", "."): data for name, data in changed.items()}}.items():
            file.writestr(name, data)
    return path


def with_arrays(path: Path, **changed: np.ndarray) -> Path:
    arrays = dict(np.load(io.BytesIO(parts()["motion.npz"])))
    buffer = io.BytesIO()
    np.savez(buffer, **{**arrays, **changed})  # type: ignore[arg-type]
    return written(path, motion_npz=buffer.getvalue())


def with_content(path: Path, change: Change) -> Path:
    content = json.loads(parts()["project.json"])
    changed = change(content)
    text = changed if isinstance(changed, bytes) else json.dumps(content if changed is None else changed).encode()
    return written(path, project_json=text)


def refused(path: Path, match: str | None = None) -> None:
    with pytest.raises(InputError, match=match) as error:
        Project.load(path)
    assert path.name in str(error.value)
    assert len(str(error.value)) < 2000


def opened(path: Path) -> Project | None:
    """The project; None if a message says why there is none."""
    try:
        return Project.load(path)
    except InputError as error:
        if path.name not in str(error) or len(str(error)) > 2000:
            raise
    return None


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("take0_head", np.zeros((30, 6), np.int64)),
        ("take0_head", np.zeros((30, 6), np.complex64)),
        ("take0_head", np.zeros((30, 6), "U3")),
        ("take0_head", np.zeros((30, 5), np.float32)),
        ("take0_head", np.full((30, 6), np.nan, np.float32)),
        ("take0_head", np.full((30, 6), 3e38, np.float32)),
        ("take1_expression_stale", np.zeros(30, np.float32)),
        ("take1_expression_stale", np.zeros((30, 1), bool)),
        ("neutral", np.zeros(51, "M8[s]")),
        ("neutral", np.float32(0)),
        ("pin0", np.zeros((18, 51), bool)),
        ("pin0", np.zeros((18,), np.float32)),
        ("reference_keyframes_head", np.full(30, 2, np.float32)),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.dtype} {value.shape}",
)
def test_arrays_of_a_wrong_kind_are_refused(name: str, array: np.ndarray, tmp_path: Path) -> None:
    refused(with_arrays(tmp_path / "bad.ksd", **{name: array}), name)


def _set(*keys: str | int, to: Any) -> Change:
    def change(content: Any) -> None:
        place = content
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("takes", 0, "keyframes", "head", 0, "frame", to=10**30),
        _set("takes", 0, "keyframes", "head", 0, "frame", to=1.5),
        _set("takes", 0, "keyframes", "head", 0, "frame", to=-1),
        _set("takes", 0, "keyframes", "head", 0, "pose", to={"rotationY": 1e308}),
        _set("takes", 0, "keyframes", to={"head": []}),
        _set("takes", 0, "sampling", "head_seed", to=2**64),
        _set("takes", 0, "sampling", "keyframe_threshold", to={}),
        _set("takes", 0, "variations", 0, "seed", to=-1),
        _set("takes", to=[]),
        _set("takes", to={"0": "A"}),
        _set("words", 0, "start", to=float("nan")),
        _set("words", 0, "end", to=1e300),
        _set("phones", 0, "end", to=-1.0),
        _set("choices", 0, "stop", to=10**9),
        _set("pins", 0, "first", to=-5),
        _set("layers", "offsets", to={"rotationY": 1e38}),
        _set("layers", "eyes", "fixation", to=1e308),
        _set("layers", "eyes", "blinks_per_minute", to=float("inf")),
        _set("layers", "gains", to={"nose": 1.0}),
        _set("edits", 0, "edit", to="no_such"),
        _set("edits", 1, "time", to="1"),
        _set("edits", 1, "time", to=1e9),
        _set("edits", to=5),
        _set("version", to=True),
        _set("version", to=-(10**18)),
        _set("version", to=None),
        _set("space", to=["arkit"]),
        _set("model", to=7),
        _set("voice", to="x" * 100_000),
        lambda content: [content],
        lambda content: b"[" * 100_000 + b"]" * 100_000,
        lambda content: b'{"format": "ksdiff-project", "version": ' + b"9" * 10_000 + b"}",
        lambda content: b'{"format": "ksdiff-project", "version": 1, "voice": "\\ud800"}',
        lambda content: b"\xff\xfe{",
    ],
)
def test_content_beyond_bounds_is_refused(change: Change, tmp_path: Path) -> None:
    refused(with_content(tmp_path / "bad.ksd", change))


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        refused(written(tmp_path / "bad.ksd", method), "packed in a way")


@pytest.mark.parametrize("changed", range(150))
def test_a_flipped_byte_gives_a_message_or_the_same_project(changed: int, tmp_path: Path) -> None:
    """The zip's checksums see most; what they do not cover changes nothing."""
    content, draw = bytearray(PROJECT_V1.read_bytes()), random.Random(changed)
    for _ in range(draw.choice((1, 1, 3))):
        content[draw.randrange(len(content))] ^= draw.randrange(1, 256)
    path = tmp_path / "bad.ksd"
    path.write_bytes(content)
    project = opened(path)
    assert project is None or project == Project.load(PROJECT_V1)


MUTATIONS = (
    None,
    True,
    -1,
    0,
    1e308,
    -1e308,
    10**40,
    "",
    "x" * 5000,
    [],
    {},
    [[]],
    float("nan"),
    "head",
    ["head"],
    0.5,
)


def _mutated(content: Any, draw: random.Random) -> None:
    """Put something else in a random place."""
    place, keys = content, list(content)
    while True:
        key = draw.choice(keys)
        value = place[key]
        inner = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
        if not inner or draw.random() < 0.25:
            if isinstance(place, dict) and draw.random() < 0.2:
                del place[key]
            else:
                place[key] = draw.choice(MUTATIONS)
            return
        place, keys = value, inner


@pytest.mark.parametrize("seed", [*range(120), *(pytest.param(n, marks=pytest.mark.slow) for n in range(120, 600))])
def test_generated_content_gives_a_message_or_a_project(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)

    def change(content: Any) -> None:
        for _ in range(draw.choice((1, 1, 2))):
            _mutated(content, draw)

    path = with_content(tmp_path / "bad.ksd", change)
    project = opened(path)
    if project is None:
        return
    assert np.isfinite(render(project, 30.0).head).all()
    project.save(path)
    assert Project.load(path) == project


def test_a_project_that_could_not_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project.load(PROJECT_V1)
    monkeypatch.setitem(archive.MAX_BYTES, "motion.npz", 40_000)
    project.save(tmp_path / "mine.ksd")
    before = (tmp_path / "mine.ksd").read_bytes()
    for name in "CDE":
        project = apply(project, AddTake(name, "A"))
    with pytest.raises(InputError, match=r"too large: its motion\.npz"):
        project.save(tmp_path / "mine.ksd")
    assert (tmp_path / "mine.ksd").read_bytes() == before
