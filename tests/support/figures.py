"""Numbers of the pages, and the measured ones that they repeat."""

import json
import re
from functools import cache
from typing import Any

from support.files import REPOSITORY

NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?:e[+-]\d+)?")


def page(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def table(text: str) -> dict[str, list[str]]:
    """Cells of all tables of a page, by the first cell of a row; the first row of a name counts."""
    rows: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("|"):
            cells = [cell.strip().replace("*", "") for cell in line.strip("|").split("|")]
            rows.setdefault(cells[0], cells[1:])
    return rows


def numbers(text: str) -> list[str]:
    return [found.replace("−", "-") for found in NUMBER.findall(text)]


def agrees(written: str, measured: float) -> bool:
    """Whether a number is another one, rounded as it is written; halves may go either way."""
    mantissa, _, exponent = written.replace("−", "-").partition("e")
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return abs(float(written.replace("−", "-")) - measured) <= unit * (0.5 + 1e-6)


@cache
def measured() -> dict[str, Any]:
    """What `scripts/measure_figures.py` wrote."""
    return json.loads(page("docs/results/figures.json"))


def figure(name: str) -> float:
    """A measured figure.

    ``package.NAME``, ``corpus.NAME`` and ``voices.VOICE.NAME`` as in the file; ``EVALUATION.SYSTEM.METRIC``, with
    ``.low`` or ``.high`` for an end of its interval; ``folds.SYSTEM.COLUMN`` of the report over folds. After ``*``
    stands a factor.
    """
    name, _, factor = name.partition("*")
    section, *rest = name.split(".")
    if section == "folds":
        system, column = rest
        (value, *_) = numbers(cell(system, column))
        return float(value) * float(factor or 1)
    if section in ("package", "corpus", "voices"):
        found: Any = measured()[section]
    else:
        found = measured()["evaluations"][section]
        if rest[0] in ("clips", "speakers"):
            return found[rest[0]]
        system, metric, *end = rest
        (found, rest) = found["systems"][system][metric], []
        found = found[("", "low", "high").index(end[0]) if end else 0]
    for key in rest:
        found = found[key]
    return float(found) * float(factor or 1)


def spans(text: str, claim: str) -> list[tuple[str, int, int]]:
    """Where in a page the numbers of a claim stand.

    Args:
        text: Of the page.
        claim: A passage of it, with the names of `figure` in braces in place of numbers; ``{NAME []}`` stands for a
            number and its interval.

    Returns:
        Name, beginning and end of each.

    Raises:
        AssertionError: The page has no such passage.
    """
    claim = re.sub(r"\{([^{}*]+)(\*\S+)? \[\]\}", r"{\1\2} [{\1.low\2}, {\1.high\2}]", " ".join(claim.split()))
    parts = re.split(r"\{([^{}]+)\}", claim)
    literal = [re.escape(part).replace(r"\ ", r"\s+") for part in parts[::2]]
    found = re.search(f"({NUMBER.pattern})".join(literal), text)
    assert found is not None, f"no such passage: {claim}"
    return [(name, *found.span(at)) for at, name in enumerate(parts[1::2], 1)]


def disagreements(text: str, claim: str) -> list[str]:
    """Where a page says otherwise than was measured; arguments as of `spans`."""
    pairs = [(name, text[start:end]) for name, start, end in spans(text, claim)]
    wrong = [(name, number) for name, number in pairs if not agrees(number, figure(name))]
    return [f"{name}: {number}, measured {figure(name):g}" for name, number in wrong]


def cell(system: str, column: str) -> str:
    """A number of the report over folds, whose tables have systems as rows or as columns."""
    for block in re.split(r"\n## ", page("docs/results/folds.md")):
        lines = [
            [part.strip().replace("*", "") for part in line.strip("|").split("|")]
            for line in block.splitlines()
            if line.startswith("|")
        ]
        if not lines:
            continue
        head, body = lines[0], {line[0]: line for line in lines[2:]}
        if column in head and system in body:
            return body[system][head.index(column)]
        if system in head and column in body:
            return body[column][head.index(system)]
    raise AssertionError((system, column))
