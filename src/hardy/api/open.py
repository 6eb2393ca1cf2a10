"""hardy.open"""

from pathlib import Path

from hardy.dataset import Dataset
from hardy.sources import OpenOptions, open_source


def open(source: str | Path | Dataset, options: OpenOptions = OpenOptions()) -> Dataset:
    """Open a pile of pictures in any layout hardy reads.

    Args:
        source: a folder per class, a flat folder, a picture, IDX files, an .npz file, Parquet files with Hugging
            Face features, or a store; a Dataset comes back as it is.

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
    return source if isinstance(source, Dataset) else open_source(Path(source), options)
