"""Build the folder that a web page loads ksdiff from, and the demo page: docs/browser.md.

python scripts/build_browser.py --out build/web
python scripts/serve_browser.py build/web

Needs npm. With --model open the weights may be used for anything.
"""

import argparse
import shutil
import subprocess
from pathlib import Path

from ksdiff.live.browser import write_assets

PACKAGE = Path(__file__).parents[1] / "web/ksdiff"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder; its part assets/ is what ksdiff loads")
    parser.add_argument("--model", default="base", help="weights: base, open, or a file (default: base)")
    parser.add_argument("--no-npm", action="store_true", help="take the package as it was built last")
    arguments = parser.parse_args()
    dist = PACKAGE / "dist"
    if not arguments.no_npm:
        for command in (["ci", "--silent", "--no-audit", "--no-fund"], ["run", "--silent", "build"]):
            subprocess.run(["npm", *command], cwd=PACKAGE, check=True)
    sizes = write_assets(arguments.out / "assets", arguments.model, dist)
    shutil.copytree(dist / "demo", arguments.out, dirs_exist_ok=True)
    for name, size in sizes.items():
        print(f"{size / 1e6:6.2f} MB  {name}")
    print(f"{sum(sizes.values()) / 1e6:6.2f} MB  to download")


if __name__ == "__main__":
    main()
