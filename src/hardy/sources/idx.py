"""IDX files, as MNIST, Fashion-MNIST and EMNIST are published: `train-images-idx3-ubyte[.gz]` with its labels.

Source: LeCun, Cortes, Burges, "The MNIST database", section "File formats": big-endian; two zero bytes, the type of
the values, the number of dimensions, each dimension as 32 bits, then the values.
"""

import gzip
import re
import struct
import zlib
from pathlib import Path

import numpy as np

from hardy import scratch
from hardy.dataset import ArrayReader, Dataset
from hardy.dataset.concat import concat_readers
from hardy.dataset.dataset import SCHEMA
from hardy.dataset.identity import sample_id
from hardy.dataset.spill import TableBuilder, starts
from hardy.errors import LayoutError
from hardy.sources.options import OpenOptions
from hardy.sources.unpacked_size import check_unpacked, read_up_to

_IMAGES = re.compile(r"^(?P<side>.*?)[-.]?images[-.]idx3[-.]ubyte(\.gz)?$", re.IGNORECASE)
_SIDES = {"train": "train", "t10k": "test", "test": "test", "val": "val"}
_UNSIGNED_BYTE = 0x08


def matches(path: Path) -> bool:
    """Whether this is an IDX file of images, or a folder that holds one."""
    return bool(_images_files(path))


def _images_files(path: Path) -> list[Path]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    found = [file for file in files if file.is_file() and _IMAGES.match(file.name)]
    # Packed and unpacked side by side are one file, not twice the rows.
    return [file for file in found if file.suffix != ".gz" or file.with_suffix("") not in found]


def read(path: Path, _options: OpenOptions = OpenOptions()) -> Dataset:
    """Read all images and labels into memory, uncompressed.

    The side of the rows follows from the file's name: `train`, `t10k` or `test`. Classes are named by their numbers.

    Raises:
        LayoutError: a file of labels is missing, or a file is damaged; the message names it.
    """
    builder = TableBuilder(SCHEMA, ["id", "uri", "label", "split"])
    images: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    for file in _images_files(path):
        pixels = _read_array(file, dimensions=3)
        values = _read_array(_labels_file(file), dimensions=1)
        if len(pixels) != len(values):
            raise LayoutError(f"{file} has {len(pixels)} images and {_labels_file(file).name} {len(values)} labels")
        if images and pixels.shape[1:] != images[0].shape[1:]:
            raise LayoutError(f"{file} has images of {pixels.shape[1:]}, the file before of {images[0].shape[1:]}")
        match = _IMAGES.match(file.name)
        side = _SIDES.get(re.split(r"[-_.]", match["side"].lower())[-1]) if match else None  # emnist-letters-train
        for rows in starts(len(pixels)):
            builder.add(
                id=[sample_id(file.name, row) for row in rows],
                uri=[f"{file.name}#{row}" for row in rows],
                label=values[rows.start : rows.stop],
                split=[side] * len(rows),
            )
        images.append(pixels)
        labels.append(values)
    largest = max((int(values.max()) for values in labels if len(values)), default=-1)
    if largest < 0:
        raise LayoutError(f"{path} holds no images")
    classes = tuple(str(number) for number in range(largest + 1))
    table = builder.finish()
    root = path if path.is_dir() else path.parent
    reader = concat_readers([ArrayReader(pixels[..., None]) for pixels in images], [len(pixels) for pixels in images])
    return Dataset(table, classes, reader, scratch.count_up(len(table)), str(path), root)


def _labels_file(images: Path) -> Path:
    plain = re.sub("images", "labels", images.name.removesuffix(".gz"), flags=re.IGNORECASE).replace("idx3", "idx1")
    for name in (f"{plain}.gz", plain) if images.suffix == ".gz" else (plain, f"{plain}.gz"):
        if (images.parent / name).is_file():
            return images.parent / name
    raise LayoutError(f"{images} has no labels: expected {images.parent / plain}[.gz]")


def _read_array(file: Path, dimensions: int) -> np.ndarray:
    packed = file.stat().st_size
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            head = stream.read(4 + 4 * dimensions)
            if len(head) < 4 + 4 * dimensions or head[:4] != bytes([0, 0, _UNSIGNED_BYTE, dimensions]):
                raise LayoutError(
                    f"{file} is no IDX file of unsigned bytes in {dimensions} dimensions (begins {head[:4]!r})"
                )
            shape = struct.unpack(f">{dimensions}I", head[4:])
            expected = int(np.prod(shape, dtype=object))
            check_unpacked(str(file), packed, expected)
            data = read_up_to(stream, expected + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile, MemoryError) as error:
        raise LayoutError(f"{file} is damaged: {error or type(error).__name__}") from error
    if len(data) != expected:
        there = f"more than {expected:,}" if len(data) > expected else f"{len(data):,}"
        raise LayoutError(f"{file} is truncated or too long: {expected:,} values announced, {there} there")
    return np.frombuffer(data, np.uint8).reshape(shape)
