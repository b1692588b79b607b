import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import pytest
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError, UnavailableError
from ksdiff.motion.space import ARKIT, SPACES
from ksdiff.output.formats import (
    FORMATS,
    Sound,
    check_formats,
    default_formats,
    output_files,
    parse_size,
    write_outputs,
)
from ksdiff.output.picture import Picture

DOCS = Path(__file__).parents[2] / "docs"


def test_the_documentation_lists_every_format():
    table = [line for line in (DOCS / "formats.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    rows = [
        f"| `{each.name}` | `{each.file}` | {each.description} | {'yes' if each.default else ''} "
        f"| {f'`{each.extra}`' if each.extra else ''} | "
        for each in FORMATS.values()
    ]
    listed = table[: len(rows)]
    assert [line[: len(row)] for line, row in zip(listed, rows, strict=True)] == rows


def test_no_two_formats_write_the_same_file():
    assert len({each.file for each in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_defaults_can_hold_the_motion(space):
    assert default_formats(space)
    assert all(space in FORMATS[name].spaces for name in default_formats(space))


@pytest.mark.parametrize("name", ["npz", "csv", "glb", "keyframes", "json", "bvh", "blender", "maya"])
def test_output_files_tells_what_is_written(tmp_path, name):
    write_outputs(synthetic_motion(0.2), tmp_path, Sound(None, synthetic_sound(0.4)), [name])
    assert sorted(tmp_path.iterdir()) == sorted(output_files(tmp_path, [name]))


def test_an_unknown_format_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'glb'"):
        check_formats(["glbb"])


ARKIT_FORMATS = [
    pytest.param(format.name, marks=[pytest.mark.slow] if format.extra == "render" else [])  # drawing takes seconds
    for format in FORMATS.values()
    if ARKIT in format.spaces
]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file can become larger than this, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def write(name: str, out: Path) -> bytes:
    """What a format writes; of a folder all its files."""
    out.mkdir(exist_ok=True)
    try:
        write_outputs(synthetic_motion(0.2), out, Sound(None, synthetic_sound(0.4)), [name])
    except UnavailableError as error:
        pytest.skip(str(error))
    path = FORMATS[name].paths(out)[0]
    return b"".join(file.read_bytes() for file in (sorted(path.iterdir()) if path.is_dir() else [path]))


@pytest.mark.parametrize("name", ARKIT_FORMATS)
def test_a_full_disk_is_a_message_and_leaves_what_was_there(tmp_path, name):
    before = write(name, tmp_path)
    there = sorted(tmp_path.rglob("*"))
    for size in (100, len(before) * 9 // 10 if name != "png" else 100):
        with largest_file(size), pytest.raises(InputError, match="cannot write"):
            write(name, tmp_path)
        assert sorted(tmp_path.rglob("*")) == there
    path = FORMATS[name].paths(tmp_path)[0]
    if path.is_file():
        assert path.read_bytes() == before


@pytest.mark.parametrize("name", ARKIT_FORMATS)
def test_the_same_motion_gives_the_same_bytes(tmp_path, name):
    assert write(name, tmp_path) == write(name, tmp_path)


@pytest.mark.parametrize(("text", "size"), [("720", (720, 720)), ("1920x1080", (1920, 1080)), (" 64X32 ", (64, 32))])
def test_sizes_are_read(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "message"),
    [("big", "1920x1080"), ("12,5", "1920x1080"), ("64x", "1920x1080"), ("65", "even"), ("8", "16"), ("20000", "8192")],
)
def test_sizes_that_nothing_can_have_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_size(text)


def test_a_video_has_the_size_that_is_wanted(tmp_path):
    motion = synthetic_motion(0.3)
    write_outputs(motion, tmp_path, Sound(None, synthetic_sound(0.3)), ["mp4"], picture=Picture(160, 96))
    with av.open(tmp_path / "preview.mp4") as container:
        picture = container.streams.video[0]
        assert (picture.width, picture.height) == (160, 96)


def test_a_video_has_the_background_that_is_wanted(tmp_path):
    picture = Picture(192, 128, "#00b140")
    write_outputs(synthetic_motion(0.2), tmp_path, Sound(None, synthetic_sound(0.4)), ["mp4"], picture=picture)
    with av.open(tmp_path / "preview.mp4") as container:
        shown = next(container.decode(video=0)).to_ndarray(format="rgb24", src_colorspace="ITU709")
    corner = shown[2:12, 2:12].reshape(-1, 3).mean(axis=0)
    assert corner == pytest.approx((0x00, 0xB1, 0x40), abs=6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"width": 8}, "8 x 512 pixels: each side must be from 16 to 8192"),
        ({"background": "green"}, "'green'; it must be a colour such as #00b140"),
    ],
)
def test_pictures_that_cannot_be(given, message):
    with pytest.raises(InputError, match=message):
        Picture(**given)
