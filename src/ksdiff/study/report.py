"""The analysis as Markdown, JSON and a web page."""

import html
import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ksdiff.evaluation.metrics.statistics import Interval
from ksdiff.files import atomic_write
from ksdiff.study.analysis import Analysis, CriterionAnalysis
from ksdiff.study.design import SCALE

FORMAT, VERSION = "ksdiff-study-report", 1
_LEFT, _WIDTH, _ROW = 130, 560, 26  # of the plots, pixels

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --line: light-dark(#d5dae0, #38404a); --soft: light-dark(#59626d, #a3adb8);
  --accent: light-dark(#1a5fb4, #8ab8f0); }}
body {{ max-width: 960px; margin: 32px auto; padding: 0 16px; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#fff, #14171b); color: light-dark(#1b1f24, #e9ecef); }}
h1 {{ font-size: 1.6rem; }} h2 {{ font-size: 1.15rem; margin-top: 2em; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }}
th, td {{ padding: 5px 18px 5px 0; border-bottom: 1px solid var(--line); text-align: left; }}
.best {{ font-weight: 700; }} .soft {{ color: var(--soft); }}
svg {{ max-width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: currentColor; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


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
    rows = [["System", *(one.criterion.label for one in analysis.criteria)]]
    rows += [[system, *(_shown(one.means[system]) for one in analysis.criteria)] for system in analysis.systems]
    return _even(rows)


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
    best = {one.criterion.name: max(i.value for i in one.means.values()) for one in analysis.criteria}
    head = "".join(f'<th scope="col">{html.escape(one.criterion.label)}</th>' for one in analysis.criteria)
    body = "".join(
        f'<tr><th scope="row">{html.escape(system)}</th>'
        + "".join(
            f"<td{' class=best' if one.means[system].value == best[one.criterion.name] else ''}>"
            f"{_shown(one.means[system])}</td>"
            for one in analysis.criteria
        )
        + "</tr>"
        for system in analysis.systems
    )
    parts = [
        f"<p>{html.escape(_summary(analysis))}</p>",
        f'<div class="wide"><table><tr><th scope="col">System</th>{head}</tr>{body}</table></div>',
    ]
    for one in analysis.criteria:
        rows = [["Systems", "Difference", "p", "p (Holm)"]]
        rows += [[f"{c.first} − {c.second}", _shown(c.difference, "+"), _p(c.p), _p(c.p_holm)] for c in one.comparisons]
        parts += [f"<h2>{html.escape(one.criterion.label)}</h2>", _plot(one, analysis.systems), _html_table(rows)]
    parts += [f'<p class="soft">{_METHOD}</p>', "<h2>Agreement</h2>", f'<p class="soft">{_AGREEMENT}</p>']
    parts.append(_html_table(_agreement_rows(analysis)))
    if analysis.excluded:
        listed = "".join(f"<li>{html.escape(one.name)}: {html.escape(one.reason)}</li>" for one in analysis.excluded)
        parts += ["<h2>Left out</h2>", f"<ul>{listed}</ul>"]
    return _PAGE.format(title=html.escape(analysis.title), body="\n".join(parts))


_METHOD = (
    "Differences of mean marks with 95 % bootstrap intervals over raters; p of the Wilcoxon signed-rank test over "
    "raters' means, two-sided, and corrected by Holm for all pairs within a criterion."
)
_AGREEMENT = (
    "Krippendorff's alpha is for single raters, ICC(2,k) for their mean. Repeated videos: mean difference between the "
    "first and the second mark, and share of equal marks."
)


def _summary(analysis: Analysis) -> str:
    counts = sorted(set(analysis.ratings.values()))
    return (
        f"{len(analysis.raters)} raters ({len(analysis.excluded)} more left out), {len(analysis.systems)} systems, "
        f"{analysis.clips} clips, {' to '.join(str(count) for count in counts[:: max(1, len(counts) - 1)])} marks for "
        f"each system and criterion, from {min(SCALE)} ({SCALE[min(SCALE)]}) to {max(SCALE)} ({SCALE[max(SCALE)]}). "
        "Means with 95 % bootstrap intervals over raters."
    )


def _agreement_rows(analysis: Analysis) -> list[list[str]]:
    rows = [["Criterion", "Alpha", "ICC(2,k)", "Repeats differ by", "Same mark"]]
    for one in analysis.criteria:
        same = "-" if math.isnan(one.repeat_same) else f"{100 * one.repeat_same:.0f} %"
        figures = (one.alpha, one.icc, one.repeat_difference)
        rows.append([one.criterion.label, *("-" if math.isnan(f) else f"{f:.2f}" for f in figures), same])
    return rows


def _plot(one: CriterionAnalysis, systems: tuple[str, ...]) -> str:
    """Means and intervals on the scale of the marks, as SVG."""
    low, high = min(SCALE), max(SCALE)

    def x(mark: float | int) -> float:
        return round(_LEFT + _WIDTH * (mark - low) / (high - low), 1)

    height = _ROW * len(systems)
    parts = [
        f'<line x1="{x(mark)}" x2="{x(mark)}" y1="0" y2="{height}" stroke="var(--line)"/>'
        f'<text x="{x(mark)}" y="{height + 16}" text-anchor="middle">{mark}</text>'
        for mark in SCALE
    ]
    for row, system in enumerate(systems):
        y, mean = _ROW * row + _ROW / 2, one.means[system]
        label = system if len(system) <= 18 else system[:17] + "…"
        parts.append(
            f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{html.escape(label)}</text>'
            f'<line x1="{x(mean.low)}" x2="{x(mean.high)}" y1="{y}" y2="{y}" stroke="var(--accent)" stroke-width="3"/>'
            f'<circle cx="{x(mean.value)}" cy="{y}" r="5" fill="var(--accent)"/>'
        )
    label = html.escape(f"{one.criterion.label}: " + ", ".join(f"{s} {_shown(one.means[s])}" for s in systems), True)
    return (
        f'<svg width="{_LEFT + _WIDTH + 12}" height="{height + 22}" viewBox="0 0 {_LEFT + _WIDTH + 12} {height + 22}" '
        f'role="img" aria-label="{label}">{"".join(parts)}</svg>'
    )


def _html_table(rows: list[list[str]]) -> str:
    head, *body = (
        "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
        for tag, row in zip(["th", *["td"] * (len(rows) - 1)], rows, strict=True)
    )
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(f"<tr>{row}</tr>" for row in body)}</table></div>'


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
