"""What every architecture has: features, and a head that makes class scores of them."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

import torch
from jaxtyping import Float32
from torch import Tensor, nn
from torch.nn import functional


class Network(nn.Module):
    """A network in two parts: explanations look at what the first gives, transfer learning changes the second's end.

    An architecture provides `features` and `head`, as modules or as methods. Its parameters are named as torchvision
    names them where it has the architecture, so that published weights fit.
    """

    features: Callable[[Tensor], Tensor]
    """(N, C, H, W) → features: the last maps, (N, D, h, w), of an architecture that has maps."""

    head: Callable[[Tensor], Tensor]
    """Features → (N, classes) scores before softmax."""

    last: str = "head"
    """The layer with an output for each class, by its name: what is made anew for other classes."""

    auxiliary: ClassVar[tuple[str, ...]] = ()
    """Further layers with an output for each class, which only training uses."""

    auxiliary_weight: ClassVar[float] = 0.0
    """Of each auxiliary head's loss, beside the 1 of the last layer's."""

    fixed: frozenset[str] = frozenset()
    """Parameters that are measured, or constant, and never learn."""

    def forward(self, images: Float32[Tensor, "n c h w"]) -> Float32[Tensor, "n k *hw"]:
        """Class scores before softmax: of each picture, or, from a network that segments, of each pixel."""
        return self.head(self.features(images))

    def all_scores(self, images: Float32[Tensor, "n c h w"]) -> tuple[Tensor, ...]:
        """The class scores, then those of the auxiliary heads, for training."""
        return (cast(Tensor, self(images)),)

    def loss(self, scores: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy, its mean over the pictures.

        Args:
            scores: before softmax.
            targets: numbers of classes, or shares of them in the shape of the scores.
        """
        return functional.cross_entropy(scores, targets)

    def make_optimizer(self, groups: list[dict[str, Any]], weight_decay: float) -> torch.optim.Optimizer:
        """AdamW with decoupled weight decay.

        Args:
            groups: of parameters, see `hardy.training.transfer.parameter_groups`.
            weight_decay: the share of a weight, times the learning rate, that a step takes away.
        """
        return torch.optim.AdamW(groups, weight_decay=weight_decay, fused=True)

    def measure(self, images: Float32[Tensor, "n c h w"]) -> None:
        """Set what is measured on training pictures rather than learned; nothing, for most architectures."""


class TwoPart(Network):
    """A network whose parts are modules.

    Args:
        features: (N, C, H, W) → features.
        head: features → (N, classes) scores before softmax.
        last: the layer with an output for each class.
    """

    def __init__(self, features: nn.Module, head: nn.Module, last: str = "head") -> None:
        super().__init__()
        self.features = features
        self.head = head
        self.last = last


def count_parameters(network: nn.Module) -> int:
    """Trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def count_statistics(network: nn.Module) -> int:
    """Numbers that are kept with the parameters and measured, not learned, such as batch normalisation's."""
    fixed = sum(p.numel() for p in network.parameters() if not p.requires_grad)
    return fixed + sum(b.numel() for b in network.buffers() if b.is_floating_point())
