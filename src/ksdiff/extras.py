"""Optional packages: imported here only, so that a missing one is always named with its extra."""

from importlib import import_module
from types import ModuleType

from ksdiff.errors import UnavailableError


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
        raise UnavailableError(
            f"this needs the package {module!r}, which is not installed: run pip install 'ksdiff[{extra}]' ({error})"
        ) from error
