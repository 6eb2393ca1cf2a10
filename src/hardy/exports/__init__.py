"""A dataset written out in a layout that other programs read, and hardy too.

To add a format: write `exports/<name>.py` with `write(data, target, tag, progress)`, which fills a folder that is there
and empty, or makes the file `target`; add one line to `FORMATS`; test it in `tests/unit/exports/test_<name>.py` and add
it to `tests/property/test_exports.py`, which reads every format back; describe it in `docs/sources.md`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hardy.exports import folder, hdf5, npz, parquet, tables, webdataset


class Format(NamedTuple):
    """One format.

    Args:
        write: fills the folder, or makes the file. `tag` says what was exported; a file keeps it inside.
        read_tag: the tag of a file that `write` made, None of any other; None where the format is a folder, for which
            `export` keeps it.
        ending: of the file; empty for a folder.
        holds_values: whether it holds arrays of anything; its `write` then takes `values`, see `exports/values.py`.
    """

    write: Callable[..., None]
    read_tag: Callable[[Path], str | None] | None = None
    ending: str = ""
    holds_values: bool = False


FORMATS: dict[str, Format] = {
    "folder": Format(folder.write),
    "csv": Format(tables.write_csv),
    "json": Format(tables.write_json),
    "jsonl": Format(tables.write_jsonl),
    "parquet": Format(parquet.write),
    "webdataset": Format(webdataset.write),
    "hdf5": Format(hdf5.write, hdf5.read_tag, ".h5"),
    "npz": Format(npz.write, npz.read_tag, ".npz", holds_values=True),
}
