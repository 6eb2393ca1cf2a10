"""hardy.export_data"""

from pathlib import Path
from typing import Literal, get_args

from hardy.api.open import open as open_any
from hardy.dataset import Dataset
from hardy.dataset.normalisation import Kind
from hardy.dataset.prepared import prepared
from hardy.dataset.probe import probe
from hardy.dataset.ready import Wishes, preprocessing_for, wished_pixels, with_sides
from hardy.dataset.shares import Share
from hardy.errors import InputError
from hardy.exports.export import check_format, export
from hardy.exports.values import DType, Labels, Values
from hardy.pixels.channels import Background
from hardy.pixels.resize import Filter, Fit
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions

Format = Literal["folder", "csv", "json", "jsonl", "parquet", "webdataset", "hdf5", "npz"]
FORMATS: tuple[Format, ...] = get_args(Format)


def export_data(
    source: str | Path | Dataset,
    out: str | Path,
    format: Format,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    fit: Fit | None = None,
    background: Background | None = None,
    filter: Filter | None = None,
    normalise: Kind | None = None,
    dtype: DType | None = None,
    labels: Labels = "integers",
    test: Share | None = None,
    val: Share | None = None,
    seed: int | None = None,
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
        size, channels, fit, background, filter: as in `hardy.pack`; where one is given, pictures are
            written as pixels of one size.
        normalise: as in `hardy.train`, measured on the training rows; for npz. "channel" where only `dtype` is a float.
        dtype: "uint8", "float16", "float32" or "float64"; for npz. float32 where `normalise` is given.
        labels: "integers", in the smallest unsigned type, or "one-hot"; for npz.
        test, val, seed: of a split as in `hardy.pack`. Where none is given and nothing is normalised, rows keep the
            sides that the source gives them, or none.
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
    numbers = normalise is not None or dtype not in (None, "uint8")
    check_format(format, numbers or dtype is not None or labels != "integers")
    if numbers and dtype == "uint8":
        raise InputError("normalised values are no whole levels: leave out dtype uint8, or normalise")
    wishes = Wishes(channels, size, fit, test, val, seed, background, normalise, exact=True, filter=filter)
    opened = open_any(source, options)
    splits = numbers or (test, val, seed) != (None, None, None)
    data = with_sides(opened, wishes, progress) if splits else probe(opened, progress=progress)
    preprocessing = None
    if numbers:
        preprocessing = preprocessing_for(data, wishes, progress)
    elif dtype is not None or (size, channels, fit, background, filter) != (None,) * 5:
        preprocessing = wished_pixels(data, wishes, progress)
    shown = prepared(data, preprocessing) if preprocessing else data
    values = Values(preprocessing if numbers else None, (dtype or "float32") if numbers else None, labels)
    if not export(shown, Path(out), format, progress, values):
        progress.say(f"{out} is this very export already; nothing to do")
    return data
