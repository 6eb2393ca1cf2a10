"""Write a dataset in one of the formats: whole or not at all, never over something else, twice the same bytes."""

import json
from functools import partial
from pathlib import Path

from hardy.dataset import Dataset
from hardy.errors import InputError, OutputError
from hardy.exports import FORMATS
from hardy.exports.values import Values
from hardy.files import free_name, output_errors, staged_file, staged_folder, write_file
from hardy.progress import SILENT, Progress

MARK = ".hardy-export.json"
"""Hidden in an exported folder: the format and a hash of what was exported, so that the same again is known."""


def export(data: Dataset, out: Path, format: str, progress: Progress = SILENT, values: Values = Values()) -> bool:
    """Write a dataset.

    Args:
        data: probed; rows keep their order, labels and sides.
        out: the folder or file to make. It appears when it is whole.
        format: one of `FORMATS`.
        progress: told the stage "exporting".
        values: what stands in arrays; for npz only.

    Returns:
        True if it was written; False if the same export was there already.

    Raises:
        InputError: the format is unknown, or cannot hold this dataset; the message says which can.
        OutputError: `out` is something else, or cannot be written.
        DecodeError: a picture cannot be read any more.
    """
    check_format(format, values != Values())
    if len(data) == 0:
        raise InputError(f"{data.location} has no rows to export")
    kind = FORMATS[format]
    pixels = {} if data.preprocessing is None else {"pixels": data.preprocessing.to_dict()}
    tag = json.dumps({"format": format, "fingerprint": data.fingerprint, **pixels, **values.to_dict()})
    write = partial(kind.write, values=values) if kind.holds_values else kind.write
    if out.exists():
        there = kind.read_tag(out) if kind.read_tag and out.is_file() else _mark(out)
        if there == tag:
            return False
        what = "is another export" if there else "exists and is no export of hardy"
        raise OutputError(f"{out} {what}; nothing was changed. Choose another name, such as --out {free_name(out)}")
    if kind.ending:
        with staged_file(out) as file, output_errors(out):
            write(data, file, tag, progress)
        return True
    with staged_folder(out) as folder:
        with output_errors(out):
            write(data, folder, tag, progress)
        write_file(folder / MARK, tag + "\n")
    return True


def _mark(out: Path) -> str | None:
    try:
        return (out / MARK).read_bytes().decode().rstrip("\n")
    except (OSError, UnicodeDecodeError):
        return None


def check_format(format: str, holds_values: bool = False) -> None:
    """Raise unless there is such a format, and it can hold numbers where it has to.

    Raises:
        InputError: it is unknown, or holds pictures only.
    """
    if format not in FORMATS:
        raise InputError(f"format must be one of {', '.join(FORMATS)}; got {format!r}")
    if holds_values and not FORMATS[format].holds_values:
        able = ", ".join(name for name, kind in FORMATS.items() if kind.holds_values)
        raise InputError(f"{format} holds pictures: normalise, dtype and labels are for {able}")
