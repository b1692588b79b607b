"""Which packages each feature needs, as the metadata of ksdiff says, and whether they are there and load."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata

from packaging.requirements import Requirement

from ksdiff.doctor.check import Check
from ksdiff.errors import InputError

# By extra, in the order of the report; "" is what `pip install ksdiff` brings.
USES = {
    "": "ksdiff animate: motion, CSV, GLB, HTML, from WAV, FLAC, MP3 and OGG",
    "video": "sound of M4A, MP4 and all other files",
    "render": "pictures and videos: timeline.png, preview.mp4",
    "transcribe": "--transcribe, and word times of an English text",
    "studio": "ksdiff studio",
    "live": "ksdiff serve",
    "usd": "USD files",
    "portrait": "ksdiff portrait",
    "track": "ksdiff prepare",
    "train": "ksdiff train, ksdiff ablate",
    "evaluate": "ksdiff evaluate",
    "torch": "own weights of other presets than base and small; computing on a GPU; LivePortrait",
    "cluster": "--ray: several machines",
    "hf": "speech encoders through transformers",
}
_NO_FEATURE = ("all", "dev", "docs")
# What is imported of a package, where its name differs; None where only its files are read.
_MODULES = {
    "moonshine-cpp": None,
    "pillow": "PIL",
    "prometheus-client": "prometheus_client",
    "python-osc": "pythonosc",
    "python-speech-features": "python_speech_features",
    "swift-f0": "swift_f0",
    "usd-core": "pxr",
}
_LONGEST_LOAD = 120  # s
_LONGEST_REASON = 200  # characters
# Debian's and Ubuntu's names of what wheels expect of the system.
_LIBRARIES = {
    "libEGL.so": "libegl1",
    "libGL.so": "libgl1",
    "libGLESv2.so": "libgles2",
    "libgthread": "libglib2.0-0",
    "libportaudio": "libportaudio2",
}

Load = Callable[[str], str]


@dataclass(frozen=True)
class Package:
    """A package that a feature needs.

    Attributes:
        requirement: Name and versions, as pip takes them.
        name: As on a package index.
        version: The one installed; empty if it is not.
        problem: Why it cannot be used; empty if it can.
        loads: Whether it can be imported; true where that was not tried.
    """

    requirement: str
    name: str
    version: str
    problem: str = ""
    loads: bool = True


@dataclass(frozen=True)
class Feature:
    """What an extra is for, and whether it can be used.

    Attributes:
        extra: Its name; empty for what needs none.
        use: What it is for.
        packages: What it needs.
    """

    extra: str
    use: str
    packages: tuple[Package, ...]

    def check(self) -> Check:
        """Whether all packages are installed, in versions that fit, and load."""
        bad = [package for package in self.packages if package.problem]
        good = [f"{package.name} {package.version}" for package in self.packages if not package.problem]
        absent = ", ".join(package.name for package in bad if not package.version)
        reasons = [f"not installed: {absent}"] * bool(absent)
        reasons += [f"{package.name} {package.problem}" for package in bad if package.version]
        detail = "; ".join(reasons or [", ".join(good)])
        return Check(self.use, not bad, detail, self._remedy(bad), required=not self.extra)

    def _remedy(self, bad: Sequence[Package]) -> str:
        if not bad:
            return ""
        for library, package in _LIBRARIES.items():
            if any(library in each.problem for each in bad):
                return f"apt-get install {package}  # Debian, Ubuntu"
        broken = [package for package in bad if not package.loads]
        if broken or not self.extra:
            again = "--force-reinstall " if broken else ""
            return f"pip install {again}" + " ".join(f"'{package.requirement}'" for package in broken or bad)
        return f"pip install 'ksdiff[{self.extra}]'"


def find_features(load: Load | None = None) -> tuple[Feature, ...]:
    """What the installed package needs itself, and all its extras.

    Args:
        load: Tries to import a module and gives the reason why it cannot be; None to import nothing.

    Raises:
        InputError: ksdiff is not installed, so that nothing says what it needs.
    """
    try:
        lines = [Requirement(line) for line in metadata.requires("ksdiff") or ()]
        extras = metadata.metadata("ksdiff").get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError as error:
        raise InputError("ksdiff runs from its source, but is not installed: run pip install . there") from error
    known = [name for name in USES if not name or name in extras]
    others = sorted(name for name in extras if name not in USES and name not in _NO_FEATURE)
    return tuple(
        Feature(extra, USES.get(extra, f"extra {extra}"), _packages(lines, extra, load)) for extra in (*known, *others)
    )


def load_apart(module: str) -> str:
    """Import a module in a process of its own, which may crash; the reason why it cannot be imported, or nothing."""
    command = [sys.executable, "-c", f"import {module}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_LONGEST_LOAD)
    except subprocess.TimeoutExpired:
        return f"it did not end within {_LONGEST_LOAD} s"
    if done.returncode == 0:
        return ""
    if done.returncode < 0:
        return f"it was ended by signal {-done.returncode}"
    return (done.stderr.strip().splitlines() or ["no reason given"])[-1][:_LONGEST_REASON]


def _packages(lines: Sequence[Requirement], extra: str, load: Load | None) -> tuple[Package, ...]:
    found = []
    for line in lines:
        mentions = "extra" in str(line.marker or "")
        if mentions != bool(extra) or (line.marker and not line.marker.evaluate({"extra": extra})):
            continue
        if line.name.lower() != "ksdiff":
            found.append(_package(line, load))
    return tuple(found)


def _package(line: Requirement, load: Load | None) -> Package:
    requirement = f"{line.name}{line.specifier}"
    try:
        version = metadata.version(line.name)
    except metadata.PackageNotFoundError:
        return Package(requirement, line.name, "", "not installed")
    if not line.specifier.contains(version, prereleases=True):
        return Package(requirement, line.name, version, f"{version} does not fit: {line.specifier} is needed")
    module = _MODULES.get(line.name.lower(), line.name)
    reason = load(module) if load and module else ""
    return Package(requirement, line.name, version, f"does not load: {reason}" if reason else "", not reason)
