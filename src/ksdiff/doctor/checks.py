"""What is used beside packages: weights, OpenGL, FFmpeg's encoders, the face tracker's files; and the speed."""

import time
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass

from ksdiff.doctor.check import Check
from ksdiff.errors import InputError
from ksdiff.extras import is_installed

SECONDS = 60.0  # of sound that is timed, as in the table
PUBLISHED = 49.0  # times real time for these, motion alone, without the start: README, "Start"
_FETCH = "python -c 'from ksdiff.corpus.tracker import fetch_model; fetch_model()'"
_REINSTALL = "pip install --force-reinstall av"


@dataclass(frozen=True)
class Speed:
    """How fast this machine makes motion.

    Attributes:
        sound: Seconds of sound.
        taken: Seconds that they took, without the start of the process and without files.
        published: How many times faster than real time README says.
    """

    sound: float
    taken: float
    published: float = PUBLISHED

    @property
    def ratio(self) -> float:
        """How many times faster than real time."""
        return self.sound / self.taken


def check_weights() -> Check:
    """The weights inside the package: all there and undamaged."""

    def look() -> str:
        from ksdiff.model.checkpoint import PACKAGED, load_model

        for name in PACKAGED:
            load_model(name)
        return ", ".join(PACKAGED)

    return _check("weights inside the package", look, "pip install --force-reinstall --no-deps ksdiff", required=True)


def check_drawing() -> Check:
    """OpenGL through EGL, and what draws."""

    def look() -> str:
        from ksdiff.output.render import drawing_device

        return drawing_device()

    return _check("drawing: OpenGL through EGL", look, "apt-get install libegl1 libgl1-mesa-dri  # Debian, Ubuntu")


def check_encoders() -> tuple[Check, ...]:
    """FFmpeg's encoders, by the file that needs them."""

    def mp4() -> str:
        from ksdiff.output.video import choose_encoder

        return f"{choose_encoder()}, {_encoders('aac')}"

    def transparent(suffix: str) -> str:
        from ksdiff.output.transparent_video import ENCODINGS

        return _encoders(ENCODINGS[suffix].encoder, ENCODINGS[suffix].sound)

    remedy = _REINSTALL if is_installed("video") else "pip install 'ksdiff[video]'"
    return (
        _check("encoders of MP4", mp4, remedy),
        _check("encoders of WebM with opacity", lambda: transparent(".webm"), remedy),
        _check("encoders of ProRes with opacity", lambda: transparent(".mov"), remedy),
    )


def check_tracker() -> tuple[Check, ...]:
    """What the face tracker needs beside its package."""

    def library() -> str:
        if find_library("GLESv2") is None:
            raise InputError("the library libGLESv2 is not installed")
        return "libGLESv2"

    def model() -> str:
        from ksdiff.corpus.tracker import model_path

        if not model_path().is_file():
            raise InputError("not fetched yet: the first ksdiff prepare does so, with pip")
        return "fetched"

    fetch = _FETCH if is_installed("video") else "pip install 'ksdiff[track]'"
    return (
        _check("tracker: OpenGL ES", library, "apt-get install libgles2  # Debian, Ubuntu"),
        _check("tracker: MediaPipe's face landmarker", model, fetch),
    )


def measure_speed(seconds: float = SECONDS) -> Speed:
    """Animate a made-up sound with the weights that ship.

    Raises:
        InputError: It cannot be done here.
    """
    import numpy as np

    from ksdiff.animator import animate
    from ksdiff.model.checkpoint import load_model
    from ksdiff.speech.audio import SAMPLE_RATE

    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    voice = np.sin(2 * np.pi * 150 * times) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * times))
    sound, weights = (0.3 * voice).astype(np.float32), load_model("base")
    animate(sound[: 2 * SAMPLE_RATE], model=weights)  # loads what it needs
    began = time.perf_counter()
    animate(sound, model=weights)
    return Speed(seconds, time.perf_counter() - began)


def _encoders(*names: str) -> str:
    from av.codec.codec import Codec, UnknownCodecError

    for name in names:
        try:
            Codec(name, "w")
        except UnknownCodecError as error:
            raise InputError(f"FFmpeg as PyAV brings it has no encoder {name}") from error
    return ", ".join(names)


def _check(name: str, look: Callable[[], str], remedy: str, required: bool = False) -> Check:
    try:
        return Check(name, True, look(), required=required)
    except ImportError as error:
        return Check(name, False, f"needs a package that is missing: {error}", required=required)
    except InputError as error:
        return Check(name, False, str(error), remedy, required)
