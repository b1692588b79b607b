"""Check the built documentation: every link leads to a page, a file or an anchor, and no page loads from elsewhere.

    python scripts/check_site.py site

MkDocs checks links that are written in Markdown; this also sees those in figures, in pages made from docstrings and in
the theme. Prints what is wrong; exit code 1 if anything is.
"""

import posixpath
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"img": "src", "script": "src", "source": "srcset", "iframe": "src", "video": "src"}


class Page(HTMLParser):
    """What a page links to, loads, and can be linked to at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note its addresses and its anchor."""
        given = dict(attrs)
        if given.get("id"):
            self.anchors.add(str(given["id"]))
        if tag == "a" and given.get("name"):
            self.anchors.add(str(given["name"]))
        if tag == "a" and (address := given.get("href") or given.get("xlink:href")):
            self.links.append(address)
        if tag in LOADED and (address := given.get(LOADED[tag])):
            self.loaded.append(address.split(" ")[0])
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload") and given.get("href"):
            self.loaded.append(str(given["href"]))


def problems(site: Path) -> list[str]:
    """What is wrong, one line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        if path.name == "404.html":  # its links are meant for the place where the site is put
            continue
        name = path.relative_to(site)
        for address in (*page.links, *page.loaded):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.loaded and parts.scheme != "data":
                    found.append(f"{name} loads {address}")
                continue
            folder = posixpath.dirname(name.as_posix())
            target = site / posixpath.normpath(posixpath.join(folder, unquote(parts.path))) if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                found.append(f"{name} links to {address}, which is not there")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{name} links to {address}: the page has no such anchor")
    return found


if __name__ == "__main__":
    wrong = problems(Path(sys.argv[1]))
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)
