"""Which row comes at which place of an epoch: computed for the places that are asked for, never stored."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from hardy.errors import InputError
from hardy.loader.permutation import permute

CHUNKS = 16
"""Stretches of neighbouring rows that a window is made of."""


@dataclass(frozen=True)
class Order:
    """An order of all rows, another one each epoch.

    Args:
        rows: how many there are.
        shuffle: True for any order, all equally likely as far as a keyed permutation goes; False for the rows' own; a
            number for a shuffle within windows of so many rows: each is 16 stretches of neighbouring rows, wherever
            they lie, so that a slow disk reads stretches.
        seed: another one, another order.

    Raises:
        InputError: a window below 2.

    Example:
        >>> sorted(Order(5, True, seed=0).rows_at(np.arange(5), epoch=3).tolist())
        [0, 1, 2, 3, 4]
    """

    rows: int
    shuffle: bool | int = True
    seed: int = 0

    def __post_init__(self) -> None:
        shuffle: object = self.shuffle
        if not isinstance(shuffle, bool) and not (isinstance(shuffle, int | np.integer) and shuffle >= 2):
            raise InputError(f"shuffle: expected True, False or a window of 2 rows or more, got {shuffle!r}")

    def rows_at(self, places: Int64[np.ndarray, "n"], epoch: int) -> Int64[np.ndarray, "n"]:
        """The rows at places 0 to rows − 1 of an epoch."""
        if self.shuffle is False:
            return places.astype(np.int64)
        if self.shuffle is True:
            return permute(places, self.rows, self.seed, epoch)
        return self._within_windows(places, epoch, int(self.shuffle))

    def _within_windows(self, places: Int64[np.ndarray, "n"], epoch: int, window: int) -> Int64[np.ndarray, "n"]:
        """Chunks of rows in any order, then rows in any order within a window of chunks.

        The rows that fill no chunk come last; which they are changes with the epoch, by a turn of the whole.
        """
        window = min(window, self.rows)
        chunk = max(1, window // CHUNKS)
        window = window // chunk * chunk
        whole = self.rows // chunk
        turned = np.empty(len(places), np.int64)
        numbers = places // window
        for number in np.unique(numbers).tolist():
            here = numbers == number
            first = number * window
            turned[here] = first + permute(
                places[here] - first, min(window, self.rows - first), self.seed, epoch, f"window {number}"
            )
        in_whole = turned < whole * chunk
        chunks = permute(turned[in_whole] // chunk, whole, self.seed, epoch, "chunks")
        turned[in_whole] = chunks * chunk + turned[in_whole] % chunk
        start = int(permute(np.array([0]), self.rows, self.seed, epoch, "turn")[0])
        return (turned + start) % self.rows
