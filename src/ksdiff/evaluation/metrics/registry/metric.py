"""What describes a figure."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

OURS = "this project"
Text = Annotated[str, Field(max_length=2000)]


@dataclass(frozen=True)
class Metric:
    """What a figure is.

    Attributes:
        name: By which figures name it.
        label: By which readers know it, short enough for the head of a column.
        unit: Empty for a plain number.
        direction: Where better values lie; ``real`` is near to the value of the real clips, ``one`` near to 1,
            ``none`` nowhere: it gives another figure its scale.
        formula: In words or plain symbols.
        source: Paper or program that it follows.
        group: Table that it belongs to.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    label: Text
    unit: Text
    direction: Literal["lower", "higher", "real", "one", "none"]
    formula: Text
    source: Text
    group: Text
