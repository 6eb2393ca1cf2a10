"""What a loader gives."""

from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Int64, Shaped, UInt64
from torch import Tensor

from hardy.loader.ids import names


class Drawn(NamedTuple):
    """Which samples a batch is made of.

    Args:
        rows: positions in the dataset.
        copies: 0, or how often the row came before in this epoch, where it comes more than once.
        repeated: places that fill up the last batch of several processes, and came before at the epoch's beginning.
    """

    rows: Int64[np.ndarray, "n"]
    copies: Int64[np.ndarray, "n"]
    repeated: Bool[np.ndarray, "n"]


class Batch(tuple[Any, Any]):
    """Some samples, ready for the network. It is the pair (images, targets), as `for images, targets in loader` wants.

    Attributes:
        images: (N, C, H, W), or (N, H, W, C) where the loader was asked for it, normalised; uint8 ones are not.
        targets: what the network is to say: class numbers; or a row of shares of the classes for each sample, where
            the loader was asked for one-hot labels or the augmentation mixes pictures.
        labels: class numbers; −1 where a sample has none; of a mixture, the sample's own.
        rows: positions in the dataset.
        copies: see `Drawn`.
        repeated: see `Drawn`.
        ids: every sample's id.
    """

    labels: Any
    drawn: Drawn

    def __new__(cls, images: Any, targets: Any, labels: Any, drawn: Drawn, words: UInt64[np.ndarray, "n 2"]) -> "Batch":
        made = super().__new__(cls, (images, targets))
        made.labels, made.drawn, made._words = labels, drawn, words  # type: ignore[attr-defined]
        return made

    @property
    def images(self) -> Any:
        return self[0]

    @property
    def targets(self) -> Any:
        return self[1]

    @property
    def rows(self) -> Int64[np.ndarray, "n"]:
        return self.drawn.rows

    @property
    def copies(self) -> Int64[np.ndarray, "n"]:
        return self.drawn.copies

    @property
    def repeated(self) -> Bool[np.ndarray, "n"]:
        return self.drawn.repeated

    @property
    def ids(self) -> list[str]:
        return names(self._words)  # type: ignore[attr-defined]

    @property
    def size(self) -> int:
        """How many samples it has."""
        return len(self.drawn.rows)

    def __reduce__(self) -> Any:
        return Batch, (self.images, self.targets, self.labels, self.drawn, self._words)  # type: ignore[attr-defined]

    def with_values(self, images: Any, targets: Any, labels: Any) -> "Batch":
        """The same samples, held elsewhere."""
        return Batch(images, targets, labels, self.drawn, self._words)  # type: ignore[attr-defined]

    def to(self, device: Any, non_blocking: bool = False) -> "Batch":
        """The same as tensors on a device."""
        targets = _moved(self.targets, device, non_blocking)
        labels = targets if self.labels is self.targets else _moved(self.labels, device, non_blocking)
        return self.with_values(_moved(self.images, device, non_blocking), targets, labels)


def _moved(values: Shaped[Tensor, "..."] | Shaped[np.ndarray, "..."], device: Any, non_blocking: bool) -> Tensor:
    tensor = torch.from_numpy(values) if isinstance(values, np.ndarray) else values
    return tensor.to(device, non_blocking=non_blocking)
