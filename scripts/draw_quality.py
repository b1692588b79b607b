"""Draw docs/images/quality.svg: six figures of docs/quality.md as shares of what real faces do.

python scripts/draw_quality.py

The numbers are read from the table of that page, so that the two cannot differ; a test draws it again and compares.
"""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs/quality.md"
TARGET = ROOT / "docs/images/quality.svg"
NUMBER = r"(\d+(?:\.\d+)?)"
LEFT, WIDTH, ROW, TOP = 250, 600, 46, 34  # pixels; 100 % is at LEFT + WIDTH


@dataclass(frozen=True)
class Figure:
    """One bar.

    Attributes:
        label: What it says.
        row: Start of the row in the table.
        value: Pattern of ksdiff's number in that row.
        real: Pattern of real faces' number; None for 1.
        other: Pattern of that with another speaker's audio; None where there is none.
    """

    label: str
    row: str
    value: str
    real: str | None
    other: str | None = None


FIGURES = (
    Figure("Lips close on p, b, m", "lips closed", rf"\| {NUMBER} \|", rf"tracked {NUMBER}", rf"audio {NUMBER}"),
    Figure("The jaw goes with the voice", "Pearson r, `jawOpen`", rf"\| {NUMBER} \[", None, rf"audio {NUMBER}"),
    Figure("So does the mouth, filmed", "drawn, tracked", rf"\| {NUMBER} \[", rf"tracked {NUMBER}", rf"audio {NUMBER}"),
    Figure("Lips round on w, oo, oh, sh", "rounding on", rf"\| {NUMBER} \[", rf"tracked {NUMBER}"),
    Figure("The mouth moves as far", "amplitude of moving", rf"\| {NUMBER} \(", None),
    Figure("The head moves as fast", "head diversity", rf"; {NUMBER}°/s;.*\|.*tracked", rf"tracked [^;]*; {NUMBER}°/s"),
)  # fmt: skip
STYLE = """
    .chart { --ink: #1d2733; --soft: #5a6878; --line: #c5cdd5; --bar: #2f6fb0; --mark: #c2571a; }
    @media (prefers-color-scheme: dark) {
      .chart { --ink: #e8edf2; --soft: #a9b5c1; --line: #45525f; --bar: #6fb1f2; --mark: #ff9d5c; }
    }
    .chart text { font: 14px system-ui, -apple-system, "Segoe UI", Arial, sans-serif; fill: var(--ink); }
    .chart .s { font-size: 12px; fill: var(--soft); }
    .chart .bar { fill: var(--bar); }
    .chart .mark { stroke: var(--mark); stroke-width: 3; }
    .chart .line { stroke: var(--line); }
"""


def read(text: str) -> list[tuple[str, float, float | None]]:
    """Label, share of real faces and share with another speaker's audio, of each figure."""
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    found = []
    for figure in FIGURES:
        row = next(line for line in rows if line.startswith(f"| {figure.row}"))
        real = _number(figure.real, row) if figure.real else 1.0
        other = _number(figure.other, row) / real if figure.other else None
        found.append((figure.label, _number(figure.value, row) / real, other))
    return found


def draw(text: str) -> str:
    """The chart."""
    figures = read(text)
    bottom = TOP + ROW * len(figures)
    parts = []
    for percent in (0, 50, 100):
        x = LEFT + WIDTH * percent / 100
        parts.append(f'<line class="line" x1="{x:g}" y1="{TOP}" x2="{x:g}" y2="{bottom}"/>')
        label = "real faces" if percent == 100 else f"{percent} %"
        parts.append(f'<text class="s" x="{x:g}" y="{TOP - 10}" text-anchor="middle">{label}</text>')
    for number, (label, share, other) in enumerate(figures):
        y = TOP + ROW * number + 10
        parts.append(f'<text x="{LEFT - 14}" y="{y + 18}" text-anchor="end">{escape(label)}</text>')
        parts.append(f'<rect class="bar" x="{LEFT}" y="{y}" width="{WIDTH * share:.1f}" height="26" rx="3"/>')
        parts.append(f'<text x="{LEFT + WIDTH + 16}" y="{y + 18}">{100 * share:.0f} %</text>')
        if other is not None:
            x = LEFT + WIDTH * other
            parts.append(f'<line class="mark" x1="{x:.1f}" y1="{y - 4}" x2="{x:.1f}" y2="{y + 30}"/>')
    y = bottom + 24
    parts.append(f'<rect class="bar" x="{LEFT}" y="{y - 10}" width="18" height="10" rx="2"/>')
    parts.append(f'<text class="s" x="{LEFT + 26}" y="{y}">ksdiff</text>')
    parts.append(f'<line class="mark" x1="{LEFT + 90}" y1="{y - 12}" x2="{LEFT + 90}" y2="{y + 2}"/>')
    parts.append(f'<text class="s" x="{LEFT + 100}" y="{y}">a motion made for somebody else\'s words</text>')
    title = "; ".join(f"{label}: {100 * share:.0f} %" for label, share, _ in figures)
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {y + 16}" role="img">\n'
        f"  <title>{escape(title)}</title>\n  <style>{STYLE}  </style>\n  " + "\n  ".join(parts) + "\n</svg>\n"
    )


def _number(pattern: str, row: str) -> float:
    found = re.search(pattern, row)
    assert found, (pattern, row)
    return float(found[1])


if __name__ == "__main__":
    TARGET.write_text(draw(TABLE.read_text(encoding="utf-8")), encoding="utf-8")
