"""From a voice to files, with some direction.

python examples/animate.py voice.wav results
"""

import sys
from dataclasses import replace
from pathlib import Path

import ksdiff
from ksdiff.editing import SetGesture, create, regenerate
from ksdiff.motion.space import ARKIT
from ksdiff.output.arkit_csv import write_arkit_csv
from ksdiff.output.gltf import write_glb


def main(voice: str, out: str) -> None:
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    model = ksdiff.load_model()  # once, for any number of voices

    # As it comes.
    motion = ksdiff.animate(voice, model=model)
    motion.save(folder / "motion.npz")
    write_arkit_csv(motion, folder / "arkit.csv")  # Unreal Engine and others
    write_glb(motion, folder / "head.glb")  # any glTF 2.0 program

    # A curve of your own: the jaw opens a fifth further.
    expression = motion.expression.copy()
    jaw = ARKIT.expression.index("jawOpen")
    expression[:, jaw] = (1.2 * expression[:, jaw]).clip(0, 1)
    write_arkit_csv(replace(motion, expression=expression), folder / "wide.csv")

    # Another head for the same lips.
    options = ksdiff.AnimateOptions(head_seed=7)
    ksdiff.animate(voice, model=model, options=options).save(folder / "other_head.npz")

    # A project: an edit changes only the frames around it.
    project = create(voice, model=model)
    project = regenerate(project, [SetGesture("head", 4.0, "nod")], model)
    write_arkit_csv(project.motion, folder / "nod.csv")
    project.save(folder / "scene.ksd")  # opens in the studio


if __name__ == "__main__":
    main(*sys.argv[1:])
