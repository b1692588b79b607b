"""Shape checks are on in tests: every annotated function is checked by beartype."""

import contextlib
import os
import re
import shutil
import warnings
from collections.abc import Generator, Iterator

import pytest
from jaxtyping import install_import_hook

with contextlib.suppress(ModuleNotFoundError):
    import torch

    torch.set_num_threads(1)  # the networks of the tests are small: more threads only wait for each other

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _hook = install_import_hook("ksdiff", "beartype.beartype")
    _hook.__enter__()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--without-extras",
        action="store_true",
        help="skip tests that need a package which an extra, or nothing, brings",
    )


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    missing = re.search(r"ModuleNotFoundError: (No module named '\w+)", str(report.longrepr))
    if report.failed and missing and collector.config.getoption("--without-extras"):
        report.outcome, report.longrepr = "skipped", (str(collector.path), 0, f"Skipped: {missing[1]}'")
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    with _skipped_without_extras(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    with _skipped_without_extras(item):
        yield


@contextlib.contextmanager
def _skipped_without_extras(item: pytest.Item) -> Iterator[None]:
    from ksdiff.errors import UnavailableError

    try:
        yield
    except (ModuleNotFoundError, UnavailableError) as error:
        if item.config.getoption("--without-extras"):
            pytest.skip(str(error))
        raise


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
