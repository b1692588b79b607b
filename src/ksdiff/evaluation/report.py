"""What an evaluation found, of one or many systems, and its tables as JSON and Markdown.

`ksdiff.evaluation.report_page` draws the same report as a web page.
"""

import json
import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.evaluation.metrics import METRICS, Metric
from ksdiff.files import atomic_write

FILE_VERSION = 1
REAL = "real"  # name of the system that is the tracked face itself
DASH = "–"  # stands where there is no figure
MAX_COLUMNS = 12  # metrics that stand side by side; larger groups go down the page
ARROWS = {"lower": "↓", "higher": "↑", "real": "≈", "none": ""}  # where better values of a metric lie
BETTER = {
    "lower": "lower is better",
    "higher": "higher is better",
    "real": "near to the real clips is better",
    "none": "gives scale to another figure",
}

Kind = Literal["model", "baseline", "ablation", "reference"]


@dataclass(frozen=True)
class Figure:
    """A value and its 95 % interval, in the metric's unit; NaN where it is unknown."""

    value: float
    low: float = math.nan
    high: float = math.nan


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

    name: str
    label: str
    kind: Kind
    note: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    clips: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


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
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Distribution:
    """Histograms of one quantity, by system.

    Attributes:
        label: What is counted.
        unit: Unit of the edges.
        edges: Of the bins, rising.
        shares: Part of all values in each bin, by name of the system; values beyond the edges count in the end bins.
    """

    label: str
    unit: str
    edges: tuple[float, ...]
    shares: Mapping[str, tuple[float, ...]]

    def __post_init__(self) -> None:
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

    Raises:
        InputError: A name stands twice, or something names a metric or system that the report does not have.
    """

    title: str
    subtitle: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    systems: tuple[SystemResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    distributions: tuple[Distribution, ...] = ()

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
        target = value_of(real, metric) if real else math.nan
        if len(values) < 2 or metric.direction == "none" or (metric.direction == "real" and not math.isfinite(target)):
            return set()
        badness = {"lower": lambda v: v, "higher": lambda v: -v, "real": lambda v: abs(v - target)}[metric.direction]
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


def _distinct(what: str, names: list[str]) -> set[str]:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{what} {name!r} stands twice in the report; give each its own name")
    return set(names)


def _known(where: str, what: str, names: Mapping[str, Any] | Sequence[str], allowed: set[str]) -> None:
    unknown = sorted(set(names) - allowed)
    if unknown:
        raise InputError(f"{where} names the {what} {unknown[0]!r}, which the report does not have: add it to {what}s")


@dataclass(frozen=True)
class Scale:
    """How the values of one metric are written: as multiples of a power of ten, with as many decimals.

    Attributes:
        exponent: 0 for most; values like 0.0000123 are written as 1.23 under a head that says 10⁻⁵.
        decimals: Digits after the point.
    """

    exponent: int
    decimals: int

    @classmethod
    def of(cls, values: Sequence[float], significant: int = 3) -> "Scale":
        """Fit the median magnitude of the values."""
        magnitudes = [abs(value) for value in values if math.isfinite(value) and value]
        magnitude = math.floor(math.log10(statistics.median_high(magnitudes))) if magnitudes else 0
        exponent = magnitude if not -3 <= magnitude <= 4 else 0
        return cls(exponent, min(max(significant - 1 - (magnitude - exponent), 0), 4))

    def text(self, value: float) -> str:
        """The value as it is shown, with a true minus."""
        if not math.isfinite(value):
            return DASH
        text = f"{value / 10.0**self.exponent:.{self.decimals}f}"
        return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")

    def interval(self, low: float, high: float) -> str:
        """The interval in brackets; empty where it is unknown."""
        return f"[{self.text(low)}, {self.text(high)}]" if math.isfinite(low) and math.isfinite(high) else ""

    def unit(self, unit: str) -> str:
        """The unit with the power of ten; empty for plain numbers."""
        power = (
            "10" + str(self.exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")) if self.exponent else ""
        )
        return " ".join(filter(None, (power, unit)))


def scale_of(report: Report, metric: Metric) -> Scale:
    """How to write the figures of a metric."""
    return Scale.of([value_of(system, metric) for system in report.systems])


def p_text(p: float) -> str:
    """A probability as it is shown."""
    if not math.isfinite(p):
        return DASH
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def write_json(report: Report, path: Path | str) -> None:
    """Write the report for programs; `read_json` gives an equal one back. NaN becomes null."""
    content = {"version": FILE_VERSION, **_plain(report)}
    with atomic_write(Path(path)) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value


def read_json(path: Path | str) -> Report:
    """Read what `write_json` wrote.

    Raises:
        InputError: The file is missing, is not a report, or is of a newer version.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["version"] > FILE_VERSION:
            raise InputError(f"{path} has version {content['version']}; this ksdiff reads up to {FILE_VERSION}")
        return Report(
            title=content["title"],
            subtitle=content["subtitle"],
            facts=content["facts"],
            metrics=tuple(Metric(**entry) for entry in content["metrics"]),
            systems=tuple(
                SystemResult(
                    **entry
                    | {
                        "figures": {name: Figure(**_numbers(figure)) for name, figure in entry["figures"].items()},
                        "clips": {clip: _numbers(values) for clip, values in entry["clips"].items()},
                    }
                )
                for entry in content["systems"]
            ),
            comparisons=tuple(Comparison(**_numbers(entry)) for entry in content["comparisons"]),
            distributions=tuple(
                Distribution(
                    entry["label"],
                    entry["unit"],
                    tuple(entry["edges"]),
                    {name: tuple(shares) for name, shares in entry["shares"].items()},
                )
                for entry in content["distributions"]
            ),
        )
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except (OSError, UnicodeDecodeError, LookupError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise InputError(f"{path} is not a report (.json written by ksdiff evaluate): {error}") from error


def _numbers(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: math.nan if value is None else value for name, value in entry.items()}


def write_markdown(report: Report, path: Path | str) -> None:
    """Write the report's tables, one for each group of metrics: systems down, metrics across, the best in bold.

    Groups of more than `MAX_COLUMNS` metrics have them down, and no intervals.
    """
    parts = [f"# {_cell(report.title)}"]
    if report.subtitle:
        parts.append(report.subtitle)
    groups = report.groups()
    if not groups:
        parts.append("No system has a figure: there is nothing to show.")
    else:
        parts.append(
            "Values with 95 % intervals in brackets. "
            + ", ".join(f"{arrow} {BETTER[direction]}" for direction, arrow in ARROWS.items() if arrow)
            + "; best in bold."
        )
    if counts := unequal_clips(report):
        parts.append(counts)
    for group, metrics in groups.items():
        table = _figure_table if len(metrics) <= MAX_COLUMNS else _long_table
        parts += [f"## {group}", table(report, metrics)]
    if report.comparisons:
        parts += ["## Paired comparisons", _comparison_table(report)]
    notes = [f"- **{_cell(system.label)}** ({system.kind}): {system.note}" for system in report.systems if system.note]
    if notes:
        parts += ["## Systems", "\n".join(notes)]
    if groups:
        parts += ["## Metrics", "\n".join(_described(metric) for metrics in groups.values() for metric in metrics)]
    if report.facts:
        facts = [[name, f"`{value}`" if name == "command" else value] for name, value in report.facts.items()]
        parts += ["## How it was made", _table(["", ""], [[_cell(a), _cell(b)] for a, b in facts], numbers_from=2)]
    with atomic_write(Path(path)) as temporary:
        temporary.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _figure_table(report: Report, metrics: list[Metric]) -> str:
    scales = [scale_of(report, metric) for metric in metrics]
    best = [report.best(metric) for metric in metrics]
    head = [""] + [
        f"{_cell(metric.label)} {ARROWS[metric.direction]}".rstrip()
        + (f"<br>{unit}" if (unit := scale.unit(metric.unit)) else "")
        for metric, scale in zip(metrics, scales, strict=True)
    ]
    rows = []
    for system in report.systems:
        row = [_system_cell(system)]
        for metric, scale, winners in zip(metrics, scales, best, strict=True):
            figure = system.figures.get(metric.name, Figure(math.nan))
            text = scale.text(figure.value)
            if system.name in winners:
                text = f"**{text}**"
            row.append(f"{text} {scale.interval(figure.low, figure.high)}".strip())
        rows.append(row)
    return _table(head, rows)


def _long_table(report: Report, metrics: list[Metric]) -> str:
    rows = []
    for metric in metrics:
        scale, best = scale_of(report, metric), report.best(metric)
        unit = scale.unit(metric.unit)
        row = [f"{_cell(metric.label)} {ARROWS[metric.direction]}".rstrip() + (f" ({unit})" if unit else "")]
        for system in report.systems:
            text = scale.text(value_of(system, metric))
            row.append(f"**{text}**" if system.name in best else text)
        rows.append(row)
    return _table(["", *(_system_cell(system) for system in report.systems)], rows)


def _comparison_table(report: Report) -> str:
    labels = {system.name: _cell(system.label) for system in report.systems}
    rows = []
    for test in report.comparisons:
        metric, scale = report.metric(test.metric), Scale.of([test.difference, test.low, test.high])
        interval, unit = scale.interval(test.low, test.high), scale.unit(metric.unit)
        rows.append(
            [
                f"{_cell(metric.label)} {ARROWS[metric.direction]}".rstrip(),
                f"{labels[test.a]} − {labels[test.b]}",
                f"{scale.text(test.difference)} {interval} {unit}".strip(),
                p_text(test.p),
            ]
        )
    return _table(["metric", "systems", "difference, 95 % interval", "p"], rows, numbers_from=2)


def _described(metric: Metric) -> str:
    facts = ", ".join(filter(None, (f"`{metric.name}`", metric.unit, BETTER[metric.direction])))
    source = f" *{_literal(metric.source)}*" if metric.source else ""
    return f"- **{_cell(metric.label)}** ({facts}): {_literal(metric.formula)}{source}"


def _table(head: list[str], rows: list[list[str]], numbers_from: int = 1) -> str:
    rules = ["---" if column < numbers_from else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))


def _literal(text: str) -> str:
    """Text in which nothing is Markdown."""
    return re.sub(r"([*_`<\\])", r"\\\1", text)


def _system_cell(system: SystemResult) -> str:
    name = _cell(system.label)
    return f"*{name}*" if system.kind == "reference" else name


def _cell(text: str) -> str:
    """Text that cannot end its cell."""
    return text.replace("|", "\\|").replace("\n", " ")
