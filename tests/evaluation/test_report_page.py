import base64
import json
import re
import struct
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from support.reports import LVE, synthetic_report, synthetic_system
from support.synthetic import synthetic_motion, synthetic_sound

from ksdiff.errors import InputError
from ksdiff.evaluation.plots import Axis, histogram, interval
from ksdiff.evaluation.report import Figure, Report
from ksdiff.evaluation.report_page import Player, write_html
from ksdiff.motion import Word


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.addresses, self.scripts, self.rows, self.titles, self._into = [], {}, [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.addresses += [attributes[key] for key in ("src", "href", "data", "action") if key in attributes]
        self._into.append(attributes.get("id", tag) if tag == "script" else tag)
        if tag in ("meta", "circle", "line", "path"):
            self._into.pop()
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append(("", attributes))

    def handle_endtag(self, tag):
        if tag not in ("circle", "line", "path"):
            self._into.pop()

    def handle_data(self, data):
        into = self._into[-1] if self._into else ""
        if "script" in into or into in ("players", "head", "strips-data"):
            self.scripts[into] = self.scripts.get(into, "") + data
        elif "tr" in self._into:
            text, attributes = self.rows[-1][-1]
            self.rows[-1][-1] = (text + data, attributes)
        elif into == "h2":
            self.titles.append(data)


def page_of(report, path, players=()):
    write_html(report, path / "report.html", players)
    text = (path / "report.html").read_text(encoding="utf-8")
    return Page(text), text


def animations(glb):
    length = struct.unpack_from("<I", glb, 12)[0]
    return [entry["name"] for entry in json.loads(glb[20 : 20 + length])["animations"]]


@pytest.fixture
def report():
    return synthetic_report()


@pytest.fixture
def players():
    words = (Word("</script><b>", 0.1, 0.2),)
    motion = synthetic_motion(seconds=1.0)
    takes = {"ours": replace(motion, words=words), "real": motion}
    return [Player("a", synthetic_sound(1.0), takes), Player("b", synthetic_sound(1.2), {"ours": motion})]


def test_the_page_needs_no_network(report, tmp_path, players):
    page, text = page_of(report, tmp_path, players)
    assert all(address.startswith("#section-") for address in page.addresses)
    assert "default-src 'none'" in text
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_tables_hold_the_figures(report, tmp_path):
    page, _ = page_of(report, tmp_path)
    assert page.titles == ["Systems", "Lips", "Head", "Comparisons", "Clips", "Distributions", "Metrics"]
    shown = {row[0][0]: row for row in reversed(page.rows)}  # the first table of each system
    assert shown["Ours"][1][0] == "2.10 [1.89, 2.31]"
    assert shown["Ours"][1][1] == {"data-value": "2.1e-05", "class": "best"}
    assert shown["Theirs"][2] == ("– ", {})  # unknown: no value to sort by
    assert "class" not in shown["Real"][1][1]  # a reference is never the best
    assert shown["LVE\xa0↓"][2][0] == "−1.30 [−2.00, −0.60] 10⁻⁵ m²"
    assert shown["LVE\xa0↓"][4][0] == "Ours is better"


def test_large_groups_are_folded_with_all_systems_in_one_plot(report, tmp_path):
    channels = tuple(replace(LVE, name=f"r_{k}", label=f"r {k}", group="Each") for k in range(13))
    figures = {metric.name: Figure(0.25) for metric in channels}
    systems = tuple(replace(entry, figures=figures, clips={}) for entry in report.systems)
    page, text = page_of(replace(report, metrics=channels, systems=systems, comparisons=()), tmp_path)
    row = next(row for row in page.rows if row[0][0].startswith("r 12"))
    assert [cell for cell, _ in row] == ["r 12\xa0↓ m²", "", "0.250", "0.250", "0.250"]
    assert text.count("<summary>13 metrics</summary>") == 1
    assert len(re.findall(r'<svg class="dots"', text)) == 13


def test_text_from_outside_is_only_text(report, tmp_path, players):
    wild = "<img src=x onerror=alert(1)> & \"'</script>"
    systems = tuple(replace(entry, label=wild, note=wild) for entry in report.systems)
    metrics = tuple(replace(entry, label=wild, formula=wild, group=wild, unit=wild) for entry in report.metrics)
    wild_report = replace(report, title=wild, subtitle=wild, facts={wild: wild}, systems=systems, metrics=metrics)
    _, text = page_of(wild_report, tmp_path, [replace(players[0], clip=wild)])
    assert "<img" not in text
    assert 'onerror=alert(1)> & "' not in text
    assert "</script><b>" not in text


def test_the_values_of_clips_are_carried(report, tmp_path):
    page, _ = page_of(report, tmp_path)
    strips = json.loads(page.scripts["strips-data"])
    assert [metric["label"] for metric in strips["metrics"]] == ["LVE ↓", "Sync | confidence ↑"]
    assert strips["systems"][1]["clips"] == {"a": [2.1e-5, 5.0], "b": [2.31e-5, 5.0]}
    assert strips["systems"][2]["clips"]["a"] == [3.4e-5, None]


def test_players_carry_the_head_once_and_every_take(report, tmp_path, players):
    page, _ = page_of(report, tmp_path, players)
    carried = json.loads(page.scripts["players"])
    assert [entry["name"] for entry in carried["systems"]] == ["real", "ours"]  # in the report's order
    assert [clip["name"] for clip in carried["clips"]] == ["a", "b"]
    assert carried["clips"][1]["duration"] == pytest.approx(1.2)
    assert carried["clips"][0]["words"][0]["text"] == "</script><b>"
    takes = [take for clip in carried["clips"] for take in clip["takes"].values()]
    assert [take["animation"] for take in takes] == animations(base64.b64decode(page.scripts["head"]))
    jaw = synthetic_motion(seconds=1.0).channel("jawOpen")
    assert takes[0]["jaw"] == pytest.approx(jaw, abs=0.006)
    assert page.titles[1] == "Listen and look"


def test_a_page_without_players_carries_no_viewer(report, tmp_path, players):
    _, plain = page_of(report, tmp_path)
    _, full = page_of(report, tmp_path, players)
    assert "three.js authors" not in plain
    assert "three.js authors" in full  # the MIT licence travels with the code


def test_an_empty_report_says_so(tmp_path):
    page, text = page_of(Report("Nothing"), tmp_path)
    assert "there is nothing to show" in text
    assert page.titles == []


def test_other_clips_are_warned_of(report, tmp_path):
    other = replace(report, systems=(*report.systems, synthetic_system("other", 1e-5, 1.0, 1.0, clips=("b", "c"))))
    assert "1 in common" in page_of(other, tmp_path)[1]
    assert "in common" not in page_of(report, tmp_path)[1]


def test_takes_must_be_of_systems_in_the_report(report, tmp_path):
    with pytest.raises(InputError, match=r"take of 'nobody'.*real, ours, theirs"):
        write_html(report, tmp_path / "r.html", [Player("a", synthetic_sound(), {"nobody": synthetic_motion()})])
    with pytest.raises(InputError, match="'a' has no take"):
        write_html(report, tmp_path / "r.html", [Player("a", synthetic_sound(), {})])
    assert not (tmp_path / "r.html").exists()


def test_an_axis_holds_its_values_and_round_ticks():
    axis = Axis.around([0.0, 10.0, float("nan")])
    assert (axis.low, axis.high) == pytest.approx((-0.6, 10.6))
    assert axis.percent(5.0) == "50.00%"
    assert axis.ticks() == [0.0, 10.0]
    assert axis.ticks(4) == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    assert Axis.around([]) == Axis(0.0, 1.0)
    still = Axis.around([3.0, 3.0])
    assert still.percent(3.0) == "50.00%"


def test_plots_show_what_is_known():
    axis, unknown = Axis(0.0, 10.0), float("nan")
    full = interval(axis, 5.0, 4.0, 7.0, reference=2.0)
    assert 'class="interval" x1="40.00%" x2="70.00%"' in full
    assert 'cx="50.00%"' in full
    assert 'class="reference" x1="20.00%"' in full
    assert "<circle" not in interval(axis, unknown, unknown, unknown)
    assert "interval" not in interval(axis, 5.0, unknown, unknown)


def test_a_histogram_is_as_high_as_the_higher_of_both():
    assert 'd="M0,1V0.500H1V0.000H2V1"' in histogram([0.25, 0.5])
    assert 'class="bars" d="M0,1V0.750H1V0.500H2V1"' in histogram([0.25, 0.5], [1.0, 0.0])
    assert np.isfinite(float(re.findall(r"V([\d.]+)H1V", histogram([0.0, 0.0]))[0]))
