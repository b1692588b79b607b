"""Metadata that depends on where the source is kept: links of README as a package index shows it, and the addresses.

``KSDIFF_REPOSITORY`` names the repository's page when a release is built:

    KSDIFF_REPOSITORY=https://example.org/ksdiff python -m build

A package index shows README by itself, so links to files beside it must be absolute. Without an address they become
the names of the files, and pictures are left out.
"""

import os
import re
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

PAPER = "https://arxiv.org/abs/2509.20128"
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\(([^)\s]+)\)")
_ABSOLUTE = ("http://", "https://", "mailto:", "#")


def absolute(text: str, repository: str, revision: str) -> str:
    """Markdown whose links do not depend on the files beside it.

    Args:
        text: With links relative to the root of the repository.
        repository: Address of its page; empty if it has none.
        revision: Tag or branch that the links lead to.
    """

    def change(match: re.Match[str]) -> str:
        picture, label, target = match.groups()
        label = _LINK.sub(change, label)
        if target.startswith(_ABSOLUTE):
            return f"{picture}[{label}]({target})"
        if repository:
            return f"{picture}[{label}]({repository}/{'raw' if picture else 'blob'}/{revision}/{target})"
        name = target.partition("#")[0]
        if picture:
            return ""
        return label if name in label else f"{label} (`{name}`)"

    return _LINK.sub(change, text)


def addresses(repository: str) -> dict[str, str]:
    """What ``project.urls`` holds."""
    if not repository:
        return {"Paper": PAPER}
    return {
        "Homepage": repository,
        "Documentation": f"{repository}/tree/main/docs",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
        "Paper": PAPER,
    }


class ReadmeHook(MetadataHookInterface):
    """Fills in the fields that ``pyproject.toml`` calls dynamic, but for the version."""

    def update(self, metadata: dict) -> None:
        """Put README and addresses into the metadata."""
        repository = os.environ.get("KSDIFF_REPOSITORY", "").rstrip("/")
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        readme = absolute(text, repository, f"v{metadata['version']}")
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}
        metadata["urls"] = addresses(repository)
