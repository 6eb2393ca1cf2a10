"""hardy.append"""

from pathlib import Path

from hardy import store as stores
from hardy.api.open import open as open_any
from hardy.dataset import Dataset
from hardy.errors import InputError
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions


def append(
    store: str | Path,
    source: str | Path | Dataset,
    name: str = "",
    remeasure: bool = False,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> stores.Appended:
    """Add pictures to a store that `hardy.pack` made.

    Args:
        store: the store.
        source: see `hardy.open`. What the store has already is passed over, so that a folder that grew can be appended
            as it is.
        name: of the source; it becomes part of the ids. For pictures of another place under the same file names.
        remeasure: measure the statistics of a raw store again. By default they stay: models were trained with them.
        options: how to read the source, see `hardy.OpenOptions`.
        progress: told how far it is.

    Returns:
        What became of the pictures. New rows join the side of their group and of equal pictures, else fill up the
        shares that val and test rows had when the store was packed. One that would connect two sides is set aside.
        Class names only grow at the end.

    Raises:
        InputError: there is no store, or nothing to append.
        OutputError: the store cannot be written, or another process is writing it.

    Example:
        >>> hardy.append("tests/nothing.hardy", "tests")
        Traceback (most recent call last):
        hardy.errors.InputError: tests/nothing.hardy does not exist
    """
    path = Path(store)
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if not stores.is_store(path):
        raise InputError(f"{path} is not a store: it has no manifest.json; hardy pack makes stores")
    data = open_any(source, options)
    if len(data) == 0:
        raise InputError(f"{data.location} has no rows to append")
    return stores.append(path, data, name, remeasure, progress)
