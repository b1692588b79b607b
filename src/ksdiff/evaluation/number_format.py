"""How figures are written for readers: so many digits, powers of ten, intervals, probabilities."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

DASH = "–"  # stands where there is no figure


@dataclass(frozen=True)
class Scale:
    """How the values of one metric are written: as multiples of a power of ten, with as many decimals.

    Attributes:
        exponent: 0 for most; values like 0.0000123 are written as 1.23 under a head that says 10⁻⁵.
        decimals: Digits after the point.
    """

    exponent: int
    decimals: int

    @classmethod
    def of(cls, values: Sequence[float], significant: int = 3) -> "Scale":
        """Fit the median magnitude of the values."""
        magnitudes = [abs(value) for value in values if math.isfinite(value) and value]
        magnitude = math.floor(math.log10(statistics.median_high(magnitudes))) if magnitudes else 0
        exponent = magnitude if not -3 <= magnitude <= 4 else 0
        return cls(exponent, min(max(significant - 1 - (magnitude - exponent), 0), 4))

    def text(self, value: float) -> str:
        """The value as it is shown, with a true minus."""
        if not math.isfinite(value):
            return DASH
        text = f"{value / 10.0**self.exponent:.{self.decimals}f}"
        return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")

    def interval(self, low: float, high: float) -> str:
        """The interval in brackets; empty where it is unknown."""
        return f"[{self.text(low)}, {self.text(high)}]" if math.isfinite(low) and math.isfinite(high) else ""

    def unit(self, unit: str) -> str:
        """The unit with the power of ten; empty for plain numbers."""
        power = (
            "10" + str(self.exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")) if self.exponent else ""
        )
        return " ".join(filter(None, (power, unit)))


def p_text(p: float) -> str:
    """A probability as it is shown."""
    if not math.isfinite(p):
        return DASH
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
