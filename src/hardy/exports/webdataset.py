"""WebDataset: tar archives of `000000012.jpg` with `000000012.cls`, and the classes' names beside them."""

import io
import json
import tarfile
from pathlib import Path

from hardy.dataset import Dataset
from hardy.errors import InputError
from hardy.exports.picture_files import ending_of, picture_files
from hardy.files import write_file
from hardy.progress import Progress

SHARD_BYTES = 512 << 20


def write(data: Dataset, target: Path, tag: str, progress: Progress) -> None:  # noqa: ARG001 (kept by export)
    """Fill a folder: `train-000000.tar`, …; rows without a side lie in `data-000000.tar`.

    Numbers are those of the rows, so that a sample has one name over all shards. Nothing in the archives depends on the
    time or the user.

    Raises:
        InputError: a class name holds a line end, which `classes.txt` cannot.
    """
    strange = [name for name in data.classes if name.splitlines() != [name]]
    if strange:
        raise InputError(f"the class {strange[0]!r} has no name that fits on a line; export as parquet or json")
    shards: dict[str, _Shards] = {}
    labels, sides, groups = data.labels.tolist(), data.column("split"), data.column("group")
    try:
        for row, content in enumerate(picture_files(data, progress)):
            side = sides[row] or "data"
            files = {ending_of(content): content}
            if labels[row] >= 0:
                files[".cls"] = str(labels[row]).encode()
            if groups[row] is not None:
                files[".json"] = json.dumps({"group": groups[row]}, ensure_ascii=False).encode()
            shards.setdefault(side, _Shards(target, side)).add(f"{row:09d}", files)
    finally:
        for entry in shards.values():
            entry.close()
    if data.classes:
        write_file(target / "classes.txt", "".join(f"{name}\n" for name in data.classes))


class _Shards:
    """The archives of one side, the next one begun when the last is full."""

    def __init__(self, target: Path, side: str) -> None:
        self._target = target
        self._side = side
        self._count = 0
        self._size = 0
        self._tar: tarfile.TarFile | None = None

    def add(self, key: str, files: dict[str, bytes]) -> None:
        """A sample's files, in the order of their endings."""
        if self._tar is None or self._size > SHARD_BYTES:
            self.close()
            shard = self._target / f"{self._side}-{self._count:06d}.tar"
            self._tar = tarfile.open(shard, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 (closed by close)
            self._count, self._size = self._count + 1, 0
        for ending, content in files.items():
            member = tarfile.TarInfo(key + ending)
            member.size = len(content)
            member.mode = 0o644
            self._tar.addfile(member, io.BytesIO(content))
            self._size += len(content) + 1024

    def close(self) -> None:
        """Write the end mark."""
        if self._tar is not None:
            self._tar.close()
            self._tar = None
