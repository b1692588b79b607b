"""The whole evaluation of weights on a corpus: choose speakers, predict, score, report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from ksdiff.corpus.dataset import Corpus
from ksdiff.errors import InputError, suggest
from ksdiff.evaluation.clips import eval_clips
from ksdiff.evaluation.players import Player, players_of
from ksdiff.evaluation.predictions import Predictions, perform, predict
from ksdiff.evaluation.report import Report
from ksdiff.evaluation.scored import Scored, references, score
from ksdiff.evaluation.summary import report_of
from ksdiff.evaluation.systems import ModelSystem, StillFace
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.sync_expert.model import SyncExpert

Split = Literal["all", "test", "validation", "train"]
MAX_SAMPLES = 32
MAX_PLAYERS = 20
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class EvaluationOptions:
    """How weights are evaluated. What is None is as each model was calibrated.

    Attributes:
        split: Whose clips: ``all`` of the corpus, or a part of the models' own speakers. None is ``test``, or ``all``
            where no speaker of the corpus is one of the models' own.
        steps: Denoising steps.
        guidance: How strongly speech drives the motion.
        temperature: Scale of the expression's noise.
        rest: Let the mouth come to rest in silence, as `ksdiff.animate` does.
        text: Give the models the transcripts of the corpus.
        samples: Samples of each clip.
        players: Clips that the page plays.
    """

    split: Split | None = None
    steps: int | None = None
    guidance: float | None = None
    temperature: float | None = None
    rest: bool = True
    text: bool = True
    samples: int = 1
    players: int = 2

    def __post_init__(self) -> None:
        splits = get_args(Split)
        if self.split is not None and self.split not in splits:
            raise InputError(f"unknown split {self.split!r}: {suggest(self.split, splits)}")
        if not 1 <= self.samples <= MAX_SAMPLES:
            raise InputError(f"samples is {self.samples}; it must be 1 to {MAX_SAMPLES}")
        if not 0 <= self.players <= MAX_PLAYERS:
            raise InputError(f"players is {self.players}; it must be 0 to {MAX_PLAYERS}")

    def system(self, checkpoint: Checkpoint) -> ModelSystem:
        """Weights as these options sample them.

        Raises:
            InputError: An option is out of its range.
        """
        given = {
            "num_inference_steps": self.steps,
            "guidance": self.guidance,
            "expression_temperature": self.temperature,
        }
        given = {name: value for name, value in given.items() if value is not None}
        return ModelSystem(checkpoint, replace(checkpoint.sampling, **given), self.text)


def evaluate(
    weights: Mapping[str, Checkpoint],
    corpus: Corpus,
    expert: SyncExpert,
    options: EvaluationOptions,
    facts: Mapping[str, str],
    progress: Progress = lambda name, done: None,
) -> tuple[Report, list[Player]]:
    """Score weights on a corpus.

    Args:
        weights: By a name for tables; the first is compared with each of the others.
        corpus: Prepared with the speech encoder of the weights.
        expert: Judge of lip sync.
        options: How.
        facts: How the report was made, to be kept in it.
        progress: Called with what is being done and how much of all is.

    Returns:
        The report, and the clips for its page to play.

    Raises:
        InputError: The corpus does not fit the weights, or holds no clip of the speakers.
    """
    systems = {name: options.system(checkpoint) for name, checkpoint in weights.items()}
    for system in systems.values():
        system.check(corpus)
    split, speakers = choose_speakers(corpus, list(weights.values()), options.split)
    unheard = [speaker for speaker in speakers if speaker not in expert.facts.get("speakers", [])]
    experts = dict.fromkeys(unheard, expert)
    clips = eval_clips(corpus, speakers, progress)
    plain = [one.clip for one in clips]
    scored: list[Scored] = []
    first: Predictions = {}
    for name, system in systems.items():
        samples = [predict(system, corpus, plain, seed, progress) for seed in range(options.samples)]
        performances = perform(clips, samples[0], system.paths, system.keyframes, options.rest)
        note = system.checkpoint.name
        scored.append(score(name, name, "model", clips, performances, experts, system.seams, samples[1:], note))
        first = first or samples[0]
    face = next(iter(weights.values())).model.expression_mean.cpu().numpy()
    still = StillFace(face, len(corpus.space.head))
    bounds = references(clips, first, predict(still, corpus, plain), experts)
    progress("report", 0.99)
    trained = {name for checkpoint in weights.values() for name in speakers_of(checkpoint, "train")}
    seen = sorted(trained & {*speakers})
    facts = {**facts, "split": split, "speakers": ", ".join(speakers)}
    if seen:
        facts["trained on"] = ", ".join(seen)
    if len(experts) < len(speakers):
        facts["sync expert"] = f"not used on {len(speakers) - len(experts)} speakers that it was trained on"
    title = f"{' against '.join(weights)} on {'speakers of which some were trained on' if seen else 'unseen speakers'}"
    report = report_of(title, facts, [*scored, *bounds])
    return report, players_of(corpus, [*scored, *bounds[:1]], options.players)


def speakers_of(checkpoint: Checkpoint, part: str) -> list[str]:
    """The speakers of a part of the split that weights were trained with; none if the weights do not say."""
    return list(checkpoint.facts.get("speakers", {}).get(part, []))


def choose_speakers(
    corpus: Corpus, checkpoints: Sequence[Checkpoint], split: Split | None
) -> tuple[Split, tuple[str, ...]]:
    """Whose clips to score.

    Args:
        corpus: The corpus.
        checkpoints: The weights.
        split: As in `EvaluationOptions`.

    Returns:
        The split, which None left open, and its speakers.

    Raises:
        InputError: The models have no such speaker in common.
    """
    own = {name for one in checkpoints for part in ("train", "validation", "test") for name in speakers_of(one, part)}
    if split is None:
        split = "test" if own & {*corpus.speakers} else "all"
    if split == "all":
        return split, corpus.speakers
    shared = set.intersection(*(set(speakers_of(one, split)) for one in checkpoints))
    if not shared:
        raise InputError(f"the models have no {split} speaker in common: evaluate them one by one, or with --split all")
    if not shared & {*corpus.speakers}:
        raise InputError(
            f"{corpus.path} holds no {split} speaker of the models ({', '.join(sorted(shared))}): choose --split all"
        )
    return split, tuple(sorted(shared))


def names_of(weights: Sequence[str]) -> list[str]:
    """A name for tables of each of the weights, no two alike."""
    names: list[str] = []
    for one in weights:
        name = Path(one).stem
        while name in names:
            name += "'"
        names.append(name)
    return names
