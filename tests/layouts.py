"""Files in the binary layouts, written by the tests themselves and not by hardy's exports."""

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa

from tests.builders import encoded


def hdf5_groups(path: Path, classes: Mapping[str, Any]) -> Path:
    """The handbook's form: `cats/persian` → a stack, or a list of images of any size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, images in classes.items():
            group = file.require_group(name)
            group.attrs["label"] = name.split("/")[-1]
            if isinstance(images, np.ndarray):
                group.create_dataset("photos", data=images)
            else:
                for row, image in enumerate(images):
                    group.create_dataset(f"{row:04d}", data=image)
    return path


def hdf5_arrays(path: Path, **arrays: Any) -> Path:
    """Datasets at the root; strings as h5py writes them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            value = np.asarray(array)
            if value.dtype.kind == "U":
                file.create_dataset(name, data=value.astype(object), dtype=h5py.string_dtype())
            else:
                file.create_dataset(name, data=value)
    return path


def tar(path: Path, files: Mapping[str, bytes | tarfile.TarInfo], format: int = tarfile.PAX_FORMAT) -> Path:
    """An archive by Python's tarfile; a TarInfo stands for a link, a device, or a name of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w", format=format) as archive:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
            else:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return path


def shard(path: Path, images: Sequence[np.ndarray], labels: Sequence[Any]) -> Path:
    """A WebDataset shard of PNG and .cls files."""
    files: dict[str, bytes | tarfile.TarInfo] = {}
    for row, (image, label) in enumerate(zip(images, labels, strict=True)):
        files[f"{row:04d}.png"] = encoded(image)
        if label is not None:
            files[f"{row:04d}.cls"] = str(label).encode()
    return tar(path, files)


def arrow(
    path: Path,
    pictures: Sequence[bytes | None],
    labels: Sequence[Any],
    names: Sequence[str] | None = None,
    stream: bool = True,
    rows_per_batch: int = 3,
) -> Path:
    """An Arrow file as `datasets` writes it (a stream), or in the file format."""
    features: dict[str, Any] = {"image": {"_type": "Image"}}
    if names is not None:
        features["label"] = {"_type": "ClassLabel", "names": list(names)}
    schema = pa.schema(
        [
            ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
            ("label", pa.string() if any(isinstance(label, str) for label in labels) else pa.int64()),
        ],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )
    table = pa.table(
        {"image": [{"bytes": picture, "path": None} for picture in pictures], "label": list(labels)}, schema=schema
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    make = pa.ipc.new_stream if stream else pa.ipc.new_file
    with pa.OSFile(str(path), "wb") as sink, make(sink, schema) as writer:
        writer.write_table(table, max_chunksize=rows_per_batch)
    return path
