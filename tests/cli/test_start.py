"""What the start of a process loads: counted, since times depend on the machine."""

import json
import subprocess
import sys

import pytest

COUNT = "import json, sys; print(json.dumps(sorted(sys.modules)))"
HEAVY = {"torch", "scipy", "numpy", "pydantic", "onnxruntime", "av", "jinja2", "moderngl", "matplotlib", "PIL"}


def modules(*lines: str) -> set[str]:
    """The modules that a process has loaded after some lines of Python."""
    program = "\n".join((*lines, COUNT))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("lines", "most"),
    [
        (("import ksdiff",), 40),
        (
            (
                "from ksdiff.cli import main",
                "try: main(['--help'])",
                "except SystemExit as end: assert not end.code",
            ),
            260,
        ),
    ],
    ids=["import", "help"],
)
def test_importing_and_help_load_little(lines: tuple[str, ...], most: int) -> None:
    loaded = modules(*lines) - modules()
    assert not HEAVY & loaded
    assert len(loaded) <= most


def test_weights_are_loaded_without_torchs_compiler() -> None:
    loaded = modules("from ksdiff.model.checkpoint import load_model", "load_model('base')")
    assert "torch" in loaded
    assert not {"torch._dynamo", "sympy"} & loaded
