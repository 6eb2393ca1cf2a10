"""The fast backend: chooses a compiled loop for each picture of a pass and prepares what it needs.

Flips, right-angle turns and whole shifts copy pixels (`gather_…`); everything else resamples. Which of the two, each
picture decides for itself. Nothing is kept between calls, the loops hold no GIL: several threads may call at once.
"""

from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from hardy.augmentation import copy_kernels, mean_kernels, pixel_kernels, still_kernels, swift_kernels, warp_kernels
from hardy.augmentation.prepare_kernels import (
    COPIED,
    GENERAL,
    SWIFT,
    TURNED,
    finish_matrices,
    finish_values,
    level_tables,
    list_addresses,
    sort_pictures,
)  # fmt: skip
from hardy.augmentation.spline import coefficients
from hardy.augmentation.values import Chain
from hardy.augmentation.work import Batch, Work

BORDER_CODES = {
    "constant": pixel_kernels.CONSTANT,
    "edge": pixel_kernels.EDGE,
    "reflect": pixel_kernels.REFLECT,
    "symmetric": pixel_kernels.SYMMETRIC,
    "wrap": pixel_kernels.WRAP,
}
_HOWS = {
    "nearest": warp_kernels.NEAREST,
    "linear": warp_kernels.LINEAR,
    "cubic": warp_kernels.CUBIC,
    "area": warp_kernels.AREA,
}
_NONE, _STRAIGHT = np.empty((0, 3, 3)), np.empty((2, 0, 0))


def run(work: Work, images: Batch, outs: Batch) -> None:
    """One pass for a batch.

    Args:
        work: what is done, with a row for each picture.
        images: an array (n, h, w, c) or a list of (h, w, c): uint8, uint16 or float32.
        outs: the same for the output, whose memory is contiguous in the order of channels last or first.
    """
    if not isinstance(images, np.ndarray) and len({image.dtype for image in images}) > 1:
        for dtype in {image.dtype for image in images}:
            rows = np.array([row for row, image in enumerate(images) if image.dtype == dtype])
            run(work.take(rows), [images[int(row)] for row in rows], [outs[int(row)] for row in rows])
        return
    sources, images = _sources(images)
    targets = _targets(outs)
    pixel, value = np.empty(0, images[0].dtype), np.empty(0, outs[0].dtype)
    ways, moves, counts = _sorted(work, sources, targets, pixel, _as_rows(outs, pixel.dtype, work))
    if counts[COPIED] or counts[TURNED]:
        _copy(work, ways, counts, moves, (sources, targets, pixel, value))
    if counts[SWIFT]:
        chosen = _rows(ways, counts, SWIFT)
        if work.fields is None:
            _resample_swiftly(work, sources, targets, pixel, value, chosen, _STRAIGHT)
        else:
            for row in chosen:
                field = np.ascontiguousarray(work.fields[int(row)], np.float64)
                _resample_swiftly(work, sources, targets, pixel, value, np.array([row]), field)
    if not counts[GENERAL]:
        return
    rest = _rows(ways, counts, GENERAL)
    if work.fields is not None or work.interpolation == "cubic" or pixel.dtype == np.uint16:
        for row in rest:
            _resample(work.take([row]), [images[int(row)]], sources[row : row + 1], targets[row : row + 1], value)
    else:
        _resample(work, images, sources, targets, value, rest)


def _as_rows(outs: Any, dtype: np.dtype, work: Work) -> bool:
    """Whether pixels lie in the output as they do in the input, so that whole rows can be copied."""
    if outs[0].dtype != dtype or not (dtype == np.uint8 or (work.finish.identity and not work.chain.links)):
        return False
    return all(_rows_are_whole(out) for out in ([outs] if isinstance(outs, np.ndarray) else outs))


def _sorted(work: Work, sources: np.ndarray, targets: np.ndarray, pixel: np.ndarray, rows: bool) -> tuple[Any, ...]:
    """Which loop does each picture, how it moves where it is copied, and how many there are of each."""
    count, chain, still = len(sources), work.chain, work.matrices is None
    bytewise, channels = pixel.dtype == np.uint8, chain.channels
    matrices = _NONE if work.matrices is None else work.matrices
    area = work.interpolation == "area" and not still
    swift = bytewise and channels in (1, 3, 4) and (work.interpolation == "linear" or area or still)
    if work.fields is not None:
        swift = swift and work.interpolation in ("linear", "area") and work.border != "wrap"
    copies = work.fields is None and (bytewise or chain.linear)
    ways, moves = np.empty(count, np.int64), np.empty((count, 6), np.int64)
    counts = sort_pictures(matrices, sources, targets, channels, copies, rows, swift, area, ways, moves)
    if (counts[COPIED] or counts[TURNED]) and not chain.diagonal:  # channels take part in each other: no tables
        counts = sort_pictures(matrices, sources, targets, channels, False, rows, swift, area, ways, moves)
    return ways, moves, counts


def _rows(ways: Int64[np.ndarray, "n"], counts: tuple[int, ...], way: int) -> Int64[np.ndarray, "k"]:
    return np.arange(len(ways)) if counts[way] == len(ways) else np.flatnonzero(ways == way)


def _copy(work: Work, ways: Any, counts: Any, moves: Int64[np.ndarray, "n 6"], memory: Any) -> None:
    """Copy the pictures that need no resampling and whose channels stay apart."""
    sources, targets, pixel, value = memory
    border, chain, finish = BORDER_CODES[work.border], work.chain, work.finish
    options = finish.last, finish.mean, finish.std
    ends = np.empty(work.outside.shape, value.dtype)
    finish_values(work.outside, *options, ends)
    same = not chain.links and finish.identity and pixel.dtype == value.dtype
    tables = np.empty((1, 1, 256), value.dtype)
    if pixel.dtype == np.uint8 and not (same and not counts[TURNED]):
        tables = _tables(work, value.dtype)
    if counts[COPIED]:
        if pixel.itemsize > 1:
            sources, targets = sources.copy(), targets.copy()
            sources[:, 3] *= pixel.itemsize
            targets[:, 3] *= pixel.itemsize
        copy_kernels.copy_rows(
            *(sources, targets, moves, border, _rows(ways, counts, COPIED), work.index),
            *(tables.view(np.uint8), same, ends.view(np.uint8)),
        )
    if not counts[TURNED]:
        return
    turned = _rows(ways, counts, TURNED)
    if pixel.dtype == np.uint8:
        pixel_kernels.gather_table(  # type: ignore[call-arg]
            *memory, moves, border, turned, work.index, tables, ends
        )
    else:
        lines = _lines(chain, len(work.outside))
        pixel_kernels.gather_line(  # type: ignore[call-arg]
            *memory, moves, border, turned, work.index, lines, work.outside, *options
        )


def _tables(work: Work, dtype: np.dtype) -> np.ndarray:
    """What becomes of the 256 levels, (m, c, 256)."""
    chain, finish, count = work.chain, work.finish, len(work.outside)
    tables = np.empty((count, chain.channels, 256), dtype)
    level_tables(*_links(chain, count), finish.last, finish.mean, finish.std, tables)
    return tables


def _resample(
    work: Work, images: Any, sources: np.ndarray, targets: np.ndarray, value: np.ndarray, chosen: Any = None
) -> None:
    chain, finish = work.chain, work.finish
    split = work.border == "constant" and bool(chain.links)
    places = np.tile(np.eye(3), (len(sources), 1, 1)) if work.matrices is None else work.matrices
    field = np.empty((2, 0, 0)) if work.fields is None else np.asarray(work.fields[0], np.float64, order="C")
    if work.interpolation == "cubic":
        border = "edge" if split else work.border
        sources, images = _sources([coefficients(images[0].astype(np.float64), border, work.fill).astype(np.float32)])
    elif images[0].dtype == np.uint16:
        sources, images = _sources([images[0].astype(np.float32)])
    pixel = np.empty(0, images[0].dtype)
    warp_kernels.warp_any(
        *(sources, targets, pixel, value, np.ascontiguousarray(places), field),
        *(BORDER_CODES[work.border], _HOWS[work.interpolation]),
        *(np.arange(len(sources)) if chosen is None else chosen, work.index, *_links(chain, len(work.outside))),
        *(split, work.outside, finish.last, finish.mean, finish.std),
    )


def _resample_swiftly(
    work: Work,
    sources: np.ndarray,
    targets: np.ndarray,
    pixel: np.ndarray,
    value: np.ndarray,
    chosen: np.ndarray,
    field: np.ndarray,
) -> None:
    chain, finish, count, channels = work.chain, work.finish, len(work.outside), work.chain.channels
    links, (scales, shifts) = chain.links, finish.line
    first, rest = np.empty((0, channels, channels + 1)), chain
    if links and links[0][0] == "matrix":
        first, rest = links[0][1], Chain(links[1:], chain.maximum, channels)
    ones, zeros = np.ones(channels), np.zeros(channels)
    before = (ones, zeros) if rest.links else (scales, shifts)
    narrow, ends = np.empty((count, channels * (channels + 1)), np.float32), np.empty((count, channels), np.float32)
    finish_matrices(first, work.outside, *before, narrow, ends)  # type: ignore[call-arg]
    if work.matrices is None and len(field[0]) == 0 and channels == 3 and not rest.links:
        if value.dtype == np.uint8 and (targets[chosen, 4] == 3).all():
            still_kernels.change_colours(sources, targets, chosen, work.index, narrow)
            return
        if value.dtype == np.float32 and (targets[chosen, 4] == 1).all():
            still_kernels.change_to_planes(sources, targets, chosen, work.index, narrow)
            return
    after = (scales, shifts) if rest.links else (ones, zeros)
    places = np.tile(np.eye(3), (len(sources), 1, 1)) if work.matrices is None else work.matrices
    numbers, matrices, tables = few, few_matrices, few_tables = _links(rest, count)
    if work.border == "wrap":
        numbers, matrices, tables = _links(chain, count)
    swift_kernels.warp_swiftly(
        *(sources, targets, pixel, value, np.ascontiguousarray(places).reshape(-1, 9), field),
        *(BORDER_CODES[work.border], chosen, work.index, narrow),
        *(after[0].astype(np.float32), after[1].astype(np.float32), numbers, matrices, tables),
        *(few, few_matrices.astype(np.float32), few_tables.astype(np.float32)),
        *(ends, finish.last, finish.mean, finish.std),
    )


def channel_means(images: Batch) -> Float64[np.ndarray, "n c"]:
    """The mean of each channel of each picture, in its own units."""
    sources, images = _sources(images)
    pixel = np.empty(0, images[0].dtype)
    means = np.empty((len(images), images[0].shape[-1]))
    if pixel.dtype == np.uint8 and means.shape[1] == 3:
        mean_kernels.mean_bytes(sources, pixel, means)
    else:
        mean_kernels.mean_any(sources, pixel, means)
    return means


def _links(chain: Chain, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The chain for the loops: which link is which, (m, links, c, c + 1) matrices, (m, links, c, points) tables."""
    channels = chain.channels
    if not chain.links:
        return np.empty(0, np.int64), np.empty((count, 0, channels, channels + 1)), np.empty((count, 0, channels, 2))
    numbers: list[int] = []
    matrices: list[np.ndarray] = []
    tables: list[np.ndarray] = []
    for kind, values in chain.links:
        if kind == "matrix":
            numbers.append(len(matrices))
            matrices.append(values)
        else:
            numbers.append(-1 - len(tables))
            tables.append(values)
    none = np.zeros((count, 0, channels, channels + 1)), np.zeros((count, 0, channels, 2))
    packed = [
        np.ascontiguousarray(np.stack(some, 1)) if some else no
        for some, no in zip((matrices, tables), none, strict=True)
    ]
    return np.array(numbers, np.int64), packed[0], packed[1]


def _lines(chain: Chain, count: int) -> Float64[np.ndarray, "m c 2"]:
    """Scale and offset for each channel of a chain that is at most one diagonal matrix."""
    if not chain.links:
        return np.tile(np.array([1.0, 0.0]), (count, chain.channels, 1))
    matrix = chain.links[0][1]
    return np.stack([np.diagonal(matrix, axis1=1, axis2=2), matrix[..., -1]], -1)


def _sources(images: Any) -> tuple[Int64[np.ndarray, "n 4"], Any]:
    """Address, height, width and elements from row to row of each; and the pictures, whose rows are contiguous."""
    if isinstance(images, np.ndarray):
        if not (images.flags.c_contiguous or _rows_are_whole(images)):
            images = np.ascontiguousarray(images)
        count, height, width, _ = images.shape
        strides, table = images.strides, np.empty((count, 4), np.int64)
        address = images.__array_interface__["data"][0]
        list_addresses(address, strides[0], (height, width, strides[1] // images.itemsize), table)
        return table, images
    images = [image if _rows_are_whole(image) else np.ascontiguousarray(image) for image in images]
    rows = [(i.__array_interface__["data"][0], *i.shape[:2], i.strides[0] // i.itemsize) for i in images]
    return np.array(rows, np.int64), images


def _rows_are_whole(image: np.ndarray) -> bool:
    height, width, channels = image.shape[-3:]
    row, column, channel = image.strides[-3:]
    item = image.itemsize
    across = (channels == 1 or channel == item) and (width == 1 or column == channels * item)
    return across and (height == 1 or (row >= width * channels * item and row % item == 0)) and row % item == 0


def _targets(outs: Any) -> Int64[np.ndarray, "n 6"]:
    """Address, height, width, and elements from row to row, from column to column, from channel to channel of each."""
    if isinstance(outs, np.ndarray):
        table, item, strides = np.empty((len(outs), 6), np.int64), outs.itemsize, outs.strides
        steps = strides[1] // item, strides[2] // item, strides[3] // item
        list_addresses(outs.__array_interface__["data"][0], strides[0], (*outs.shape[1:3], *steps), table)
        return table
    rows = [
        (o.__array_interface__["data"][0], *o.shape[:2], *(stride // o.itemsize for stride in o.strides)) for o in outs
    ]
    return np.array(rows, np.int64)
