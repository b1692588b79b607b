"""Small networks that correct keypoints: so that shoulders stay, and so that a mouth or eyes open as far as wished."""

from collections.abc import Sequence
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

from ksdiff.liveportrait.settings import RETARGETING


class Corrector(nn.Module):
    """Linear layers with rectifiers between."""

    def __init__(self, given: int, hidden: Sequence[int], made: int) -> None:
        super().__init__()
        widths = (given, *hidden)
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.mlp = nn.Sequential(*layers, nn.Linear(widths[-1], made))

    def forward(self, x: Float[Tensor, "B I"]) -> Float[Tensor, "B O"]:
        """The correction."""
        return self.mlp(x)


class StitchingRetargeting(nn.ModuleDict):
    """S and R of the paper, by the names in the published file."""

    def __init__(self) -> None:
        super().__init__({name: Corrector(*sizes) for name, sizes in RETARGETING.items()})
