"""The Loader: a dataset, its preprocessing and an augmentation in; tensors out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, Int64, UInt8
from torch import Tensor

from hardy.augmentation import Compose, apply
from hardy.augmentation.mixing import Mixing
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.normalisation import normalise
from hardy.dataset.prepared import prepared_batch
from hardy.errors import InputError
from hardy.loader.permutation import permute
from hardy.parallel import map_ordered, usable_cpus
from hardy.rng import id_words


@dataclass(frozen=True, eq=False)
class Batch:
    """Some samples, ready for the network.

    Args:
        images: (N, C, H, W) float32, normalised; memory in channels-last order.
        labels: class numbers; −1 where a sample has none.
        targets: soft labels, a row of shares of the classes for each sample, where the augmentation mixes pictures.
        ids: every sample's id.
        rows: positions in the dataset.
    """

    images: Float32[Tensor, "n c h w"]
    labels: Int64[Tensor, "n"]
    ids: list[str]
    rows: Int64[np.ndarray, "n"]
    targets: Float32[Tensor, "n k"] | None = None


class Loader:
    """Iterates over one epoch after the other.

    Order, augmentation and batches are functions of (seed, epoch, sample): the number of threads changes none of them.

    Args:
        data: every row of it is given once an epoch; select a side first with `data.split("train")`.
        preprocessing: with its statistics; a raw store's own by default.
        batch_size: the last batch of an epoch may be smaller.
        augment: drawn anew for each sample and epoch; a mixing at its end takes partners from all rows.
        alter: changes a batch of 8-bit pixels before anything else does, given the ids; for challenges.
        shuffle: in a new order each epoch, or in the dataset's.
        seed: of the order; the augmentation has its own.
        threads: that make batches ahead; the usable processors by default.
        exact: False decodes large JPEGs at 1/2, 1/4 or 1/8 where that is enough: faster, for training.

    Raises:
        InputError: no rows, a batch size below 1, no statistics, or rows without labels and an augmentation that mixes.

    Example:
        >>> from hardy.dataset import ArrayReader
        >>> from hardy.dataset.dataset import make_table
        >>> from hardy.dataset.identity import sample_id
        >>> table = make_table(id=[sample_id("x", i) for i in range(3)], uri=["x"] * 3, label=[0, 1, 0])
        >>> data = Dataset(table, ("a", "b"), ArrayReader(np.zeros((3, 5, 4, 1), np.uint8)), np.arange(3), "memory")
        >>> loader = Loader(data, Preprocessing(1, (5, 4), mean=(0.0,), std=(1.0,)), batch_size=2, shuffle=False)
        >>> [tuple(batch.images.shape) for batch in loader]
        [(2, 1, 5, 4), (1, 1, 5, 4)]
    """

    def __init__(
        self,
        data: Dataset,
        preprocessing: Preprocessing | None = None,
        batch_size: int = 128,
        augment: Compose | None = None,
        alter: Callable[[UInt8[np.ndarray, "n h w c"], list[str]], UInt8[np.ndarray, "n h w c"]] | None = None,
        shuffle: bool = True,
        seed: int = 0,
        threads: int | None = None,
        exact: bool = True,
    ) -> None:
        preprocessing = preprocessing or data.preprocessing
        if preprocessing is None or not preprocessing.is_measured:
            raise InputError("the loader needs a preprocessing with its statistics; with_statistics gives one")
        if len(data) == 0:
            raise InputError(f"{data.location} has no rows to load")
        if batch_size < 1:
            raise InputError(f"the batch size must be at least 1, got {batch_size}")
        if augment is not None and augment.mixing is not None and not data.is_labelled:
            raise InputError(f"{type(augment.mixing).__name__} mixes labels too, and {data.location} lacks some")
        self.data = data
        self.preprocessing = preprocessing
        self.batch_size = batch_size
        self.augment = augment
        self.alter = alter
        self.shuffle = shuffle
        self.seed = seed
        self.exact = exact
        self.threads = threads or usable_cpus()
        self.epoch = 0
        self.position = 0
        self._ids = data.ids
        self._words = id_words(self._ids)
        self._labels = data.labels
        self._fingerprint = data.fingerprint

    def __len__(self) -> int:
        """Batches in an epoch."""
        return -(-len(self.data) // self.batch_size)

    def set_epoch(self, epoch: int) -> None:
        """Begin that epoch, counted from 0, at its first batch."""
        self.epoch, self.position = epoch, 0

    def __iter__(self) -> Iterator[Batch]:
        """The batches of the current epoch that are still to come; after the last one the next epoch is current."""
        epoch = self.epoch
        for batch in map_ordered(
            lambda number: self.batch(epoch, number), range(self.position, len(self)), self.threads, self.threads + 2
        ):
            self.position += 1
            yield batch
        self.set_epoch(epoch + 1)

    def batch(self, epoch: int, number: int) -> Batch:
        """One batch, made from nothing but its numbers.

        Raises:
            DecodeError: a row cannot be read; the message names it.
            InputError: the augmentation leaves the pictures with different sizes.
        """
        rows = np.arange(number * self.batch_size, min((number + 1) * self.batch_size, len(self.data)))
        if self.shuffle:
            rows = permute(rows, len(self.data), self.seed, epoch)
        ids, labels = [self._ids[row] for row in rows], self._labels[rows]
        values, targets = self._values(rows, epoch), None
        if self.augment is not None and self.augment.mixing is not None:
            values, targets = self._mixed(self.augment, self.augment.mixing, rows, epoch, values)
        return Batch(torch.from_numpy(values).permute(0, 3, 1, 2), torch.from_numpy(labels), ids, rows, targets)

    def _values(self, rows: Int64[np.ndarray, "n"], epoch: int) -> Float32[np.ndarray, "n h w c"]:
        """Some rows' pictures as this epoch alters them, normalised."""
        pixels = prepared_batch(self.data, rows, self.preprocessing, self.exact)
        if self.alter:
            pixels = self.alter(pixels, [self._ids[row] for row in rows])
        plan = self.augment.plan(self._words[rows], epoch, self.preprocessing.size_hw) if self.augment else None
        mean, std = self.preprocessing.line or (None, None)
        values = apply(plan, pixels, output="float32", mean=mean, std=std)
        if not isinstance(values, np.ndarray):
            raise InputError(f"the augmentation leaves the pictures of a batch with different sizes: {self.augment!r}")
        if mean is None:
            values = normalise(values, self.preprocessing.normalise, self.preprocessing.arrays)
        return values

    def _mixed(
        self,
        augment: Compose,
        mixing: Mixing,
        rows: Int64[np.ndarray, "n"],
        epoch: int,
        values: Float32[np.ndarray, "n h w c"],
    ) -> tuple[Float32[np.ndarray, "n h w c"], Float32[Tensor, "n k"]]:
        """Pictures with their partners in them, and soft labels. A partner looks as it does in this epoch."""
        height, width = values.shape[1:3]
        mixture = mixing.plan(self._words[rows], len(self.data), (height, width), seed=augment.seed, epoch=epoch)
        mixed = np.flatnonzero(mixture.applied)
        others = values.copy()
        if len(mixed):
            others[mixed] = self._values(mixture.partner[mixed], epoch)
        shares = mixture.labels(self._labels[rows], self._labels[mixture.partner], len(self.data.classes))
        return mixing.mix(values, others, mixture), torch.from_numpy(shares)

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands: a few numbers, from which `load_state_dict` goes on exactly."""
        return {
            "seed": self.seed,
            "epoch": self.epoch,
            "position": self.position,
            "batch_size": self.batch_size,
            "fingerprint": self._fingerprint,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises:
            InputError: it is of another dataset, seed or batch size.
        """
        own = self.state_dict()
        for name in ("fingerprint", "seed", "batch_size"):
            if state.get(name) != own[name]:
                raise InputError(f"this state is of another {name}: {state.get(name)}, and here {own[name]}")
        self.epoch, self.position = int(state["epoch"]), int(state["position"])
