"""How fast a run trains: windows per second, time spent waiting for data, use of the hardware."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

# Dense bf16 multiply-adds of the matrix units with fp32 sums, FLOP/s, as NVIDIA's data sheets state them (half of a
# figure "with sparsity"). The first name that a device's name contains counts.
PEAKS = {
    "B200": 2.25e15,
    "GH200": 9.89e14,
    "H200": 9.89e14,
    "H100 PCIe": 7.56e14,
    "H100 NVL": 8.35e14,
    "H100": 9.89e14,
    "A100": 3.12e14,
    "L40S": 3.62e14,
    "L4": 1.21e14,
    "A10": 1.25e14,
    "RTX 4090": 1.65e14,
}

NEWEST = 50  # steps that are timed together


def peak_flops(device: torch.device, precision: torch.dtype | None) -> float | None:
    """Greatest FLOP/s of a device; None where it is not known, and for other precisions than bf16."""
    if device.type != "cuda" or precision is not torch.bfloat16:
        return None
    name = torch.cuda.get_device_name(device)
    return next((peak for known, peak in PEAKS.items() if known in name), None)


@dataclass(frozen=True)
class Throughput:
    """How fast the newest steps were, over all processes; validating and saving do not count.

    Attributes:
        windows_per_second: Windows trained on.
        waiting: Share of the time in which a process waited for data.
        mfu: Model FLOPs utilisation: FLOPs of the model's products, forward and backward, over what the devices could
            do in the same time. None where that is not known.
    """

    windows_per_second: float
    waiting: float
    mfu: float | None

    @property
    def figures(self) -> dict[str, float]:
        """Those that are known, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}

    def __str__(self) -> str:
        used = "" if self.mfu is None else f", MFU {self.mfu:.1%}"
        return f"{self.windows_per_second:.1f} windows/s, {self.waiting:.1%} waiting for data{used}"


@dataclass
class Meter:
    """Times the newest steps.

    Attributes:
        windows: In a batch, over all processes.
        peak: FLOP/s of all devices together, or None.
        flops: Of a step, over all processes.
    """

    windows: int
    peak: float | None = None
    flops: float = 0.0
    _waited: float = field(default=0.0, init=False)
    _steps: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=NEWEST), init=False)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Time a step, drawing its data included."""
        began, self._waited = time.perf_counter(), 0.0
        yield
        self._steps.append((time.perf_counter() - began, self._waited))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Time how long a step waits for its data."""
        began = time.perf_counter()
        yield
        self._waited += time.perf_counter() - began

    def read(self) -> Throughput:
        """The throughput of the newest steps, of which there must be one."""
        took, waited = (max(sum(each), 1e-9) for each in zip(*self._steps, strict=True))
        rate = len(self._steps) / took
        mfu = self.flops * rate / self.peak if self.peak and self.flops else None
        return Throughput(self.windows * rate, waited / took, mfu)
