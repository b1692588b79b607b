import json
import re

import pytest
from jinja2 import UndefinedError

from ksdiff.templates import render_page

REPORT = {"subtitle": "", "facts": {}, "warnings": (), "sections": {}, "data": {}, "head": ""}


def test_what_comes_from_outside_cannot_become_markup():
    hostile = "<script>alert(1)</script>\"'&"
    page = render_page(
        "report.html", **REPORT | {"title": hostile, "facts": {hostile: hostile}, "sections": {hostile: hostile}}
    )
    assert "alert(1)</script>" not in page
    assert (
        page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 8
    )  # title twice, fact three times, section three times


def test_json_in_a_script_keeps_every_character():
    data = {"words": ["</script><!--", "wörld 🙂", "\u2028", "'\"&"]}
    page = render_page("report.html", **REPORT | {"title": "t", "data": {"strips-data": data}})
    carried = re.search('id="strips-data">(.*?)</script>', page)[1]
    assert json.loads(carried) == data
    assert "<" not in carried


def test_numbers_that_json_lacks_are_refused():
    with pytest.raises(ValueError, match="JSON"):
        render_page("report.html", **REPORT | {"title": "t", "data": {"d": [float("nan")]}})


def test_a_forgotten_value_is_an_error():
    with pytest.raises(UndefinedError, match="title"):
        render_page("report.html", **REPORT)
