"""Rows as 8-bit pixels of one shape: the dataset after its preprocessing, before augmentation and normalisation."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Int64, UInt8

from hardy.dataset.dataset import Dataset
from hardy.dataset.normalisation import Kind
from hardy.dataset.preprocessing import Preprocessing
from hardy.dataset.reader import BatchReader, Payload
from hardy.errors import DecodeError
from hardy.parallel import map_ordered
from hardy.pixels import Images
from hardy.pixels.channels import Background
from hardy.pixels.resize import Filter, Fit

GREY_MODES = frozenset(("1", "L", "LA", "I;16", "I;16B", "I"))
"""How files keep grey pictures, in Pillow's words."""

DEFAULT_SIZE_HW = (64, 64)
"""For pictures of different sizes, where the user names none."""


def default_preprocessing(
    data: Dataset,
    channels: int | None = None,
    size_hw: tuple[int, int] | None = None,
    fit: Fit = "pad",
    background: Background = 0,
    normalise: Kind = "channel",
    filter: Filter = "triangle",
) -> Preprocessing:
    """The preprocessing for a probed dataset: what the user named, and the obvious for the rest.

    Grey where every picture is grey; their own size where all have one, 64×64 otherwise.
    """
    if channels is None:
        channels = 1 if all(mode in GREY_MODES for (mode,) in data.distinct("mode")) else 3
    if size_hw is None:
        sizes = data.distinct("height", "width")
        size_hw = sizes.pop() if len(sizes) == 1 else DEFAULT_SIZE_HW
    return Preprocessing(channels, size_hw, fit, background, normalise=normalise, filter=filter)


def prepared_batch(
    data: Dataset, positions: Int64[np.ndarray, "k"], preprocessing: Preprocessing, exact: bool = True
) -> UInt8[np.ndarray, "k h w c"]:
    """Some rows, ready to be augmented.

    Args:
        data: from which.
        positions: which.
        preprocessing: how.
        exact: False decodes large JPEGs of training rows at 1/2, 1/4 or 1/8 where that is enough: faster. Rows on
            another side, or on none, are decoded whole always.

    Raises:
        DecodeError: a row cannot be read; the message names it.
    """
    reader = data.reader
    if isinstance(reader, BatchReader) and reader.shape == preprocessing.shape:
        pixels = reader.read_batch(data.rows[positions])
        if pixels.dtype == np.uint8:
            return pixels
    batch = np.empty((len(positions), *preprocessing.shape), np.uint8)
    column = data.table.column("split")  # not `take`, which joins all chunks of it first
    sides = None if exact else [column[row].as_py() for row in positions.tolist()]
    for place, position in enumerate(positions):
        whole = sides is None or sides[place] != "train"
        batch[place] = _prepared(data, int(position), preprocessing, whole)
    return batch


def _prepared(data: Dataset, position: int, preprocessing: Preprocessing, whole: bool) -> UInt8[np.ndarray, "h w c"]:
    picture = data.picture(position, None if whole else preprocessing.enough)
    if not 1 <= (channels := picture.pixels.shape[2]) <= 4:
        raise DecodeError(f"{data.path(position)}: pictures of {channels} channels are not trained on yet")
    return preprocessing.pixels(picture.pixels, picture.extent_hw)


def prepared_batches(
    data: Dataset,
    preprocessing: Preprocessing,
    batch_size: int = 256,
    threads: int | None = None,
    exact: bool = True,
) -> Iterator[UInt8[np.ndarray, "k h w c"]]:
    """All rows in their order, a batch at a time, read ahead on several threads."""
    starts = range(0, len(data), batch_size)
    places = (np.arange(start, min(start + batch_size, len(data))) for start in starts)
    return map_ordered(lambda positions: prepared_batch(data, positions, preprocessing, exact), places, threads)


class PreparedReader:
    """A dataset's rows after its preprocessing, for those who want pixels of one size: exports, other programs.

    Args:
        data: from which.
        preprocessing: how.
    """

    def __init__(self, data: Dataset, preprocessing: Preprocessing) -> None:
        self._data = data
        self._preprocessing = preprocessing
        self.shape = preprocessing.shape

    def read(self, row: int) -> Payload:
        """One row's 8-bit pixels."""
        return prepared_batch(self._data, np.array([row]), self._preprocessing)[0]

    def read_batch(self, rows: Int64[np.ndarray, "n"]) -> Images:
        """Some rows' 8-bit pixels."""
        return prepared_batch(self._data, rows, self._preprocessing)


def prepared(data: Dataset, preprocessing: Preprocessing) -> Dataset:
    """The same rows, whose pictures are 8-bit pixels of one size.

    Example:
        >>> from hardy.sources.arrays import from_arrays
        >>> small = prepared(from_arrays(np.zeros((1, 8, 8), np.uint8), [0]), Preprocessing(1, (2, 3)))
        >>> small.image(0).shape
        (2, 3, 1)
    """
    reader = PreparedReader(data, preprocessing)
    return replace(data, reader=reader, rows=np.arange(len(data)), preprocessing=preprocessing)
