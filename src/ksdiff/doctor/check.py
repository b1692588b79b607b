"""The result of one check."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """Whether something works here.

    Attributes:
        name: What was looked at.
        works: Whether it can be used.
        detail: Versions where it can, reasons where it cannot.
        remedy: The command that mends it; empty where nothing is to be done, or none is known.
        required: Nothing can be animated without it.
    """

    name: str
    works: bool
    detail: str
    remedy: str = ""
    required: bool = False
