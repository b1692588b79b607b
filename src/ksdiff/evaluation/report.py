"""What an evaluation found, of one or many systems.

`ksdiff.evaluation.report_file` keeps it as JSON and validates what it reads by the bounds that stand here,
`report_markdown` writes its tables, `report_page` draws it as a web page.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from jaxtyping import Float
from pydantic import BeforeValidator, Field, FiniteFloat, PlainSerializer

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import METRICS, Metric
from ksdiff.evaluation.number_format import Scale

FILE_VERSION = 1
REAL = "real"  # name of the system that is the tracked face itself
MAX_COLUMNS = 12  # metrics that stand side by side; larger groups go down the page
ARROWS = {"lower": "↓", "higher": "↑", "real": "≈", "one": "≈ 1", "none": ""}  # where better values of a metric lie
BETTER = {
    "lower": "lower is better",
    "higher": "higher is better",
    "real": "near to the real clips is better",
    "one": "near to 1 is better",
    "none": "gives scale to another figure",
}

Kind = Literal["model", "baseline", "ablation", "reference"]


def _or_nan(value: Any) -> Any:
    return math.nan if value is None else value


def _or_null(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


# A number that may be unknown: NaN here, null in a file.
Value = Annotated[
    float, BeforeValidator(_or_nan, json_schema_input_type=float | None), PlainSerializer(_or_null, float | None)
]
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=10_000)]


@dataclass(frozen=True)
class Figure:
    """A value and its 95 % interval, in the metric's unit; NaN where it is unknown."""

    value: Value
    low: Value = math.nan
    high: Value = math.nan


@dataclass(frozen=True)
class SystemResult:
    """What one system reached.

    Attributes:
        name: By which comparisons, distributions and players name it; `REAL` is the tracked face.
        label: By which readers know it.
        kind: A reference (real, mean face, shuffled sound) only gives the others a scale and is never the best.
        note: What is special about it, in a sentence; may be empty.
        figures: By name of the metric.
        clips: Values by name of the clip, and of the metric.
    """

    name: Name
    label: Text
    kind: Kind
    note: Text = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    clips: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """A paired test over the clips that two systems share.

    Attributes:
        metric: Name of the metric.
        a: Name of one system.
        b: Name of the other.
        difference: Mean of a - b, in the metric's unit.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p: Probability of a difference at least as great, if there were none.
    """

    metric: str
    a: str
    b: str
    difference: Value
    low: Value
    high: Value
    p: Value

    def __post_init__(self) -> None:
        if math.isfinite(self.p) and not 0 <= self.p <= 1:
            raise InputError(f"a comparison of {self.a!r} and {self.b!r} has p = {self.p}; it must be 0 to 1")


@dataclass(frozen=True)
class Distribution:
    """Histograms of one quantity, by system.

    Attributes:
        label: What is counted.
        unit: Unit of the edges.
        edges: Of the bins, rising.
        shares: Part of all values in each bin, by name of the system; values beyond the edges count in the end bins.
    """

    label: Text
    unit: Text
    edges: Annotated[tuple[FiniteFloat, ...], Field(min_length=2, max_length=10_000)]
    shares: Mapping[str, tuple[Share, ...]]

    def __post_init__(self) -> None:
        if not all(low < high for low, high in zip(self.edges, self.edges[1:], strict=False)):
            raise InputError(f"the edges of distribution {self.label!r} do not rise")
        for name, shares in self.shares.items():
            if len(shares) != len(self.edges) - 1:
                raise InputError(
                    f"distribution {self.label!r} has {len(shares)} shares of {name!r}, "
                    f"but its {len(self.edges)} edges need {len(self.edges) - 1}"
                )

    @classmethod
    def of(
        cls, label: str, unit: str, edges: Sequence[float], samples: Mapping[str, Float[np.ndarray, " N"]]
    ) -> "Distribution":
        """Count samples of each system; systems without any are left out."""
        shares = {}
        for name, values in samples.items():
            if len(values):
                counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
                shares[name] = tuple((counts / len(values)).tolist())
        return cls(label, unit, tuple(map(float, edges)), shares)


@dataclass(frozen=True)
class Report:
    """What an evaluation found.

    Attributes:
        title: What was evaluated.
        subtitle: The finding in a sentence; may be empty.
        facts: How it was made: command, date, version, corpus, split, speakers, ...
        metrics: Descriptions of the metrics, in the order in which to show them; without any figure they are left out.
        systems: In the order in which to show them.
        comparisons: Paired tests.
        distributions: Histograms beside the tables.
        version: Of the file format.

    Raises:
        InputError: A name stands twice, or something names a metric or system that the report does not have.
    """

    title: Text
    subtitle: Text = ""
    facts: Mapping[str, Text] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    systems: tuple[SystemResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    version: Literal[1] = FILE_VERSION

    def __post_init__(self) -> None:
        metrics = _distinct("metric", [metric.name for metric in self.metrics])
        systems = _distinct("system", [system.name for system in self.systems])
        for system in self.systems:
            where = f"system {system.name!r}"
            _known(where, "metric", system.figures, metrics)
            for clip, values in system.clips.items():
                _known(f"{where}, clip {clip!r}", "metric", values, metrics)
        for test in self.comparisons:
            _known("a comparison", "metric", [test.metric], metrics)
            _known("a comparison", "system", [test.a, test.b], systems)
        for distribution in self.distributions:
            _known(f"distribution {distribution.label!r}", "system", distribution.shares, systems)

    def system(self, name: str) -> SystemResult | None:
        """The system of this name, if there is one."""
        return next((system for system in self.systems if system.name == name), None)

    def metric(self, name: str) -> Metric:
        """The metric of this name, which must exist."""
        return next(metric for metric in self.metrics if metric.name == name)

    def groups(self) -> dict[str, list[Metric]]:
        """Metrics that have a figure, by group, in their order."""
        found: dict[str, list[Metric]] = {}
        for metric in self.metrics:
            if any(math.isfinite(value_of(system, metric)) for system in self.systems):
                found.setdefault(metric.group, []).append(metric)
        return found

    def best(self, metric: Metric) -> set[str]:
        """Names of the systems whose value reads as the best one; none where there is nothing to choose from.

        References do not take part. Near to the real clips' value is best for metrics of that direction.
        """
        values = {system.name: value_of(system, metric) for system in self.systems if system.kind != "reference"}
        values = {name: value for name, value in values.items() if math.isfinite(value)}
        real = self.system(REAL)
        target = 1.0 if metric.direction == "one" else value_of(real, metric) if real else math.nan
        if len(values) < 2 or metric.direction == "none" or (metric.direction == "real" and not math.isfinite(target)):
            return set()
        badness = {"lower": lambda v: v, "higher": lambda v: -v}.get(metric.direction, lambda v: abs(v - target))
        shown = scale_of(self, metric).text
        return {name for name, value in values.items() if shown(value) == shown(min(values.values(), key=badness))}


def unequal_clips(report: Report) -> str:
    """A warning where systems were not scored on the same clips; empty where they were."""
    sets = [frozenset(system.clips) for system in report.systems if system.clips]
    if len(set(sets)) < 2:
        return ""
    shared = len(frozenset.intersection(*sets))
    counts = ", ".join(f"{system.label} {len(system.clips)}" for system in report.systems if system.clips)
    return f"Not all systems were scored on the same clips ({counts}; {shared} in common): compare with care."


def described(systems: Sequence[SystemResult]) -> tuple[Metric, ...]:
    """Descriptions, in the order of `METRICS`, of all metrics of which the systems have a figure or a clip's value.

    Metrics that are not in `METRICS` are left to `Report` to refuse.
    """
    named = {name for system in systems for values in (system.figures, *system.clips.values()) for name in values}
    return tuple(metric for name, metric in METRICS.items() if name in named)


def value_of(system: SystemResult, metric: Metric) -> float:
    """The system's value of a metric, NaN where it has none."""
    return system.figures[metric.name].value if metric.name in system.figures else math.nan


def scale_of(report: Report, metric: Metric) -> Scale:
    """How to write the figures of a metric."""
    return Scale.of([value_of(system, metric) for system in report.systems])


def _distinct(what: str, names: list[str]) -> set[str]:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{what} {name!r} stands twice in the report; give each its own name")
    return set(names)


def _known(where: str, what: str, names: Mapping[str, Any] | Sequence[str], allowed: set[str]) -> None:
    unknown = sorted(set(names) - allowed)
    if unknown:
        raise InputError(f"{where} names the {what} {unknown[0]!r}, which the report does not have: add it to {what}s")
