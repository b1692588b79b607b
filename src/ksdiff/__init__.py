"""Speech to facial motion.

import ksdiff

motion = ksdiff.animate("voice.wav")
motion.save("motion.npz")
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ksdiff.animator import AnimateOptions, animate
    from ksdiff.errors import InputError
    from ksdiff.model.checkpoint import load_model
    from ksdiff.motion import Motion

__version__ = "0.1.0"
__all__ = ["AnimateOptions", "InputError", "Motion", "animate", "load_model"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: importing torch takes seconds, and `ksdiff --help` needs none of it.
    from importlib import import_module

    rooms = {
        "AnimateOptions": "ksdiff.animator",
        "InputError": "ksdiff.errors",
        "Motion": "ksdiff.motion",
        "animate": "ksdiff.animator",
        "load_model": "ksdiff.model.checkpoint",
    }
    if name not in rooms:
        raise AttributeError(f"module 'ksdiff' has no attribute {name!r}")
    return getattr(import_module(rooms[name]), name)
