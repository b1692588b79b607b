"""``ksdiff evaluate``."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ksdiff.cli.console import Positional, stages


@dataclass
class Evaluate:
    """Score weights on speakers that they were not trained on: report.md, report.json, head_motion.png."""

    corpus: Positional
    """A prepared corpus."""
    out: Path
    """Folder for the report."""
    model: str = "base"
    """Weights: a name or a .safetensors file."""
    split: Literal["test", "validation", "train"] = "test"
    """Which of the model's speakers."""
    steps: int | None = None
    """Denoising steps."""
    guidance: float | None = None
    """How strongly speech drives the motion."""
    temperature: float | None = None
    """Scale of the expression's noise."""
    rest: bool = True
    """Let the mouth come to rest in silence."""
    text: bool = True
    """Use the corpus' transcripts."""

    def run(self) -> None:
        """Evaluate."""
        from ksdiff.corpus.dataset import load_corpus
        from ksdiff.evaluation.evaluate import evaluate, write_report
        from ksdiff.files import make_folder
        from ksdiff.model.checkpoint import load_model

        checkpoint, corpus = load_model(self.model), load_corpus(self.corpus)
        given = {"steps": self.steps, "guidance": self.guidance, "expression_temperature": self.temperature}
        options = replace(checkpoint.sampling, **{name: value for name, value in given.items() if value is not None})
        if not self.text:
            corpus = replace(corpus, clips=tuple(replace(clip, words=()) for clip in corpus.clips))
        make_folder(self.out)
        speakers = tuple(checkpoint.facts["speakers"][self.split])
        with stages() as stage:
            figures, scored = evaluate(checkpoint, corpus, speakers, options, self.rest, stage)
        title = f"{Path(self.model).stem} on {len(speakers)} speakers ({self.split})"
        write_report(figures, scored, self.out, title)
        width = max(map(len, figures))
        sys.stdout.write("".join(f"{name:<{width}}  {value:.3f}\n" for name, value in figures.items()))
