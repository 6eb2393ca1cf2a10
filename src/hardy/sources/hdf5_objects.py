"""Groups and datasets of an HDF5 file, reached without ever leaving the file, and refused where they are not images.

An HDF5 file can point elsewhere in four ways: external links, soft links that lead through one, virtual datasets and
raw data in external files. None is followed.
"""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hardy.errors import HardyError, LayoutError, MissingExtraError
from hardy.sources.unpacked_size import check_unpacked

BUILT_IN_FILTERS = {1: "gzip", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf"}
"""Others are plug-ins, which HDF5 would load as code from wherever an environment variable says."""

MAX_CHUNK_BYTES = 512 << 20
"""A chunk is unpacked whole, whatever is asked of it."""

MAX_RATIO = 1_100
"""Rows are unpacked one at a time, so that only what deflate cannot do (1,032) gives a bomb away."""

MAX_ROWS = 20_000_000


def load_h5py() -> Any:
    """The library, or the line that installs it.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import h5py
    except ImportError as error:
        raise MissingExtraError("HDF5 files need h5py: pip install 'hardy[hdf5]'") from error
    return h5py


@contextlib.contextmanager
def hdf5_errors(file: Path) -> Iterator[None]:
    """Whatever HDF5 and h5py raise on a damaged file becomes a LayoutError that names it."""
    try:
        yield
    except HardyError:
        raise
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise LayoutError(f"{file} is no HDF5 file, or is damaged: {error}") from error
    except (OverflowError, MemoryError, NotImplementedError, SystemError) as error:
        raise LayoutError(f"{file} is no HDF5 file, or is damaged: {error or type(error).__name__}") from error


class Found(NamedTuple):
    """An object in the file.

    Args:
        path: names from the root, without the root.
        value: h5py's Group or Dataset.
    """

    path: tuple[str, ...]
    value: Any

    @property
    def location(self) -> str:
        """The path as text."""
        return "/".join(self.path)

    def __str__(self) -> str:
        return f"{self.value.file.filename}: /{self.location}"


def children(file: Path, group: Any, path: tuple[str, ...], seen: set[int]) -> Iterator[Found]:
    """What lies in a group, by name, each object of the file once.

    Args:
        file: for messages.
        group: h5py's.
        path: of the group.
        seen: addresses of objects that were given out already; added to. An object can have several names, and a group
            can hold itself: without this the file would have no end.

    Raises:
        LayoutError: a link leads out of the file.
    """
    h5py = load_h5py()
    for name in sorted(group):
        link = group.get(name, getlink=True)
        where = "/".join((*path, name)).encode("utf-8", "backslashreplace").decode()
        if isinstance(link, h5py.ExternalLink):
            raise LayoutError(f"{file}: {where} is a link to the file {link.filename}, which is not followed")
        if isinstance(link, h5py.SoftLink):
            # Its target, where it lies in this file, is found by its own name; where it does not, we do not want it.
            if _leads_out(group.file if link.path.startswith("/") else group, link.path):
                raise LayoutError(f"{file}: {where} is a link to {link.path}, which is not in this file")
            continue
        value = group[name]
        address = _address(value)
        if address in seen:
            continue
        seen.add(address)
        yield Found((*path, name), value)


def _address(value: Any) -> int:
    return int(load_h5py().h5o.get_info(value.id).addr)


def _leads_out(start: Any, target: str) -> bool:
    """Whether a path is anything but hard links to something that is there."""
    h5py = load_h5py()
    here = start
    for part in target.split("/"):
        if part in ("", "."):
            continue
        if not isinstance(here, h5py.Group):
            return True
        link = here.get(part, getlink=True)
        if not isinstance(link, h5py.HardLink):
            return True
        here = here[part]
    return False


def check_stored(file: Path, found: Found) -> None:
    """Refuse a dataset that lies elsewhere, is packed in a way we lack, or announces more than it can hold.

    Raises:
        LayoutError: the message names file and dataset.
    """
    where, dataset = f"{file}: {found.location}", found.value
    if dataset.is_virtual or dataset.external:
        raise LayoutError(f"{where} keeps its values in other files, which are not read")
    creation = dataset.id.get_create_plist()
    for number in range(creation.get_nfilters()):
        code, _, _, name = creation.get_filter(number)
        if code not in BUILT_IN_FILTERS or not load_h5py().h5z.filter_avail(code):
            called = name.decode(errors="replace") if name else "no name"
            raise LayoutError(
                f"{where} is packed with filter {code} ({called}), which is not built in; "
                "write it again with gzip, for example with h5repack -f GZIP=4"
            )
    if dataset.shape is None:
        raise LayoutError(f"{where} is empty")
    size = dataset.dtype.itemsize
    for length in dataset.shape:
        size *= length
    stored = dataset.id.get_storage_size()
    if size and not stored:
        raise LayoutError(f"{where} announces {size:,} bytes and holds none: it was never written")
    check_unpacked(where, stored, size, MAX_RATIO)
    if dataset.chunks:
        chunk = dataset.dtype.itemsize
        for length in dataset.chunks:
            chunk *= length
        if chunk > MAX_CHUNK_BYTES:
            raise LayoutError(
                f"{where} has chunks of {chunk:,} bytes, more than {MAX_CHUNK_BYTES:,}; "
                "write it again with chunks of a few images"
            )


def attribute(found: Found, name: str, most: int) -> Any:
    """An attribute's value, once it is known to be small and of a kind that the library reads safely.

    Raises:
        LayoutError: it has more than `most` elements, or is neither text nor numbers.
    """
    stored = found.value.attrs.get_id(name)
    h5t = load_h5py().h5t
    # Of what it does not know, HDF5 2.0 reads until it crashes.
    if not isinstance(stored.get_type(), (h5t.TypeStringID, h5t.TypeIntegerID, h5t.TypeFloatID, h5t.TypeEnumID)):
        raise LayoutError(f"{found}: its attribute {name} is no text and no number")
    if math.prod(stored.shape or ()) > most:
        raise LayoutError(
            f"{found}: its attribute {name} has the shape {stored.shape}; expected at most {most:,} values"
        )
    return found.value.attrs[name]


def text_attribute(found: Found, *names: str) -> str | None:
    """The first of some attributes that is there, as text.

    Raises:
        LayoutError: it is no text and no number.
    """
    for name in names:
        if name in found.value.attrs:
            value = attribute(found, name, 1)
            value = value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else value
            value = value.decode() if isinstance(value, bytes) else value
            if not isinstance(value, (str, int)) or isinstance(value, bool):
                raise LayoutError(f"{found}: its attribute {name} is {value!r}, not a text")
            return str(value)
    return None
