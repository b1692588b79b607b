"""The metadata of the package: what a package index shows."""

import re
import runpy

import pytest
from support.files import REPOSITORY

pytest.importorskip("hatchling")
ADDRESS = "https://example.org/ksdiff"


@pytest.fixture(scope="module")
def hook():
    return runpy.run_path(str(REPOSITORY / "hatch_build.py"))


@pytest.mark.parametrize(
    ("text", "expected", "without"),
    [
        ("[a](docs/a.md#b)", f"[a]({ADDRESS}/blob/v1/docs/a.md#b)", "a (`docs/a.md`)"),
        ("[docs/a.md](docs/a.md)", f"[docs/a.md]({ADDRESS}/blob/v1/docs/a.md)", "docs/a.md"),
        ("![a](docs/a.webp)", f"![a]({ADDRESS}/raw/v1/docs/a.webp)", ""),
        ("[x](https://a.b) [y](#here)", "[x](https://a.b) [y](#here)", "[x](https://a.b) [y](#here)"),
        (
            "[![a](b.png)](c.md)",
            f"[![a]({ADDRESS}/raw/v1/b.png)]({ADDRESS}/blob/v1/c.md)",
            " (`c.md`)",
        ),
    ],
)
def test_links_are_made_absolute(hook, text: str, expected: str, without: str) -> None:
    assert hook["absolute"](text, ADDRESS, "v1") == expected
    assert hook["absolute"](text, "", "v1") == without


@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_readme_on_an_index_needs_no_file_beside_it(hook, address: str) -> None:
    text = hook["absolute"]((REPOSITORY / "README.md").read_text(encoding="utf-8"), address, "v1")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|srcset|href)=\"([^\"]+)\"", text)
    assert links
    assert not [link for link in links if not link.startswith(("https://", "#"))]


def test_addresses_lead_to_the_repository_where_it_is_known(hook) -> None:
    assert {"Homepage", "Documentation", "Issues", "Changelog"} <= set(hook["addresses"](ADDRESS))
    assert all(address.startswith("https://") for address in hook["addresses"](ADDRESS).values())
    assert set(hook["addresses"]("")) == {"Paper"}


def test_pyav_is_of_a_version_that_works() -> None:
    """A fresh install took 19.0.2, and no sound could be opened; 16.1.0 can write no MP4, 17.0.1 crashes."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    from ksdiff.extras import _VERSIONS

    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    (line,) = re.findall(r'^video = \["(av\b[^"]*)"', text, re.MULTILINE)
    specifier = Requirement(line).specifier
    assert specifier == SpecifierSet(_VERSIONS["av"])
    assert not specifier.contains("17.0.1")
    assert not specifier.contains("19.0.2")
    constraints = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in constraints if line.startswith("av==")]
    for python in ("3.10", "3.11", "3.13"):
        (pin,) = [pin for pin in pins if pin.marker is None or pin.marker.evaluate({"python_version": python})]
        assert specifier.contains(str(pin.specifier).removeprefix("==")), python
