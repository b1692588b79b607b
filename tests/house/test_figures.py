"""Figures that README and the pages repeat are those of the reports, rounded."""

import pytest
from support.figures import agrees, cell, numbers, page, table

CARD = table(page("MODEL_CARD.md").partition("## Figures")[2])
# Row of the pages, row of the model card, what the card's number is multiplied by.
ROWS = [
    ("lips closed on p, b, m", "closed on p, b, m", 1),
    ("Pearson r of the jaw", "jaw r", 1),
    ("Pearson r, `jawOpen`", "jaw r", 1),
    ("Pearson r, mean of the mouth channels that move", "mouth r", 1),
    ("rounding on w, uw, ow, sh", "rounding on w, uw, ow, sh (weight)", 1),
    (
        "rounding on w, uw, ow, sh: mouthPucker and mouthFunnel above the mean of speech",
        "rounding on w, uw, ow, sh (weight)",
        1,
    ),
    ("amplitude of moving mouth channels", "mouth amplitude", 1),
    ("mean head speed", "head speed (degrees/s)", 1),
    ("lip error (mean distance of the worst lip vertex)", "lip error (mm)", 1),
    ("LVE, pooled", "LVE, pooled (m²)", 1e5),
    ("mean temporal misalignment of the lips (MTM)", "MTM (ms)", 1),
    ("third derivative of the mouth, generated / tracked", "jerk, generated / real", 1),
    ("lip speed in silence / in speech", "lip speed in silence", 1),
    ("F1 of expression keyframes, ± 2 frames", "F1, expression", 1),
    ("F1 of head keyframes, ± 2 frames", "F1, head", 1),
    ("Beat Align (Bailando)", "Beat Align", 1),
]


@pytest.mark.parametrize("name", ["README.md", "docs/quality.md"])
def test_the_figures_of_the_weights_are_those_of_the_model_card(name: str) -> None:
    rows, compared = table(page(name)), 0
    for row, measured, factor in ROWS:
        if row not in rows:
            continue
        written = numbers(rows[row][0].partition("·")[0])
        found = [float(number) * factor for number in numbers(CARD[measured][0])]
        assert written, row
        for number, value in zip(written, found, strict=False):
            assert agrees(number, value), (row, number, value)
        compared += 1
    assert compared >= 5


def test_readme_repeats_the_page_of_quality() -> None:
    readme, quality = table(page("README.md")), table(page("docs/quality.md"))
    assert readme["lips closed on p, b, m"] == quality["lips closed on p, b, m"]
    assert numbers(readme["Pearson r of the jaw"][0]) == numbers(quality["Pearson r, `jawOpen`"][0])


# Columns of the table in docs/results.md, and where the report over folds has them: row or column, and name.
COLUMNS = {
    "LVE, 10⁻⁵ m² ↓": "LVE, pooled ↓<br>10⁻⁵ m²",
    "mouth r ↑": "mouth r ↑",
    "jaw r ↑": "jaw r ↑",
    "mouth amplitude ≈ 1": "mouth amplitude ≈",
    "closed on p, b, m ≈": "closed on p, b, m ≈",
    "jerk / real ≈ 1": "jerk, generated / real ≈",
    "sync ≈": "Sync-M confidence ≈",
    "MTM, ms ↓": "MTM ↓<br>ms",
    "rounding on w, u, o ≈": "rounding on w, uw, ow, sh ≈<br>weight",
    "Fréchet, mouth ↓": "Fréchet, mouth motion ↓",
    "its velocity ↓": "Fréchet, mouth velocity ↓",
    "head speed, °/s ≈": "head speed ≈<br>degrees/s",
    "F1 expr. ↑": "F1, expression ↑",
    "F1 head ↑": "F1, head ↑",
}
SYSTEMS = {
    "KSDiff, regression features (ships)": "KSDiff, regression features",
    "KSDiff": "KSDiff",
    "DiffSpeaker, sampled as KSDiff: 8 steps": "DiffSpeaker",
    "DiffSpeaker, its own sampling: 50 steps": "DiffSpeaker, own sampling",
    "Regression, gains": "Regression",
    "Regression": "Regression, no gains",
    "Retrieval": "Retrieval",
    "Tracked": "Real",
    "Still face": "Still face",
    "Shuffled audio": "Shuffled audio",
    **{
        name: name
        for name in (
            "w/o speech split",
            "w/o dual-path diffusion",
            "w/o keyframes",
            "w/o prosody",
            "w/o transcript",
            "frozen features only",
        )
    },
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_table_over_folds_is_that_of_the_report(system: str) -> None:
    rows = table(page("docs/results.md").partition("## On the targets before")[0])
    head = next(line for line in page("docs/results.md").splitlines() if line.startswith("| | LVE"))
    names = [part.strip() for part in head.strip("|").split("|")][1:]
    compared = 0
    for name, figure in COLUMNS.items():
        written, measured = numbers(rows[system][names.index(name)]), numbers(cell(SYSTEMS[system], figure))
        for number, value in zip(written, measured, strict=False):
            # Both are rounded, the report less.
            slack = 0.5 * 10 ** -len(value.partition(".")[2])
            assert abs(float(number) - float(value)) <= 0.5 * 10 ** -len(number.partition(".")[2]) + slack + 1e-9, name
            compared += 1
    assert compared >= 10
