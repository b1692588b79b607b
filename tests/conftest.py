"""Shape checks are on in tests: every annotated function is checked by beartype."""

import contextlib
import os
import shutil
import warnings
from collections.abc import Iterator

import pytest
from jaxtyping import install_import_hook

with contextlib.suppress(ModuleNotFoundError):
    import torch

    torch.set_num_threads(1)  # the networks of the tests are small: more threads only wait for each other

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _hook = install_import_hook("ksdiff", "beartype.beartype")
    _hook.__enter__()


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """What a test leaves in the environment, as the command line does, reaches no process that another one starts."""
    before = dict(os.environ)
    yield
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of a Chromium: that named by ``CHROMIUM``, or the one installed."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium is installed")
    return program
