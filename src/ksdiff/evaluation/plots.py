"""Small plots as inline SVG, which the style sheet of the page colours: no text, no frame, as wide as their place.

Positions across are percentages, so that dots stay round and lines stay thin at any width.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

MARGIN = 0.06  # free part of an axis at either end


@dataclass(frozen=True)
class Axis:
    """The stretch of values that a plot shows.

    Attributes:
        low: Value at the left edge.
        high: Value at the right edge.
    """

    low: float
    high: float

    @classmethod
    def around(cls, values: Sequence[float]) -> "Axis":
        """Hold all values that are numbers, and some room around them."""
        known = [value for value in values if math.isfinite(value)]
        if not known:
            return cls(0.0, 1.0)
        low, high = min(known), max(known)
        room = MARGIN * (high - low) or abs(low) / 2 or 0.5
        return cls(low - room, high + room)

    def percent(self, value: float) -> str:
        """Where a value lies, for an attribute."""
        return f"{100 * (value - self.low) / (self.high - self.low):.2f}%"

    def ticks(self, least: int = 2) -> list[float]:
        """Round values within the axis, no fewer than ``least``."""
        power = 10.0 ** math.ceil(math.log10(self.high - self.low))
        for divisor in (1, 2, 4, 5, 10, 20, 50, 100):
            # Whole multiples, so that 0 is 0 and not what adding up leaves of it.
            first, last = math.ceil(self.low * divisor / power), math.floor(self.high * divisor / power)
            if last - first + 1 >= least:
                return [number * power / divisor for number in range(first, last + 1)]
        return []


def interval(axis: Axis, value: float, low: float, high: float, reference: float = math.nan) -> Markup:
    """A dot, the line of its interval, and an upright line where the reference lies."""
    parts = [_upright(axis, reference)]
    if math.isfinite(low) and math.isfinite(high):
        parts.append(f'<line class="interval" x1="{axis.percent(low)}" x2="{axis.percent(high)}" y1="50%" y2="50%"/>')
    if math.isfinite(value):
        parts.append(f'<circle cx="{axis.percent(value)}" cy="50%" r="4"/>')
    return Markup(f'<svg class="dots" aria-hidden="true">{"".join(parts)}</svg>')


def row_of_dots(axis: Axis, values: Sequence[tuple[float, str]], reference: float = math.nan) -> Markup:
    """Dots of many, each with its CSS colour, and an upright line where the reference lies."""
    dots = "".join(
        f'<circle cx="{axis.percent(value)}" cy="50%" r="4" style="--colour:{colour}"/>'
        for value, colour in values
        if math.isfinite(value)
    )
    return Markup(f'<svg class="dots" aria-hidden="true">{_upright(axis, reference)}{dots}</svg>')


def _upright(axis: Axis, reference: float) -> str:
    if not math.isfinite(reference):
        return ""
    at = axis.percent(reference)
    return f'<line class="reference" x1="{at}" x2="{at}" y1="0" y2="100%"/>'


def histogram(shares: Sequence[float], reference: Sequence[float] = ()) -> Markup:
    """Bars, and over them the outline of the reference; as high as the higher of the two."""
    top = max((*shares, *reference), default=0.0) or 1.0

    def outline(values: Sequence[float]) -> str:
        steps = "".join(f"V{1 - value / top:.3f}H{bin_ + 1}" for bin_, value in enumerate(values))
        return f"M0,1{steps}V1"

    parts = [f'<path class="bars" d="{outline(shares)}"/>']
    if reference:
        parts.append(f'<path class="reference" d="{outline(reference)}"/>')
    return Markup(
        f'<svg class="histogram" viewBox="0 0 {max(len(shares), 1)} 1" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
