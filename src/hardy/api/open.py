"""hardy.open"""

from pathlib import Path

from hardy.dataset import Dataset
from hardy.sources import open_source


def open(source: str | Path | Dataset) -> Dataset:
    """Open a pile of pictures in any layout hardy reads.

    Args:
        source: a folder per class, a flat folder, a picture, IDX files, an .npz file, Parquet files with Hugging
            Face features, or a store; a Dataset comes back as it is.

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
    return source if isinstance(source, Dataset) else open_source(Path(source))
