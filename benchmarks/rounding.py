"""How far rounding errors in the samples of a voice move the face, and which stage amplifies them.

python benchmarks/rounding.py VOICE ... [--noise 1e-8] [--seconds 12] [--rounded]

White noise is added to the samples. First it says how far features, relative to their root mean square, and prosody
change; the table, how far the motion does, also if only features or only prosody change, and with keyframes that stay.
`--rounded` computes the encoder as its makers do: with the same weights, and activations rounded to 8 bits.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnxruntime

from ksdiff.animator import AnimateOptions
from ksdiff.evaluation.metrics.vertices import MILLIMETRES, lip_vertices
from ksdiff.model.checkpoint import Checkpoint, load_model
from ksdiff.model.sampling import Generated, Speech
from ksdiff.motion.space import EXPRESSION, HEAD, PATHS
from ksdiff.pipeline import SpeechFeatures, generate_motion, neutral_face
from ksdiff.speech.audio import SAMPLE_RATE, load
from ksdiff.speech.encoder import encoder_of, session_options
from ksdiff.speech.prosody import VOICED

ENCODER = Path(__file__).parents[1] / "src/ksdiff/assets/moonshine_base_encoder.onnx"


def heard(samples: np.ndarray, checkpoint: Checkpoint) -> Speech:
    return SpeechFeatures(samples, checkpoint).speech(())


def moved(
    speech: Speech, checkpoint: Checkpoint, keyframes: Mapping[str, np.ndarray] = MappingProxyType({})
) -> Generated:
    sampling = AnimateOptions().sampling(checkpoint)
    return generate_motion(checkpoint, speech, sampling, checkpoint.style("neutral"), keyframes)


def relative(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one.astype(np.float64), other.astype(np.float64)
    return float(np.sqrt(np.mean((one - other) ** 2) / np.mean(one**2)))


def compare(one: Generated, other: Generated, neutral: np.ndarray) -> str:
    lips = [lip_vertices(each.motion[EXPRESSION] + neutral) * MILLIMETRES for each in (one, other)]
    distance = np.linalg.norm(lips[0] - lips[1], axis=-1)
    turned = np.degrees(np.abs(one.motion[HEAD] - other.motion[HEAD])[:, :3])
    flips = [
        f"{((one.keyframes[path] > 0) != (other.keyframes[path] > 0)).sum()} of {(one.keyframes[path] > 0).sum()}"
        for path in PATHS
    ]
    figures = (f"{each:.4f}" for each in (distance.mean(), distance.max(), turned.mean(), turned.max()))
    return " | ".join([*figures, *flips])


def measure(samples: np.ndarray, checkpoint: Checkpoint, noise: float) -> None:
    added = noise * np.random.default_rng(0).standard_normal(len(samples))
    noisy = (samples.astype(np.float64) + added).astype(np.float32)
    a, b = heard(samples, checkpoint), heard(noisy, checkpoint)
    print(f"samples: changed by {relative(samples, noisy):.1e} of themselves")
    print(f"features: {relative(a.features, b.features):.1e}, prosody: ", end="")
    changes = np.abs(a.prosody - b.prosody).max(axis=0)
    flips = ((a.prosody[:, 2] >= VOICED) != (b.prosody[:, 2] >= VOICED)).sum()
    print(f"pitch {changes[0]:.1e}, energy {changes[1]:.1e}, voicing {changes[2]:.1e} at most; voiced flips {flips}\n")
    print("| changed | lips, mm | at most | head, ° | at most | keyframes of the expression | of the head |")
    print("|---|---|---|---|---|---|---|")
    before, neutral = moved(a, checkpoint), neutral_face(checkpoint, "neutral")
    smallest = np.random.default_rng(1).standard_normal(a.features.shape).astype(np.float32)
    features = a.features.astype(np.float32)
    nudged = features + 1e-6 * np.sqrt(np.mean(features**2)) * smallest
    for name, speech in (
        ("all", b),
        ("features", replace(a, features=b.features)),
        ("prosody", replace(a, prosody=b.prosody)),
        ("features, by 1e-6 of themselves", replace(a, features=nudged)),
    ):
        print(f"| {name} | {compare(before, moved(speech, checkpoint), neutral)} |", flush=True)
    held = [moved(speech, checkpoint, before.keyframes) for speech in (a, b)]
    print(f"| all, with the same keyframes | {compare(*held, neutral)} |")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("voices", type=Path, nargs="+")
    parser.add_argument("--noise", type=float, default=1e-8)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounded", action="store_true")
    arguments = parser.parse_args()
    checkpoint = load_model()
    if arguments.rounded:
        encoder = encoder_of(checkpoint.encoder)
        encoder._session = onnxruntime.InferenceSession(ENCODER, session_options(None))
    for voice in arguments.voices:
        samples = np.asarray(load(voice))[: round(arguments.seconds * SAMPLE_RATE)]
        print(f"{voice.name}, {len(samples) / SAMPLE_RATE:.1f} s\n")
        measure(samples, checkpoint, arguments.noise)


if __name__ == "__main__":
    main()
