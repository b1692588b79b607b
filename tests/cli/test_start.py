"""What the start of a process loads: counted, since times depend on the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.checkpoints import save_untrained

COUNT = "import json, sys; print(json.dumps(sorted(sys.modules)))"
HEAVY = {
    "torch",
    "scipy",
    "numpy",
    "pydantic",
    "onnxruntime",
    "av",
    "jinja2",
    "moderngl",
    "matplotlib",
    "PIL",
    "soundfile",
}


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


def test_weights_are_loaded_without_torch() -> None:
    loaded = modules("from ksdiff.model.checkpoint import load_model", "load_model('base')")
    assert "onnxruntime" in loaded
    assert "torch" not in loaded


def test_weights_are_loaded_without_torchs_compiler(tmp_path: Path) -> None:
    """Torch has them where there are no graphs for them."""
    weights = save_untrained(tmp_path / "weights.safetensors")
    loaded = modules("from ksdiff.model.checkpoint import load_model", f"load_model({str(weights)!r})")
    assert "torch" in loaded
    assert not {"torch._dynamo", "sympy"} & loaded


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads as Linux lists them")
@pytest.mark.parametrize("given", [None, "3"])
def test_products_of_numpy_take_one_thread_unless_more_are_asked_for(given: str | None) -> None:
    """Its threads wait by spinning, and would take the cores from their neighbours."""
    program = """
import os
from ksdiff.cli import main
try: main(["--help"])
except SystemExit: pass
import numpy
numpy.ones((500, 500)) @ numpy.ones((500, 500))
print(len(os.listdir("/proc/self/task")))
"""
    variables = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    if given is not None:
        variables["OPENBLAS_NUM_THREADS"] = given
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=variables)
    threads = int(done.stdout.splitlines()[-1])
    assert threads == 1 if given is None else threads > 1 or os.cpu_count() == 1
