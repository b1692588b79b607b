"""Write what `web/ksdiff` must give: the motion that `ksdiff.Streamer` makes of a real voice, and parts on the way.

python scripts/make_browser_golden.py

Run it where a change is meant to alter the streamed motion, or NumPy's random numbers, and say so in the commit.
"""

import wave
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ksdiff.live.hearing import Hearing
from ksdiff.live.motion import Generator
from ksdiff.live.sound_input import SoundInput
from ksdiff.live.streamer import Engine, Frames, Streamer, StreamOptions
from ksdiff.model.sampling.noise import frame_noise
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD
from ksdiff.speech.audio import SAMPLE_RATE, load

REPOSITORY = Path(__file__).parents[1]
VOICE = REPOSITORY / "tests/data/obama_speech.mp4"
DATA = REPOSITORY / "web/ksdiff/tests/data"
START, LENGTH = 0.7, 4.0  # s of the voice: it soon begins to speak
SHOWN = 2.0  # s, where the second session is interrupted
HEARD = 35_840  # samples that are heard before the hops of the network alone: whole hops
RATES = (48_000, 44_100, 24_000, 8000)  # samples/s
SEED = 7


def main() -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    clip = load(VOICE)[round(START * SAMPLE_RATE) : round((START + LENGTH) * SAMPLE_RATE)]
    samples = np.round(np.clip(clip, -1, 1) * 32767).astype("<i2")
    with wave.open(str(DATA / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    engine = Engine()
    found = {**spoken(engine, samples), **interrupted(engine, samples), **hop(engine, samples), **drawn()}
    for rate in RATES:
        found[f"resampled_{rate}"] = SoundInput(rate).take(tone(rate))
    half = np.float16
    arrays = {
        name: np.ascontiguousarray(each, half if each.dtype == half else np.float32) for name, each in found.items()
    }
    save_file(arrays, DATA / "golden.safetensors")
    for path in (DATA / "voice.wav", DATA / "golden.safetensors"):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def tone(rate: int) -> np.ndarray:
    """A fifth of a second that rises from 100 to 3000 Hz."""
    times = np.arange(rate // 5) / rate
    return (0.5 * np.sin(2 * np.pi * (100 * times + 7250 * times**2))).astype(np.float32)


def spoken(engine: Engine, samples: np.ndarray) -> dict[str, np.ndarray]:
    """The motion of the voice and of its end; prosody and quiet as they are at each hop."""
    streamer = Streamer(engine, StreamOptions(seed=SEED))
    made = [streamer.push(samples), streamer.flush()]
    plain = Streamer(engine, StreamOptions(seed=SEED, rest=False, eyes=None, sway=False, style="amanda"))
    settings, hearing = engine.settings, Hearing(engine.encoder, engine.settings)
    sound = np.pad(samples.astype(np.float32) / 32768, (0, SAMPLE_RATE))  # after its end there is silence
    prosody, quiet = [], []
    for frame in range(0, sum(map(len, made)), settings.hop):
        hearing.hear(sound[hearing.heard : settings.heard_until(frame)])
        prosody.append(hearing.condition(frame, 0).prosody[0])
        quiet.append(hearing.quiet(frame).now)
    return {
        **named("spoken", made),
        **named("plain", [plain.push(samples)]),
        "prosody": np.stack(prosody),
        "quiet": np.stack(quiet),
    }


def hop(engine: Engine, samples: np.ndarray) -> dict[str, np.ndarray]:
    """Three hops of the network alone, each from the same condition: the speech encoder has no part in them."""
    options, hearing = StreamOptions(seed=SEED), Hearing(engine.encoder, engine.settings)
    track = engine.begin(options, hearing)
    for start in range(0, HEARD, 2560):
        hearing.hear(samples[start : start + 2560].astype(np.float32) / 32768)
    condition = hearing.condition(HEARD // 640, track.style)
    generator = Generator(engine.checkpoint, engine.settings)
    made = [generator.make([track], [condition])[0] for _ in range(3)]
    return {
        "hop_features": condition.features[0].astype(np.float16),
        "hop_prosody": condition.prosody[0],
        "hop_times": condition.speech_times[0],
        "hop_mask": condition.speech_mask[0],
        **{f"hop_{path}": np.concatenate([each[path] for each in made]) for path in (EXPRESSION, HEAD)},
    }


def interrupted(engine: Engine, samples: np.ndarray) -> dict[str, np.ndarray]:
    """Half of the voice, an interruption in its midst, and the voice again."""
    streamer = Streamer(engine, StreamOptions(seed=SEED + 1))
    before = streamer.push(samples[: len(samples) * 3 // 4])
    cut = streamer.interrupt(SHOWN)
    return {
        **named("before", [before]),
        **named("after", [cut, streamer.push(samples)]),
        "cut_at": np.array([cut.first]),
    }


def drawn() -> dict[str, np.ndarray]:
    """Random numbers of NumPy."""
    random = np.random.default_rng([SEED, 2**33 + 5, 1])
    made = {
        "normal": [random.standard_normal() for _ in range(4000)],
        "normal32": random.standard_normal(8000, dtype=np.float32),
        "exponential": [random.exponential(2.0) for _ in range(1000)],
        "gamma": [random.gamma(2.0, 0.35) for _ in range(500)],
        "lognormal": [random.lognormal(0.1, 0.6) for _ in range(500)],
        "choice": [random.choice(4, p=[0.38, 0.38, 0.12, 0.12]) for _ in range(200)],
        "side": [random.choice([0.0, 1.0]) for _ in range(200)],
        "uniform": [random.uniform(0.3, 0.7) for _ in range(100)],
    }
    noise = {f"noise_{path}": frame_noise(path, SEED, -30, 60, 6, True) for path in (EXPRESSION, HEAD)}
    return {f"random_{name}": np.array(values) for name, values in made.items()} | noise


def named(name: str, made: list[Frames]) -> dict[str, np.ndarray]:
    """Frames joined, by name and path."""
    assert all(frames.expression.shape[1] == len(ARKIT.expression) for frames in made)
    return {f"{name}_{path}": np.concatenate([getattr(frames, path) for frames in made]) for path in (EXPRESSION, HEAD)}


if __name__ == "__main__":
    main()
