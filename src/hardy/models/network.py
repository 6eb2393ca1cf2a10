"""What every architecture has: features, and a head that makes class scores of them."""

from typing import cast

from jaxtyping import Float32
from torch import Tensor, nn


class Network(nn.Module):
    """A network in two parts; transfer learning exchanges the second, explanations look at the first.

    Args:
        features: (N, C, H, W) → features.
        head: features → (N, classes) scores before softmax.
    """

    def __init__(self, features: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.features = features
        self.head = head

    def forward(self, images: Float32[Tensor, "n c h w"]) -> Float32[Tensor, "n k"]:
        """Class scores before softmax."""
        return cast(Tensor, self.head(self.features(images)))


def count_parameters(network: nn.Module) -> int:
    """Trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
