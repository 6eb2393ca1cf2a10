"""Pictures that cannot be read while a network is trained: counted, named, and others in their place."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from hardy.errors import DecodeError
from hardy.loader.batch import Drawn
from hardy.loader.ids import Ids
from hardy.rng import draw

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

    def fill(
        self, fill: Callable[[Drawn, int, Any], Any], drawn: Drawn, epoch: int, out: Any, ids: Ids, rows: int
    ) -> Drawn:
        """Pictures into `out`, and which they are.

        Args:
            fill: puts altered pictures into an array.
            drawn: which are wanted.
            epoch: of the augmentation.
            out: where they go.
            ids: of all rows.
            rows: how many there are.

        Raises:
            DecodeError: 20 rows one after the other cannot be read.
        """
        try:
            fill(drawn, epoch, out)
        except DecodeError:
            chosen = [self._one(fill, drawn, place, epoch, out, ids, rows) for place in range(len(drawn.rows))]
            return drawn._replace(rows=np.array(chosen, np.int64))
        return drawn

    def _one(
        self,
        fill: Callable[[Drawn, int, Any], Any],
        drawn: Drawn,
        place: int,
        epoch: int,
        out: Any,
        ids: Ids,
        rows: int,
    ) -> int:
        """The row that comes at a place: the one that was wanted, or the first in its place that can be read."""
        here = slice(place, place + 1)
        wanted = Drawn(drawn.rows[here], drawn.copies[here], drawn.repeated[here])
        words, row = ids.words(wanted.rows), int(wanted.rows[0])
        for number in range(MOST_TRIES + 1):
            try:
                fill(wanted._replace(rows=np.array([row])), epoch, out[here])
            except DecodeError as error:
                with self._lock:
                    self.skipped[row] = str(error)
                if number == MOST_TRIES:
                    raise DecodeError(f"{MOST_TRIES} rows chosen in place of one cannot be read; {error}") from error
            else:
                break
            row = int(draw(self._seed, epoch, words, wanted.copies, f"in place {number}", 1)[0, 0] * rows)
        return row
