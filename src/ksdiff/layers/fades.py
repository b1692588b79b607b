"""How what holds for a while comes and goes."""

import numpy as np
from jaxtyping import Float

from ksdiff.errors import InputError
from ksdiff.layers.rest import smoothstep

MAX_FADE = 3600.0  # s


def fade_weight(
    times: Float[np.ndarray, " T"], start: float, end: float, fade_in: float, fade_out: float
) -> Float[np.ndarray, " T"]:
    """How far something is there at each instant, 0..1: wholly from its start to its end, with level ends of its fades.

    Args:
        times: Instants, s.
        start: When it is fully there, s.
        end: Until when, s.
        fade_in: How long it takes to come before the start, s; exactly 0 before that.
        fade_out: How long it takes to go after the end, s; exactly 0 after that.
    """
    rising = smoothstep(1 - (start - times) / max(fade_in, 1e-6))
    falling = smoothstep(1 - (times - end) / max(fade_out, 1e-6))
    weight = np.where(times < start, rising, np.where(times > end, falling, 1.0))
    return np.where(weight > 1e-9, weight, 0.0)  # and not what rounding leaves of 0


def check_span(what: str, start: float, end: float, fades: dict[str, float]) -> None:
    """See that a range of time and its fades can be.

    Args:
        what: What to call it in messages, such as ``an emotion``.
        start: Its start, s.
        end: Its end, s.
        fades: Its fades by their names, s.

    Raises:
        InputError: It is empty or begins before 0, or a fade is not 0 to an hour.
    """
    if not 0 <= start < end:
        raise InputError(f"{what} goes from {start} to {end} s: the end must be after the start")
    for name, value in fades.items():
        if not 0 <= value <= MAX_FADE:
            raise InputError(f"the {name} of {what} is {value}; it must be 0 to {MAX_FADE:g} s")
