"""Rows as picture files: the bytes as they were found, or PNG where the source holds pixels."""

from collections.abc import Iterator

from hardy.dataset import Dataset
from hardy.dataset.reader import GroupReader, Payload
from hardy.errors import InputError, ShapeError
from hardy.parallel import map_ordered
from hardy.pixels.decode import sniff
from hardy.pixels.encode import encode_png
from hardy.progress import Progress

_ENDINGS = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "GIF": ".gif",
    "BMP": ".bmp",
    "TIFF": ".tif",
    "PPM": ".ppm",
    "WEBP": ".webp",
}


def as_file(payload: Payload, where: str) -> bytes:
    """The bytes of a picture file.

    Raises:
        InputError: PNG cannot hold these pixels; the message names `where`.
    """
    if isinstance(payload, bytes):
        return payload
    try:
        return encode_png(payload)
    except ShapeError as error:
        raise InputError(f"{where}: {error}; npz holds such pictures") from error


def ending_of(content: bytes) -> str:
    """The ending that fits the bytes, whatever the file was called.

    Example:
        >>> ending_of(b"GIF89a...")
        '.gif'
    """
    return _ENDINGS.get(sniff(content) or "", ".bin")


def picture_files(data: Dataset, progress: Progress, threads: int | None = None) -> Iterator[bytes]:
    """The file of every row, in order, read ahead on several threads.

    Args:
        data: the rows.
        progress: told the stage "exporting".
        threads: the usable processors by default.

    Raises:
        DecodeError: a picture cannot be read any more.
        InputError: PNG cannot hold some pixels.
    """
    total = len(data)
    together = data.reader.together if isinstance(data.reader, GroupReader) else 1
    groups = (range(begin, min(begin + together, total)) for begin in range(0, total, together))
    done = 0
    for files in map_ordered(lambda indices: _files(data, indices), groups, threads):
        for content in files:
            yield content
            done += 1
            progress.advance("exporting", done, total)


def _files(data: Dataset, indices: range) -> list[bytes]:
    payloads = data.payloads(indices) or [data.payload(index) for index in indices]
    return [as_file(payload, data.path(index)) for index, payload in zip(indices, payloads, strict=True)]


def check_labels(data: Dataset, format: str) -> None:
    """Refuse rows of which some have labels and some have none, where the layout would mix them up.

    Raises:
        InputError: the message says which formats can hold them.
    """
    missing = data.table.column("label").null_count
    if 0 < missing < len(data):
        raise InputError(
            f"{missing:,} of {len(data):,} pictures have no label, which {format} cannot say; "
            "export them as csv, json, jsonl, parquet or webdataset"
        )


def check_sides(data: Dataset, format: str) -> None:
    """Refuse rows of which some have a side and some have none, likewise.

    Raises:
        InputError: the message says which formats can hold them.
    """
    missing = data.table.column("split").null_count
    if 0 < missing < len(data):
        raise InputError(
            f"{missing:,} of {len(data):,} pictures are on no side (train, val, test), which {format} cannot say; "
            "export them as csv, json, jsonl, parquet, webdataset or hdf5"
        )


def check_sides_have_labels(data: Dataset, format: str) -> None:
    """Refuse sides without labels, where the layout has a place for sides above its classes only.

    Raises:
        InputError: the message says which formats can hold them.
    """
    if not data.is_labelled and data.table.column("split").null_count < len(data):
        raise InputError(
            f"{format} keeps sides above or beside labels only, and these pictures have none; "
            "export them as csv, json, jsonl, parquet, webdataset or hdf5"
        )
