"""Is every byte of a store what it was when it was packed?"""

from dataclasses import dataclass
from pathlib import Path

from hardy.errors import StoreCorruptError
from hardy.files import hash_file
from hardy.progress import SILENT, Progress
from hardy.store.layout import QUARANTINE, read_manifest


@dataclass(frozen=True)
class Verification:
    """What `verify` found: how much was checked, and one line for each problem."""

    rows: int
    shards: int
    bytes: int
    problems: tuple[str, ...]


def verify(path: Path, progress: Progress = SILENT) -> Verification:
    """Hash every file of a store again.

    Returns:
        The counts, and the problems; none means that the store is whole.

    Raises:
        StoreVersionError: a newer hardy wrote it.
    """
    try:
        manifest = read_manifest(path)
    except StoreCorruptError as error:
        return Verification(0, 0, 0, (str(error),))
    expected = [(shard.name, shard.hash) for shard in manifest.shards] + [(QUARANTINE, manifest.quarantine_hash)]
    problems: list[str] = []
    size = 0
    for done, (name, fingerprint) in enumerate(expected, 1):
        file = path / name
        try:
            size += file.stat().st_size
            if hash_file(file) != fingerprint:
                problems.append(f"{file} is damaged: its content is not what was packed")
        except OSError as error:
            problems.append(f"{file} cannot be read: {error.strerror}")
        progress.advance("verifying", done, len(expected))
    if sum(shard.rows for shard in manifest.shards) != manifest.accepted:
        problems.append(f"{path}: the shards' rows do not add up to {manifest.accepted}")
    return Verification(manifest.accepted, len(manifest.shards), size, tuple(problems))
