"""Who takes what of an epoch: batches of one global order, dealt out to the processes that train together."""

from dataclasses import dataclass
from typing import Literal, get_args

from hardy.errors import InputError
from hardy.loader.whole import whole

Uneven = Literal["pad", "drop", "exact"]
UNEVEN: tuple[Uneven, ...] = get_args(Uneven)


@dataclass(frozen=True)
class Ranks:
    """One of several processes, each of which takes `batch_size` neighbouring places of every global batch.

    So the samples of a step, all processes together, are the same for any number of processes, as long as their batch
    sizes add up to the same.

    Args:
        batch_size: of each process.
        rank: which one this is, counted from 0.
        world_size: how many there are.
        uneven: what becomes of the last global batch, where it cannot be dealt out evenly: "pad" gives the processes
            that miss one a place from the beginning of the epoch once more; "drop" leaves out what is over; "exact"
            gives some processes one place less, or no batch, which training in step does not survive and evaluation
            wants.
        drop_last: leave out a global batch that is not full.

    Raises:
        InputError: a number is out of range.

    Example:
        >>> [Ranks(2, rank, 2).places(1, 0, 7) for rank in (0, 1)]
        [range(4, 6), range(6, 8)]
    """

    batch_size: int
    rank: int = 0
    world_size: int = 1
    uneven: Uneven = "pad"
    drop_last: bool = False

    def __post_init__(self) -> None:
        whole("batch_size", self.batch_size, least=1)
        whole("rank", self.rank)
        whole("world_size", self.world_size)
        if self.world_size < 1 or not 0 <= self.rank < self.world_size:
            raise InputError(f"rank must lie within 0 to world_size - 1, got {self.rank} of {self.world_size}")
        if self.uneven not in UNEVEN:
            raise InputError(f"uneven must be one of {', '.join(UNEVEN)}; got {self.uneven!r}")

    @property
    def step(self) -> int:
        """Places of a full global batch."""
        return self.batch_size * self.world_size

    def batches(self, begin: int, length: int) -> int:
        """How many this process makes of the places from `begin` on."""
        full, over = divmod(length - begin, self.step)
        return full + (not self.drop_last and self._share(over) > 0)

    def places(self, number: int, begin: int, length: int) -> range:
        """The places of one batch, counted from `begin`; those from `length` on are beginnings come again."""
        start = begin + number * self.step
        over = length - start
        if over >= self.step:
            return range(start + self.rank * self.batch_size, start + (self.rank + 1) * self.batch_size)
        share = self._share(over)
        before = self.rank * share
        if self.uneven == "exact":
            before = self.rank * (over // self.world_size) + min(self.rank, over % self.world_size)
        return range(start + before, start + before + share)

    def _share(self, over: int) -> int:
        """Places that this process has of a global batch that is not full."""
        even, odd = divmod(over, self.world_size)
        if self.uneven == "drop":
            return even
        return even + (odd > 0 if self.uneven == "pad" else self.rank < odd)
