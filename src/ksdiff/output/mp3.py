"""Sound as MP3, for pages: by FFmpeg where it is installed, else by libsndfile; both have LAME."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from jaxtyping import Float

from ksdiff.extras import is_installed
from ksdiff.numerics.resample import Resampler
from ksdiff.speech.audio import SAMPLE_RATE, validate
from ksdiff.speech.sndfile_reader import channel_blocks, open_sound

MP3_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000)  # samples/s that MP3 has
BIT_RATE = 96_000  # bits/s: enough for speech, mono or stereo
_SLOWEST_MPEG_1 = 32_000  # samples/s: slower sound is MPEG-2's, with smaller bit rates
_BIT_RATES = {True: (32_000, 320_000), False: (8_000, 160_000)}  # of MPEG-1 and of MPEG-2: least and greatest


def encode_mp3(audio: Path | str | Float[np.ndarray, " N"], duration: float) -> bytes:
    """Compress sound to MP3, which every browser plays.

    Its header tells players the encoder's delay, so that it stays in step.

    Args:
        audio: A sound file, taken over as mono or stereo; or mono samples at 16 kHz.
        duration: Where to cut the sound, s.

    Raises:
        InputError: The sound cannot be read.
    """
    if is_installed("video"):
        from ksdiff.output import sound_track

        return sound_track.encode_mp3(audio, duration, BIT_RATE, MP3_RATES)
    if isinstance(audio, np.ndarray):
        return _encoded(iter([validate(audio)[:, None]]), SAMPLE_RATE, 1, duration)
    with open_sound(Path(audio)) as sound:
        blocks = channel_blocks(sound)
        channels = min(sound.channels, 2)
        if sound.channels > 2:
            blocks, channels = (block.mean(axis=1, keepdims=True) for block in blocks), 1
        if sound.samplerate in MP3_RATES:
            return _encoded(blocks, sound.samplerate, channels, duration)
        return _encoded(_resampled(blocks, sound.samplerate, channels), MP3_RATES[0], channels, duration)


def _resampled(blocks: Iterator[np.ndarray], rate: int, channels: int) -> Iterator[Float[np.ndarray, "N C"]]:
    resamplers = [Resampler(rate, MP3_RATES[0]) for _ in range(channels)]
    for block in blocks:
        yield np.stack([one.push(block[:, number]) for number, one in enumerate(resamplers)], axis=1)
    yield np.stack([one.finish() for one in resamplers], axis=1)


def _encoded(blocks: Iterator[Float[np.ndarray, "N C"]], rate: int, channels: int, duration: float) -> bytes:
    content, left = io.BytesIO(), round(duration * rate)
    least, greatest = _BIT_RATES[rate >= _SLOWEST_MPEG_1]
    with soundfile.SoundFile(
        content, "w", rate, channels, "MPEG_LAYER_III", format="MP3", bitrate_mode="CONSTANT",
        compression_level=(greatest - BIT_RATE) / (greatest - least),  # how libsndfile is told a bit rate
    ) as file:  # fmt: skip
        for block in blocks:
            file.write(block[:left])
            left -= len(block[:left])
    return content.getvalue()
