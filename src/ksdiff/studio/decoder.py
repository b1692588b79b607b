"""Sound and video decoded in a process of its own, where nothing else can be harmed."""

import multiprocessing
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

DECODE_SECONDS = 120.0  # 20 minutes of sound take a few seconds on a machine that is not busy
# What browsers play, by how FFmpeg names the container.
_VIDEO_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
_VIDEO_CODECS = ("h264", "vp8", "vp9", "av1")


class Decoder:
    """Decodes sound in a process of its own.

    Decoders are large, old and written in C; a damaged file may make one crash, or run for hours. Here that costs one
    process and gives a message. The process is started ahead, so that nobody waits for it.
    """

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._start()

    def load(self, path: Path, name: str, seconds: float | None = None) -> tuple[Float[np.ndarray, " N"], str | None]:
        """Read the sound of a file.

        Args:
            path: The file.
            name: What to call it in messages.
            seconds: How long it may take; by default `DECODE_SECONDS`.

        Returns:
            Mono samples at 16 kHz; and if browsers can play the file as a video, its media type.

        Raises:
            InputError: It cannot be read as sound.
        """
        samples, kind = self._ask(("load", str(path)), name, seconds)
        return samples, kind

    def video_type(self, path: Path, name: str, seconds: float | None = None) -> str | None:
        """Media type of a video that browsers can play; None if they cannot.

        Raises:
            InputError: It cannot be read at all.
        """
        return self._ask(("video_type", str(path)), name, seconds)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _ask(self, task: tuple[str, str], name: str, seconds: float | None) -> Any:
        seconds = DECODE_SECONDS if seconds is None else seconds
        with self._lock:
            try:
                self._connection.send(task)
                if not self._connection.poll(seconds):
                    raise InputError(f"{name} could not be read within {seconds:g} s: cut it, or convert it to WAV")
                done, result = self._connection.recv()
            except (InputError, EOFError, OSError) as error:
                self._stop()
                self._start()
                if isinstance(error, InputError):
                    raise
                raise InputError(f"{name} is damaged: the decoder broke down over it. Convert it to WAV") from error
        if not done:
            raise InputError(result.replace(task[1], name))
        return result

    def _start(self) -> None:
        self._connection, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=_decode_forever, args=(theirs,), daemon=True, name="ksdiff-decoder"
        )
        self._process.start()
        theirs.close()

    def _stop(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()


def _decode_forever(connection: "Connection") -> None:
    """What the process does: answers until the studio is gone."""
    import signal

    from ksdiff.speech.audio import load

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the studio, which then ends this process
    with suppress(EOFError, OSError):
        while True:
            task, path = connection.recv()
            try:
                samples = np.asarray(load(path)) if task == "load" else None
                kind = _video_type(path)
                connection.send((True, kind if samples is None else (samples, kind)))
            except InputError as error:
                connection.send((False, str(error)))
            except Exception as error:  # nothing that a file does may end in silence
                connection.send((False, f"{path} cannot be read: {error}"))


def _video_type(path: str) -> str | None:
    import av
    from av.error import FFmpegError

    try:
        with av.open(f"file:{path}", metadata_errors="ignore", options={"protocol_whitelist": "file"}) as container:
            videos = [each for each in container.streams.video if each.codec_context.name in _VIDEO_CODECS]
            # libdav1d and its like are named after the decoder
            videos += [each for each in container.streams.video if "av1" in each.codec_context.name]
            names = container.format.name.split(",")
            return next((kind for name, kind in _VIDEO_TYPES.items() if name in names), None) if videos else None
    except (FFmpegError, OSError) as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}): give an MP4 or WebM video") from error
