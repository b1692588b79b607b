"""What speech alone says about the mouth, learned by regression."""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from ksdiff.model.attention import SequenceDropout
from ksdiff.model.condition import Condition
from ksdiff.model.interpolation import interpolate_tokens

HIDDEN_DIM = 160
DILATIONS = (1, 2, 4, 8)
KERNEL_SIZE = 5


class RegressionPrior(nn.Module):
    """Temporal convolution from the frozen features to normalised expression.

    Not in the paper. On its own it is the regression baseline. Inside the model it keeps the speech features at their
    full rate, which the pooling of the DPSE halves, and its own loss teaches them the exact course of the lips. Padding
    never enters a convolution.
    """

    def __init__(self, feature_dim: int, channels: int, dropout: float = 0.0) -> None:
        """``feature_dim`` of the frozen features; ``channels`` of the expression."""
        super().__init__()
        self.dropout = SequenceDropout(dropout)
        self.project = nn.Sequential(nn.LayerNorm(feature_dim), nn.Linear(feature_dim, HIDDEN_DIM))
        self.layers = nn.ModuleList(
            nn.Conv1d(HIDDEN_DIM, HIDDEN_DIM, KERNEL_SIZE, padding=KERNEL_SIZE // 2 * d, dilation=d) for d in DILATIONS
        )
        self.output = nn.Linear(HIDDEN_DIM, channels)

    def forward(
        self, condition: Condition, times: Float[Tensor, " T"]
    ) -> tuple[Float[Tensor, "B T E"], Float[Tensor, "B T 160"]]:
        """Normalised expression at the instants ``times``, s from the start of the window, and what it is read from."""
        x = self.dropout(self.project(condition.features))
        silence = ~condition.speech_mask.unsqueeze(2)
        for layer in self.layers:
            mixed = layer(x.masked_fill(silence, 0.0).transpose(1, 2)).transpose(1, 2)
            x = x + self.dropout(F.gelu(mixed))
        hidden = interpolate_tokens(x, condition.speech_times, times)
        return self.output(hidden), hidden
