"""Calibrate weights again, on the validation speakers and without training; what is not asked for stays as it was.

python scripts/calibrate.py RUN/model.safetensors CORPUS OUT.safetensors [--expression-temperature 0.5]
"""

import argparse
from dataclasses import asdict, replace
from pathlib import Path

from ksdiff.corpus.dataset import load_corpus
from ksdiff.model.checkpoint import load_model, save_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import PATHS
from ksdiff.training.calibrate import calibrate

NUMBERS = {
    **dict.fromkeys(("num_inference_steps", "expression_steps", "head_steps", "solver_order"), int),
    **dict.fromkeys(("guidance", "expression_guidance", "expression_temperature", "head_temperature"), float),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--held-out-of", help="weights whose validation and test speakers to take, for a corpus without"
    )
    for path in PATHS:
        parser.add_argument(f"--{path}-keyframe-guidance", type=float)
        parser.add_argument(f"--{path}-given-keyframe-guidance", type=float)
    for name, kind in NUMBERS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind)
    arguments = parser.parse_args()
    checkpoint, corpus = load_model(arguments.weights, device="cpu"), load_corpus(arguments.corpus)
    assert isinstance(checkpoint.model, TorchNetwork)  # on a device of torch
    model = checkpoint.model.module
    speakers = checkpoint.facts["speakers"]
    if arguments.held_out_of:
        others = load_model(arguments.held_out_of).facts["speakers"]
        unseen = {part: [name for name in others[part] if name not in speakers["train"]] for part in others}
        speakers = {**unseen, "train": speakers["train"]}
    clips, known = (
        [clip for clip in corpus.clips if clip.speaker in speakers[part]] for part in ("validation", "train")
    )
    given = {name: value for name in NUMBERS if (value := getattr(arguments, name)) is not None}
    options = replace(checkpoint.sampling, **given)
    for name in ("keyframe_guidance", "given_keyframe_guidance"):
        before = getattr(options, name) or options.keyframe_guidance
        asked = {path: getattr(arguments, f"{path}_{name}") for path in PATHS}
        if any(value is not None for value in asked.values()):
            scales = {path: before[path] if value is None else value for path, value in asked.items()}
            options = replace(options, **{name: scales})
    options = calibrate(model, clips, known, FrameGrid.of(corpus.encoder), options)
    facts = {**checkpoint.facts, "speakers": speakers, "sampling": asdict(options)}
    save_model(model, arguments.out, checkpoint.encoder, list(checkpoint.styles), facts)
    print(f"{arguments.out}: {asdict(options)}")


if __name__ == "__main__":
    main()
