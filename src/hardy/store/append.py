"""More rows into a store that is there. Its rows, sides, class numbers and statistics stay what they are."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import pyarrow as pa

from hardy.dataset import Dataset, Preprocessing, Refused
from hardy.dataset.kept import keep
from hardy.dataset.spill import starts
from hardy.dataset.statistics import with_statistics
from hardy.errors import StoreCorruptError
from hardy.files import hash_bytes, hash_file, output_errors, sync_folder, write_json
from hardy.progress import SILENT, Progress
from hardy.store.layout import (
    MANIFEST,
    Manifest,
    Shard,
    edition_of,
    is_ours,
    number_of,
    quarantine_name,
    read_manifest,
    shard_name,
    store_schema,
)
from hardy.store.mapped import dataset_of, open_reader, open_store
from hardy.store.newcomers import newcomers
from hardy.store.seal import seal
from hardy.store.shards import read_unfinished
from hardy.store.spool import Spool, request_hash
from hardy.store.staging import Staging, staging_for
from hardy.store.write import accepted_sides, refused_rows, write_quarantine


@dataclass(frozen=True)
class Appended:
    """What became of the rows that were to be appended.

    Args:
        added: are in the store now.
        already: were there, with the same content.
        refused: are in the quarantine: they cannot be read, have no label, would connect two sides, or have the id of
            another picture.
        classes: names that are new.
    """

    added: int
    already: int
    refused: Sequence[Refused]
    classes: tuple[str, ...]


def append(path: Path, data: Dataset, name: str = "", remeasure: bool = False, progress: Progress = SILENT) -> Appended:
    """Append rows to a store.

    What was there stays valid until the new manifest takes the place of the old one, in one step. Stopped at any
    moment, the same call goes on.

    Args:
        path: the store.
        data: the rows; those that the store has already are passed over.
        name: of the source, part of the new ids: for pictures of another place under the same names.
        remeasure: measure the statistics of a raw store again. By default they stay, as models may rely on them.
        progress: told the stages "comparing", "reading" and "packing".

    Raises:
        OutputError: the store is being written by another process, or cannot be written.
        StoreError: it is damaged.
    """
    manifest = read_manifest(path)
    request = hash_bytes(f"{manifest.to_dict()['checksum']} {request_hash(data, {'name': name})}".encode())
    with staging_for(path, request) as staging:
        manifest, store = read_manifest(path), open_store(path)  # again: another process may just have been at it
        with output_errors(path):
            _remove_unlisted(path, manifest)
        rows, already = newcomers(store, data, name, manifest.quotas, progress)
        return _Append(path, manifest, store, rows, staging, progress).run(already, remeasure)


class _Append:
    """Writes rows that have their class numbers and sides."""

    def __init__(
        self, path: Path, manifest: Manifest, store: Dataset, rows: Dataset, staging: Staging, progress: Progress
    ) -> None:
        self._path, self._manifest, self._store, self._rows = path, manifest, store, rows
        self._staging, self._progress = staging, progress

    def run(self, already: int, remeasure: bool) -> Appended:
        rows, manifest = self._rows, self._manifest
        shards, refused = self._pack() if len(rows) else ((), rows.refused)
        added = sum(shard.rows for shard in shards)
        before = {entry.id for entry in self._store.refused} - {""}
        ids = rows.table.column("id")
        seen = before.intersection(entry.id for entry in refused)
        for chunk in starts(len(rows) if before else 0):
            seen |= before.intersection(ids.slice(chunk.start, len(chunk)).to_pylist())
        left = (entry for entry in self._store.refused if entry.id not in seen)
        quarantine = keep(dict.fromkeys(chain(left, refused)))
        classes = rows.classes[len(manifest.classes) :]
        if not added and not remeasure and set(quarantine) == set(self._store.refused):
            return Appended(0, already, refused, ())
        with output_errors(self._path):
            new = self._publish(shards, quarantine, classes)
            data = dataset_of(self._path, new) if remeasure else self._joined(new)
            if remeasure and new.preprocessing is not None:
                new = replace(new, preprocessing=self._measured(data, new.preprocessing))
            new = replace(new, data_fingerprint=data.fingerprint)
            write_json(self._path / MANIFEST, new.to_dict())
            sync_folder(self._path)
            _remove_unlisted(self._path, new)
        return Appended(added, already, refused, classes)

    def _pack(self) -> tuple[tuple[Shard, ...], Sequence[Refused]]:
        """The new rows as shards in the staging folder."""
        rows, recipe = self._rows, self._manifest.recipe
        first = 1 + max((number_of(shard.name) for shard in self._manifest.shards), default=-1)
        names = self._store.table.column_names
        if "parent" in names:  # all files of a store have the same columns
            rows = rows.with_columns(parent=[None] * len(rows), plan=[None] * len(rows))
        rows = replace(rows, table=rows.table.select(names))
        entries = Spool(rows, recipe, self._staging, first, self._progress).run()
        with output_errors(self._path):
            shards, _ = seal(self._staging, entries, accepted_sides(rows, entries), recipe.shape)
        refused = keep(chain(rows.refused, refused_rows(rows, entries)))
        return tuple(shard for shard in shards if shard.rows), refused

    def _publish(self, shards: tuple[Shard, ...], refused: Sequence[Refused], classes: tuple[str, ...]) -> Manifest:
        """Put files beside those that the manifest names; it names them next."""
        manifest = self._manifest
        every = manifest.classes + classes
        first = manifest.shards[:1]
        if classes and first:  # other programs take the class names from the first file
            first = (self._with_names(manifest.shards[0], every),)
        for shard in shards:
            (self._staging.store / shard.name).replace(self._path / shard.name)
        name = quarantine_name(edition_of(manifest.quarantine.name) + 1)
        quarantined = sum(1 for entry in refused if entry.id)
        accepted = manifest.accepted + sum(shard.rows for shard in shards)
        sync_folder(self._path)
        return replace(
            manifest,
            classes=every,
            shards=first + manifest.shards[1:] + shards,
            found=accepted + quarantined,
            accepted=accepted,
            quarantined=quarantined,
            quarantine=write_quarantine(self._path / name, refused),
            request=self._staging.request,
        )

    def _joined(self, manifest: Manifest) -> Dataset:
        """The store and the new rows, whose shards alone are opened: enough for a fingerprint."""
        files = [(self._path / shard.name, shard.bytes) for shard in manifest.shards[len(self._manifest.shards) :]]
        tables = [open_reader(self._path, files, manifest.recipe, manifest.classes)[1]] if files else []
        return replace(self._store, table=pa.concat_tables([self._store.table, *tables]), classes=manifest.classes)

    def _with_names(self, shard: Shard, classes: tuple[str, ...]) -> Shard:
        """A shard anew, with longer class names in its metadata."""
        recipe = self._manifest.recipe
        name = shard_name(number_of(shard.name), edition_of(shard.name) + 1)
        file = self._path / name
        batches = read_unfinished(self._path / shard.name, sys.maxsize)
        derived = "parent" in self._store.table.column_names
        schema = store_schema(recipe.profile, classes, recipe.shape, derived)
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
        with file.open("rb+") as written:
            os.fsync(written.fileno())
        if sum(batch.num_rows for batch in batches) != shard.rows:
            raise StoreCorruptError(f"{self._path / shard.name} cannot be read whole; run hardy verify {self._path}")
        return Shard(name, shard.rows, file.stat().st_size, hash_file(file))

    def _measured(self, data: Dataset, preprocessing: Preprocessing) -> Preprocessing:
        total = data.split_sizes().get("train", 0)
        return with_statistics(
            data, preprocessing.unmeasured(), lambda done: self._progress.advance("measuring", done, total)
        )


def _remove_unlisted(path: Path, manifest: Manifest) -> None:
    """Files that no manifest names any more, or does not yet: of an append that was stopped, or that is done."""
    names = {manifest.quarantine.name, *(shard.name for shard in manifest.shards)}
    for file in [*path.glob("data-*.arrow"), *path.glob("quarantine*.jsonl")]:
        if file.name not in names and is_ours(file.name):
            file.unlink()
