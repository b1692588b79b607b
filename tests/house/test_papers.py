"""What the package says about itself: licences of all parts, versions, links between its documents."""

import hashlib
import re
from pathlib import Path

import pytest
from support.files import REPOSITORY

import ksdiff
from ksdiff.model.checkpoint import PACKAGED, load_model

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    tomllib = pytest.importorskip("tomli")

PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("web/*/*.md")])
OWN = {".py", ".css", ".html", ".txt", ".typed", ".js"}  # kinds of files that are written here, unless bundled


def project() -> dict:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements() -> dict[str, set[str]]:
    """Packages that each set of dependencies names."""
    sets = {"": project()["dependencies"], **project()["optional-dependencies"]}
    return {
        name: {re.split(r"[ \[<>=~!;]", one)[0].lower() for one in given} - {"ksdiff"} for name, given in sets.items()
    }


def test_every_part_that_is_not_code_of_ours_has_its_licence_listed() -> None:
    listed = (REPOSITORY / "THIRD_PARTY.md").read_text(encoding="utf-8")
    package = REPOSITORY / "src/ksdiff"
    bundles = [path for path in package.rglob("*.js") if b"three.js" in path.read_bytes()[:500]]
    others = [path for path in package.rglob("*") if path.is_file() and path.suffix not in OWN | {".pyc"}]
    assert bundles
    assert not [path.name for path in (*bundles, *others) if path.name not in listed]


def test_every_dependency_is_pinned_and_has_its_licence_listed() -> None:
    listed = (REPOSITORY / "THIRD_PARTY.md").read_text(encoding="utf-8").lower()
    pinned = {
        line.partition("==")[0].strip().lower().replace("_", "-")
        for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    sets = requirements()
    every = set().union(*sets.values())
    assert not {name for name in every if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", listed)}
    assert not {name for name in every - sets["hf"] if name.replace("_", "-") not in pinned}


def test_versions_agree() -> None:
    changes = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {ksdiff.__version__}" in changes
    assert f"version: {ksdiff.__version__}" in (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8").replace(
        '"', ""
    )


def test_the_model_card_is_about_the_packaged_weights() -> None:
    card = (REPOSITORY / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert set(PACKAGED) == {"base", "open"}
    for name, digest in PACKAGED.items():
        weights = REPOSITORY / f"src/ksdiff/assets/{name}.safetensors"
        assert hashlib.sha256(weights.read_bytes()).hexdigest() == digest
        assert digest in card


def test_the_open_weights_know_none_but_openly_licensed_speakers() -> None:
    facts = load_model("open").facts
    assert set(load_model("open").styles) == {"facegood", "grid_s1", "grid_s30", "grid_s31", "grid_sU"}
    assert set(facts["speakers"]["train"]) == set(load_model("open").styles)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = page.parent / name if name else page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
