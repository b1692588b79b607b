"""Optional packages: imported here only, so that a missing one is always named with its extra."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib import import_module, metadata
from importlib.util import find_spec
from types import ModuleType

from ksdiff.errors import UnavailableError

# What tells that an extra is installed: all packages that the code asks for by `require`.
_PACKAGES = {
    "render": ("moderngl", "matplotlib", "PIL", "av"),
    "usd": ("pxr",),
    "video": ("av",),
}
# As in pyproject.toml, for pip may install others for another package, and they fail in the middle of the work.
_VERSIONS = {"av": ">=17.1,<19"}


@cache
def is_installed(extra: str) -> bool:
    """Whether an extra which reads or writes files is installed, in versions that fit; it is not imported.

    Args:
        extra: ``render``, ``usd`` or ``video``.
    """
    try:
        check_installed(extra)
    except UnavailableError:
        return False
    return True


def check_installed(extra: str) -> None:
    """See that an extra which reads or writes files is installed, in versions that fit, without importing it.

    Args:
        extra: ``render``, ``usd`` or ``video``.

    Raises:
        UnavailableError: It is not; the message says which to install.
    """
    for package in _PACKAGES[extra]:
        if find_spec(package) is None:
            raise _missing(package, extra)
        _check_version(package, extra)


def require(module: str, extra: str) -> ModuleType:
    """Import an optional module.

    Args:
        module: Full name of the module, such as ``mediapipe``.
        extra: The extra of this package that installs it, such as ``track``.

    Raises:
        UnavailableError: The module is not installed; the message says which extra to install.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise _missing(module, extra, f" ({error})") from error


@contextmanager
def needs(extra: str) -> Generator[None, None, None]:
    """Around imports at the head of a module that is of no use without them.

    Args:
        extra: The extra of this package that installs what is imported, such as ``track``.

    Raises:
        UnavailableError: A package is not installed, or in a version that does not fit; the message says which extra to
            install.
    """
    for package in _PACKAGES.get(extra, ()):
        _check_version(package, extra)
    try:
        yield
    except ModuleNotFoundError as error:
        raise _missing((error.name or "").partition(".")[0], extra) from error


def _check_version(package: str, extra: str) -> None:
    if package not in _VERSIONS:
        return
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        return  # absent, which its import says
    from packaging.specifiers import SpecifierSet

    if not SpecifierSet(_VERSIONS[package]).contains(version, prereleases=True):
        raise UnavailableError(
            f"this needs the package {package!r} {_VERSIONS[package]}, and {version} is installed: "
            f"run pip install 'ksdiff[{extra}]'"
        )


def _missing(module: str, extra: str, reason: str = "") -> UnavailableError:
    return UnavailableError(
        f"this needs the package {module!r}, which is not installed: run pip install 'ksdiff[{extra}]'{reason}"
    )
