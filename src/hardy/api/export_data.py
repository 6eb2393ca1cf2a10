"""hardy.export_data"""

from pathlib import Path
from typing import Literal, get_args

from hardy.api.open import open as open_any
from hardy.dataset import Dataset
from hardy.dataset.probe import probe
from hardy.exports.export import export
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions

Format = Literal["folder", "csv", "json", "jsonl", "parquet", "webdataset", "hdf5", "npz"]
FORMATS: tuple[Format, ...] = get_args(Format)


def export_data(
    source: str | Path | Dataset,
    out: str | Path,
    format: Format,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> Dataset:
    """Write a pile of pictures in another layout.

    Args:
        source: see `hardy.open`.
        out: the folder to make; for hdf5 and npz the file. It appears when it is whole.
        format: "folder" (a folder per class, below the sides), "csv", "json", "jsonl" (a table beside the pictures),
            "parquet" (with Hugging Face's features), "webdataset" (tar), "hdf5" (a group per class), "npz" (arrays, of
            pictures of one size).
        options: how to read the source, see `hardy.OpenOptions`.
        progress: told the stages "reading" and "exporting".

    Returns:
        What was written: the rows that can be read, with labels and sides as the source has them. Files keep their
        bytes in all formats but hdf5 and npz, which hold pixels; arrays become PNG. The rest is in its `refused`.

    Raises:
        InputError: nothing can be read, or the format cannot hold this; the message names one that can.
        OutputError: `out` is something else, or cannot be written. The same export: it is left as it is.
        MissingExtraError: hdf5 without h5py.

    Example:
        >>> hardy.export_data("tests/nothing", "out", "csv")
        Traceback (most recent call last):
        hardy.errors.InputError: tests/nothing does not exist
    """
    data = probe(open_any(source, options), progress=progress)
    if not export(data, Path(out), format, progress):
        progress.say(f"{out} is this very export already; nothing to do")
    return data
