"""An enlarged dataset as a folder of classes with a record beside it, or as a store with two columns more."""

import json
from pathlib import Path

import numpy as np
import xxhash

from hardy.augmentation.compose import Compose
from hardy.augmentation.offline.setting import Format, Setting
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.prepared import default_preprocessing
from hardy.errors import InputError, OutputError
from hardy.exports.folder import fill
from hardy.exports.picture_files import picture_files
from hardy.files import free_name, output_errors, staged_folder
from hardy.progress import SILENT, Progress
from hardy.rng import id_words
from hardy.sources.families import RECORD
from hardy.store import pack
from hardy.store.choose import SMALL_PX
from hardy.store.recipe import Recipe

__all__ = ["Format", "write"]

_CHUNK = 10_000


def write(
    data: Dataset,
    parents: Dataset,
    setting: Setting,
    out: Path,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> bool:
    """Write all rows; whole or not at all.

    Args:
        data: from `enlarge`.
        parents: what it was made of.
        setting: how, with the fingerprint of the parents.
        out: the folder or store to make.
        threads: that alter pictures; the usable processors by default. They change nothing in what is written.
        progress: told the stages "exporting" or "packing".

    Returns:
        True if it was written; False if the same was there already.

    Raises:
        OutputError: `out` is something else, or cannot be written.
        DecodeError: a picture cannot be read any more.
        InputError: pictures cannot be altered so, or the store cannot hold them.
    """
    if setting.written_as == "folder":
        return _write_folder(data, setting, out, threads, progress)
    recipe = _recipe(parents, setting.compose)
    return pack(data, out, progress=progress, recipe=recipe, augmentation=setting.to_dict(), threads=threads)


def _write_folder(data: Dataset, setting: Setting, out: Path, threads: int | None, progress: Progress) -> bool:
    head = _line(setting.to_dict())
    if out.exists():
        if _first_line(out / RECORD) == head:
            return False
        what = "is another enlarged dataset" if _first_line(out / RECORD) else "exists and is no enlarged dataset"
        raise OutputError(f"{out} {what}; nothing was changed. Choose another name, such as --out {free_name(out)}")
    with staged_folder(out) as folder, output_errors(out):
        _fill(data, head, folder, threads, progress)
    return True


def _fill(data: Dataset, head: bytes, folder: Path, threads: int | None, progress: Progress) -> None:
    """The pictures, and a line of the record for each copy; the last says how many, and a hash of all lines before."""
    digest, count, parent_file = xxhash.xxh3_128(), 0, ""
    ids, parents, groups, texts = data.ids, data.column("parent"), data.column("group"), data.table.column("plan")
    with (folder / RECORD).open("wb") as record:
        record.write(head)
        digest.update(head)
        for row, file in enumerate(fill(data, folder, picture_files(data, progress, threads))):
            if parents[row] is None:
                parent_file = file
                continue
            entry = {"id": ids[row], "parent": parents[row], "group": groups[row], "file": file, "of": parent_file}
            line = _line({**entry, "plan": json.loads(texts[row].as_py())})
            record.write(line)
            digest.update(line)
            count += 1
        record.write(_line({"rows": count, "checksum": digest.hexdigest()}))


def _line(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _first_line(record: Path) -> bytes:
    try:
        with record.open("rb") as lines:
            return lines.readline()
    except OSError:
        return b""


def _recipe(parents: Dataset, policy: Compose) -> Recipe:
    """Pixels where all pictures have the size of a store of pixels, or are small and of one size; else picture files.

    Raises:
        InputError: the pictures are of one size, and the policy makes others.
    """
    own = parents.preprocessing
    if own is not None:
        _check_sizes(parents, policy, own)
        return Recipe("raw", own.unmeasured() if own.arrays is None else own)
    sizes = set(zip(parents.column("height"), parents.column("width"), strict=True))
    if len(sizes) == 1 and max(max(sizes)) <= SMALL_PX:
        chosen = default_preprocessing(parents)
        if _other_size(parents, policy, chosen.size_hw) is None:
            return Recipe("raw", chosen)
    return Recipe()


def _check_sizes(parents: Dataset, policy: Compose, preprocessing: Preprocessing) -> None:
    height, width = preprocessing.size_hw
    if (other := _other_size(parents, policy, (height, width))) is not None:
        raise InputError(
            f"the policy makes pictures of {other[0]}×{other[1]}, and a store of pixels holds {height}×{width}: "
            f"end it with Resize: {{height: {height}, width: {width}}}, or write a folder"
        )


def _other_size(parents: Dataset, policy: Compose, size_hw: tuple[int, int]) -> tuple[int, int] | None:
    """A size that some copy has and its parent has not."""
    words = id_words(parents.ids)
    for begin in range(0, len(words), _CHUNK):
        sizes = policy.plan(words[begin : begin + _CHUNK], 0, size_hw).output_sizes_hw
        if (other := np.flatnonzero((sizes != size_hw).any(axis=1))).size:
            height, width = sizes[other[0]].tolist()
            return height, width
    return None
