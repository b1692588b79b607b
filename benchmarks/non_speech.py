"""How much the mouth moves on sound that is not speech, how much speech is taken for it, and how a laugh joins speech.

python benchmarks/non_speech.py lips [--voice VOICE]
python benchmarks/non_speech.py speech --corpus CORPUS [--clips 200]
python benchmarks/non_speech.py joins --corpus CORPUS [--voice VOICE ...]

`lips` animates made-up sounds, alone and between two stretches of the voice, with and without the rest layer, and
compares the speed of the lips with that on the voice. `speech` counts the frames within voiced phones in which
`ksdiff.speech.vad` hears nobody, and those in which the mouth rests, of clean, noisy, quiet and whispered clips.
`joins` puts a made-up laugh, sigh, breath, cough and cry before, within and after the voices, and compares how face and
head accelerate where speech goes over into them with how they do in the clips.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

import ksdiff
from ksdiff.animator import AnimateOptions
from ksdiff.corpus.dataset import Corpus, load_corpus
from ksdiff.evaluation.metrics.articulation import lip_opening
from ksdiff.evaluation.metrics.silence import open_share
from ksdiff.evaluation.metrics.vertices import MILLIMETRES, lip_vertices
from ksdiff.layers.rest import pause_weights
from ksdiff.layers.vocalizations import ATTACK, DECAY, Vocalization
from ksdiff.model.checkpoint import load_model
from ksdiff.motion import MOTION_RATE
from ksdiff.motion.space import EXPRESSION, HEAD
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.vad import nobody_speaks, silence

ROOT = Path(__file__).parents[1]
SECONDS = 8.0
PLACES, SEEDS = ("before", "within", "pause", "after"), 2
AT_REST = 0.1  # weight of the resting mouth from which a frame counts as at rest
VOICED = {  # ARPAbet
    "AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW", "B", "D", "DH", "G",
    "JH", "L", "M", "N", "NG", "R", "V", "W", "Y", "Z", "ZH",
}  # fmt: skip
_TIMES = np.arange(round(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE


def _scaled(sound: np.ndarray, level: float = -20.0) -> np.ndarray:
    """The same at an RMS level, dB of full scale."""
    rms = np.sqrt(np.mean(np.square(sound)))
    return (sound * 10 ** (level / 20) / max(rms, 1e-9)).clip(-1, 1).astype(np.float32)


def _noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(len(_TIMES))


def _pink() -> np.ndarray:
    spectrum = np.fft.rfft(_noise())
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(_TIMES))


def _band(sound: np.ndarray, low: float, high: float) -> np.ndarray:
    return sosfilt(butter(2, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos"), sound)


def _struck(starts: np.ndarray, decays: np.ndarray, make: Callable[[int, np.ndarray], np.ndarray]) -> np.ndarray:
    """Sounds that begin at some times, s, and die away."""
    result = np.zeros(len(_TIMES))
    for number, (start, decay) in enumerate(zip(starts, decays, strict=True)):
        first = round(start * SAMPLE_RATE)
        times = _TIMES[: min(len(_TIMES) - first, round(6 * decay * SAMPLE_RATE))]
        result[first : first + len(times)] += make(number, times) * np.exp(-times / decay)
    return result


def _tone(frequency: np.ndarray) -> np.ndarray:
    return 2 * np.pi * np.cumsum(np.broadcast_to(frequency, _TIMES.shape)) / SAMPLE_RATE


def _hum() -> np.ndarray:
    return sum(np.sin(2 * np.pi * 50 * k * _TIMES) / k for k in (1, 2, 3, 5, 7, 9))


def _chords() -> np.ndarray:
    """Four chords of a keyboard, two a second."""
    roots = [(60, 64, 67), (57, 60, 64), (65, 69, 72), (55, 59, 62)]

    def chord(number: int, times: np.ndarray) -> np.ndarray:
        attack = np.minimum(times / 0.01, 1)
        tones = (440 * 2 ** ((note - 69) / 12) for note in roots[number // 2 % 4])
        return attack * sum(np.sin(2 * np.pi * f * k * times) / k**1.5 for f in tones for k in range(1, 6))

    starts = np.arange(0, SECONDS, 0.5)
    return _struck(starts, np.full(len(starts), 0.4), chord)


def _claps() -> np.ndarray:
    """A drum, a clap, a drum, a clap."""
    noise = _noise(1)

    def hit(number: int, times: np.ndarray) -> np.ndarray:
        if number % 2:
            return _band(noise[: len(times)], 800, 3500) * 2
        return 3 * np.sin(2 * np.pi * 60 * times + 6 * np.exp(-times / 0.03))

    starts = np.arange(0, SECONDS, 0.35)
    return _struck(starts, np.where(np.arange(len(starts)) % 2, 0.03, 0.08), hit)


def _hummed() -> np.ndarray:
    """A voice that hums up and down with closed lips: harmonics, the nasal formant, vibrato."""
    pitch = 150 + 60 * np.sin(2 * np.pi * 0.15 * _TIMES) + 3 * np.sin(2 * np.pi * 5 * _TIMES)
    phase = _tone(pitch)
    voice = sum(np.sin(k * phase) / k for k in range(1, 20))
    for frequency, width in ((250, 60), (1000, 150), (2200, 250)):
        radius = np.exp(-np.pi * width / SAMPLE_RATE)
        angle = 2 * np.pi * frequency / SAMPLE_RATE
        voice = voice + 2 * lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], voice)
    return voice * (0.6 + 0.4 * np.sin(2 * np.pi * 0.4 * _TIMES) ** 2)


def _traffic() -> np.ndarray:
    """An engine whose speed rises and falls, tyres, and cars that pass."""
    phase = _tone(45 + 25 * np.sin(2 * np.pi * 0.2 * _TIMES) ** 2)
    engine = sum(np.sin(k * phase + k) / k for k in range(1, 12))
    tyres = _band(_noise(2), 80, 900) * (1 + np.sin(2 * np.pi * 0.3 * _TIMES) ** 2)
    return engine + 1.5 * tyres


def _birds() -> np.ndarray:
    random = np.random.default_rng(3)
    starts = np.sort(random.uniform(0, SECONDS - 0.5, 24))

    def chirp(number: int, times: np.ndarray) -> np.ndarray:
        low, high = random.uniform(2000, 3500), random.uniform(3500, 6000)
        sweep = low + (high - low) * 0.5 * (1 + np.sin(2 * np.pi * random.uniform(5, 20) * times))
        return np.sin(2 * np.pi * np.cumsum(sweep) / SAMPLE_RATE) * np.minimum(times / 0.02, 1)

    return _struck(starts, random.uniform(0.03, 0.1, len(starts)), chirp)


def _keys() -> np.ndarray:
    random = np.random.default_rng(4)
    starts = np.sort(random.uniform(0, SECONDS - 0.1, 48))
    noise = _noise(5)

    def click(number: int, times: np.ndarray) -> np.ndarray:
        return random.uniform(0.4, 1) * _band(noise[: len(times)], 1500, 6000)

    return _struck(starts, np.full(len(starts), 0.006), click)


def sounds() -> dict[str, np.ndarray]:
    """Twelve sounds without speech, 8 s each, 16 kHz; the same each time."""
    return {
        "silence": np.zeros(len(_TIMES), np.float32),
        "room noise, -50 dB": _scaled(_pink(), -50.0),
        "white noise": _scaled(_noise()),
        "pink noise": _scaled(_pink()),
        "mains hum": _scaled(_hum(), -30.0),
        "chords": _scaled(_chords()),
        "drum and claps": _scaled(_claps()),
        "hummed melody": _scaled(_hummed()),
        "traffic": _scaled(_traffic()),
        "birds": _scaled(_birds()),
        "keyboard": _scaled(_keys(), -35.0),
        "sine, 440 Hz": _scaled(np.sin(2 * np.pi * 440 * _TIMES)),
    }


def lip_speed(motion: ksdiff.Motion) -> np.ndarray:
    """Mean speed of the lip vertices between frames, mm/s."""
    moved = np.linalg.norm(np.diff(lip_vertices(motion.expression), axis=0), axis=-1)
    return moved.mean(axis=1) * motion.fps * MILLIMETRES


def opening_speed(motion: ksdiff.Motion) -> np.ndarray:
    """Speed at which the inner lips part or close between frames, mm/s."""
    return np.abs(np.diff(lip_opening(motion.expression))) * motion.fps * MILLIMETRES


def measure_lips(voice: Path) -> None:
    """Print how much the lips move."""
    spoken, checkpoint = np.asarray(load(voice)), load_model()
    spoken = spoken[: round(8 * SAMPLE_RATE)]
    quiet = silence(spoken, len(spoken) // 640, MOTION_RATE)

    def animated(samples: np.ndarray, rest: bool = True) -> ksdiff.Motion:
        return ksdiff.animate(samples, model=checkpoint, options=AnimateOptions(rest=rest))

    speaking, sounding = animated(spoken), ~quiet[: len(spoken) // 640 - 1]
    usual = lip_speed(speaking)[sounding].mean()
    opening = opening_speed(speaking)[sounding].mean()
    print(f"on the voice, without its pauses: lips {usual:.1f} mm/s, opening {opening:.1f} mm/s\n")
    print("| sound | lips, no rest layer | lips | lips, between speech | opening | mouth open |")
    print("|---|---|---|---|---|---|")
    for name, sound in sounds().items():
        bare, alone = animated(sound, rest=False), animated(sound)
        between = lip_speed(animated(np.concatenate([spoken, sound, spoken])))
        # Half a second on each side is left to the lips to close and open in.
        first, last = round((8 + 0.5) * MOTION_RATE), round((16 - 0.5) * MOTION_RATE)
        share = open_share(alone.expression, np.ones(len(alone), bool))
        figures = [
            each / usual for each in (lip_speed(bare).mean(), lip_speed(alone).mean(), between[first:last].mean())
        ]
        figures.append(opening_speed(alone).mean() / opening)
        print("|", name, "|", " | ".join(f"{figure:.3f}" for figure in figures), f"| {share:.2f} |", flush=True)


def whispered(samples: np.ndarray) -> np.ndarray:
    """The same without voice: noise through the filters of the mouth (linear prediction, 20 ms at a time)."""
    order, length, hop = 16, 480, 240
    random, window = np.random.default_rng(0), np.hanning(480)
    result = np.zeros(len(samples) + length)
    for start in range(0, len(samples) - length, hop):
        piece = samples[start : start + length] * window
        power = float(piece @ piece)
        if power < 1e-8:
            continue
        r = np.correlate(piece, piece, "full")[length - 1 : length + order]
        matrix = r[np.abs(np.subtract.outer(np.arange(order), np.arange(order)))] + np.eye(order) * r[0] * 1e-4
        filtered = lfilter(
            [1.0], np.concatenate([[1.0], -np.linalg.solve(matrix, r[1:])]), random.standard_normal(length)
        )
        filtered *= window * np.sqrt(power / max(float(((filtered * window) ** 2).sum()), 1e-12))
        result[start : start + length] += filtered
    # A whisper lacks the low frequencies that the larynx gives.
    return sosfilt(butter(2, 400, "highpass", fs=SAMPLE_RATE, output="sos"), result[: len(samples)]).astype(np.float32)


def conditions(samples: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """A clip as it is and made harder."""
    random = np.random.default_rng(0)
    loud = np.sqrt(np.mean(np.square(samples[np.abs(samples) > np.abs(samples).mean()])))
    white = random.standard_normal(len(samples))
    spectrum = np.fft.rfft(white) / np.sqrt(np.maximum(np.arange(len(samples) // 2 + 1), 1))
    pink = np.fft.irfft(spectrum, len(samples))
    yield "clean", samples
    for name, noise in (("white", white), ("pink", pink)):
        added = noise / noise.std() * loud * 10 ** (-10 / 20)
        yield f"{name} noise at 10 dB", (samples + added).astype(np.float32)
    yield "20 dB quieter", (samples * 0.1).astype(np.float32)
    yield "whispered", whispered(samples)


def measure_speech(path: Path, clips: int) -> None:
    """Print how many voiced frames are lost."""
    corpus = load_corpus(path)
    spoken = [clip for clip in corpus.clips if clip.facts.get("phones")]
    spoken = spoken[:: max(1, len(spoken) // clips)]
    lost: dict[str, np.ndarray] = {}
    for clip in spoken:
        samples = np.asarray(corpus.sound(clip))
        times = np.arange(len(clip)) / MOTION_RATE
        voiced = np.zeros(len(clip), bool)
        for label, start, end in clip.facts["phones"]:
            if label in VOICED:
                voiced |= (times >= start) & (times < end)
        for name, heard in conditions(samples):
            quiet = silence(heard, len(clip), float(MOTION_RATE))
            absent = nobody_speaks(heard, len(clip), float(MOTION_RATE))
            rested = [pause_weights(mask, float(MOTION_RATE)) > AT_REST for mask in (quiet, absent)]
            counts = [voiced.sum(), *((mask & voiced).sum() for mask in (quiet, absent & ~quiet, *rested))]
            lost[name] = lost.get(name, np.zeros(len(counts), int)) + counts
    print(f"{len(spoken)} clips, {next(iter(lost.values()))[0]} frames within voiced phones\n")
    print("| | silent by energy | and nobody speaks | at rest by energy alone | at rest |\n|---|---|---|---|---|")
    for name, (voiced, *counts) in lost.items():
        print(f"| {name} |", " | ".join(f"{count / voiced:.3%}" for count in counts), "|")


def vocalizations() -> dict[str, np.ndarray]:
    """A made-up sound of each kind, 16 kHz."""
    times = np.arange(round(1.6 * SAMPLE_RATE)) / SAMPLE_RATE
    breathed = lfilter([1.0], [1.0, -0.7], np.random.default_rng(0).standard_normal(len(times)))
    phase = 2 * np.pi * np.cumsum(260 - 40 * times) / SAMPLE_RATE
    voiced = sum(np.sin(k * phase) / k for k in range(1, 25)) + 0.3 * breathed

    def courses(*bursts: tuple[float, float, float]) -> np.ndarray:
        return sum(np.interp(times, bounds, (0.0, 1.0, 0.0)) for bounds in bursts)

    return {
        "laugh": _scaled(voiced * np.clip(-np.cos(2 * np.pi * 4.5 * times), 0, 1)),
        "sigh": _scaled(breathed * courses((0.1, 0.4, 1.5)), -30.0),
        "breath": _scaled(breathed * courses((0.2, 0.7, 1.0)), -45.0),
        "cough": _scaled(breathed * courses((0.1, 0.13, 0.4), (0.6, 0.63, 0.9), (1.1, 1.13, 1.4))),
        "cry": _scaled(voiced * np.clip(-np.cos(2 * np.pi * 1.9 * times), 0, 1)),
    }


def measure_joins(path: Path, voices: Sequence[Path]) -> None:
    """Print the greatest accelerations where speech goes over into laughs and the like."""
    corpus, checkpoint = load_corpus(path), load_model()
    usual = _usual_acceleration(corpus)
    face = [index for index, name in enumerate(corpus.space.expression) if not name.startswith("eye")]
    print("| sound | channel that is nearest to its 99.9 % | of that | nod | nod, speech alone | the sound's own nod |")
    print("|---|---|---|---|---|---|")
    for kind, sound in vocalizations().items():
        found: list[tuple[float, str]] = []
        nods: list[np.ndarray] = []
        for voice, place, seed in product(voices, PLACES, range(SEEDS)):
            samples, start = _placed(np.asarray(load(voice)), sound, place)
            given = (Vocalization(kind, start, start + len(sound) / SAMPLE_RATE),)
            moved, plain = (
                ksdiff.animate(samples, model=checkpoint, options=AnimateOptions(seed=seed, vocalizations=each))
                for each in (given, ())
            )
            joins = _joins(moved, given[0])
            now, speech = _acceleration(moved.expression), _acceleration(plain.expression)
            own = np.where(joins[:, None] & (now > speech), now, 0.0)  # and not what speech does anyway
            ratios = (own.max(axis=0) / usual[EXPRESSION])[face]
            found.append((float(ratios.max()), corpus.space.expression[face[int(ratios.argmax())]]))
            nod, spoken, added = (
                _acceleration(head[:, :1])[:, 0] for head in (moved.head, plain.head, moved.head - plain.head)
            )
            own = np.where(nod > spoken, nod, 0.0)
            nods.append(np.array([each[joins].max() for each in (own, spoken, added)]) / usual[HEAD][0])
        ratio, channel = max(found)
        print(f"| {kind} | {channel} | {ratio:.2f} |", " | ".join(f"{each:.2f}" for each in np.max(nods, axis=0)), "|")


def _usual_acceleration(corpus: Corpus) -> dict[str, np.ndarray]:
    """What each channel of the clips reaches in 0.1 % of the frames that are known with both their neighbours."""
    real: dict[str, list[np.ndarray]] = {EXPRESSION: [], HEAD: []}
    for clip, (name, values) in product(corpus.clips, real.items()):
        known = np.array(clip.mask[name]).astype(bool)
        values.append(_acceleration(np.asarray(clip.motion[name]))[known[:-2] & known[1:-1] & known[2:]])
    return {name: np.percentile(np.concatenate(values), 99.9, axis=0) for name, values in real.items()}


def _placed(spoken: np.ndarray, sound: np.ndarray, place: str) -> tuple[np.ndarray, float]:
    """A voice with a sound before it, within speech, in a pause, or after it; and when that begins, s."""
    before, after = spoken[: round(3.7 * SAMPLE_RATE)], spoken[round(4.2 * SAMPLE_RATE) : round(7.5 * SAMPLE_RATE)]
    pause = np.zeros(round(0.6 * SAMPLE_RATE), np.float32)
    first, last = {
        "before": ([], [before, after]),
        "within": ([before], [after]),
        "pause": ([before, pause], [pause, after]),
        "after": ([before], []),
    }[place]
    return np.concatenate([*first, sound, *last]).astype(np.float32), sum(map(len, first)) / SAMPLE_RATE


def _joins(motion: ksdiff.Motion, one: Vocalization) -> np.ndarray:
    """Which frames but the first and last are on the way into a sound or out of it."""
    times = motion.times[1:-1]
    coming = (times > one.start - ATTACK) & (times < one.start + 0.1)
    return coming | ((times > one.end - 0.1) & (times < one.end + DECAY))


def _acceleration(motion: np.ndarray) -> np.ndarray:
    """Magnitude of the second derivative, unit/s²."""
    return np.abs(np.diff(motion.astype(np.float64), 2, axis=0)) * MOTION_RATE**2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("lips", "speech", "joins"))
    parser.add_argument("--voice", type=Path, nargs="+", default=[ROOT / "tests/data/obama_speech.mp4"])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--clips", type=int, default=200)
    arguments = parser.parse_args()
    if arguments.what == "lips":
        measure_lips(arguments.voice[0])
    elif arguments.what == "joins":
        measure_joins(arguments.corpus, arguments.voice)
    else:
        measure_speech(arguments.corpus, arguments.clips)


if __name__ == "__main__":
    main()
