"""What mixing has in common: each sample of a batch gets a partner out of the training rows, and a share of it.

It stands at the end of a `Compose`, since it needs two finished pictures and their labels. The `Loader` carries it out;
by hand it is, with mixing = compose.mixing:

    mixture = mixing.plan(ids, rows=len(training), size_hw=(224, 224), seed=0, epoch=3)
    others  = the pictures and labels of training rows mixture.partner, altered like all of this epoch
    images  = mixing.mix(images, others, mixture)
    labels  = mixture.labels(own, theirs, classes=10)
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64, Shaped, UInt64

from hardy.augmentation.arguments import number
from hardy.errors import InputError, ShapeError
from hardy.rng import draw, generator, id_words

_LAYOUTS = ("NHWC", "NCHW")


@dataclass(frozen=True, eq=False)
class Mixture:
    """What is mixed into each sample of a batch.

    Args:
        applied: to which samples anything is.
        partner: the training row that it comes from, drawn for all.
        share: of the sample itself in the label, 0..1; 1 where nothing is mixed in.
        box: top, left, bottom, right of what comes from the partner, in whole pixels; the whole picture for `MixUp`.
    """

    applied: Bool[np.ndarray, "n"]
    partner: Int64[np.ndarray, "n"]
    share: Float64[np.ndarray, "n"]
    box: Int64[np.ndarray, "n 4"]

    def labels(self, own: Any, others: Any, classes: int) -> Float32[np.ndarray, "n classes"]:
        """Soft labels: each sample's own and its partner's, by their shares.

        Args:
            own: class numbers (n,), or rows of shares (n, classes) that were soft before.
            others: the same of the partners.
            classes: how many there are.

        Raises:
            ShapeError: labels and samples do not fit together.
            InputError: a class number is out of range.

        Example:
            >>> half = Mixture(np.array([True]), np.array([3]), np.array([0.5]), np.array([[0, 0, 2, 2]]))
            >>> half.labels([0], [2], classes=3)
            array([[0.5, 0. , 0.5]], dtype=float32)
        """
        mine, theirs = (
            _one_hot(name, labels, len(self.share), classes) for name, labels in (("own", own), ("others", others))
        )
        share = self.share[:, None]
        return (share * mine + (1 - share) * theirs).astype(np.float32)


class Mixing(ABC):
    """Mixes pairs of samples.

    Subclasses are frozen dataclasses with the fields `alpha`, `p` and `key`.

    Attributes:
        partner: it needs one; what feeds batches looks for this.
        alpha: of the Beta distribution of the shares; above 0.
        p: the probability that a sample is mixed, 0..1.
        key: what the random numbers are drawn under; by default the name.
    """

    partner: ClassVar[bool] = True
    alpha: Any
    p: Any
    key: Any

    def __post_init__(self) -> None:
        name = type(self).__name__
        object.__setattr__(self, "alpha", number(f"{name}(alpha=…)", self.alpha, 1e-6))
        object.__setattr__(self, "p", float(number(f"{name}(p=…)", self.p, 0, 1)))
        if self.key is not None and not (isinstance(self.key, str) and self.key):
            raise InputError(f"{name}(key=…): expected a text that is not empty, got {self.key!r}")

    def plan(
        self,
        ids: list[str] | UInt64[np.ndarray, "n 2"],
        rows: int,
        size_hw: tuple[int, int],
        *,
        seed: int = 0,
        epoch: int = 0,
        copies: Any = None,
    ) -> Mixture:
        """Draw partners and shares: a function of (seed, epoch, id, copy), whatever else is in the batch.

        Args:
            ids: of the batch's samples, 32 hexadecimal digits each, or what `hardy.rng.id_words` makes of them.
            rows: how many training rows there are to choose a partner from; all equally likely, the sample itself too.
            size_hw: of the pictures that are mixed.
            seed: of all random numbers.
            epoch: counted from 0.
            copies: which copy of its sample each is; 0 by default.

        Raises:
            InputError: there are no rows.
        """
        if rows < 1:
            raise InputError(f"rows: expected one training row or more to mix with, got {rows}")
        words = ids if isinstance(ids, np.ndarray) else id_words(ids)
        numbers = np.zeros(len(words), np.int64) if copies is None else np.asarray(copies, np.int64)
        key = self.stream
        uniform = draw(seed, epoch, words, numbers, key, 4)
        partner = np.floor(uniform[:, 1] * rows).astype(np.int64)
        own = (generator(seed, epoch, *each, f"{key} share") for each in zip(words, numbers.tolist(), strict=True))
        share = np.array([each.beta(self.alpha, self.alpha) for each in own], np.float64)
        applied = uniform[:, 0] < self.p
        return self.mixture(applied, partner, np.where(applied, share, 1.0), uniform[:, 2:], size_hw)

    @abstractmethod
    def mixture(
        self,
        applied: Bool[np.ndarray, "n"],
        partner: Int64[np.ndarray, "n"],
        share: Float64[np.ndarray, "n"],
        uniform: Float64[np.ndarray, "n 2"],
        size_hw: tuple[int, int],
    ) -> Mixture:
        """What these numbers mean for pictures of a size."""

    @abstractmethod
    def mix(
        self,
        images: Shaped[np.ndarray, "n _ _ _"],
        others: Shaped[np.ndarray, "_ _ _ _"],
        mixture: Mixture,
        layout: str = "NHWC",
    ) -> Shaped[np.ndarray, "n _ _ _"]:
        """A new batch.

        Args:
            images: uint8, uint16 or float32, (n, height, width, channels) or (n, channels, height, width).
            others: the partners, row by row.
            mixture: from `plan`.
            layout: "NHWC" or "NCHW".

        Raises:
            ShapeError: the two batches are not of one shape and dtype, or not of the mixture's length.
        """

    @property
    def stream(self) -> str:
        """What its random numbers are drawn under."""
        return self.key or type(self).__name__

    def to_config(self) -> dict[str, dict[str, Any]]:
        """Plain data: `{name: arguments}`, without those that are None."""
        arguments = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return {type(self).__name__: {name: value for name, value in arguments.items() if value is not None}}


def check_pair(images: Any, others: Any, mixture: Mixture, layout: str) -> None:
    """Two batches that can be mixed.

    Raises:
        ShapeError: they cannot.
        InputError: the layout is not known.
    """
    if layout not in _LAYOUTS:
        raise InputError(f"layout: expected one of {', '.join(_LAYOUTS)}, got {layout!r}")
    if images.shape != others.shape or images.dtype != others.dtype or images.ndim != 4:
        raise ShapeError(
            f"others: expected {images.dtype} {images.shape}, as the pictures, got {others.dtype} {others.shape}"
        )
    if len(images) != len(mixture.share):
        raise ShapeError(f"expected a mixture for {len(images)} pictures, got one for {len(mixture.share)}")


def _one_hot(name: str, labels: Any, count: int, classes: int) -> Float64[np.ndarray, "n classes"]:
    found = np.asarray(labels)
    if found.shape == (count, classes) and found.dtype.kind == "f":
        return found.astype(np.float64)
    if found.shape != (count,) or found.dtype.kind not in "iu":
        raise ShapeError(
            f"{name}: expected {count} class numbers or rows of {classes} shares, got {found.dtype} {found.shape}"
        )
    if count and not 0 <= int(found.min()) <= int(found.max()) < classes:
        raise InputError(f"{name}: expected class numbers of 0..{classes - 1}, got {found.min()}..{found.max()}")
    return np.eye(classes)[found]
