"""What the normalisation has to know of the training rows: one pass, bounded memory, and no rounding on the way.

Sums are kept as integers (or in float64 as integers below 2⁵³): any order of the rows and any number of threads gives
the same bits.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np
from jaxtyping import Float64, UInt8

from hardy.dataset.dataset import Dataset
from hardy.dataset.normalisation import ZCA_MOST, Arrays, Kind
from hardy.dataset.prepared import prepared_batches
from hardy.dataset.preprocessing import Preprocessing
from hardy.errors import InputError

_LEAST = 1 / 255
"""The deviation of what never changes, so that it stays finite."""

ZCA_DAMPING = 0.1
"""Added to the variance along every axis, in units of their mean: what is only noise is not blown up to full size."""

Batches = Iterator[UInt8[np.ndarray, "k h w c"]]


def with_statistics(
    data: Dataset,
    preprocessing: Preprocessing,
    on_rows: Callable[[int], None] | None = None,
    exact: bool = True,
) -> Preprocessing:
    """The preprocessing, with what its normalisation has to know of the dataset's training rows.

    Args:
        data: with sides assigned; only rows on the side "train" are read.
        preprocessing: gives the pixels that are measured, and says what is measured.
        on_rows: told how many rows have been read so far.
        exact: as in `prepared_batch`.

    Returns:
        channel: `mean` and `std` of values scaled to 0..1, over (image, height, width). all: over the channels too.
        position: of each place, in `arrays`. zca: the mean of each place and the matrix (C + d·I)^(−1/2), C the
        covariance of whole pictures and d a tenth of its mean variance. Deviations are those of the population; what
        never changes gets 1/255. The other kinds have nothing to measure, and nothing is read for them.

    Raises:
        InputError: no training rows; or zca of pictures of more than 4,096 values.
    """
    chosen = preprocessing.unmeasured()
    if chosen.is_measured:
        return chosen
    if chosen.normalise == "zca":
        _check_zca(chosen)
    batches = _told(prepared_batches(data.split("train"), chosen, exact=exact), on_rows)
    if chosen.normalise == "position":
        return _per_position(batches, chosen)
    if chosen.normalise == "zca":
        return _whitening(batches, chosen)
    return _per_channel(batches, chosen)


def _told(batches: Batches, on_rows: Callable[[int], None] | None) -> Batches:
    rows = 0
    for batch in batches:
        rows += len(batch)
        yield batch
        if on_rows:
            on_rows(rows)


def _per_channel(batches: Batches, preprocessing: Preprocessing) -> Preprocessing:
    totals = LevelTotals(preprocessing.channels)
    for batch in batches:
        totals.add(batch)
    return totals.complete(preprocessing)


class LevelTotals:
    """Sums and sums of squares of 8-bit levels, per channel: all that the kinds `channel` and `all` measure.

    Args:
        channels: of the pictures.

    Example:
        >>> totals = LevelTotals(1)
        >>> totals.add(np.array([[[[0], [255]]]], np.uint8))
        >>> totals.complete(Preprocessing(1, (1, 2))).line
        ((0.5,), (0.5,))
    """

    KINDS: ClassVar[frozenset[Kind]] = frozenset(("channel", "all"))

    def __init__(self, channels: int) -> None:
        self._totals = np.zeros((2, channels), np.uint64)
        self._count = 0

    def add(self, pixels: UInt8[np.ndarray, "n h w c"]) -> None:
        """Count some pictures in; not from several threads at once."""
        from hardy.dataset.level_kernels import sum_levels  # here: Numba takes a third of a second to import

        flat = np.ascontiguousarray(pixels).reshape(-1, pixels.shape[-1]).view()
        flat.flags.writeable = False  # one compiled version serves both kinds
        sum_levels(flat, self._totals)
        self._count += len(flat)

    def join(self, other: "LevelTotals") -> None:
        """Count in what another has counted."""
        self._totals += other._totals
        self._count += other._count

    def complete(self, preprocessing: Preprocessing) -> Preprocessing:
        """The preprocessing with `mean` and `std` of what was counted."""
        totals, count = self._totals, self._count
        if preprocessing.normalise == "all":
            totals, count = np.broadcast_to(totals.sum(axis=1, keepdims=True), totals.shape), count * totals.shape[1]
        pairs = [(int(t), int(q)) for t, q in totals.T]
        variance = [(q * count - t**2) / count**2 for t, q in pairs]
        return replace(
            preprocessing,
            mean=tuple(t / count / 255 for t, _ in pairs),
            std=tuple(v**0.5 / 255 if v > 0 else _LEAST for v in variance),
        )


def _per_position(batches: Batches, preprocessing: Preprocessing) -> Preprocessing:
    total, squares = np.zeros(preprocessing.shape), np.zeros(preprocessing.shape)
    count = 0
    for batch in batches:
        total += batch.sum(axis=0, dtype=np.uint32)
        squares += (batch.astype(np.uint16) ** 2).sum(axis=0, dtype=np.uint32)
        count += len(batch)
    mean = total / count
    std = np.sqrt(np.maximum(squares / count - mean**2, 0)) / 255
    # A difference of large numbers: below a thousandth of a level is what never changes.
    std[std < 1e-3 * _LEAST] = _LEAST
    return _with(preprocessing, mean=mean / 255, std=std)


def _check_zca(preprocessing: Preprocessing) -> None:
    height, width, channels = preprocessing.shape
    if (values := height * width * channels) > ZCA_MOST:
        raise InputError(
            f"zca whitens pictures of at most {ZCA_MOST:,} values; {height}×{width}×{channels} are {values:,}: "
            "choose a smaller --size, or another --normalise"
        )


def _whitening(batches: Batches, preprocessing: Preprocessing) -> Preprocessing:
    values = int(np.prod(preprocessing.shape))
    total, products = np.zeros(values), np.zeros((values, values))
    count = 0
    for batch in batches:
        flat = batch.reshape(len(batch), -1).astype(np.float64)
        total += flat.sum(axis=0)
        products += flat.T @ flat
        count += len(batch)
    mean = total / count / 255
    covariance = products / count / 255**2 - np.outer(mean, mean)
    return _with(preprocessing, mean=mean.reshape(preprocessing.shape), whitening=zca_matrix(covariance))


def zca_matrix(covariance: Float64[np.ndarray, "d d"]) -> Float64[np.ndarray, "d d"]:
    """The symmetric matrix that whitens, damped by `ZCA_DAMPING`.

    Source: Bell and Sejnowski 1997; damped as by Goodfellow et al. 2013, "Maxout networks", who add 0.1 where the mean
        variance is 1.
    """
    variance, axes = np.linalg.eigh(covariance)
    variance = np.maximum(variance, 0)
    damping = ZCA_DAMPING * variance.mean() or _LEAST**2
    return (axes / np.sqrt(variance + damping)) @ axes.T


def _with(preprocessing: Preprocessing, **arrays: np.ndarray) -> Preprocessing:
    named = {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}
    return replace(preprocessing, arrays=Arrays(named))
