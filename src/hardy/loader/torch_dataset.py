"""A map-style dataset for those who keep `torch.utils.data.DataLoader`."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset as MapStyle

from hardy.augmentation import Compose
from hardy.dataset import Dataset, Preprocessing
from hardy.loader.batch import Drawn
from hardy.loader.loader import Loader


class TorchDataset(MapStyle[tuple[Tensor, Tensor]]):
    """Samples by their position, the same numbers as in a `Loader`.

    Args:
        data: see `Loader`.
        preprocessing: see `Loader`.
        augment: drawn for each sample and epoch; `set_epoch` says which. A mixing at its end takes partners from all
            rows, and labels are shares of the classes then, as in a `Loader`.
        split: see `Loader`.
        seed: of a policy file.
        exact: see `Loader`.

    Example:
        >>> from hardy.sources.arrays import from_arrays
        >>> data = from_arrays(np.zeros((3, 5, 4), np.uint8), [0, 1, 0])
        >>> dataset = TorchDataset(data, preprocessing=Preprocessing(1, (5, 4), normalise="0..1"))
        >>> [tuple(images.shape) for images, labels in torch.utils.data.DataLoader(dataset, batch_size=2)]
        [(2, 1, 5, 4), (1, 1, 5, 4)]
    """

    def __init__(
        self,
        data: Dataset | str | Path,
        *,
        preprocessing: Preprocessing | None = None,
        augment: Compose | str | Path | None = None,
        split: str | None = None,
        seed: int = 0,
        exact: bool = True,
    ) -> None:
        self._loader = Loader(
            data, 1, preprocessing=preprocessing, augment=augment, split=split, seed=seed, threads=1, exact=exact
        )
        # Workers that live on from epoch to epoch read it there; a plain number would stay in this process.
        self._epoch = torch.zeros(1, dtype=torch.int64).share_memory_()

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, by their numbers."""
        return self._loader.data.classes

    def __len__(self) -> int:
        return len(self._loader.data)

    def set_epoch(self, epoch: int) -> None:
        """Draw what that epoch draws from now on, in workers as well."""
        self._epoch[0] = epoch

    def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
        """(C, H, W) float32, normalised; and the class number, or of a mixture a row of shares.

        Raises:
            IndexError: there is no such position.
            DecodeError: the picture cannot be read; the message names it.
        """
        if not -len(self) <= position < len(self):
            raise IndexError(f"positions are 0 to {len(self) - 1}, got {position}")
        return self.__getitems__([position % len(self)])[0]

    def __getitems__(self, positions: list[int]) -> list[tuple[Tensor, Tensor]]:
        """Many at a time, which is what `DataLoader` asks for: one pass over all of them."""
        rows = np.array(positions, np.int64)
        drawn = Drawn(rows, np.zeros_like(rows), np.zeros(len(rows), bool))
        batch: Any = self._loader.made(drawn, int(self._epoch[0]))
        return list(zip(batch.images, batch.targets, strict=True))
