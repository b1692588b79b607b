"""Sound at another rate, in pieces, as FFmpeg's libswresample makes it by default.

The same windowed sinc (32 taps at the lower rate, Kaiser window with β = 9, cut off at 0.97 of the lower Nyquist
frequency), the same mirrored ends, so that sound is the same to rounding whether FFmpeg is installed or not.
"""

from functools import cache
from math import ceil, gcd

import numpy as np
from jaxtyping import Float

_TAPS = 32
_CUTOFF = 0.97
_BETA = 9.0
_AT_ONCE = 1 << 14  # samples made at once


class Resampler:
    """Mono sound of one rate to another; the result does not depend on the sizes of the pieces."""

    def __init__(self, rate: int, wanted: int) -> None:
        """Nothing has come yet.

        Args:
            rate: Samples per second that come.
            wanted: Samples per second that are wanted.
        """
        common = gcd(rate, wanted)
        self._step, self._phases = rate // common, wanted // common
        self._filters = _filters(rate, wanted)
        self._reach = (self._filters.shape[1] - 1) // 2  # samples that are needed before the one at hand
        self._held = np.zeros(0, np.float32)
        self._begun = False
        self._made = 0  # samples made
        self._from = -self._reach  # number of the first sample that is held

    def push(self, samples: Float[np.ndarray, " N"]) -> Float[np.ndarray, " M"]:
        """What comes next, as far as it can be told at the other rate already."""
        self._held = np.concatenate([self._held, samples.astype(np.float32)])
        if not self._begun:
            if len(self._held) <= self._reach:
                return np.zeros(0, np.float32)
            self._held = np.concatenate([self._held[self._reach : 0 : -1], self._held])
            self._begun = True
        return self._ready()

    def finish(self) -> Float[np.ndarray, " M"]:
        """The rest."""
        if not self._begun:
            return np.zeros(0, np.float32)  # some ms, which no filter fits into
        mirrored = (min(len(self._held), self._filters.shape[1]) + 1) // 2
        self._held = np.concatenate([self._held, self._held[::-1][:mirrored]])
        return self._ready()

    def _ready(self) -> Float[np.ndarray, " M"]:
        """All that the held samples suffice for."""
        taps = self._filters.shape[1]
        last = self._from + len(self._held) - taps  # number of the last sample from which a whole filter is held
        # Sample m lies at m·step/phases and takes those from there, less the reach, on.
        end = ((last + self._reach + 1) * self._phases - 1) // self._step + 1
        pieces = [np.zeros(0, np.float32)]
        for start in range(self._made, end, _AT_ONCE):
            places = np.arange(start, min(start + _AT_ONCE, end)) * self._step
            first, phase = places // self._phases - self._reach - self._from, places % self._phases
            windows = np.lib.stride_tricks.sliding_window_view(self._held, taps)
            piece = np.empty(len(places), np.float32)
            for number in range(min(self._phases, len(places))):  # each phase has a filter of its own
                same = slice(number, None, self._phases)
                # A product of matrices would round by how many rows come at once.
                piece[same] = np.einsum("nt,t->n", windows[first[same]], self._filters[phase[number]])
            pieces.append(piece)
        self._made = max(self._made, end)
        needed = self._made * self._step // self._phases - self._reach
        if needed > self._from:
            self._held, self._from = self._held[needed - self._from :], needed
        return np.concatenate(pieces)


@cache
def _filters(rate: int, wanted: int) -> Float[np.ndarray, "phases taps"]:
    """For each place between two samples, the weights of those around it."""
    factor = min(_CUTOFF * wanted / rate, 1.0)
    taps = 2 * ceil(_TAPS / factor / 2)
    phases = wanted // gcd(rate, wanted)
    offsets = np.arange(taps) - (taps - 1) // 2 - np.arange(phases)[:, None] / phases
    window = np.i0(_BETA * np.sqrt(np.maximum(1 - (2 * offsets / taps) ** 2, 0)))
    weights = np.sinc(offsets * factor) * window
    return (weights / weights[0].sum()).astype(np.float32)  # all by one sum, as FFmpeg has it
