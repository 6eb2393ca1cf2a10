"""Pictures by URL: fetched when they are asked for, kept on disk, never twice.

Only http(s), only from public addresses unless the user says otherwise, within limits of time and size, and judged by
their bytes. What fails is listed with its reason and tried again on the next run, alone, since everything else is in
the cache.
"""

import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from hardy.cache import cache_folder
from hardy.errors import DecodeError, MissingExtraError
from hardy.parallel import map_ordered
from hardy.sources.remote_address import resolve as system_resolve
from hardy.sources.remote_cache import Failure, RemoteCache
from hardy.sources.remote_limits import DEFAULT_LIMITS, Limits, Transient

if TYPE_CHECKING:
    from hardy.sources.remote_connection import Answer, Connections

_LONGEST_WAIT_S = 30.0
_GIVES_UP_AFTER = 3


class Fetcher:
    """Fetches pictures; safe to call from several threads, which is how it is made parallel.

    Args:
        folder: of the cache; `remote` in hardy's own by default.
        allow_private: fetch from private and loopback addresses too.
        limits: of time, size, redirects and tries.
        resolve: a name's addresses; the system's resolver by default.
        sleep: waits between tries.

    Example:
        >>> Fetcher().fetch("ftp://example.org/a.png")
        Traceback (most recent call last):
        hardy.errors.DecodeError: it leads to 'ftp'; only http and https are fetched
    """

    def __init__(
        self,
        folder: Path | None = None,
        allow_private: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        resolve: Callable[[str, int], list[str]] = system_resolve,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._cache = RemoteCache(folder or cache_folder() / "remote")
        self._allow_private = allow_private
        self._limits = limits
        self._resolve = resolve
        self._sleep = sleep
        self._failed: dict[str, str] = {}
        self._silent: Counter[str] = Counter()
        self._connections: Connections | None = None
        self._lock = threading.Lock()
        self._under_way: weakref.WeakValueDictionary[str, threading.Lock] = weakref.WeakValueDictionary()

    def fetch(self, url: str) -> bytes:
        """The bytes of a picture.

        A URL that failed is not asked again by this fetcher; see `fetch_all`.

        Raises:
            DecodeError: it cannot be fetched or is no picture; the message is the reason, to which the caller adds
                the row.
            MissingExtraError: httpx is not installed.
        """
        with self._lock_of(url):
            content = self._cache.load(url)
            if content is not None:
                return content
            if url in self._failed:
                raise DecodeError(self._failed[url])
            try:
                answer = self._download(url)
            except DecodeError as error:
                self._failed[url] = str(error)
                self._cache.fail(url, str(error))
                raise
            if answer.is_whole:
                self._cache.save(url, answer.body)
            return answer.body

    def _lock_of(self, url: str) -> threading.Lock:
        """One a URL, for as long as somebody holds or awaits it: no picture waits for another."""
        with self._lock:
            return self._under_way.setdefault(url, threading.Lock())

    def fetch_all(self, urls: Iterable[str], threads: int = 16) -> list[Failure]:
        """Fetch many into the cache, those that failed before once more.

        Args:
            urls: in any order.
            threads: how many are fetched at a time; waiting, not work, so more than there are processors.

        Returns:
            What failed, with reasons; the rest is in the cache.
        """
        wanted = list(dict.fromkeys(urls))
        self._silent.clear()
        for url in wanted:
            self._failed.pop(url, None)

        def attempt(url: str) -> Failure | None:
            try:
                self.fetch(url)
            except DecodeError as error:
                return Failure(url, str(error))
            return None

        return [failure for failure in map_ordered(attempt, wanted, threads) if failure is not None]

    def failures(self) -> list[Failure]:
        """What this fetcher could not fetch."""
        return [Failure(url, reason) for url, reason in sorted(self._failed.items())]

    def earlier_failures(self) -> list[Failure]:
        """What could not be fetched by any run that used this cache, and has not succeeded since."""
        return self._cache.failures()

    def _download(self, url: str) -> "Answer":
        """Try, wait, and try again."""
        connections = self._connected()
        limits = self._limits
        host = url.split("/")[2] if url.count("/") > 1 else url
        if self._silent[host] >= _GIVES_UP_AFTER:
            raise DecodeError(f"not tried: the host could not be reached for {_GIVES_UP_AFTER} other pictures")
        deadline = time.monotonic() + limits.total_s
        for attempt in range(1, limits.attempts + 1):
            try:
                answer = self._follow(connections, url, deadline)
            except Transient as error:
                failure = error
            else:
                self._silent.pop(host, None)
                return answer
            wait = max(_pause(url, attempt, limits.backoff_s), min(failure.wait_s, _LONGEST_WAIT_S))
            if attempt == limits.attempts or time.monotonic() + wait > deadline:
                break
            self._sleep(wait)
        if failure.unreachable:
            self._silent[host] += 1
        raise DecodeError(f"{failure} (tried {attempt} time{'s' * (attempt > 1)})") from failure

    def _follow(self, connections: "Connections", url: str, deadline: float) -> "Answer":
        """Redirects by hand, so that each is checked like the first."""
        for _ in range(self._limits.redirects + 1):
            answer = connections.get(url, deadline)
            if answer.location is None:
                return answer
            url = answer.location
        raise DecodeError(f"it redirects more than {self._limits.redirects} times")

    def _connected(self) -> "Connections":
        with self._lock:
            if self._connections is None:
                try:
                    from hardy.sources.remote_connection import Connections
                except ImportError as error:
                    raise MissingExtraError(
                        "pictures by URL need httpx, which is not installed: pip install 'hardy[remote]'"
                    ) from error
                self._connections = Connections(self._limits, self._allow_private, self._resolve)
                weakref.finalize(self, self._connections.close)  # nobody closes a dataset
            return self._connections


def _pause(url: str, attempt: int, backoff_s: float) -> float:
    """Seconds before the next try; the jitter is drawn from the URL, so that a run can be repeated."""
    jitter = xxhash.xxh3_64_intdigest(f"{url}\0{attempt}".encode()) / 2**64
    return backoff_s * 2 ** (attempt - 1) * (0.5 + 0.5 * jitter)
