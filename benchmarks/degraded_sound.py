"""How well weights hear through a telephone, in rooms, noise, music and other voices.

python benchmarks/degraded_sound.py CORPUS [--weights base] [--split test] [--conditions clean telephone ...]

The sound of each clip is degraded, heard again and animated; the figures are those of ``ksdiff evaluate --no-text
--no-rest`` against the tracked motion: the mouth's rest would follow how silent the pauses are. Levels are dB of the
speech (its active parts) over what is added. Noise, rooms and music are made up; the other voices are those of training
speakers of the corpus.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.signal import resample_poly

from ksdiff.corpus.dataset import Corpus, load_corpus
from ksdiff.corpus.format import write_clip, write_index
from ksdiff.errors import InputError, suggest
from ksdiff.evaluation.evaluate import EvaluationOptions, Judges, choose_speakers, evaluate
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.speech.audio import SAMPLE_RATE
from ksdiff.speech.encoder import encoder_of
from ksdiff.speech.prosody import prosody
from ksdiff.sync_expert.model import load_expert
from ksdiff.training.sound_augmentation import added, coloured_noise, narrow, rms, room

Sound = Float[np.ndarray, " N"]
FIGURES = {
    "lve": ("LVE, 10⁻⁵ m²", 1e5, 2),
    "jaw_r": ("jaw r", 1, 3),
    "mouth_r": ("mouth r", 1, 3),
    "amplitude_mouth": ("mouth amplitude", 1, 2),
    "closure": ("closed on p, b, m", 1, 3),
    "jerk_ratio": ("jerk / real", 1, 2),
    "mtm": ("MTM, ms", 1, 0),
    "head_speed": ("head speed, °/s", 1, 1),
    "keyframes_expression_f1": ("F1 expr.", 1, 2),
}
VOICES = 8  # that babble
ECHO = 0.5  # loudness of a room's echoes, of the direct sound's
PEAK = 0.99


@dataclass(frozen=True)
class Surroundings:
    """What is heard beside the voice.

    Attributes:
        others: Other people's speech.
        random: Source of chance.
    """

    others: Sequence[Sound]
    random: np.random.Generator

    def pink(self, count: int) -> Sound:
        """Noise that falls by 3 dB an octave."""
        return coloured_noise(count, 1.0, self.random)

    def babble(self, count: int) -> Sound:
        """Some people who talk at once."""
        voices = [np.resize(np.roll(one, self.random.integers(len(one))), count) for one in self.others]
        return np.sum([one / rms(one) for one in voices], axis=0)

    def voice(self, count: int) -> Sound:
        """One other person."""
        return np.resize(self.others[0], count)

    def music(self, count: int) -> Sound:
        """Two plucked chords a second."""
        result, length = np.zeros(count), SAMPLE_RATE
        times = np.arange(length) / SAMPLE_RATE
        for start in range(0, count, SAMPLE_RATE // 2):
            root = 220 * 2 ** (self.random.choice([0, 2, 4, 5, 7, 9]) / 12)
            tones = [root * interval * partial for interval in (1, 5 / 4, 3 / 2, 2) for partial in (1, 2, 3)]
            chord = np.sum([np.sin(2 * np.pi * tone * times) for tone in tones], axis=0) * np.exp(-3 * times)
            result[start : start + length] += chord[: count - start]
        return result


def telephone(sound: Sound) -> Sound:
    """300 to 3400 Hz, 8 kHz, 8 bits of µ-law."""
    heard = resample_poly(resample_poly(narrow(sound, 300.0, 3400.0), 1, 2), 2, 1)[: len(sound)]
    peak = float(np.abs(heard).max())
    coded = np.round(127 * np.sign(heard) * np.log1p(255 * np.abs(heard) / peak) / np.log(256)) / 127
    return peak * np.sign(coded) * (256 ** np.abs(coded) - 1) / 255


CONDITIONS: Mapping[str, Callable[[Sound, Surroundings], Sound]] = {
    "clean": lambda sound, around: sound,
    "telephone": lambda sound, around: telephone(sound),
    "room, 0.6 s": lambda sound, around: room(sound, 0.6, ECHO, around.random),
    "40 dB quieter": lambda sound, around: sound * 10 ** (-40 / 20),
    "clipped, 20 dB too loud": lambda sound, around: np.clip(10 * sound / np.abs(sound).max(), -1, 1) * 0.7,
    "music, 10 dB": lambda sound, around: added(sound, around.music(len(sound)), 10),
    "pink noise, 20 dB": lambda sound, around: added(sound, around.pink(len(sound)), 20),
    "pink noise, 10 dB": lambda sound, around: added(sound, around.pink(len(sound)), 10),
    "pink noise, 5 dB": lambda sound, around: added(sound, around.pink(len(sound)), 5),
    "eight voices, 10 dB": lambda sound, around: added(sound, around.babble(len(sound)), 10),
    "a second voice, 6 dB": lambda sound, around: added(sound, around.voice(len(sound)), 6),
}


def degraded(corpus: Corpus, speakers: Sequence[str], out: Path, condition: str, around: Surroundings) -> Corpus:
    """The clips of some speakers, heard through something."""
    (out / "clips").mkdir(parents=True)
    encoder, names = encoder_of(corpus.encoder), []
    for clip in corpus.of(speakers):
        sound = CONDITIONS[condition](corpus.sound(clip).astype(np.float64), around)
        sound = (sound * min(1.0, PEAK / np.abs(sound).max())).astype(np.float32)
        features = encoder.encode(sound)
        heard = {"features": features.astype(np.float16), "prosody": prosody(sound, encoder.frame_times(len(features)))}
        arrays = {name: np.array(values) for name, values in clip.arrays.items()}
        write_clip(out, replace(clip, arrays=arrays | heard), sound)
        names.append(clip.name)
    index = {"version": 2, "space": corpus.space.name, "encoder": corpus.encoder, "clips": names}
    write_index(out, index)
    return load_corpus(out)


def figures_of(corpus: Corpus, checkpoint: Checkpoint, judges: Judges) -> list[float]:
    options = EvaluationOptions(split="all", text=False, players=0, rest=False)
    report, _ = evaluate({"weights": checkpoint}, corpus, judges, options, {})
    figures = report.systems[0].figures
    return [scale * figures[name].value for name, (_, scale, _) in FIGURES.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--weights", default="base")
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--conditions", nargs="+", default=list(CONDITIONS), metavar="CONDITION")
    arguments = parser.parse_args()
    for name in arguments.conditions:
        if name not in CONDITIONS:
            parser.error(f"unknown condition {name!r}: {suggest(name, tuple(CONDITIONS))}")
    try:
        corpus, checkpoint = load_corpus(arguments.corpus), load_model(arguments.weights)
        _, speakers = choose_speakers(corpus, [checkpoint], arguments.split)
    except InputError as error:
        parser.error(str(error))
    voices = sorted(corpus.of(checkpoint.facts["speakers"]["train"]), key=len)[-VOICES:]
    others = [corpus.sound(clip) for clip in voices]
    judges = Judges(load_expert())
    print("| |", " | ".join(title for title, _, _ in FIGURES.values()), "|")
    print("|---" * (1 + len(FIGURES)) + "|")
    for condition in arguments.conditions:
        with tempfile.TemporaryDirectory() as folder:
            around = Surroundings(others, np.random.default_rng(0))
            made = degraded(corpus, speakers, Path(folder) / "corpus", condition, around)
            values = figures_of(made, checkpoint, judges)
        shown = [f"{value:.{digits}f}" for value, (_, _, digits) in zip(values, FIGURES.values(), strict=True)]
        print("|", condition, "|", " | ".join(shown), "|", flush=True)


if __name__ == "__main__":
    main()
