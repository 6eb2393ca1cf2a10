"""hardy.open"""

from pathlib import Path
from typing import Any

from hardy.dataset import Dataset
from hardy.sources import OpenOptions, open_source
from hardy.sources.arrays import open_arrays


def open(source: Any, options: OpenOptions = OpenOptions()) -> Dataset:
    """Open a pile of pictures in any layout hardy reads.

    Args:
        source: the path of a folder per class, a flat folder, a picture, a table (CSV, JSON, …), IDX, NPZ, NPY, HDF5,
            WebDataset, Arrow or Parquet files, or a store; or arrays in memory: `(images, labels)`, Keras's
            `((x_train, y_train), (x_test, y_test))`, a list of `(image, label)`. A Dataset comes back as it is.

        options: what cannot be seen from the files, see `hardy.OpenOptions`.

    Returns:
        The dataset. Opening lists; it reads no picture.

    Raises:
        InputError: nothing is there.
        LayoutError: no layout fits; the message says what was found.

    Example:
        >>> hardy.open("tests/nothing")
        Traceback (most recent call last):
        hardy.errors.InputError: tests/nothing does not exist
    """
    if isinstance(source, Dataset):
        return source
    if isinstance(source, str | Path):
        return open_source(Path(source), options)
    return open_arrays(source, options)
