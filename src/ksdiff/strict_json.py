"""JSON from outside, read strictly.

Python's own reader takes NaN, numbers of any size and any depth.
"""

import json
import math
from typing import Any


def parse_json(text: str | bytes) -> Any:
    """Read JSON in which every number is one that a float can hold.

    Raises:
        ValueError: It is not JSON, is nested too deeply, or holds a number that is not finite or too large.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_whole, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _whole(digits: str) -> int:
    if len(digits) > 300:
        raise ValueError(f"a number has {len(digits)} digits")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:20]} is too large a number")
    return value
