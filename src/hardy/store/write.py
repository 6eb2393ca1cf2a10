"""Pack a dataset into a store."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from hardy import scratch
from hardy.dataset import Dataset, Preprocessing, Refused
from hardy.dataset.kept import keep
from hardy.dataset.probe import refusal, say_what_was_found
from hardy.dataset.ready import Wishes, with_sides
from hardy.dataset.sides import SPLITS, side_column
from hardy.dataset.statistics import LevelTotals, with_statistics
from hardy.errors import InputError
from hardy.files import hash_bytes, hash_file, output_errors, write_file, write_json
from hardy.progress import SILENT, Progress
from hardy.store.already import already_there
from hardy.store.exactly import decode_exactly
from hardy.store.foresee import held_out_rows
from hardy.store.layout import MANIFEST, Manifest, Shard, quarantine_name, shard_name
from hardy.store.mapped import open_reader
from hardy.store.recipe import Profile, Recipe
from hardy.store.seal import seal
from hardy.store.spool import Spool, request_hash
from hardy.store.staging import Entry, Staging, staging_for


def pack(
    data: Dataset,
    out: Path,
    profile: Profile = "original",
    preprocessing: Preprocessing | None = None,
    progress: Progress = SILENT,
    *,
    recipe: Recipe | None = None,
    wishes: Wishes | None = None,
    augmentation: dict[str, Any] | None = None,
    threads: int | None = None,
) -> bool:
    """Write a store: every picture is read once, checked, and kept as the recipe says.

    Stopped at any moment, the same call goes on where it was; the result is the same to the byte.

    Args:
        data: probed or not. What cannot be read is refused, with its reason.
        out: the folder to make. It appears only when it is whole.
        profile: see `hardy.store.recipe.Recipe`.
        preprocessing: of a raw store. Without statistics, those of its training rows are measured.
        progress: told the stages "packing" and "measuring".
        recipe: in place of both.
        wishes: for sides and statistics. None keeps the sides that every row has.
        augmentation: how altered copies among the rows were made; the manifest keeps it.
        threads: that read rows; the usable processors by default.

    Returns:
        True if it was written; False if the same store was there already.

    Raises:
        OutputError: `out` holds something else, is being written by another process, or cannot be written.
        InputError: there is nothing to pack, or it cannot be given sides.
    """
    recipe = recipe or Recipe(profile, preprocessing)
    if len(data) == 0:
        raise InputError(f"{data.location} has no rows to pack")
    if wishes is None and not data.has_splits:
        wishes = Wishes()
    held_out = held_out_rows(data, recipe, wishes)
    foreseen = {} if held_out is None else {"exactly": hash_bytes(held_out.view(np.uint8).data)}
    more = {} if augmentation is None else {"augmentation": augmentation}
    listing = request_hash(data, recipe.to_dict() | foreseen | more)
    request = hash_bytes(f"{listing} {json.dumps(vars(wishes) if wishes else None, default=str)}".encode())
    if out.exists():
        already_there(out, data, recipe, request)
        return False
    with staging_for(out, listing) as staging:
        if out.exists():  # another process finished it meanwhile
            already_there(out, data, recipe, request)
            return False
        entries = Spool(data, recipe, staging, 0, progress, held_out, threads).run()
        _finish(data, recipe, request, wishes, augmentation, staging, entries, progress)
        staging.publish(out)
    return True


def _finish(
    data: Dataset,
    recipe: Recipe,
    request: str,
    wishes: Wishes | None,
    augmentation: dict[str, Any] | None,
    staging: Staging,
    entries: list[Entry],
    progress: Progress,
) -> None:
    """Sides, statistics, checksums and manifest: after this the staged folder is a whole store."""
    folder = staging.store
    refused = refused_rows(data, entries)
    several, transparent = sum(entry.several for entry in entries), sum(entry.transparent for entry in entries)
    say_what_was_found(several, transparent, refused, len(data), progress)
    rows = _staged(data, recipe, folder, entries, refused)
    if wishes is not None:
        rows = with_sides(rows, wishes, progress)
    with output_errors(folder):
        sides = rows.sides
        entries = decode_exactly(data, recipe, staging, entries, sides, progress)
        shards, totals = seal(staging, entries, sides, recipe.shape)
    preprocessing = recipe.preprocessing
    if preprocessing is not None and not preprocessing.is_measured:
        preprocessing = _measured(rows, preprocessing, totals, progress)
    quarantined = sum(1 for entry in rows.refused if entry.id)
    manifest = Manifest(
        profile=recipe.profile,
        classes=data.classes,
        preprocessing=preprocessing,
        resized=recipe.resized,
        decode=recipe.decode,
        quotas=_shares(rows),
        shards=shards,
        found=len(rows) + quarantined,
        accepted=len(rows),
        quarantined=quarantined,
        quarantine=write_quarantine(folder / quarantine_name(), rows.refused),
        request=request,
        data_fingerprint=rows.fingerprint,
        augmentation=augmentation,
    )
    write_json(folder / MANIFEST, manifest.to_dict())
    with output_errors(folder):
        _remove_others(folder, {MANIFEST, manifest.quarantine.name, *(shard.name for shard in shards)})


def _measured(
    rows: Dataset, preprocessing: Preprocessing, totals: LevelTotals | None, progress: Progress
) -> Preprocessing:
    """With statistics: those that were added up on the way, or by a pass of their own."""
    total = rows.split_sizes().get("train", 0)
    if not total:
        raise InputError(f"{rows.location} has no training rows to measure")
    if totals is not None and preprocessing.normalise in totals.KINDS:
        return totals.complete(preprocessing)
    return with_statistics(rows, preprocessing, lambda done: progress.advance("measuring", done, total))


def refused_rows(data: Dataset, entries: list[Entry]) -> Sequence[Refused]:
    """Rows that could not be stored, and why."""
    return keep(refusal(data, row, reason) for entry in entries for row, reason in entry.refused)


def _staged(data: Dataset, recipe: Recipe, folder: Path, entries: list[Entry], refused: Sequence[Refused]) -> Dataset:
    """What lies in the staging folder, with the sides that the source gave."""
    sides = accepted_sides(data, entries)
    if len(sides) == 0:
        first = "; ".join(f"{entry.uri}: {entry.reason}" for entry in refused[:3])
        raise InputError(f"none of the {len(data)} pictures in {data.location} can be read ({first})")
    names = [shard_name(number) for number in sorted({entry.shard for entry in entries})]
    files = [(folder / name, (folder / name).stat().st_size) for name in names]
    reader, table = open_reader(folder, files, recipe, data.classes)
    staged = replace(
        data,
        table=table,
        reader=reader,
        rows=scratch.count_up(len(sides)),
        refused=keep(chain(data.refused, refused)),
        preprocessing=recipe.preprocessing,
    )
    return staged.with_columns(split=side_column(sides))


def accepted_sides(data: Dataset, entries: list[Entry]) -> UInt8[np.ndarray, "n"]:
    """What the source says of the side of each row that could be stored, see `hardy.dataset.sides`."""
    sides, accepted = data.sides, scratch.zeros(sum(entry.rows for entry in entries), np.uint8)
    begin = 0
    for entry in entries:
        accepted[begin : begin + entry.rows] = sides[entry.accepted()]
        begin += entry.rows
    return accepted


def _shares(data: Dataset) -> dict[str, float]:
    """The share of the rows on each side that is held out."""
    sizes = data.split_sizes()
    return {side: sizes.get(side, 0) / len(data) for side in SPLITS if side != "train"}


def write_quarantine(path: Path, refused: Sequence[Refused]) -> Shard:
    """The quarantine file, a JSON object a line."""
    write_file(
        path,
        (
            f"{json.dumps({'uri': entry.uri, 'id': entry.id, 'reason': entry.reason}, ensure_ascii=False)}\n".encode()
            for entry in refused
        ),
    )
    return Shard(path.name, len(refused), path.stat().st_size, hash_file(path))


def _remove_others(folder: Path, names: set[str]) -> None:
    """What an earlier process left in the staging folder, and this one had no use for."""
    for file in folder.iterdir():
        if file.name not in names:
            file.unlink()
