"""From a table's places to bytes and pixels."""

import threading
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from hardy.dataset.reader import Payload
from hardy.sources.remote import Fetcher
from hardy.sources.remote_cache import Failure
from hardy.sources.table_locations import Embedded, LocalFile, RemoteFile, read_local
from hardy.sources.table_rows import holds_deep_pixels, place_at


class TableReader:
    """Bytes and pixels of a table's rows; safe to call from several threads.

    Args:
        root: the folder that places are relative to, absolute.
        listed: where each row's picture is, see `hardy.sources.table_rows.Listing`.
        allow_outside: follow links out of the folder.
        allow_private: fetch from private addresses.
    """

    def __init__(self, root: Path, listed: pa.Table, allow_outside: bool, allow_private: bool) -> None:
        self._root = root
        self._listed = listed
        self._is_deep = holds_deep_pixels(listed)
        self._allow_outside = allow_outside
        self._allow_private = allow_private
        self._fetcher: Fetcher | None = None
        self._lock = threading.Lock()

    @property
    def fetcher(self) -> Fetcher:
        """What fetches the URLs, made when it is first asked for."""
        with self._lock:
            if self._fetcher is None:
                self._fetcher = Fetcher(allow_private=self._allow_private)
            return self._fetcher

    def prefetch(self, rows: Iterable[int], threads: int = 16) -> list[Failure]:
        """Fetch the URLs among some rows into the cache, many at a time; those that failed before once more.

        Fetching is waiting: the few threads that decode pictures would be too few for it.

        Returns:
            What could not be fetched.
        """
        places = (place_at(self._listed, row) for row in rows)
        urls = [place.location for place in places if isinstance(place, RemoteFile)]
        return self.fetcher.fetch_all(urls, threads) if urls else []

    def read(self, row: int) -> Payload:
        """The row's picture, see `hardy.dataset.reader.Reader`."""
        place = place_at(self._listed, row)
        if isinstance(place, Embedded):
            if self._is_deep and isinstance(place.payload, np.ndarray):
                # Where one list of pixels is of 16 bits all are, so that a dark one is not taken for 8 bits.
                return place.payload.astype(np.uint16)
            return place.payload
        if isinstance(place, LocalFile):
            return read_local(place.location, self._root, self._allow_outside)
        return self.fetcher.fetch(place.location)
