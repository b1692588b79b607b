"""What MkDocs is told beyond mkdocs.yml.

Pages link to each other as they lie in the repository, so that they read on a code host. Here the documents of its root
and of the examples become pages too, every other file that a page links to is taken along, and links are changed to
match. Each package of the source gets a page of its modules, from their docstrings; a page lists all messages.
"""

import ast
import html
import posixpath
import re
import runpy
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/ksdiff"
ROOT_PAGES = (
    "MODEL_CARD.md", "THIRD_PARTY.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md",
)  # fmt: skip
EXAMPLES = tuple(
    sorted(
        path.relative_to(ROOT).as_posix() for path in ROOT.glob("examples/**/*.md") if "node_modules" not in path.parts
    )
)
LEFT = ("node_modules", "dist", "build", "__pycache__")
TAKEN_ALONG = "files"  # folder of the site
# Rooms of the package in the order of the pipeline; all others follow.
FIRST = ("ksdiff", "motion", "speech", "model", "layers", "output", "editing", "live", "batch", "evaluation")
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
STRIP = re.compile(r"^(!\[[^\]]*\]\(images/gallery/(\w+)\.png\))$", re.MULTILINE)
LIGHT = re.compile(r"^!\[([^\]]*)\]\(([^)\s]+)-light\.png\)$", re.MULTILINE)
FIGURE = re.compile(r"^!\[[^\]]*\]\((images/[^)\s]+\.svg)\)$", re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Name the version, and list the pages of the source in the navigation."""
    version = re.search(r'__version__ = "([^"]+)"', (SOURCE / "version.py").read_text(encoding="utf-8"))
    assert version
    config.site_name = f"ksdiff {version[1]}"
    config.nav = [_expand(entry) for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the documents of the root, the files that pages link to, and the pages of the source."""
    for name in (*ROOT_PAGES, *EXAMPLES):
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    pages = {file.src_uri: file.content_string for file in files.documentation_pages()}
    for uri in sorted({place for page, text in pages.items() for place in _outside(page, text)}):
        path = ROOT / uri.removeprefix(f"{TAKEN_ALONG}/").removesuffix(".txt")
        if (path / "README.md").is_file():
            path = path / "README.md"
        content = "\n".join(_listed(path)) if path.is_dir() else path.read_text(encoding="utf-8")
        files.append(File.generated(config, uri, content=content))
    files.append(File.generated(config, "messages.md", content=_messages_page()))
    for room, modules in _rooms().items():
        files.append(File.generated(config, f"reference/{room}.md", content=_room_page(room, modules)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Change links that lead out of docs/, and put figures with links into the page itself.

    A picture of the studio in light colours gives way to its dark twin on a dark page. Those of the gallery lead to its
    players, where `make gallery` has made them.
    """
    if page.file.src_uri == "gallery.md":
        markdown = STRIP.sub(_with_player, markdown)
    markdown = LIGHT.sub(r"![\1](\2-light.png#only-light)![\1](\2-dark.png#only-dark)", markdown)
    markdown = LINK.sub(lambda match: match[1] + _target(page.file.src_uri, match[2]) + match[3], markdown)

    def figure(match: re.Match[str]) -> str:
        path = ROOT / "docs" / posixpath.dirname(page.file.src_uri) / match[1]
        drawing = path.read_text(encoding="utf-8")
        return f'<div class="figure">\n{drawing[drawing.index("<svg") :]}</div>'

    return FIGURE.sub(figure, markdown)


def _with_player(strip: re.Match[str]) -> str:
    """A picture of the gallery that leads to the page which plays it."""
    player = f"players/{strip[2]}.html"
    return f"[{strip[1]}]({player})\n\n[Play with sound]({player})" if (ROOT / "docs" / player).is_file() else strip[1]


def _expand(entry: Any) -> Any:
    """Put the pages of the source in the place of ``reference/*``."""
    if not isinstance(entry, dict):
        return entry
    (title, inner), *_ = entry.items()
    if not isinstance(inner, list):
        return entry
    rooms = [{f"ksdiff.{room}" if room != "ksdiff" else room: f"reference/{room}.md"} for room in _rooms()]
    return {title: [one for part in inner for one in (rooms if part == "reference/*" else [_expand(part)])]}


def _place(page: str) -> str:
    """Where a page lies in the repository."""
    return page if page in ROOT_PAGES or page in EXAMPLES else f"docs/{page}"


def _site(path: str) -> str:
    """Where a file of the repository lies in the site."""
    if path == "README.md":
        return "index.md"
    if path in ROOT_PAGES or path in EXAMPLES:
        return path
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{TAKEN_ALONG}/{path}" + (".txt" if path.endswith(".md") or "." not in path.rpartition("/")[2] else "")


def _target(page: str, link: str) -> str:
    if re.match(r"[a-z]+:|#|/", link) or page.startswith("reference/"):
        return link
    name, hash_, anchor = link.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(_place(page)), name))
    return posixpath.relpath(_site(path), posixpath.dirname(page) or ".") + hash_ + anchor


def _outside(page: str, text: str) -> set[str]:
    """Places in the site of the files that a page links to and that are no page."""
    targets = {
        posixpath.normpath(posixpath.join(posixpath.dirname(page), _target(page, m[2]))) for m in LINK.finditer(text)
    }
    return {target.partition("#")[0] for target in targets if target.startswith(f"{TAKEN_ALONG}/")}


def _listed(folder: Path) -> list[str]:
    """Names of what is in a folder, but for what tools leave there."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".") and path.name not in LEFT)


def _rooms() -> dict[str, list[str]]:
    """Modules of each room: packages, and ``ksdiff`` for those that lie in none."""
    rooms: dict[str, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if any(part.startswith("_") for part in parts if part != "__init__") or parts[-1] == "__main__":
            continue
        if "import_scripts" in parts and len(parts) > 2:
            continue  # programs for Blender and Maya
        names = [part for part in parts if part != "__init__"]
        room = parts[0] if len(parts) > 1 else "ksdiff"
        if room == "ksdiff" and not names:
            continue  # lists only names of other modules
        rooms.setdefault(room, []).append(".".join(["ksdiff", *names]))
    order = [*(room for room in FIRST if room in rooms), *sorted(room for room in rooms if room not in FIRST)]
    return {room: rooms[room] for room in order}


def _room_page(room: str, modules: list[str]) -> str:
    title = "ksdiff" if room == "ksdiff" else f"ksdiff.{room}"
    purposes = {name: _purpose(name) for name in modules}
    table = [f"| [`{name}`](#{name}) | {purpose} |" for name, purpose in purposes.items()]
    parts = [f"::: {name}" for name in modules]
    return "\n".join(
        [f"# {title}", "", "| module | |", "|---|---|", *table, "", *[line for part in parts for line in (part, "")]]
    )


def _messages_page() -> str:
    """Every message of the package, by module."""
    messages = runpy.run_path(str(ROOT / "scripts/list_messages.py"))["messages"]()
    lines = [
        "# All messages",
        "",
        f"The {len(messages)} messages with which ksdiff refuses something; “…” stands for what a message fills in.",
        "Those that people meet most are explained in [Troubleshooting](troubleshooting.md).",
    ]
    module = ""
    for message in messages:
        if message.module != module:
            module = message.module
            room = module.split(".")[1] if module.count(".") > 1 else "ksdiff"
            lines += ["", f"## [`{module}`](reference/{room}.md#{module})", ""]
        text = html.escape(message.text.replace("\n", " "))
        lines.append("- " + re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text))
    return "\n".join(lines)


def _purpose(module: str) -> str:
    """First line of a module's docstring."""
    path = SOURCE.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
