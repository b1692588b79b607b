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
from ksdiff.training.calibrate import calibrate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--speakers", nargs="*", help="to calibrate on; the weights' own validation speakers by default"
    )
    defaults = SamplingOptions()
    names = ("num_inference_steps", "guidance", "keyframe_guidance", "expression_temperature", "head_temperature")
    for name in names:
        value = getattr(defaults, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    arguments = parser.parse_args()
    checkpoint, corpus = load_model(arguments.weights), load_corpus(arguments.corpus)
    trained = checkpoint.facts["speakers"]["train"]
    speakers = arguments.speakers or checkpoint.facts["speakers"]["validation"]
    if heard := sorted({*speakers} & {*trained}):
        parser.error(f"{', '.join(heard)}: the weights were trained on these; choose speakers that they do not know")
    clips, known = ([clip for clip in corpus.clips if clip.speaker in part] for part in (speakers, trained))
    options = SamplingOptions(**{name: getattr(arguments, name) for name in names})
    options = calibrate(checkpoint.model, clips, known, FrameGrid.of(corpus.encoder), options)
    facts = {**checkpoint.facts, "sampling": asdict(options)}
    save_model(checkpoint.model, arguments.out, checkpoint.encoder, list(checkpoint.styles), facts)
    print(f"{arguments.out}: {asdict(options)}")


if __name__ == "__main__":
    main()
