"""``ksdiff web``."""

from dataclasses import dataclass
from pathlib import Path

from ksdiff.cli.console import flush, say


@dataclass
class Web:
    """Write the folder that a web page loads ksdiff from: speech moves a face in the browser (docs/browser.md).

    The scripts are those of the npm package in web/ksdiff.
    """

    out: Path
    """Folder; is made if it is not there. Files of the same names are replaced."""
    model: str = "base"
    """Weights: a name or a .safetensors file. base is for research and internal use only, open for any use."""
    package: Path | None = None
    """Folder dist of the npm package, whose scripts are put beside the models."""

    def run(self) -> None:
        """Write the folder."""
        from ksdiff.live.browser import write_assets

        sizes = write_assets(self.out, self.model, self.package)
        for name, size in sizes.items():
            say(f"{size / 1e6:6.2f} MB  {name}")
        say(f"{sum(sizes.values()) / 1e6:6.2f} MB  to download, in {self.out}")
        flush()
