"""The analysis as Markdown, JSON and a web page."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from ksdiff.evaluation.metrics.statistics import Interval
from ksdiff.files import atomic_write
from ksdiff.study.analysis import Analysis
from ksdiff.study.design import SCALE
from ksdiff.templates import render_page

FORMAT, VERSION = "ksdiff-study-report", 1


def write_report(analysis: Analysis, out: Path) -> list[Path]:
    """Write ``report.md``, ``report.json`` and ``report.html`` to an existing folder.

    Raises:
        InputError: The folder cannot be written.
    """
    contents = {
        "report.md": markdown(analysis),
        "report.json": json.dumps(_plain(analysis), ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        "report.html": page(analysis),
    }
    for name, content in contents.items():
        with atomic_write(out / name) as temporary:
            temporary.write_text(content, encoding="utf-8")
    return [out / name for name in contents]


def table(analysis: Analysis) -> str:
    """Mean marks and their intervals as a Markdown table that is also even as plain text."""
    return _even(_mean_rows(analysis))


def markdown(analysis: Analysis) -> str:
    """The whole report as Markdown."""
    parts = [f"# {analysis.title}", _summary(analysis), table(analysis), "## Differences", _METHOD]
    rows = [["Criterion", "Systems", "Difference", "p", "p (Holm)"]]
    rows += [
        [one.criterion.label, f"{c.first} - {c.second}", _shown(c.difference, "+"), _p(c.p), _p(c.p_holm)]
        for one in analysis.criteria
        for c in one.comparisons
    ]
    parts += [_even(rows), "## Agreement", _AGREEMENT, _even(_agreement_rows(analysis))]
    if analysis.excluded:
        parts += ["## Left out", "\n".join(f"- {one.name}: {one.reason}" for one in analysis.excluded)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def page(analysis: Analysis) -> str:
    """The whole report as one HTML file without outside references."""
    best = [_shown(max(one.means.values(), key=lambda mean: mean.value)) for one in analysis.criteria]
    sections = {"Means": _section(_METHOD, _mean_rows(analysis), best=best)}
    for one in analysis.criteria:
        means = {system: one.means[system] for system in analysis.systems}
        label = f"{one.criterion.label}: " + ", ".join(f"{system} {_shown(mean)}" for system, mean in means.items())
        rows = [["Systems", "Difference", "p", "p (Holm)"]]
        rows += [[f"{c.first} − {c.second}", _shown(c.difference, "+"), _p(c.p), _p(c.p_holm)] for c in one.comparisons]
        sections[one.criterion.label] = _section(rows=rows, marks=means, label=label)
    sections["Agreement"] = _section(_AGREEMENT, _agreement_rows(analysis))
    if analysis.excluded:
        sections["Left out"] = _section(items=[f"{one.name}: {one.reason}" for one in analysis.excluded])
    return render_page(
        "report.html",
        title=analysis.title,
        subtitle=_summary(analysis),
        facts={},
        warnings=(),
        sections=sections,
        data={},
        head="",
    )


_METHOD = (
    "Differences are of mean ratings, with 95 % bootstrap intervals over raters. p is of the two-sided Wilcoxon "
    "signed-rank test over raters' means, also Holm-corrected over all pairs within a criterion."
)
_AGREEMENT = (
    "Krippendorff's alpha is for single raters, ICC(2,k) for their mean. Repeated videos: mean difference between the "
    "first and the second rating, and share of equal ratings."
)


def _summary(analysis: Analysis) -> str:
    counts = sorted(set(analysis.ratings.values()))
    ratings = " to ".join(str(count) for count in counts[:: max(1, len(counts) - 1)])
    return (
        f"{len(analysis.raters)} raters ({len(analysis.excluded)} more left out), {len(analysis.systems)} systems, "
        f"{analysis.clips} clips, {ratings} ratings for "
        f"each system and criterion, from {min(SCALE)} ({SCALE[min(SCALE)]}) to {max(SCALE)} ({SCALE[max(SCALE)]}). "
        "Means with 95 % bootstrap intervals over raters."
    )


def _agreement_rows(analysis: Analysis) -> list[list[str]]:
    rows = [["Criterion", "Alpha", "ICC(2,k)", "Repeats differ by", "Same rating"]]
    for one in analysis.criteria:
        same = "-" if math.isnan(one.repeat_same) else f"{100 * one.repeat_same:.0f} %"
        figures = (one.alpha, one.icc, one.repeat_difference)
        rows.append([one.criterion.label, *("-" if math.isnan(f) else f"{f:.2f}" for f in figures), same])
    return rows


def _mean_rows(analysis: Analysis) -> list[list[str]]:
    rows = [["System", *(one.criterion.label for one in analysis.criteria)]]
    return rows + [[system, *(_shown(one.means[system]) for one in analysis.criteria)] for system in analysis.systems]


def _section(
    note: str = "",
    rows: Sequence[Sequence[str]] = (),
    *,
    best: Sequence[str] = (),
    marks: Mapping[str, Interval] = MappingProxyType({}),
    label: str = "",
    items: Sequence[str] = (),
) -> Markup:
    return render_page(
        "study_section.html",
        note=note,
        rows=rows,
        best=best,
        marks=marks,
        label=label,
        items=items,
        scale=sorted(SCALE),
    )


def _even(rows: list[list[str]]) -> str:
    rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    return "".join(
        "| " + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) + " |\n" for row in rows
    )


def _shown(interval: Interval, sign: str = "") -> str:
    return f"{interval.value:{sign}.2f} [{interval.low:{sign}.2f}, {interval.high:{sign}.2f}]"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _plain(analysis: Analysis) -> dict[str, Any]:
    """What JSON can hold: NaN becomes null."""
    raters = [
        {"name": r.name, "number": r.number, "videos": len(r.marks), "inconsistency": r.inconsistency}
        for r in analysis.raters
    ]
    content = {"format": FORMAT, "version": VERSION, **asdict(analysis), "raters": raters}

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [clean(item) for item in value]
        return None if isinstance(value, float) and math.isnan(value) else value

    return clean(content)
