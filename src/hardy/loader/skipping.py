"""Pictures that cannot be read while a network is trained: counted, named, and others in their place."""

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int64, UInt8

from hardy.dataset.prepared import prepared_batch
from hardy.errors import DecodeError
from hardy.loader.batch import Drawn
from hardy.rng import draw

if TYPE_CHECKING:
    from hardy.loader.making import Maker

MOST_TRIES = 20
"""Where so many rows in a row cannot be read, something else is wrong."""


class Skipping:
    """Puts another row in the place of one that cannot be read: the same one, whatever the batch or the threads.

    Args:
        seed: of the choice.

    Attributes:
        skipped: for every row that could not be read so far, the reason.
    """

    def __init__(self, seed: int) -> None:
        self.skipped: dict[int, str] = {}
        self._seed = seed
        self._lock = threading.Lock()

    def __reduce__(self) -> Any:
        return Skipping, (self._seed,)

    def read(
        self, maker: "Maker", drawn: Drawn, epoch: int
    ) -> tuple[UInt8[np.ndarray, "n h w c"], Int64[np.ndarray, "n"]]:
        """Pixels, and the rows that they are of.

        Raises:
            DecodeError: 20 rows one after the other cannot be read.
        """
        try:
            return prepared_batch(maker.data, drawn.rows, maker.preprocessing, maker.exact), drawn.rows
        except DecodeError:
            pass
        rows = drawn.rows.copy()
        pixels = np.empty((len(rows), *maker.preprocessing.shape), np.uint8)
        for place in range(len(rows)):
            own = drawn.rows[place : place + 1]
            for number in range(MOST_TRIES + 1):
                try:
                    one = prepared_batch(maker.data, rows[place : place + 1], maker.preprocessing, maker.exact)
                except DecodeError as error:
                    with self._lock:
                        self.skipped[int(rows[place])] = str(error)
                    if number == MOST_TRIES:
                        raise DecodeError(
                            f"{MOST_TRIES} rows chosen in place of one cannot be read; {error}"
                        ) from error
                else:
                    pixels[place : place + 1] = one
                    break
                copies = drawn.copies[place : place + 1]
                share = draw(self._seed, epoch, maker.ids.words(own), copies, f"in place {number}", 1)
                rows[place] = int(share[0, 0] * len(maker.data))
        return pixels, rows
