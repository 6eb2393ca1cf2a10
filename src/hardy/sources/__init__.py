"""Any layout → Dataset. Opening lists; it reads no picture.

To add a layout: write `sources/<name>.py` with `matches(path) -> bool`, which looks at names and first bytes only, and
`read(path) -> Dataset`; add one line to `SOURCES`, before the layouts that are less sure of themselves; test it in
`tests/unit/sources/test_<name>.py`; describe it in `docs/sources.md`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hardy.dataset import Dataset
from hardy.errors import InputError, LayoutError
from hardy.sources import arrow_store, folder, hdf5, hf_arrow, idx, npy, npz, parquet, webdataset


class Source(NamedTuple):
    """One layout: whether a path has it, and how it is read."""

    matches: Callable[[Path], bool]
    read: Callable[[Path], Dataset]


SOURCES: dict[str, Source] = {
    "store": Source(arrow_store.matches, arrow_store.read),
    "idx": Source(idx.matches, idx.read),
    "npz": Source(npz.matches, npz.read),
    "npy": Source(npy.matches, npy.read),
    "hdf5": Source(hdf5.matches, hdf5.read),
    "webdataset": Source(webdataset.matches, webdataset.read),
    "hf-arrow": Source(hf_arrow.matches, hf_arrow.read),
    "parquet": Source(parquet.matches, parquet.read),
    "folder": Source(folder.matches, folder.read),
}


def open_source(path: Path) -> Dataset:
    """Open whatever lies at `path`.

    Raises:
        InputError: nothing is there.
        LayoutError: no layout fits, or the one that fits is broken; the message says what was looked for.
    """
    if not path.exists():
        raise InputError(f"{path} does not exist")
    try:
        for source in SOURCES.values():
            if source.matches(path):
                return source.read(path)
    except OSError as error:
        raise InputError(f"cannot read {error.filename or path}: {error.strerror or error}") from error
    raise LayoutError(
        f"{path} is none of the layouts hardy reads ({', '.join(SOURCES)}): "
        "expected a folder of pictures, *-images-idx3-ubyte files, "
        "an .npz, .npy, .h5 or .tar file, Arrow or Parquet files"
    )
