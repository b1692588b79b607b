"""Speech and words as the network has encoded them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from ksdiff.model.condition import Condition

JOINT = "joint"  # the generator of both paths, where there is only one


@dataclass(frozen=True)
class Encoded:
    """What the generators and predictors read, computed once for all denoising steps: arrays, or tensors in training.

    Attributes:
        speech: f_e and f_h by path, and their mixture for ``joint`` where one generator makes both paths.
        text: Tokens of the words, or None where the model has no transcript path.
        prior: Normalised expression as the regression says, or None.
        condition: Where it came from; gives style and the times of the words.
        times: Instants of the motion frames, s from the start of the window.
    """

    speech: dict[str, Float[Any, "B T D"]]
    text: Float[Any, "B M D"] | None
    prior: Float[Any, "B T E"] | None
    condition: Condition
    times: Float[Any, " T"]

    def repeat(self, count: int) -> "Encoded":
        """The batch of arrays, so many times over."""

        def repeated(value: Any) -> Any:
            return np.concatenate([value] * count)

        return Encoded(
            {name: repeated(value) for name, value in self.speech.items()},
            None if self.text is None else repeated(self.text),
            None if self.prior is None else repeated(self.prior),
            Condition(**{name: repeated(value) for name, value in vars(self.condition).items()}),
            self.times,
        )

    def take(self, index: slice) -> "Encoded":
        """Some members of the batch."""
        return Encoded(
            {name: value[index] for name, value in self.speech.items()},
            None if self.text is None else self.text[index],
            None if self.prior is None else self.prior[index],
            Condition(**{name: value[index] for name, value in vars(self.condition).items()}),
            self.times,
        )
