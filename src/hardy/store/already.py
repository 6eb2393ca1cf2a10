"""Is what has that name already the very store that is asked for?"""

from collections.abc import Iterator
from pathlib import Path

from hardy.dataset import Dataset
from hardy.dataset.probe import content_hash
from hardy.dataset.spill import starts
from hardy.errors import DecodeError, OutputError, StoreError, StoreVersionError
from hardy.files import free_name
from hardy.parallel import map_ordered
from hardy.store.layout import read_manifest
from hardy.store.mapped import open_store
from hardy.store.recipe import Recipe
from hardy.store.rows import Rows


def already_there(out: Path, data: Dataset, recipe: Recipe, request: str) -> None:
    """Find the same store there: the same request, and every picture with the content that it has now.

    Raises:
        OutputError: it is another, or no store; the message suggests a free name.
    """
    instead = f"nothing was changed. Choose another name, such as --out {free_name(out)}"
    try:
        if read_manifest(out).request == request and _holds(open_store(out), data, recipe):
            return
    except StoreVersionError as error:
        raise OutputError(f"{error}; {instead}") from error
    except StoreError:
        raise OutputError(f"{out} exists and is not a store; {instead}") from None
    raise OutputError(f"{out} is another store; {instead}")


def _holds(store: Dataset, data: Dataset, recipe: Recipe) -> bool:
    """Whether contents are the same, and what was refused still cannot be read.

    The request was the same, so that the store has the rows in the source's order, without those that were refused.
    """
    lost = {entry.id for entry in store.refused}
    rows = Rows(data, recipe)

    def is_same(row: int, known: str | None, stored: str | None) -> bool:
        if stored is None:
            return bool(rows.one(row).reason)
        try:
            return (known or content_hash(data.payload(row))) == stored
        except DecodeError:
            return False

    def pairs() -> Iterator[tuple[int, str | None, str | None]]:
        there = _cells(store)
        for row, (id, known) in enumerate(_cells(data)):
            if id in lost:
                yield row, known, None
            else:
                yield row, known, next(there, ("", ""))[1]

    return all(map_ordered(lambda pair: is_same(*pair), pairs()))


def _cells(data: Dataset) -> Iterator[tuple[str, str | None]]:
    """Id and content of each row."""
    for rows in starts(len(data)):
        part = data.table.slice(rows.start, len(rows))
        yield from zip(part.column("id").to_pylist(), part.column("content").to_pylist(), strict=True)
