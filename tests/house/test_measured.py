"""The headline figures of README and the pages are the measured ones, and those that can be are measured again.

`make figures` writes docs/results/figures.json. Times are left out: they are of one machine.
"""

import re
import runpy

import numpy as np
import pytest
from support.figures import agrees, disagreements, figure, measured, numbers, page, spans, table
from support.files import REPOSITORY, SPEECH_VIDEO

import ksdiff
from ksdiff.model.checkpoint import PACKAGED

# Passages of the pages by page, one a line; names of `support.figures.figure` stand for numbers.
EACH = [
    (name, claim)
    for block in (REPOSITORY / "tests/house/claims.txt").read_text(encoding="utf-8").strip().split("\n\n")
    for name, *claims in [block.removeprefix("# ").splitlines()]
    for claim in claims
]
PAGES = tuple(dict.fromkeys(name for name, _ in EACH))
# Columns of the table of the model card, and the systems that they are of.
COLUMNS = (
    "sample.base", "sample.real", "with_words.base", "sample.base, prior alone", "sample.base, mean of 8",
    "seven_speakers.base", "seven_speakers.open", "seven_speakers.old_base",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_was_measured(name: str) -> None:
    text = page(name)
    wrong = [found for of, claim in EACH if of == name for found in disagreements(text, claim)]
    assert not wrong


@pytest.mark.parametrize(("name", "claim"), EACH)
def test_a_number_that_is_changed_by_hand_is_noticed(name: str, claim: str) -> None:
    text = page(name)
    for _, start, end in spans(text, claim):
        number = text[start:end]
        digit = next(at for at in reversed(range(len(number))) if number[at].isdigit())
        changed = number[:digit] + str((int(number[digit]) + 5) % 10) + number[digit + 1 :]
        assert disagreements(text[:start] + changed + text[end:], claim), (number, changed)


def test_the_table_of_readme_is_claimed_whole() -> None:
    """No number of it is left out."""
    text = page("README.md")
    parts = text.partition("## How good it is")[2].split("\n\n")
    rows = next(part for part in parts if part.startswith("| |")).splitlines()[2:]
    assert len(rows) == 5
    for row in rows:
        (claim,) = [one for name, one in EACH if name == "README.md" and one.startswith(f"|{row.split('|')[1]}|")]
        assert len(numbers(row)) == len(spans(text, claim))


def test_the_table_of_the_model_card_is_that_of_the_reports() -> None:
    rows = table(page("MODEL_CARD.md").partition("## Figures")[2])
    labels, compared = measured()["labels"], 0
    for metric, label in labels.items():
        (cells,) = [cells for name, cells in rows.items() if re.sub(r" \([^()]*\)$", "", name) == label] or [None]
        if cells is None:
            continue
        for column, cell in zip(COLUMNS, cells, strict=True):
            for number, end in zip(numbers(cell), ("", ".low", ".high"), strict=False):
                assert agrees(number, figure(f"{column}.{metric}{end}")), (label, column, number)
                compared += 1
    assert compared > 500


def test_the_figures_are_of_the_weights_that_ship() -> None:
    """If not: evaluate the new ones, and give the reports to scripts/measure_figures.py."""
    assert {one["weights"] for one in measured()["evaluations"].values()} == {PACKAGED["base"]}


def test_what_can_be_counted_is_counted_again() -> None:
    script = runpy.run_path(str(REPOSITORY / "scripts/measure_figures.py"))
    assert script["package"]() == measured()["package"]


def test_the_table_of_the_gallery_is_the_measured_one() -> None:
    gallery = runpy.run_path(str(REPOSITORY / "scripts/make_gallery.py"))
    text = page("docs/gallery.md")
    for name, figures in measured()["voices"].items():
        assert gallery["row"](name, figures) in text
    assert set(measured()["voices"]) == set(gallery["NAMES"])


def test_the_recorded_voice_is_measured_again() -> None:
    """Within what rounding on other processors does; the synthetic voices need eSpeak NG."""
    gallery = runpy.run_path(str(REPOSITORY / "scripts/make_gallery.py"))
    found = gallery["measure"](ksdiff.animate(SPEECH_VIDEO))
    np.testing.assert_allclose(list(found.values()), list(measured()["voices"]["recording"].values()), rtol=0.02)
