"""The whole evaluation of weights on a corpus: choose speakers, predict, score, report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from ksdiff.corpus.dataset import Corpus
from ksdiff.errors import InputError, suggest
from ksdiff.evaluation.clips import EvalClip, eval_clips, scorable_clips
from ksdiff.evaluation.lse import SyncNet, lse_of_motion
from ksdiff.evaluation.performance import Performance
from ksdiff.evaluation.players import Player, players_of
from ksdiff.evaluation.predictions import Predictions, mean_of, nearest_of, perform, predict, silence_leak
from ksdiff.evaluation.report import Kind, Report
from ksdiff.evaluation.retrack import Retracker
from ksdiff.evaluation.score import Scores
from ksdiff.evaluation.scored import Scored, references, score
from ksdiff.evaluation.steering import keyframe_steering
from ksdiff.evaluation.summary import report_of
from ksdiff.evaluation.systems import ModelSystem, PriorSystem, StillFace, System
from ksdiff.model.checkpoint import Checkpoint
from ksdiff.model.sampling import AT_KEYFRAMES, GRID, Generated, Plan
from ksdiff.motion.space import ARKIT, EXPRESSION
from ksdiff.sync_expert.model import SyncExpert

Split = Literal["all", "test", "validation", "train"]
# Rows that each of the weights can have: as animate writes its motion, without the rest layer, without the gains that
# calibration found, the regression prior alone, and in two stages (`PLANS`).
Variant = Literal["written", "no-rest", "no-gains", "prior", "plan-grid", "plan-keyframes"]
MAX_SAMPLES = 32
MAX_PLAYERS = 20
Progress = Callable[[str, float], None]
# Variants in two stages: how poses are planned, and what to call it.
PLANS: dict[Variant, tuple[Plan, str]] = {
    "plan-grid": (GRID, "poses on a grid first"),
    "plan-keyframes": (AT_KEYFRAMES, "poses at keyframes first"),
}


@dataclass(frozen=True)
class EvaluationOptions:
    """How weights are evaluated. What is None is as each model was calibrated.

    Attributes:
        split: Whose clips: ``all`` of the corpus, or a part of the models' own speakers. None is ``test``, or ``all``
            where no speaker of the corpus is one of the models' own.
        steps: Denoising steps of both paths.
        guidance: How strongly speech drives the motion.
        temperature: Scale of the expression's noise.
        rest: Let the mouth come to rest in silence, as `ksdiff.animate` does.
        variants: Rows of each of the weights.
        text: Give the models the transcripts of the corpus.
        samples: Samples of each clip; from 2 on there are rows of their mean and of the nearest of them.
        players: Clips that the page plays.
        steering: Try what adding, deleting and moving keyframes does to the motion.
        expression_steps: Denoising steps of the expression path, if others.
        head_steps: Of the head path, if others.
        solver_order: 1 is DDIM, 2 is DPM-Solver++(2M).
    """

    split: Split | None = None
    steps: int | None = None
    guidance: float | None = None
    temperature: float | None = None
    rest: bool = True
    variants: tuple[Variant, ...] = ("written",)
    text: bool = True
    samples: int = 1
    players: int = 2
    steering: bool = False
    expression_steps: int | None = None
    head_steps: int | None = None
    solver_order: int | None = None

    def __post_init__(self) -> None:
        splits = get_args(Split)
        if self.split is not None and self.split not in splits:
            raise InputError(f"unknown split {self.split!r}: {suggest(self.split, splits)}")
        for variant in self.variants:
            if variant not in get_args(Variant):
                raise InputError(f"unknown variant {variant!r}: {suggest(variant, get_args(Variant))}")
        if not self.variants:
            raise InputError(f"no variant is chosen: name some of {', '.join(get_args(Variant))}")
        if not 1 <= self.samples <= MAX_SAMPLES:
            raise InputError(f"samples is {self.samples}; it must be 1 to {MAX_SAMPLES}")
        if not 0 <= self.players <= MAX_PLAYERS:
            raise InputError(f"players is {self.players}; it must be 0 to {MAX_PLAYERS}")

    def system(self, checkpoint: Checkpoint) -> ModelSystem:
        """Weights as these options sample them.

        Raises:
            InputError: An option is out of its range.
        """
        given = {"guidance": self.guidance, "expression_temperature": self.temperature}
        given = {name: value for name, value in given.items() if value is not None}
        stepped = checkpoint.sampling.with_steps(self.steps, self.expression_steps, self.head_steps, self.solver_order)
        return ModelSystem(checkpoint, replace(stepped, **given), self.text)


@dataclass(frozen=True)
class Judges:
    """What looks at motion besides the figures of its channels.

    Attributes:
        expert: Judge of lip sync by motion.
        syncnet: Judge of lip sync by drawn pictures (LSE); None to leave it out.
        retrack: Whether drawn pictures are tracked and compared with the videos.
        folder: Where tracks of drawn pictures are kept; None to keep none.
    """

    expert: SyncExpert
    syncnet: SyncNet | None = None
    retrack: bool = False
    folder: Path | None = None


def evaluate(
    weights: Mapping[str, Checkpoint],
    corpus: Corpus,
    judges: Judges,
    options: EvaluationOptions,
    facts: Mapping[str, str],
    progress: Progress = lambda name, done: None,
) -> tuple[Report, list[Player]]:
    """Score weights on a corpus.

    Args:
        weights: By a name for tables; the first is compared with each of the others.
        corpus: Prepared with the speech encoder of the weights.
        judges: Who judges.
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
    unheard = [speaker for speaker in speakers if speaker not in judges.expert.facts.get("speakers", [])]
    experts = dict.fromkeys(unheard, judges.expert)
    retracker = None
    if judges.retrack:
        named = {clip.name: clip for clip in scorable_clips(corpus, speakers)}
        retracker = Retracker(corpus.path, named, judges.folder, progress)
    clips = eval_clips(corpus, speakers, progress)
    also = _pictured(corpus, clips, judges.syncnet, retracker)
    rows = _Rows(corpus, clips, experts, options, also, progress)
    scored = [row for name, system in systems.items() for row in rows.of(name, system)]
    face = next(iter(weights.values())).model.statistics.mean[EXPRESSION]
    still = predict(StillFace(face, len(corpus.space.head)), corpus, [one.clip for one in clips])
    bounds = references(clips, rows.first, still, experts, options.rest, also)
    progress("report", 0.99)
    trained = {name for checkpoint in weights.values() for name in speakers_of(checkpoint, "train")}
    seen = sorted(trained & {*speakers})
    facts = {**facts, "split": split, "speakers": ", ".join(speakers)}
    facts["mouth in silence"] = "at rest, as animate writes it" if options.rest else "as generated"
    if seen:
        facts["trained on"] = ", ".join(seen)
    if len(experts) < len(speakers):
        facts["sync expert"] = f"not used on {len(speakers) - len(experts)} speakers that it was trained on"
    if retracker is not None:
        facts["drawn and tracked again"] = retracker.facts()
    title = f"{' against '.join(weights)} on {'speakers of which some were trained on' if seen else 'unseen speakers'}"
    report = report_of(title, facts, [*scored, *bounds])
    return report, players_of(corpus, [*scored, *bounds[:1]], options.players)


@dataclass
class _Rows:
    """Makes the rows of each of the weights.

    Attributes:
        corpus: The corpus.
        clips: Its clips.
        experts: As for `score`.
        options: How.
        also: As for `score`.
        progress: As for `evaluate`.
        first: Predictions of the first row.
    """

    corpus: Corpus
    clips: list[EvalClip]
    experts: Mapping[str, SyncExpert]
    options: EvaluationOptions
    also: Callable[[Performance], Scores]
    progress: Progress
    first: Predictions = field(default_factory=dict)

    def of(self, name: str, system: ModelSystem) -> list[Scored]:
        """All rows of one of the weights, the chosen variants first."""
        rest = self.options.rest
        samples = self._predict(system, self.options.samples)
        self.first = self.first or samples[0]
        rows = []
        for variant in self.options.variants:
            if variant == "written":
                rows.append(self._row(name, system, samples[0], rest, samples[1:], system.checkpoint.name))
            elif variant == "no-rest":
                note = "the mouth does not come to rest in silence"
                rows.append(self._row(f"{name}, no rest", system, samples[0], False, samples[1:], note))
            elif variant == "no-gains":
                plain = replace(system, gains=False)
                note = "amplitudes as sampled, without the gains that calibration found"
                rows.append(self._row(f"{name}, no gains", plain, self._predict(plain, 1)[0], rest, (), note))
            elif variant in PLANS:
                plan, note = PLANS[variant]
                options = replace(system.options or system.checkpoint.sampling, plan=plan)
                planned = replace(system, options=options)
                rows.append(self._row(f"{name}, {note}", planned, self._predict(planned, 1)[0], rest, (), note))
            else:
                prior = PriorSystem(system.checkpoint)
                note = "the regression inside the model, without diffusion and gains"
                rows.append(self._row(f"{name}, prior alone", prior, self._predict(prior, 1)[0], rest, (), note))
        return rows + (self._of_samples(name, system, samples) if len(samples) > 1 else [])

    def _of_samples(self, name: str, system: ModelSystem, samples: list[dict[str, Generated]]) -> list[Scored]:
        """A sample cannot have the error of a mean, so both stand side by side, and the best that could be drawn."""
        count, rest = len(samples), self.options.rest
        mean = perform(self.clips, mean_of(samples), system.paths, False, rest)
        nearest = nearest_of([perform(self.clips, one, system.paths, system.keyframes, rest) for one in samples])
        chosen = f"of {count} samples of each clip the one with the least lip error; choosing it takes the truth"
        rows: tuple[tuple[str, Kind, list[Performance], str], ...] = (
            (f"{name}, mean of {count}", "baseline", mean, f"the mean of {count} samples"),
            (f"{name}, nearest of {count}", "reference", nearest, chosen),
        )
        return [
            score(label, label, kind, self.clips, performances, self.experts, note=note, also=self.also)
            for label, kind, performances, note in rows
        ]

    def _predict(self, system: System, samples: int) -> list[dict[str, Generated]]:
        plain = [one.clip for one in self.clips]
        return [predict(system, self.corpus, plain, seed, self.progress) for seed in range(samples)]

    def _row(
        self,
        label: str,
        system: System,
        predictions: Predictions,
        rest: bool,
        samples: Sequence[Predictions],
        note: str,
    ) -> Scored:
        performances = perform(self.clips, predictions, system.paths, system.keyframes, rest)
        figures = {"silence_leak": silence_leak(system, self.corpus, rest)}
        if self.options.steering and isinstance(system, ModelSystem) and system.keyframes:
            figures |= keyframe_steering(system, self.corpus, [one.clip for one in self.clips])
        return score(
            label, label, "model", self.clips, performances, self.experts, system.seams, samples, note, self.also,
            figures,
        )  # fmt: skip


def _pictured(
    corpus: Corpus, clips: Sequence[EvalClip], syncnet: SyncNet | None, retracker: Retracker | None
) -> Callable[[Performance], Scores]:
    """Figures of a performance that need its picture."""
    named = {one.clip.name: one.clip for one in clips}

    def scores(performance: Performance) -> Scores:
        found: Scores = {} if retracker is None else retracker(performance)
        if syncnet is not None and performance.space == ARKIT:
            sound = corpus.sound(named[performance.clip])
            lips = lse_of_motion(syncnet, performance.motion(), sound)
            found |= {"lse_c": (lips.confidence, 1.0), "lse_d": (lips.distance, 1.0)}
        return found

    return scores


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
