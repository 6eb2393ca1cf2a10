"""Any layout → Dataset. Opening lists; it reads no picture.

To add a layout: write `sources/<name>.py` with `matches(path) -> bool`, which looks at names and first bytes only, and
`read(path, options) -> Dataset`; add one line to `SOURCES`, before the layouts that are less sure of themselves, with
the options it understands; test it in `tests/unit/sources/test_<name>.py`; describe it in `docs/sources.md`.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from hardy.dataset import Dataset
from hardy.dataset.concat import concat
from hardy.errors import InputError, LayoutError
from hardy.sources import (
    arrow_store,
    folder,
    hdf5,
    hf_arrow,
    idx,
    npy,
    npz,
    parquet,
    table,
    webdataset,
)
from hardy.sources.group_regex import with_groups
from hardy.sources.options import OpenOptions

__all__ = ["SOURCES", "OpenOptions", "Source", "open_source"]


class Source(NamedTuple):
    """One layout: whether a path has it, how it is read, and which of the `OpenOptions` mean something to it."""

    matches: Callable[[Path], bool]
    read: Callable[[Path, OpenOptions], Dataset]
    understands: tuple[str, ...] = ()


SOURCES: dict[str, Source] = {
    "store": Source(arrow_store.matches, arrow_store.read),
    "idx": Source(idx.matches, idx.read),
    "npz": Source(npz.matches, npz.read, ("channels_first",)),
    "npy": Source(npy.matches, npy.read, ("channels_first",)),
    "hdf5": Source(hdf5.matches, hdf5.read, ("channels_first", "group_regex")),
    "webdataset": Source(webdataset.matches, webdataset.read, ("group_regex",)),
    "hf-arrow": Source(hf_arrow.matches, hf_arrow.read),
    "table": Source(
        table.matches,
        table.read,
        (
            "label_column",
            "location_column",
            "split_column",
            "group_column",
            "group_regex",
            "allow_outside",
            "allow_private",
            "channels_first",
            "level",
        ),
    ),
    "parquet": Source(parquet.matches, parquet.read),
    "folder": Source(folder.matches, folder.read, ("level", "group_regex")),
}


def open_source(path: Path, options: OpenOptions = OpenOptions()) -> Dataset:
    """Open whatever lies at `path`, joined with what lies at `options.also`.

    Raises:
        InputError: nothing is there, or an option means nothing to what is there.
        LayoutError: no layout fits, or the one that fits is broken; the message says what was looked for.
    """
    paths = [path, *map(Path, options.also)]
    names = [_layout(place) for place in paths]
    _check_options(paths, names, options)
    parts = [_open(place, name, options) for place, name in zip(paths, names, strict=True)]
    return parts[0] if len(parts) == 1 else concat(parts)


def _layout(path: Path) -> str:
    """The name of the first layout that fits."""
    with _named(path):
        if not path.exists():
            raise InputError(f"{path} does not exist")
        for name, source in SOURCES.items():
            if source.matches(path):
                return name
    raise LayoutError(
        f"{path} is none of the layouts hardy reads ({', '.join(SOURCES)}): "
        "expected a folder of pictures, *-images-idx3-ubyte files, "
        "an .npz, .npy, .h5 or .tar file, Arrow or Parquet files"
    )


def _open(path: Path, name: str, options: OpenOptions) -> Dataset:
    """With the options that mean something to the layout."""
    source = SOURCES[name]
    understood = {option: getattr(options, option) for option in source.understands}
    with _named(path):
        data = source.read(path, OpenOptions(**understood))
        regex = understood.get("group_regex")
        return data if regex is None else with_groups(data, regex)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot read {error.filename or path}: {error.strerror or error}") from error


def _check_options(paths: list[Path], names: list[str], options: OpenOptions) -> None:
    """An option that means nothing to any of the layouts is a mistake, not something to pass over."""
    understood = {"also"}.union(*(SOURCES[name].understands for name in names))
    unknown = [option for option in options.to_dict() if option not in understood]
    if unknown:
        named = ", ".join(f"--{option.replace('_', '-')}" for option in unknown)
        layouts = " and ".join(f"{path} is of the layout {name}" for path, name in zip(paths, names, strict=True))
        raise InputError(f"{layouts}, to which {named} means nothing")
