"""Say what fewer denoising steps do to the motion: the table of docs/model.md.

    python scripts/measure_steps.py CORPUS [--steps 8:8:1 4:6:2 ...] [--every 2]

Steps are given as EXPRESSION:HEAD:SOLVER_ORDER. The clips are those of the validation speakers. Distances are from the
motion of 50 DDIM steps, from the same noise and with the same keyframes; amplitudes are divided by its own.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ksdiff.corpus.dataset import load_corpus
from ksdiff.evaluation.metrics.faces import face_shape
from ksdiff.evaluation.predictions import Predictions, predict
from ksdiff.evaluation.systems import ModelSystem
from ksdiff.model.checkpoint import load_model
from ksdiff.motion.space import ARKIT, EXPRESSION, HEAD

REFERENCE = "50:50:1"
STEPS = ("8:8:1", "8:8:2", "6:6:1", "6:6:2", "4:4:1", "4:4:2", "3:3:1", "3:3:2", "2:2:1", "1:1:1", "4:6:2")


@dataclass(frozen=True)
class Sampled:
    """Two samples of all clips, joined."""

    lips: tuple[Float[np.ndarray, "T L 3"], ...]
    mouth: Float[np.ndarray, "T M"]
    turns: tuple[Float[np.ndarray, "T 3"], ...]


def joined(samples: tuple[Predictions, Predictions], neutral: Float[np.ndarray, " E"]) -> Sampled:
    lips, turns, mouths = [], [], []
    for one in samples:
        clips = [generated.motion for generated in one.values()]
        expression = np.concatenate([clip[EXPRESSION] for clip in clips]) + neutral
        shape = face_shape(expression.astype(np.float32), np.zeros((len(expression), 6), np.float32), ARKIT)
        assert shape is not None
        lips.append(shape.lips)
        turns.append(np.degrees(np.concatenate([clip[HEAD][:, :3] for clip in clips])))
        moving = [clip[EXPRESSION][:, ARKIT.mouth_indices] for clip in clips]
        mouths.append(np.concatenate([each - each.mean(axis=0) for each in moving]))
    return Sampled(tuple(lips), mouths[0], tuple(turns))


def apart(a: Float[np.ndarray, "T L 3"], b: Float[np.ndarray, "T L 3"]) -> float:
    """Mean distance of lip vertices, mm."""
    return float(np.linalg.norm(a - b, axis=-1).mean() * 1000)


def turned(a: Float[np.ndarray, "T 3"], b: Float[np.ndarray, "T 3"]) -> float:
    """Mean distance of rotation vectors, degrees."""
    return float(np.linalg.norm(a - b, axis=-1).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--steps", nargs="+", default=STEPS, metavar="EXPRESSION:HEAD:ORDER")
    parser.add_argument("--every", type=int, default=1, help="take every such clip")
    arguments = parser.parse_args()
    checkpoint, corpus = load_model(arguments.model), load_corpus(arguments.corpus)
    clips = list(corpus.of(checkpoint.facts["speakers"]["validation"]))[:: arguments.every]
    neutral = checkpoint.model.statistics.neutrals[-1]

    def sampled(steps: str) -> Sampled:
        expression, head, order = map(int, steps.split(":"))
        options = replace(checkpoint.sampling, expression_steps=expression, head_steps=head, solver_order=order)
        system = ModelSystem(checkpoint, options, text=False)
        return joined((predict(system, corpus, clips), predict(system, corpus, clips, seed=1)), neutral)

    reference = sampled(REFERENCE)
    print(f"{len(clips)} clips, {sum(map(len, clips)) / 25:.0f} s\n")
    columns = ("steps: expression, head; order", "lips, mm", "amplitude", "seeds apart, mm")
    columns = (*columns, "head, °", "amplitude", "seeds apart, °")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for steps in (REFERENCE, *arguments.steps):
        own = reference if steps == REFERENCE else sampled(steps)
        expression, head, order = steps.split(":")
        amplitude = np.median(own.mouth.std(axis=0) / reference.mouth.std(axis=0))
        print(
            f"| {expression}, {head}; {order} | {apart(own.lips[0], reference.lips[0]):.2f} | {amplitude:.2f} "
            f"| {apart(*own.lips):.2f} | {turned(own.turns[0], reference.turns[0]):.2f} "
            f"| {own.turns[0].std() / reference.turns[0].std():.2f} | {turned(*own.turns):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
