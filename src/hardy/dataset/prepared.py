"""Rows as 8-bit pixels of one shape: the dataset after its preprocessing, before augmentation and normalisation."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int64, UInt8

from hardy.dataset.dataset import Dataset
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.reader import BatchReader
from hardy.errors import DecodeError
from hardy.parallel import map_ordered
from hardy.pixels.resize import Fit

DEFAULT_SIZE_HW = (64, 64)
"""For pictures of different sizes, where the user names none."""


def default_preprocessing(
    data: Dataset,
    channels: int | None = None,
    size_hw: tuple[int, int] | None = None,
    fit: Fit = "pad",
    background: int = 0,
) -> Preprocessing:
    """The preprocessing for a probed dataset: what the user named, and the obvious for the rest.

    Grey where every picture is grey; their own size where all have one, 64×64 otherwise.
    """
    if channels is None:
        channels = 1 if set(data.column("mode")) <= {"1", "L", "LA", "I;16", "I;16B", "I"} else 3
    if size_hw is None:
        sizes = set(zip(data.column("height"), data.column("width"), strict=True))
        size_hw = sizes.pop() if len(sizes) == 1 else DEFAULT_SIZE_HW
    return Preprocessing(channels, size_hw, fit, background)


def prepared_batch(
    data: Dataset, positions: Int64[np.ndarray, "k"], preprocessing: Preprocessing
) -> UInt8[np.ndarray, "k h w c"]:
    """Some rows, ready to be augmented.

    Raises:
        DecodeError: a row cannot be read; the message names it.
    """
    reader = data.reader
    if isinstance(reader, BatchReader) and reader.shape == preprocessing.shape:
        pixels = reader.read_batch(data.rows[positions])
        if pixels.dtype == np.uint8:
            return pixels
    batch = np.empty((len(positions), *preprocessing.shape), np.uint8)
    for place, position in enumerate(positions):
        batch[place] = prepared_image(data, int(position), preprocessing)
    return batch


def prepared_image(data: Dataset, position: int, preprocessing: Preprocessing) -> UInt8[np.ndarray, "h w c"]:
    """One row, ready to be augmented.

    Raises:
        DecodeError: it cannot be read; the message names it.
    """
    image = data.image(position)
    if not 1 <= image.shape[2] <= 4:
        raise DecodeError(f"{data.path(position)}: pictures of {image.shape[2]} channels are not trained on yet")
    return preprocessing.pixels(image)


def prepared_batches(
    data: Dataset, preprocessing: Preprocessing, batch_size: int = 256, threads: int | None = None
) -> Iterator[UInt8[np.ndarray, "k h w c"]]:
    """All rows in their order, a batch at a time, read ahead on several threads."""
    starts = range(0, len(data), batch_size)
    places = (np.arange(start, min(start + batch_size, len(data))) for start in starts)
    return map_ordered(lambda positions: prepared_batch(data, positions, preprocessing), places, threads)
