"""Speech to facial motion.

import ksdiff

motion = ksdiff.animate("voice.wav")
motion.save("motion.npz")
"""

from typing import TYPE_CHECKING, Any

from ksdiff.telemetry import disable_telemetry
from ksdiff.version import __version__

if TYPE_CHECKING:
    from ksdiff.animator import AnimateOptions, animate
    from ksdiff.batch.animate_lines import animate_lines
    from ksdiff.editing.edits import Edit
    from ksdiff.editing.project import Project
    from ksdiff.editing.workflow import regenerate
    from ksdiff.errors import InputError
    from ksdiff.live.streamer import Streamer, StreamOptions
    from ksdiff.model.checkpoint import load_model
    from ksdiff.motion import Motion
    from ksdiff.photo.speak import portrait

__all__ = [
    "AnimateOptions", "Edit", "InputError", "Motion", "Project", "StreamOptions", "Streamer",
    "__version__", "animate", "animate_lines", "load_model", "portrait",
    "regenerate",
]  # fmt: skip

disable_telemetry()  # before any module of this package imports a library that has some


def __getattr__(name: str) -> Any:
    # Loaded on first use: importing torch takes seconds, and `ksdiff --help` needs none of it.
    from importlib import import_module

    rooms = {
        "AnimateOptions": "ksdiff.animator",
        "Edit": "ksdiff.editing.edits",
        "InputError": "ksdiff.errors",
        "Motion": "ksdiff.motion",
        "Project": "ksdiff.editing.project",
        "StreamOptions": "ksdiff.live.streamer",
        "Streamer": "ksdiff.live.streamer",
        "animate": "ksdiff.animator",
        "animate_lines": "ksdiff.batch.animate_lines",
        "load_model": "ksdiff.model.checkpoint",
        "portrait": "ksdiff.photo.speak",
        "regenerate": "ksdiff.editing.workflow",
    }
    if name not in rooms:
        raise AttributeError(f"module 'ksdiff' has no attribute {name!r}")
    return getattr(import_module(rooms[name]), name)
