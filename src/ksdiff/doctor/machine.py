"""What this machine is: nothing in it names its user, its network or its folders."""

import os
import platform
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from ksdiff.concurrency import available_cores
from ksdiff.version import __version__

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")
_QUOTA, _MEMORY = Path("/sys/fs/cgroup/cpu.max"), Path("/sys/fs/cgroup/memory.max")


def machine() -> dict[str, str]:
    """Versions, processor, memory and threads, each as text to read."""
    facts = {
        "ksdiff": __version__,
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processor": f"{_processor()}, {cores():g} of {os.cpu_count()} cores may be used",
        "memory": f"{_memory() / 2**30:.1f} GiB",
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        "onnxruntime": _version("onnxruntime"),
        "torch": _torch(),
    }
    facts["variables"] = ", ".join(f"{name}={os.environ[name]}" for name in _THREADS if name in os.environ) or "none"
    return facts


def cores() -> float:
    """Processor cores that this process may use: those that it is bound to, and no more than a container's quota."""
    bound = available_cores()
    quota, _, period = _read(_QUOTA).partition(" ")
    return min(float(bound), int(quota) / int(period)) if quota.isdigit() and period.isdigit() else float(bound)


def _memory() -> float:
    limit = _read(_MEMORY)
    try:
        physical = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return float("nan")
    return min(physical, float(limit)) if limit.isdigit() else physical


def _processor() -> str:
    for line in _read(Path("/proc/cpuinfo")).splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.processor() or platform.machine()


def _torch() -> str:
    version = _version("torch")
    try:
        import torch
    except Exception as error:  # a damaged installation can raise anything
        return version if isinstance(error, ImportError) else f"{version}, does not load: {error}"
    gpus: list[tuple[str, Callable[[], bool]]] = [
        ("CUDA", torch.cuda.is_available),
        ("MPS", torch.backends.mps.is_available),
    ]
    found = ", ".join(name for name, available in gpus if available())
    return f"{version}, {torch.get_num_threads()} threads, {found or 'no GPU'}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
