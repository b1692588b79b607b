"""What speech alone says about the mouth: the mean around which the diffusion varies."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.condition import Condition, interpolate_tokens

HIDDEN_DIM = 160
DILATIONS = (1, 2, 4, 8)
KERNEL_SIZE = 5


class RegressionPrior(nn.Module):
    """Temporal convolution from the frozen features to normalised expression.

    Not in the paper. On its own it is the regression baseline. Inside the model it provides what a diffusion learns
    last from a small corpus, the exact course of the lips, and leaves the rest to the diffusion. Padding never enters
    a convolution.
    """

    def __init__(self, feature_dim: int, channels: int) -> None:
        """``feature_dim`` of the frozen features; ``channels`` of the expression."""
        super().__init__()
        self.project = nn.Sequential(nn.LayerNorm(feature_dim), nn.Linear(feature_dim, HIDDEN_DIM))
        self.layers = nn.ModuleList(
            nn.Conv1d(HIDDEN_DIM, HIDDEN_DIM, KERNEL_SIZE, padding=KERNEL_SIZE // 2 * d, dilation=d) for d in DILATIONS
        )
        self.output = nn.Linear(HIDDEN_DIM, channels)

    def forward(self, condition: Condition, times: Float[Tensor, " T"]) -> Float[Tensor, "B T E"]:
        """Normalised expression at the instants ``times``, s from the start of the window."""
        x = self.project(condition.features).transpose(1, 2)
        silence = ~condition.speech_mask.unsqueeze(1)
        for layer in self.layers:
            x = x + F.gelu(layer(x.masked_fill(silence, 0.0)))
        return self.output(interpolate_tokens(x.transpose(1, 2), condition.speech_times, times))
