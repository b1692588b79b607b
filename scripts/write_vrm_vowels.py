"""Write how the five vowels of a VRM model follow ARKit weights: `web/ksdiff/src/adapters/vowels.json`.

python scripts/write_vrm_vowels.py

The problem is that of `ksdiff.output.reduction` for a head that has these shapes alone, so that a page in the
browser and `ksdiff retarget` agree.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from ksdiff.motion.space import ARKIT
from ksdiff.output.reduction import LIPS, problems, usable

VOWELS = {"aa": "aa", "E": "ee", "ih": "ih", "oh": "oh", "ou": "ou"}  # names of Oculus, and of VRM 1.0
FILE = Path(__file__).parents[1] / "web/ksdiff/src/adapters/vowels.json"


def vowels() -> dict[str, Any]:
    """The problem, told by names of channels and of expressions."""
    used = usable(set(VOWELS))
    region = problems(used)[LIPS]
    return {
        "channels": [ARKIT.expression[channel] for channel in region.channels],
        "expressions": [VOWELS[used[shape]] for shape in region.shapes],
        "quadratic": np.round(region.quadratic, 6).tolist(),
        "linear": np.round(region.linear, 6).tolist(),
        "offset": np.round(region.offset, 6).tolist(),
    }


def main() -> None:
    FILE.write_text(json.dumps(vowels()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
