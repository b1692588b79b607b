"""Calibrate weights again with other sampling options, on the validation speakers, without training.

python scripts/calibrate.py RUN/model.safetensors CORPUS OUT.safetensors [--expression-temperature 0.5]
"""

import argparse
from dataclasses import asdict
from pathlib import Path

from ksdiff.corpus.dataset import load_corpus
from ksdiff.model.checkpoint import load_model, save_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.sampling import SamplingOptions
from ksdiff.model.torch_network import TorchNetwork
from ksdiff.motion.space import PATHS
from ksdiff.training.calibrate import calibrate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--held-out-of", help="weights whose validation and test speakers to take, for a corpus without"
    )
    for path in PATHS:
        parser.add_argument(f"--{path}-keyframe-guidance", type=float, default=1.0)
        parser.add_argument(f"--{path}-steps", type=int)
    defaults = SamplingOptions()
    names = ("num_inference_steps", "solver_order", "guidance", "expression_temperature", "head_temperature")
    for name in names:
        value = getattr(defaults, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
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
    keyframe_guidance = {path: getattr(arguments, f"{path}_keyframe_guidance") for path in PATHS}
    names = (*names, *(f"{path}_steps" for path in PATHS))
    options = SamplingOptions(**{name: getattr(arguments, name) for name in names}, keyframe_guidance=keyframe_guidance)
    options = calibrate(model, clips, known, FrameGrid.of(corpus.encoder), options)
    facts = {**checkpoint.facts, "speakers": speakers, "sampling": asdict(options)}
    save_model(model, arguments.out, checkpoint.encoder, list(checkpoint.styles), facts)
    print(f"{arguments.out}: {asdict(options)}")


if __name__ == "__main__":
    main()
