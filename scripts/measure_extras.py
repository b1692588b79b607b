"""How much disk the package and each of its extras take, as a table for README.

    python scripts/measure_extras.py [--wheel dist/ksdiff-0.1.0-py3-none-any.whl] [--python python3]

Installs the wheel without extras in an empty environment, with the versions of constraints.txt, and then what each
extra adds to that in a folder of its own. Downloads what pip has not kept: hundreds of MB.
"""

import argparse
import json
import subprocess
import tempfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


def size(folder: Path) -> float:
    """MB of all files in a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def build(folder: Path, python: str) -> Path:
    subprocess.run([python, *PIP, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    return next(folder.glob("*.whl"))


def extras(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    return [extra for extra in metadata.get_all("Provides-Extra") or [] if extra not in ("dev", "docs")]


def added(python: Path, wheel: Path, extra: str, folder: Path) -> tuple[float, int]:
    """MB and number of the packages that an extra adds."""
    report = folder / "report.json"
    wanted = [f"{wheel}[{extra}]", "-c", str(CONSTRAINTS)]
    subprocess.run([python, *PIP, "install", "--dry-run", "--report", report, *wanted], check=True)
    found = [item["metadata"] for item in json.loads(report.read_text())["install"]]
    packages = [f"{one['name']}=={one['version']}" for one in found if one["name"].lower() != "ksdiff"]
    if packages:
        target = ["--no-deps", "--no-compile", "--target", folder / "packages", *packages]
        subprocess.run([python, *PIP, "install", *target], check=True)
    return size(folder / "packages"), len(packages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--python", default="python3")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        wheel = arguments.wheel or build(work, arguments.python)
        subprocess.run([arguments.python, "-m", "venv", work / "venv"], check=True)
        python = work / "venv/bin/python"
        packages = next((work / "venv/lib").glob("python*/site-packages"))
        before = size(packages)
        subprocess.run([python, *PIP, "install", "--no-compile", "-c", CONSTRAINTS, wheel], check=True)
        print("| extra | adds |\n|---|---|")
        print(f"| none | {size(packages) - before:.0f} MB |")
        for extra in extras(wheel):
            folder = work / extra
            folder.mkdir()
            megabytes, count = added(python, wheel, extra, folder)
            print(f"| `{extra}` | {megabytes:.0f} MB, {count} packages |", flush=True)


if __name__ == "__main__":
    main()
