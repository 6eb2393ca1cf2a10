"""Is what has that name already the very store that is asked for?"""

from pathlib import Path

from hardy.dataset import Dataset
from hardy.dataset.probe import content_hash
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
    """Whether contents are the same, and what was refused still cannot be read."""
    contents = dict(zip(store.ids, store.column("content"), strict=True))
    lost = {entry.id for entry in store.refused}
    ids, known = data.ids, data.column("content")
    rows = Rows(data, recipe)

    def is_same(row: int) -> bool:
        if ids[row] in contents:
            try:
                return (known[row] or content_hash(data.payload(row))) == contents[ids[row]]
            except DecodeError:
                return False
        return ids[row] in lost and bool(rows.one(row).reason)

    return all(map_ordered(is_same, range(len(data))))
