"""Two pictures laid over each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64, Shaped

from hardy.augmentation.mixing.mixing import Mixing, Mixture, check_pair
from hardy.augmentation.units import rounded


@dataclass(frozen=True)
class MixUp(Mixing):
    """Give each sample the mean of itself and a partner, weighed by a share; its label likewise.

    It stands at the end of a policy that is trained with: pairs are mixed when all else is done to both.

    Args:
        alpha: of the Beta distribution that the share is drawn from: 1 is any share, near 0 is mostly one of the two.
        p: the probability that a sample is mixed, 0..1.
        key: what the random numbers are drawn under; by default "MixUp".

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> mixing = MixUp(alpha=0.2)
        >>> mixture = mixing.plan(["ab" * 16], rows=100, size_hw=(2, 2), seed=0, epoch=3)
        >>> black, white = np.zeros((1, 2, 2, 1), np.float32), np.ones((1, 2, 2, 1), np.float32)
        >>> value = mixing.mix(black, white, mixture)[0, 0, 0, 0]
        >>> bool(np.isclose(value, mixture.labels([0], [1], classes=2)[0, 1]))
        True

    Source: Zhang and others, "mixup: beyond empirical risk minimization", 2017. torchvision's `MixUp` draws one share
    for a whole batch and rolls it by one; here each sample has its own, whatever else is in the batch.
    """

    alpha: Any = 1.0
    p: Any = 1.0
    key: Any = None

    def mixture(
        self,
        applied: Bool[np.ndarray, "n"],
        partner: Int64[np.ndarray, "n"],
        share: Float64[np.ndarray, "n"],
        uniform: Float64[np.ndarray, "n 2"],  # noqa: ARG002
        size_hw: tuple[int, int],
    ) -> Mixture:
        return Mixture(applied, partner, share, applied[:, None] * np.array([0, 0, *size_hw]))

    def mix(
        self,
        images: Shaped[np.ndarray, "n _ _ _"],
        others: Shaped[np.ndarray, "_ _ _ _"],
        mixture: Mixture,
        layout: str = "NHWC",
    ) -> Shaped[np.ndarray, "n _ _ _"]:
        check_pair(images, others, mixture, layout)
        share = mixture.share.astype(np.float32)[:, None, None, None]
        return rounded(share * images + (1 - share) * others, images.dtype)
