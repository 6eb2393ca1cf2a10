"""Our own store as a source."""

from pathlib import Path

from hardy.dataset import Dataset
from hardy.sources.options import OpenOptions
from hardy.store import open_store
from hardy.store.layout import is_store


def matches(path: Path) -> bool:
    """Whether this is a store."""
    return is_store(path)


def read(path: Path, _options: OpenOptions = OpenOptions()) -> Dataset:
    """Open it, see `hardy.store.open_store`."""
    return open_store(path)
