"""Mean and deviation of each channel, over training rows only, in one pass and with no rounding."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hardy.dataset.dataset import Dataset
from hardy.dataset.prepared import prepared_batches
from hardy.dataset.preprocessing import Preprocessing


def with_statistics(
    data: Dataset, preprocessing: Preprocessing, on_rows: Callable[[int], None] | None = None
) -> Preprocessing:
    """The preprocessing, with `mean` and `std` of the dataset's training rows.

    Args:
        data: with sides assigned; only rows on the side "train" are read.
        preprocessing: gives the pixels that are measured.
        on_rows: told how many rows have been read so far.

    Returns:
        Means and population deviations of values scaled to 0..1, over (image, height, width). A channel that never
        changes gets the deviation 1/255, so that it stays finite. Sums are kept as integers: any order of the rows and
        any number of threads gives the same bits.
    """
    train = data.split("train")
    total = np.zeros(preprocessing.channels, np.uint64)
    squares = np.zeros(preprocessing.channels, np.uint64)
    count = rows = 0
    for batch in prepared_batches(train, preprocessing):
        flat = batch.reshape(-1, preprocessing.channels)
        for channel in range(preprocessing.channels):
            histogram = np.bincount(flat[:, channel], minlength=256).astype(np.uint64)
            total[channel] += (histogram * np.arange(256, dtype=np.uint64)).sum()
            squares[channel] += (histogram * np.arange(256, dtype=np.uint64) ** 2).sum()
        count += len(flat)
        rows += len(batch)
        if on_rows:
            on_rows(rows)
    mean = [int(t) / count for t in total]
    variance = [(int(q) * count - int(t) ** 2) / count**2 for q, t in zip(squares, total, strict=True)]
    return replace(
        preprocessing,
        mean=tuple(m / 255 for m in mean),
        std=tuple(v**0.5 / 255 if v > 0 else 1 / 255 for v in variance),
    )
