"""The Loader: a store or dataset and an augmentation in; batches out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
import torch.distributed

from hardy.augmentation import Compose
from hardy.dataset import Dataset, Preprocessing
from hardy.errors import InputError
from hardy.files import hash_bytes
from hardy.loader.ahead import AHEAD, make_ahead
from hardy.loader.balance import Balance, balancing
from hardy.loader.batch import Batch, Drawn
from hardy.loader.buffers import Buffers
from hardy.loader.device import on_device
from hardy.loader.making import Alter, Dtype, Form, Kind, Labels, Layout, Maker
from hardy.loader.order import Order
from hardy.loader.ranks import Ranks, Uneven
from hardy.loader.skipping import Skipping
from hardy.loader.whole import whole
from hardy.parallel import usable_cpus
from hardy.sources import open_source


class Loader:
    """Iterates over one epoch after the other, on threads of this process.

    Order, augmentation and batches are functions of (seed, epoch, sample): the number of threads changes none of them,
    and neither does a stop in between, see `state_dict`.

    Args:
        data: a store, folder or whatever else `hardy.open` opens, or what it gave. Every row comes once an epoch.
        batch_size: of this process; the last batch of an epoch may be smaller.
        preprocessing: with its statistics; a raw store's own by default. Kinds of normalisation that need none, such
            as `Preprocessing(3, (224, 224), "crop", normalise="-1..1")`, are complete as they are.
        augment: drawn anew for each sample and epoch; a mixing at its end takes partners from all rows. A path is a
            policy file.
        split: the side to take: "train", "val" or "test"; all rows by default.
        shuffle: in a new order each epoch, or in the dataset's; a number of rows is a window, for slow disks: see
            `hardy.loader.order.Order`.
        seed: of the order, and of a policy file.
        threads: that make batches ahead; the usable processors by default.
        rank, world_size: which of how many processes that train together this is; torch.distributed's where it is
            initialised.
        uneven: what becomes of places that cannot be dealt out evenly to them, see `hardy.loader.ranks.Ranks`.
        drop_last: leave out a last batch that is not full.
        balance: show rare classes more often, see `hardy.loader.balance`; the number of samples stays.
        on_error: "raise" an error that names the picture; or "skip": put another, chosen by the seed, in its place and
            note it in `skipped`.
        kind, dtype, layout, labels: what batches look like, see `hardy.loader.making.Form`.
        device: where tensors go; to a GPU from pinned memory, while the network works on the batch before.
        exact: False decodes large JPEGs at 1/2, 1/4 or 1/8 where that is enough: faster, for training.
        alter: changes a batch of 8-bit pixels before anything else does, given the ids; for challenges.

    Raises:
        InputError: no rows, no statistics, or an argument is out of range.

    Example:
        >>> from hardy.sources.arrays import from_arrays
        >>> data = from_arrays(np.zeros((3, 5, 4), np.uint8), [0, 1, 0])
        >>> loader = Loader(data, 2, preprocessing=Preprocessing(1, (5, 4), normalise="0..1"), shuffle=False)
        >>> [(tuple(images.shape), targets.tolist()) for images, targets in loader]
        [((2, 1, 5, 4), [0, 1]), ((1, 1, 5, 4), [0])]
    """

    def __init__(
        self,
        data: Dataset | str | Path,
        batch_size: int = 128,
        *,
        preprocessing: Preprocessing | None = None,
        augment: Compose | str | Path | None = None,
        split: str | None = None,
        shuffle: bool | int = True,
        seed: int = 0,
        threads: int | None = None,
        rank: int | None = None,
        world_size: int | None = None,
        uneven: Uneven = "pad",
        drop_last: bool = False,
        balance: Balance | None = None,
        on_error: Literal["raise", "skip"] = "raise",
        kind: Kind = "torch",
        dtype: Dtype = "float32",
        layout: Layout = "NCHW",
        labels: Labels = "index",
        device: str | torch.device | None = None,
        exact: bool = True,
        alter: Alter | None = None,
    ) -> None:
        opened = data if isinstance(data, Dataset) else open_source(Path(data))
        self.data = opened.split(split) if split else opened
        if len(self.data) == 0:
            raise InputError(f"{self.data.location} has no rows to load")
        if on_error not in ("raise", "skip"):
            raise InputError(f"on_error must be raise or skip, got {on_error!r}")
        self.preprocessing = _measured(preprocessing or self.data.preprocessing)
        self.augment = augment if isinstance(augment, Compose | None) else Compose.load(augment, seed)
        if self.augment is not None and self.augment.mixing is not None and not self.data.is_labelled:
            raise InputError(
                f"{type(self.augment.mixing).__name__} mixes labels too, and {self.data.location} lacks some"
            )
        self.seed = whole("seed", seed)
        self.threads = usable_cpus() if threads is None else whole("threads", threads, least=1)
        self.device = None if device is None else _device(device)
        self.epoch = 0
        self.position = 0
        self._ranks = Ranks(batch_size, *_place(rank, world_size), uneven, drop_last)
        self._order = Order(len(self.data), shuffle, seed)
        self._balance = balance
        self._skipping = Skipping(seed) if on_error == "skip" else None
        self._maker = Maker(
            self.data,
            self.preprocessing,
            self.augment,
            alter,
            exact,
            Form(kind, dtype, layout, labels),
            Buffers(self.threads + AHEAD + 1),
            self._skipping,
        )
        self._balancing = (
            balancing(balance, self._maker.labels, self.data.classes, seed) if balance is not None else None
        )

    def __len__(self) -> int:
        """Batches of this process in an epoch."""
        return self._ranks.batches(0, len(self.data))

    @property
    def batch_size(self) -> int:
        """Of this process."""
        return self._ranks.batch_size

    @property
    def remaining(self) -> int:
        """Batches of this process that are still to come in the current epoch."""
        return self._ranks.batches(self.position, len(self.data))

    @property
    def skipped(self) -> dict[str, str]:
        """Pictures that could not be read so far, and why."""
        found = self._skipping.skipped if self._skipping else {}
        return {self.data.path(row): reason for row, reason in sorted(found.items())}

    def set_epoch(self, epoch: int) -> None:
        """Begin that epoch, counted from 0, at its first batch.

        Raises:
            InputError: it is no whole number of 0 or more.
        """
        self.epoch, self.position = whole("epoch", epoch, least=0), 0

    def __iter__(self) -> Iterator[Batch]:
        """The batches of the current epoch that are still to come; after the last one the next epoch is current."""
        epoch, begin = self.epoch, self.position
        make: Callable[[int], Batch] = lambda number: self._make(epoch, number, begin)  # noqa: E731
        batches = make_ahead(make, range(self.remaining), self.threads)
        if self.device is not None:
            batches = on_device(batches, self.device)
        with closing(batches):
            for batch in batches:
                self.position = min(self.position + self._ranks.step, len(self.data))
                yield batch
        self.set_epoch(epoch + 1)

    def forever(self) -> Iterator[tuple[Any, Any]]:
        """Plain pairs (images, targets), one epoch after the other, without end: what `keras.Model.fit` takes, with
        `steps_per_epoch`."""
        while True:
            for batch in self:
                yield tuple(batch)

    def batch(self, epoch: int, number: int) -> Batch:
        """One batch, made from nothing but its numbers.

        Raises:
            DecodeError: a row cannot be read; the message names it.
            InputError: the epoch has no such batch; or the augmentation leaves the pictures with different sizes.
        """
        number = whole("the batch's number, counted from 0", number, least=0, most=len(self) - 1)
        return self._make(whole("epoch", epoch, least=0), number, 0)

    def made(self, drawn: Drawn, epoch: int) -> Batch:
        """These samples as that epoch alters them."""
        return self._maker.make(drawn, epoch)

    def _make(self, epoch: int, number: int, begin: int) -> Batch:
        places = np.array(self._ranks.places(number, begin, len(self.data)), np.int64)
        repeated = places >= len(self.data)
        rows, copies = self._order.rows_at(places % len(self.data), epoch), np.zeros(len(places), np.int64)
        if self._balancing:
            rows, copies = self._balancing.at(rows, epoch)
        return self.made(Drawn(rows, copies, repeated), epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands: a few numbers, from which `load_state_dict` goes on exactly.

        The position is in samples, of all processes together: it holds for any batch size and number of processes.
        """
        return {
            "seed": self.seed,
            "epoch": self.epoch,
            "position": self.position,
            "order": self._order_name,
            "fingerprint": self._fingerprint,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises:
            InputError: it is of another dataset, seed or order, or no state.
        """
        own = self.state_dict()
        for name in ("fingerprint", "seed", "order"):
            if state.get(name) != own[name]:
                raise InputError(f"this state is of another {name}: {state.get(name)}, and here {own[name]}")
        epoch = whole("the state's epoch", state.get("epoch"), least=0)
        position = whole("the state's position", state.get("position"), least=0, most=len(self.data))
        self.epoch, self.position = epoch, position

    @property
    def _order_name(self) -> str:
        balance = self._balance
        if balance is None or isinstance(balance, str):
            return f"{self._order.shuffle} {balance}"
        values = sorted(balance.items()) if isinstance(balance, Mapping) else np.asarray(balance).tolist()
        return f"{self._order.shuffle} {hash_bytes(repr(values).encode())}"

    @cached_property
    def _fingerprint(self) -> str:
        return self.data.fingerprint  # of many rows it takes a while


def _measured(preprocessing: Preprocessing | None) -> Preprocessing:
    if preprocessing is not None and not preprocessing.is_measured:
        preprocessing = preprocessing.unmeasured()  # which completes the kinds that need no statistics
    if preprocessing is None or not preprocessing.is_measured:
        raise InputError(
            "the loader needs a preprocessing with its statistics: that of a raw store, what hardy.with_statistics "
            "gives, or one that needs none, such as Preprocessing(3, (224, 224), normalise='0..1')"
        )
    return preprocessing


def _device(name: str | torch.device) -> torch.device:
    try:
        return torch.device(name)
    except RuntimeError as error:
        raise InputError(f"device: torch knows no {name!r}; expected 'cpu', 'cuda', 'cuda:1' or the like") from error


def _place(rank: int | None, world_size: int | None) -> tuple[int, int]:
    """Which process of how many this is, where it is not said: what torch.distributed knows."""
    if (rank is None) != (world_size is None):
        raise InputError(f"rank and world_size: expected both or none, got rank={rank}, world_size={world_size}")
    if rank is not None and world_size is not None:
        return rank, world_size
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    return 0, 1
