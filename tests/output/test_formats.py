from pathlib import Path

import pytest
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError
from ksdiff.motion.space import SPACES
from ksdiff.output.formats import FORMATS, Sound, check_formats, default_formats, output_files, write_outputs

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
    write_outputs(synthetic_motion(0.2), tmp_path, Sound(None, synthetic_sound(0.2)), [name])
    assert sorted(tmp_path.iterdir()) == sorted(output_files(tmp_path, [name]))


def test_an_unknown_format_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'glb'"):
        check_formats(["glbb"])
