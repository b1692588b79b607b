import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from support.reports import JITTER, LVE, SYNC, synthetic_report, synthetic_system

from ksdiff.errors import InputError
from ksdiff.evaluation.number_format import Scale, p_text
from ksdiff.evaluation.report import Comparison, Distribution, Figure, Report, SystemResult, described
from ksdiff.evaluation.report_file import read_json, schema, write_json
from ksdiff.evaluation.report_markdown import write_markdown


@pytest.fixture
def report():
    return synthetic_report()


def rows(markdown, heading):
    """The cells of the table under a heading."""
    table = markdown.split(f"## {heading}\n\n")[1].split("\n\n")[0]
    lines = [line.strip("|").replace("\\|", "¦").split("|") for line in table.splitlines()]
    return [[cell.strip() for cell in line] for line in lines]


def test_json_gives_an_equal_report_back(report, tmp_path):
    write_json(report, tmp_path / "report.json")
    assert read_json(tmp_path / "report.json") == report
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert content["systems"][2]["figures"]["sync"] == {"value": None, "low": None, "high": None}
    assert content["systems"][1]["clips"]["b"]["lve"] == pytest.approx(2.31e-5)


def test_an_empty_report_round_trips_and_says_that_it_is_empty(tmp_path):
    write_json(Report("Nothing"), tmp_path / "report.json")
    assert read_json(tmp_path / "report.json") == Report("Nothing")
    write_markdown(Report("Nothing"), tmp_path / "report.md")
    assert "nothing to show" in (tmp_path / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["{", "[]", '{"version": 1}', '{"version": 1, "title": "a", "subtitle": null}'])
def test_what_is_not_a_report_is_refused(tmp_path, content):
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(InputError, match="is not a report"):
        read_json(tmp_path / "report.json")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda c: c["systems"][1].update(kind="winner"), "systems.1.kind"),
        (lambda c: c["systems"][1]["figures"]["lve"].update(value="high"), "systems.1.figures.lve.value"),
        (lambda c: c["distributions"][0]["shares"].update(real=[0.5, 1.5]), "distributions.0.shares.real.1"),
        (lambda c: c["distributions"][0].update(edges=[2, 1, 0]), "do not rise"),
        (lambda c: c["metrics"][0].update(direction="up"), "metrics.0.direction"),
        (lambda c: c["comparisons"][0].update(p=7), "p = 7"),
        (lambda c: c["comparisons"][0].update(a="nobody"), "names the system 'nobody'"),
        (lambda c: c.update(title="a" * 100_000), "title"),
    ],
)
def test_a_forged_report_is_refused_with_the_place_that_is_wrong(report, tmp_path, change, where):
    write_json(report, tmp_path / "report.json")
    content = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    change(content)
    (tmp_path / "report.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match=re.escape(where)) as refused:
        read_json(tmp_path / "report.json")
    assert len(str(refused.value)) < 500


def test_deeply_nested_json_is_refused(tmp_path):
    (tmp_path / "report.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="is not a report"):
        read_json(tmp_path / "report.json")


def test_the_schema_states_version_and_bounds():
    text = json.dumps(schema())
    assert schema()["properties"]["version"]["const"] == 1
    assert '"maxLength"' in text
    assert '"maximum": 1.0' in text or '"maximum": 1' in text


def test_missing_and_newer_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        read_json(tmp_path / "report.json")
    (tmp_path / "report.json").write_text('{"version": 99}')
    with pytest.raises(InputError, match="version 99"):
        read_json(tmp_path / "report.json")


def test_markdown_has_a_table_for_each_group(report, tmp_path):
    write_markdown(report, tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    head, _, real, ours, theirs = rows(text, "Lips")
    assert head == ["", "LVE ↓<br>10⁻⁵ m²", "Sync ¦ confidence ↑"]
    assert real == ["*Real*", "0.00 [0.00, 0.00]", "6.00"]
    assert ours == ["Ours", "**2.10** [1.89, 2.31]", "5.00"]  # one value of its metric: no best
    assert theirs == ["Theirs", "3.40 [3.06, 3.74]", "–"]
    assert rows(text, "Head")[3] == ["Ours", "**850**"]  # nearest to the real clips
    assert rows(text, "Paired comparisons")[2] == ["LVE ↓", "Ours − Theirs", "−1.30 [−2.00, −0.60] 10⁻⁵ m²", "< 0.001"]
    assert ["command", "`ksdiff evaluate a b`"] in rows(text, "How it was made")
    assert "Never measured" not in text
    assert "CodeTalker, cal\\_metric.py" in text


def test_the_best_is_never_a_reference_and_equal_looks_are_equally_best(report):
    assert report.best(LVE) == {"ours"}
    assert report.best(JITTER) == {"ours"}
    alike = replace(report, systems=(*report.systems, synthetic_system("third", 2.1001e-5, 7.0, 851.0)))
    assert alike.best(LVE) == {"ours", "third"}
    assert alike.best(SYNC) == {"third"}
    ratio = replace(JITTER, direction="one")  # near to 1, whatever the real face has
    assert report.best(ratio) == {"ours"}
    without_real = replace(report, systems=report.systems[1:], distributions=())
    assert without_real.best(JITTER) == set()
    assert report.best(replace(LVE, direction="none")) == set()  # gives scale, and is no merit


def test_large_groups_go_down_the_page(report, tmp_path):
    channels = tuple(replace(LVE, name=f"r_{k}", label=f"r {k}", direction="higher", group="Each") for k in range(13))
    systems = tuple(
        replace(entry, figures={metric.name: Figure(0.1 * n + 0.01 * k) for k, metric in enumerate(channels)}, clips={})
        for n, entry in enumerate(report.systems)
    )
    many = replace(report, metrics=channels, systems=systems, comparisons=())
    write_markdown(many, tmp_path / "report.md")
    table = rows((tmp_path / "report.md").read_text(encoding="utf-8"), "Each")
    assert table[0] == ["", "*Real*", "Ours", "Theirs"]
    assert len(table) == 2 + 13
    assert table[2] == ["r 0 ↑ (m²)", "0.000", "0.100", "**0.200**"]


def test_metrics_are_described_in_the_order_of_the_registry():
    systems = (
        SystemResult("a", "A", "model", figures={"jaw_r": Figure(0.5)}),
        SystemResult("b", "B", "model", clips={"clip": {"lve": 1e-5}}),
    )
    assert [metric.name for metric in described(systems)] == ["lve", "jaw_r"]


def test_systems_scored_on_other_clips_are_named(report, tmp_path):
    write_markdown(report, tmp_path / "report.md")
    assert "Not all systems" not in (tmp_path / "report.md").read_text(encoding="utf-8")
    other = replace(report, systems=(*report.systems, synthetic_system("other", 1e-5, 1.0, 1.0, clips=("b", "c", "d"))))
    write_markdown(other, tmp_path / "report.md")
    assert "Ours 2, Theirs 2, Other 3; 1 in common" in (tmp_path / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metrics": (LVE, LVE)}, "metric 'lve' stands twice"),
        ({"metrics": (LVE,)}, "system 'real' names the metric 'jitter'"),
        ({"comparisons": (Comparison("lve", "ours", "nobody", 0.0, 0.0, 0.0, 1.0),)}, "names the system 'nobody'"),
        ({"distributions": (Distribution("Speed", "", (0.0, 1.0), {"nobody": (1.0,)}),)}, "names the system 'nobody'"),
    ],
)
def test_names_must_fit_together(report, change, message):
    with pytest.raises(InputError, match=message):
        replace(report, **change)


def test_shares_that_do_not_fit_the_edges_are_refused():
    with pytest.raises(InputError, match="its 3 edges need 2"):
        Distribution("Speed", "", (0.0, 1.0, 2.0), {"a": (1.0,)})


def test_distributions_count_every_value():
    made = Distribution.of("Speed", "°/s", [0.0, 1.0, 2.0], {"a": np.array([0.5, 1.5, 9.0, -3.0]), "b": np.zeros(0)})
    assert made.shares == {"a": (0.5, 0.5)}


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([22.31, 0.0, 24.0], ["22.3", "0.0", "24.0"]),
        ([1.234e-5, -2e-6], ["1.23", "−0.20"]),
        ([0.912, -0.0004], ["0.912", "0.000"]),
        ([123456.0], ["1.23"]),
        ([1234.0], ["1234"]),
        ([], []),
        ([math.nan, 0.0], ["–", "0.00"]),
    ],
)
def test_values_are_written_with_three_digits(values, shown):
    assert [Scale.of(values).text(value) for value in values] == shown


def test_units_carry_the_power_of_ten():
    assert Scale.of([2e-5]).unit("m²") == "10⁻⁵ m²"
    assert Scale.of([2e-5]).unit("") == "10⁻⁵"
    assert Scale.of([2.0]).unit("") == ""


def test_probabilities_are_not_shown_as_zero():
    assert [p_text(p) for p in (0.0004, 0.0123, 1.0, math.nan)] == ["< 0.001", "0.012", "1.000", "–"]
