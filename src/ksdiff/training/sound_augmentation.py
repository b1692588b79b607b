"""Speech as another voice, microphone, room or line would have it, of the same length and timing."""

from fractions import Fraction

import numpy as np
from jaxtyping import Float

from ksdiff.extras import needs
from ksdiff.speech.audio import SAMPLE_RATE

with needs("train"):
    from av import AudioFrame
    from av.filter import Graph
    from scipy.signal import butter, fftconvolve, resample_poly, sosfiltfilt

Sound = Float[np.ndarray, "N"]

# Twentieths of their height at which pitch and formants are heard: of most voices, from a tall man's to a child's.
VOICES = (16, 17, 18, 19, 21, 22, 23, 24, 25)
UNCHANGED = 20
_ENVELOPE = 80  # samples: 5 ms
_LAG = 0.05  # s: atempo moves sounds by less
_PEAK = 0.99


def rms(sound: Float[np.ndarray, "*N"]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(sound))))


def speech_level(sound: Sound) -> float:
    """RMS of those 25 ms that are within 20 dB of the loudest."""
    size = round(0.025 * SAMPLE_RATE)
    padded = np.pad(sound, (0, -len(sound) % size))
    frames = padded.reshape(-1, size)
    levels = np.sqrt(np.square(frames).mean(axis=1))
    return rms(frames[levels >= 0.1 * levels.max()])


def added(sound: Sound, other: Sound, level: float) -> Sound:
    """Speech and something else, ``level`` dB weaker; only the speech where the other is silent."""
    loudness = rms(other)
    return sound + other * speech_level(sound) / loudness * 10 ** (-level / 20) if loudness else sound


def other_voice(sound: Sound, down: int) -> Sound:
    """Pitch and formants ``down / UNCHANGED`` times as high, at the same tempo and with the same timing."""
    moved = resample_poly(sound, UNCHANGED, down)
    changed = _tempo(moved.astype(np.float32), UNCHANGED / down)
    changed = np.pad(changed, (0, max(0, len(sound) - len(changed))))[: len(sound)]
    return np.roll(changed, -_lag(changed, sound)).astype(sound.dtype)


def room(sound: Sound, decay: float, echo: float, random: np.random.Generator) -> Sound:
    """In a room whose echoes fall by 60 dB in ``decay`` seconds and are ``echo`` times as loud as the direct sound."""
    times = np.arange(round(decay * SAMPLE_RATE)) / SAMPLE_RATE
    echoes = random.standard_normal(len(times)) * 10 ** (-3 * times / decay)
    echoes *= echo / np.linalg.norm(echoes)
    echoes[0] += 1.0
    return fftconvolve(sound, echoes)[: len(sound)]


def coloured_noise(count: int, slope: float, random: np.random.Generator) -> Sound:
    """Noise whose power falls with frequency to the power ``slope``: 0 white, 1 pink, 2 brown."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    return np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 1) ** (slope / 2), count)


def babble(sound: Sound, random: np.random.Generator) -> Sound:
    """People who talk at once and say nothing: the same recording backwards, in other voices."""
    voices = [
        np.roll(other_voice(sound[::-1], int(random.choice(VOICES))), int(random.integers(len(sound))))
        for _ in range(int(random.integers(1, 5)))
    ]
    return np.sum(voices, axis=0)


def tilted(sound: Sound, slope: float) -> Sound:
    """Higher octaves ``slope`` dB louder each, around 1 kHz: another microphone."""
    spectrum = np.fft.rfft(sound)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE), 50.0) / 1000.0)
    return np.fft.irfft(spectrum * 10 ** (slope * octaves / 20), len(sound))


def narrow(sound: Sound, low: float, high: float) -> Sound:
    """Between two frequencies, Hz, as a line carries it."""
    return sosfiltfilt(butter(4, [low, high], "bandpass", fs=SAMPLE_RATE, output="sos"), sound, padlen=0)


def heard_otherwise(sound: Sound, random: np.random.Generator) -> Sound:
    """A recording by another voice, microphone or line, in another room, in noise or among people, each by chance."""
    result = sound.astype(np.float64)
    if not result.any():
        return sound
    if random.random() < 0.8:
        result = other_voice(result, int(random.choice(VOICES)))
    if random.random() < 0.5:
        result = room(result, random.uniform(0.15, 0.9), random.uniform(0.1, 0.8), random)
    if random.random() < 0.6:
        level = random.uniform(3, 35)
        slope = random.uniform(0, 2)
        beside = babble(result, random) if random.random() < 0.3 else coloured_noise(len(result), slope, random)
        result = added(result, beside, level)
    if random.random() < 0.5:
        result = tilted(result, random.uniform(-4, 4))
    if random.random() < 0.15:
        result = narrow(result, random.uniform(100, 350), random.uniform(3000, 6000))
    peak = float(np.abs(result).max())
    return (result * (_PEAK * 10 ** (-random.uniform(0, 25) / 20) / max(peak, 1e-9))).astype(np.float32)


def _tempo(sound: Float[np.ndarray, " A"], factor: float) -> Float[np.ndarray, " B"]:
    """``factor`` times as fast at the same pitch, by FFmpeg's atempo."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=SAMPLE_RATE, format="flt", layout="mono", time_base=Fraction(1, SAMPLE_RATE))
    graph.link_nodes(source, graph.add("atempo", f"{factor:.6f}"), graph.add("abuffersink")).configure()
    frame = AudioFrame.from_ndarray(sound[None], format="flt", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
    parts: list[np.ndarray] = []
    for given in (frame, None):
        graph.push(given)
        while True:
            try:
                parts.append(graph.pull().to_ndarray()[0])
            except (BlockingIOError, EOFError):
                break
    return np.concatenate(parts) if parts else sound[:0]


def _lag(changed: Sound, sound: Sound) -> int:
    """By how many samples loudness of the one comes after that of the other."""
    size = len(sound) // _ENVELOPE
    if not size:
        return 0
    one, other = (np.sqrt(np.square(x[: size * _ENVELOPE]).reshape(size, -1).mean(axis=1)) for x in (changed, sound))
    one, other = one - one.mean(), other - other.mean()
    reach = min(round(_LAG * SAMPLE_RATE / _ENVELOPE), size - 1)
    shifts = np.arange(-reach, reach + 1)
    agree = [float(one[max(0, s) : size + min(0, s)] @ other[max(0, -s) : size + min(0, -s)]) for s in shifts]
    return int(shifts[int(np.argmax(agree))]) * _ENVELOPE
