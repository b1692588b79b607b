"""Train the expert of lip sync that comes with the package, or say how well it tells true from false.

    python scripts/train_sync_expert.py CORPUS           # train on the training speakers of base, then check
    python scripts/train_sync_expert.py CORPUS --check   # only check what is there

The check is on the validation and the test speakers of the weights base, whom the expert never saw.
"""

import argparse
import time
from pathlib import Path

from ksdiff.corpus.dataset import load_corpus
from ksdiff.model.checkpoint import load_model
from ksdiff.sync_expert.discrimination import discrimination
from ksdiff.sync_expert.features import expert_clips
from ksdiff.sync_expert.model import load_expert, save_expert
from ksdiff.sync_expert.train import train_expert

OUT = Path(__file__).parents[1] / "src" / "ksdiff" / "assets" / "sync_expert.safetensors"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    corpus = load_corpus(arguments.corpus)
    speakers = load_model("base").facts["speakers"]
    if not arguments.check:
        start, losses = time.process_time(), []

        def report(step: int, loss: float) -> None:
            losses.append(loss)
            if (step + 1) % 100 == 0:
                mean = sum(losses[-100:]) / 100
                print(f"step {step + 1}  loss {mean:.3f}  {time.process_time() - start:.0f} s", flush=True)

        command = f"python scripts/train_sync_expert.py CORPUS --steps {arguments.steps} --seed {arguments.seed}"
        clips = expert_clips(corpus, speakers["train"])
        facts = {"command": command, "clips": len(clips)}
        expert = train_expert(clips, arguments.seed, arguments.steps, facts=facts, progress=report)
        save_expert(expert, arguments.out)
        print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")
    expert = load_expert(arguments.out)
    parts = {name: discrimination(expert, expert_clips(corpus, speakers[name])) for name in ("validation", "test")}
    print("\n| | validation | test |\n|---|---|---|")
    for name in parts["test"]:
        print(f"| {name} | {parts['validation'][name]:.3f} | {parts['test'][name]:.3f} |")


if __name__ == "__main__":
    main()
