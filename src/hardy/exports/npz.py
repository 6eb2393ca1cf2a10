"""A NumPy archive: `images` and `labels`, or `x_train`, `y_train`, …, and `classes` with their names."""

import io
import zipfile
from pathlib import Path

import numpy as np

from hardy.dataset import Dataset
from hardy.errors import InputError
from hardy.exports.picture_files import check_labels, check_sides, check_sides_have_labels
from hardy.exports.values import Values
from hardy.parallel import map_ordered
from hardy.progress import Progress

CHUNK = 256  # pictures that are turned into numbers at once


def write(data: Dataset, target: Path, tag: str, progress: Progress, values: Values = Values()) -> None:
    """Make the file. Every image must have the same shape and depth, for an array has one.

    Args:
        data: the rows.
        target: the file.
        tag: says what was exported.
        progress: told the stage "exporting".
        values: what stands in the arrays.

    Raises:
        InputError: shapes differ; or some rows have a label or a side and others have none; or there are sides and no
            labels.
    """
    check_labels(data, "npz")
    check_sides(data, "npz")
    check_sides_have_labels(data, "npz")
    first = data.image(0)
    done = 0
    # NumPy's own savez writes the time into the archive.
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = tag.encode()
        sides: list[str | None] = [*data.split_sizes()] or [None]
        for side in sides:
            part = data if side is None else data.split(side)
            images, labels = ("images", "labels") if side is None else (f"x_{side}", f"y_{side}")
            with archive.open(_entry(images), "w", force_zip64=True) as stream:
                dtype = values.images(first[None][:0]).dtype
                np.lib.format.write_array_header_1_0(stream, _header((len(part), *first.shape), dtype))
                for start in range(0, len(part), CHUNK):
                    rows = range(start, min(start + CHUNK, len(part)))
                    levels = np.stack(
                        [
                            _same(image, first, part, row)
                            for row, image in zip(rows, map_ordered(part.image, rows), strict=True)
                        ]
                    )
                    stream.write(values.images(levels).tobytes())
                    done += len(rows)
                    progress.advance("exporting", done, len(data))
            if data.is_labelled:
                _write_array(archive, labels, values.numbers(part.labels, len(data.classes)))
        if data.classes:
            _write_array(archive, "classes", np.array(data.classes, str))


def _same(image: np.ndarray, first: np.ndarray, part: Dataset, row: int) -> np.ndarray:
    if (image.shape, image.dtype) != (first.shape, first.dtype):
        raise InputError(
            f"{part.path(row)} is {image.shape} {image.dtype}, the first picture {first.shape} {first.dtype}: an npz "
            "holds one size only; --size H W makes one of all, or export as folder, hdf5 or parquet"
        )
    return image


def _header(shape: tuple[int, ...], dtype: np.dtype) -> dict[str, object]:
    return {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{name}.npy")  # of 1980, whatever the time is
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _write_array(archive: zipfile.ZipFile, name: str, array: np.ndarray) -> None:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    archive.writestr(_entry(name), buffer.getvalue())


def read_tag(path: Path) -> str | None:
    """What was exported to a file, where `write` made it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.comment.decode() or None
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, ValueError):
        return None
