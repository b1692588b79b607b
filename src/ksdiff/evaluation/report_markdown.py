"""A report's tables as Markdown."""

import math
import re
from pathlib import Path

from ksdiff.evaluation.metrics import Metric
from ksdiff.evaluation.number_format import Scale, p_text
from ksdiff.evaluation.report import (
    ARROWS,
    BETTER,
    MAX_COLUMNS,
    Figure,
    Report,
    SystemResult,
    scale_of,
    unequal_clips,
    value_of,
)
from ksdiff.files import atomic_write


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
