"""What the documentation repeats of the source and of measured figures is the same there."""

import re
import runpy
from pathlib import Path

import pytest
from support.files import REPOSITORY

DOCS = REPOSITORY / "docs"
SYMPTOMS = {
    "The lips hardly move, or move late",
    "The head moves too much, or to the wrong place",
    "A held or sung vowel hardly opens the mouth",
    "A line begins or ends with an open mouth",
    "All lines blink at the same moments",
}


def script(name: str) -> dict:
    return runpy.run_path(str(REPOSITORY / f"scripts/{name}.py"))


def plain(text: str) -> str:
    """A message without what it fills in."""
    return re.sub(r"\s+", " ", re.sub(r"[…().,:;']+", " ", text)).strip()


def test_each_message_that_is_explained_is_one_of_the_source() -> None:
    messages = [plain(message.text) for message in script("list_messages")["messages"]()]
    assert len(messages) > 400
    headings = set(re.findall(r"^### (.+)$", (DOCS / "troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert headings >= SYMPTOMS
    unknown = {
        heading for heading in headings - SYMPTOMS if not any(text.startswith(plain(heading)) for text in messages)
    }
    assert not unknown


@pytest.mark.parametrize(
    "module", ["ksdiff.extras", "ksdiff.output.render", "ksdiff.studio.serve", "ksdiff.live.serve"]
)
def test_messages_that_everybody_can_meet_are_explained(module: str) -> None:
    explained = plain((DOCS / "troubleshooting.md").read_text(encoding="utf-8"))
    found = [plain(message.text) for message in script("list_messages")["messages"]() if message.module == module]
    assert any(text in explained for text in found)


def test_the_chart_of_quality_shows_the_table() -> None:
    draw = script("draw_quality")
    assert (DOCS / "images/quality.svg").read_text(encoding="utf-8") == draw["draw"](
        draw["TABLE"].read_text(encoding="utf-8")
    )


def test_each_module_in_the_figure_exists() -> None:
    figure = (DOCS / "images/how_it_works.svg").read_text(encoding="utf-8")
    modules = re.findall(r'href="\.\./reference/(\w+)/#(ksdiff[\w.]+)"', figure)
    assert len(modules) > 10
    for room, module in modules:
        path = REPOSITORY / "src" / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or path.is_dir(), module
        assert module.split(".")[1] == room


def test_every_page_is_in_the_navigation() -> None:
    listed = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [*DOCS.rglob("*.md"), *(p for p in REPOSITORY.glob("examples/**/*.md") if "node_modules" not in p.parts)]
    names = [Path(*page.relative_to(REPOSITORY).parts[page.is_relative_to(DOCS) :]).as_posix() for page in pages]
    assert not [name for name in names if name not in listed]
