"""The voice encoded for a video or a page: AAC, Opus, PCM or MP3, at its own rate where the codec has it.

Extra ``video``.
"""

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.extras import needs
from ksdiff.speech import audio as sound
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.ffmpeg_reader import GAP_SECONDS, MAX_GAP_SECONDS

with needs("video"):
    import av
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.error import FFmpegError, InvalidDataError

RATES = (44_100, 48_000, 32_000, 88_200, 96_000)  # samples/s; others become 48 kHz
BIT_RATE = 160_000  # bits/s
CHUNK = 16_000  # samples encoded at once


def encode_mp3(
    audio: Path | str | Float[np.ndarray, " N"], duration: float, bit_rate: int, rates: tuple[int, ...]
) -> bytes:
    """As `ksdiff.output.mp3.encode_mp3`."""
    content = io.BytesIO()
    with av.open(content, "w", format="mp3") as container:
        SoundTrack(container, audio, duration, "libmp3lame", bit_rate, rates).finish()
    return content.getvalue()


class SoundTrack:
    """Encodes sound step by step, so that it can lie beside its pictures in the file.

    Args:
        container: The file to write into.
        audio: A sound file, taken over as mono or stereo; or mono samples at 16 kHz.
        limit: Where to cut the sound, s.
        codec: Name of the encoder.
        bit_rate: Of the encoder, bits/s.
        rates: Rates that it takes, samples/s, 48 kHz among them; other sound becomes 48 kHz.

    Raises:
        InputError: The sound cannot be read.
    """

    def __init__(
        self,
        container: OutputContainer,
        audio: Path | str | np.ndarray,
        limit: float,
        codec: str = "aac",
        bit_rate: int = BIT_RATE,
        rates: tuple[int, ...] = RATES,
    ) -> None:
        self._container = container
        self._source = None
        if isinstance(audio, np.ndarray):
            samples = sound.validate(audio)
            # AAC works in frames of 1024 samples; at a high rate the last one adds the least to the length.
            rate, self._layout = SAMPLE_RATE if SAMPLE_RATE in rates else 48_000, "mono"
            frames = (_sound_frame(samples[at : at + CHUNK], SAMPLE_RATE) for at in range(0, len(samples), CHUNK))
            pieces = ((0.0 if first else None, frame) for first, frame in _marked(frames))
        else:
            self._source, stream = _open_sound(Path(audio))
            rate = stream.rate if stream.rate in rates else 48_000
            self._layout = "mono" if stream.channels == 1 else "stereo"
            pieces = _decoded(self._source, stream)
        self._rate, self._limit = rate, round(limit * rate)
        self._blocks = self._at_rate(pieces)
        self._position = 0
        encoded = container.add_stream(codec, rate=rate, layout=self._layout)
        assert isinstance(encoded, AudioStream)
        encoded.bit_rate = bit_rate
        self._stream = encoded

    def encode_until(self, seconds: float) -> None:
        """Encode the sound up to an instant."""
        while self._position < seconds * self._rate:
            block = next(self._blocks, None)
            if block is None:
                return
            self._encode(block)

    def finish(self) -> None:
        """Encode what is left, and close the source."""
        for block in self._blocks:
            self._encode(block)
        self._container.mux(self._stream.encode(None))
        self.close()

    def close(self) -> None:
        """Close the source."""
        if self._source is not None:
            self._source.close()

    def _encode(self, block: Float[np.ndarray, "C N"]) -> None:
        block = block[:, : max(0, self._limit - self._position)]
        if block.shape[1] == 0:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._position, Fraction(1, self._rate)
        self._position += block.shape[1]
        self._container.mux(self._stream.encode(frame))

    def _at_rate(self, pieces: Iterable[tuple[float | None, av.AudioFrame]]) -> Iterator[Float[np.ndarray, "C N"]]:
        """Blocks at the rate and layout of the track, with silence where the time stamps leave a gap."""
        given, resampler, count = None, None, 0
        for at, frame in pieces:
            kind = (frame.sample_rate, frame.format.name, frame.layout.name)
            if kind != given:
                given, resampler = (
                    kind,
                    av.AudioResampler(format="fltp", layout=self._layout, rate=self._rate),
                )
            frame.pts = None
            gap = 0 if at is None else round(at * self._rate) - count
            if gap > (0 if count == 0 else GAP_SECONDS * self._rate) and gap < MAX_GAP_SECONDS * self._rate:
                yield np.zeros((1 if self._layout == "mono" else 2, gap), np.float32)
                count += gap
            assert resampler is not None
            for output in resampler.resample(frame):
                count += output.samples
                yield output.to_ndarray()
        if resampler is not None:
            for output in resampler.resample(None):
                yield output.to_ndarray()


def _marked(frames: Iterable[av.AudioFrame]) -> Iterator[tuple[bool, av.AudioFrame]]:
    return ((number == 0, frame) for number, frame in enumerate(frames))


def _sound_frame(samples: Float[np.ndarray, " N"], rate: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.array(samples)[None], format="fltp", layout="mono")
    frame.sample_rate = rate
    return frame


def _open_sound(path: Path) -> tuple[InputContainer, AudioStream]:
    """Open the main sound of a file.

    Raises:
        InputError: The file is missing or has no sound.
    """
    try:
        container = av.open(f"file:{path.resolve()}", metadata_errors="ignore", options={"protocol_whitelist": "file"})
    except (FFmpegError, OSError) as error:
        raise InputError(f"{path} cannot be read as sound ({error.strerror or error}): give a sound file") from error
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        container.close()
        raise InputError(f"{path} has no sound: give a sound file, or a video with a sound track")
    return container, stream


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[tuple[float | None, av.AudioFrame]]:
    """Frames and when each starts, s from the start of the file's time line; damaged packets are skipped."""
    origin = (container.start_time or 0) / av.time_base  # None where the file does not say
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            frames = packet.decode()
        except InvalidDataError:
            continue
        except FFmpegError as error:
            raise InputError(f"{container.name} cannot be read as sound: {error.strerror}") from error
        for frame in frames:
            assert isinstance(frame, av.AudioFrame)
            yield (None if frame.time is None else frame.time - origin), frame
