"""A piece of one picture in another."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Int64, Shaped

from hardy.augmentation.mixing.mixing import Mixing, Mixture, check_pair


@dataclass(frozen=True)
class CutMix(Mixing):
    """Put a rectangle of a partner in the same place of each sample; its label has the shares of the areas.

    It stands at the end of a policy that is trained with: pairs are mixed when all else is done to both.

    Args:
        alpha: of the Beta distribution that the area is drawn from.
        p: the probability that a sample is mixed, 0..1.
        key: what the random numbers are drawn under; by default "CutMix".

    Raises:
        InputError: an argument is of the wrong kind or out of range.

    Example:
        >>> mixing = CutMix()
        >>> mixture = mixing.plan(["ab" * 16], rows=100, size_hw=(17, 11), seed=0, epoch=3)
        >>> black, white = np.zeros((1, 17, 11, 3), np.float32), np.ones((1, 17, 11, 3), np.float32)
        >>> area = mixing.mix(black, white, mixture).mean()
        >>> bool(np.isclose(area, mixture.labels([0], [1], classes=2)[0, 1]))
        True

    Source: Yun and others, "CutMix: regularization strategy to train strong classifiers with localizable features",
    2019: the rectangle has the picture's shape and its middle anywhere; what reaches over the rim is cut off, and the
    share follows the area that is left. torchvision's `CutMix` draws one rectangle for a whole batch.
    """

    alpha: Any = 1.0
    p: Any = 1.0
    key: Any = None

    def mixture(
        self,
        applied: Bool[np.ndarray, "n"],
        partner: Int64[np.ndarray, "n"],
        share: Float64[np.ndarray, "n"],
        uniform: Float64[np.ndarray, "n 2"],
        size_hw: tuple[int, int],
    ) -> Mixture:
        size = np.array(size_hw)
        half = np.floor(np.sqrt(1 - share)[:, None] * size / 2).astype(np.int64)
        middle = np.floor(uniform * size).astype(np.int64)
        start, end = np.maximum(middle - half, 0), np.minimum(middle + half, size)
        area = (end - start).prod(axis=1) / size.prod()
        return Mixture(applied, partner, 1 - area, np.concatenate([start, end], axis=1))

    def mix(
        self,
        images: Shaped[np.ndarray, "n _ _ _"],
        others: Shaped[np.ndarray, "_ _ _ _"],
        mixture: Mixture,
        layout: str = "NHWC",
    ) -> Shaped[np.ndarray, "n _ _ _"]:
        check_pair(images, others, mixture, layout)
        mixed = images.copy()
        for row, (top, left, bottom, right) in enumerate(mixture.box):
            part = (slice(top, bottom), slice(left, right))
            place = (row, *part) if layout == "NHWC" else (row, slice(None), *part)
            mixed[place] = others[place]
        return mixed
