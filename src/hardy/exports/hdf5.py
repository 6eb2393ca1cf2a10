"""HDF5 in the handbook's form: a group for each class with its label as attribute, a dataset for each image inside."""

from pathlib import Path
from typing import Any

from hardy.dataset import Dataset
from hardy.errors import InputError
from hardy.exports.picture_files import check_labels
from hardy.parallel import map_ordered
from hardy.progress import Progress
from hardy.sources.hdf5_objects import load_h5py

_TAG = "hardy_export"


def write(data: Dataset, target: Path, tag: str, progress: Progress) -> None:
    """Make the file: `/cats/persian/image:000012` holds (H, W, C) pixels, packed with gzip, and `split` and `group` as
    attributes. A class `cats/persian` is a group in a group.

    Raises:
        MissingExtraError: h5py is not installed.
        InputError: some rows have a label and others have none, or images have more than 4 channels.
    """
    check_labels(data, "hdf5")
    if any("\0" in name for name in data.classes):
        raise InputError("hdf5 holds no names with a NUL in them; export as parquet or json")
    h5py = load_h5py()
    labels, sides, groups = data.labels.tolist(), data.column("split"), data.column("group")
    total = len(data)
    with h5py.File(target, "w", libver=("earliest", "v110")) as file:
        file.attrs[_TAG] = tag
        places = [_group(file, name) for name in data.classes]
        for row, image in enumerate(map_ordered(data.image, range(total))):
            if image.shape[2] > 4:
                raise InputError(f"{data.path(row)} has {image.shape[2]} channels; hdf5 here holds 1 to 4")
            place = file if labels[row] < 0 else places[labels[row]]
            # No class's group can have this name: ":" is written as %3A there.
            stored = place.create_dataset(f"image:{row:06d}", data=image, compression="gzip", compression_opts=4)
            for name, value in (("split", sides[row]), ("group", groups[row])):
                if value is not None:
                    stored.attrs[name] = value
            progress.advance("exporting", row + 1, total)


def _group(file: Any, name: str) -> Any:
    """The group of a class, in the groups of what it belongs to."""
    here = file
    for part in name.split("/"):
        group = here.require_group(_group_name(part))
        group.attrs["label"] = part
        here = group
    return here


def _group_name(part: str) -> str:
    """HDF5 takes any name but "." and the empty one."""
    escaped = part.replace("%", "%25").replace(":", "%3A")
    return {"": "%", ".": "%2E"}.get(escaped, escaped)


def read_tag(path: Path) -> str | None:
    """What was exported to a file, where `write` made it."""
    try:
        with load_h5py().File(path, "r", locking=False) as file:
            tag = file.attrs.get(_TAG)
            return tag if isinstance(tag, str) else None
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None
