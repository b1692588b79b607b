"""What speech alone says about the mouth: the mean that the diffusion varies around."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.condition import Condition, interpolate_tokens

WIDTH = 160
DILATIONS = (1, 2, 4, 8)
KERNEL = 5


class Anchor(nn.Module):
    """Temporal convolution from the frozen features to normalised expression.

    Not of the paper. By itself it is the regression baseline. Inside the model it keeps what a diffusion learns last
    from a small corpus, the exact course of the lips, and leaves the rest to the diffusion.
    """

    def __init__(self, features: int, channels: int) -> None:
        """``features``: width of the frozen features; ``channels`` of the expression."""
        super().__init__()
        self.project = nn.Sequential(nn.LayerNorm(features), nn.Linear(features, WIDTH))
        self.layers = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, KERNEL, padding=KERNEL // 2 * d, dilation=d) for d in DILATIONS
        )
        self.output = nn.Linear(WIDTH, channels)

    def forward(self, condition: Condition, times: Float[Tensor, " T"]) -> Float[Tensor, "B T E"]:
        """Normalised expression at the instants ``times``, s from the start of the window."""
        x = self.project(condition.features).transpose(1, 2)
        silence = ~condition.speech_mask.unsqueeze(1)
        for layer in self.layers:
            x = x + F.gelu(layer(x.masked_fill(silence, 0.0)))
        return self.output(interpolate_tokens(x.transpose(1, 2), condition.speech_times, times))
