"""Tiny data in each layout that hardy reads. Sizes are primes that differ, so that a swapped height and width shows."""

import gzip
import io
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pyarrow as pa
import pyarrow.parquet as pq

from hardy.dataset import ArrayReader, Dataset, Preprocessing
from hardy.dataset.dataset import make_table
from hardy.dataset.identity import sample_id
from hardy.dataset.probe import probe
from hardy.dataset.split import assign_sides
from hardy.dataset.statistics import with_statistics
from hardy.files import hash_bytes

SIZE_HW = (17, 11)


def pixels(*shape: int, seed: int = 0, dtype: str = "uint8") -> np.ndarray:
    """Random values over the dtype's whole range; (17, 11, 3) where no shape is given."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, np.iinfo(dtype).max, shape or (*SIZE_HW, 3), dtype, endpoint=True)


def encoded(image: np.ndarray | PIL.Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """Bytes of a picture file, by Pillow."""
    if isinstance(image, np.ndarray):
        image = PIL.Image.fromarray(image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image)
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def write(path: Path, data: bytes) -> Path:
    """A file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def folder(root: Path, counts: Mapping[str, int], size_hw: tuple[int, int] = SIZE_HW, channels: int = 3) -> Path:
    """Class folders (`cats`, `train/cats`, …) of so many PNG files each; no two pictures are equal."""
    for number, (name, count) in enumerate(counts.items()):
        (root / name).mkdir(parents=True, exist_ok=True)
        for row in range(count):
            image = pixels(*size_hw, channels, seed=1000 * number + row)
            write(root / name / f"{row:03d}.png", encoded(image))
    return root


def idx_bytes(values: np.ndarray) -> bytes:
    """An IDX file of unsigned bytes."""
    return b"\0\0\x08" + bytes([values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


def idx(root: Path, side: str, images: np.ndarray, labels: Sequence[int], packed: bool = True) -> Path:
    """A pair of IDX files as MNIST names them."""
    ending, pack = (".gz", gzip.compress) if packed else ("", bytes)
    write(root / f"{side}-images-idx3-ubyte{ending}", pack(idx_bytes(images)))
    write(root / f"{side}-labels-idx1-ubyte{ending}", pack(idx_bytes(np.array(labels, np.uint8))))
    return root


def npz(path: Path, **arrays: Any) -> Path:
    """A NumPy archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{name: np.asarray(array) for name, array in arrays.items()})
    return path


def parquet(
    path: Path,
    pictures: Sequence[bytes | None],
    labels: Sequence[Any],
    names: Sequence[str] | None = None,
    rows_per_group: int = 3,
    **options: Any,
) -> Path:
    """A Parquet file as Hugging Face writes it; `label` is a ClassLabel where it has names."""
    features: dict[str, Any] = {"img": {"_type": "Image"}}
    if names is not None:
        features["label"] = {"_type": "ClassLabel", "names": list(names)}
    struct_type = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table(
        {
            "img": pa.array([{"bytes": picture, "path": None} for picture in pictures], struct_type),
            "label": pa.array(labels) if labels else pa.array([], pa.int64()),
        }
    ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=rows_per_group, **options)
    return path


def dataset(
    labels: Sequence[int | None],
    images: np.ndarray | None = None,
    classes: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    **columns: Sequence[Any],
) -> Dataset:
    """Rows in memory, probed. Without images every row has one pixel, and a content that is its own.

    Args:
        labels: class numbers.
        images: (N, H, W, C).
        classes: "a", "b", … by default.
        names: the rows' locations, from which their ids follow.
        columns: such as `split`, `group`, `content`.
    """
    count = len(labels)
    names = names or [f"{row:05d}.png" for row in range(count)]
    if classes is None:
        highest = max((label for label in labels if label is not None), default=-1)
        classes = [chr(ord("a") + number) for number in range(highest + 1)]
    array = np.zeros((count, 1, 1, 1), np.uint8) if images is None else images
    given = {"content": [hash_bytes(name.encode()) for name in names]} if images is None else {}
    table = make_table(id=[sample_id(name) for name in names], uri=names, label=labels, **(given | columns))
    data = Dataset(table, tuple(classes), ArrayReader(array), np.arange(count), "memory")
    return data if images is None else probe(data, threads=1)


def digits(count: int = 30, size_hw: tuple[int, int] = SIZE_HW, channels: int = 1) -> Dataset:
    """Two classes that a network tells apart (dark and bright) in random noise, with sides."""
    labels = np.arange(count) % 2
    images = pixels(count, *size_hw, channels, seed=7) // 2 + (labels * 127).astype(np.uint8)[:, None, None, None]
    return assign_sides(dataset(labels.tolist(), images))


def measured(data: Dataset, **changes: Any) -> Preprocessing:
    """A preprocessing at the pictures' own size, with the statistics of the training rows."""
    height, width, channels = data.image(0).shape
    return with_statistics(data, replace(Preprocessing(channels, (height, width)), **changes))


def content(path: Path) -> dict[str, bytes]:
    """Every file below a folder, for comparing before with after."""
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}
