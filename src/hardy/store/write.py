"""Pack a dataset into a store."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from hardy.dataset import Dataset, Preprocessing, Refused
from hardy.dataset.dataset import SPLITS
from hardy.dataset.probe import refusal, say_what_was_found
from hardy.dataset.ready import Wishes, with_sides
from hardy.dataset.statistics import with_statistics
from hardy.errors import InputError, OutputError, StoreCorruptError, StoreError
from hardy.files import hash_bytes, output_errors, write_file, write_json
from hardy.progress import SILENT, Progress
from hardy.store.already import already_there
from hardy.store.layout import MANIFEST, QUARANTINE, Manifest, Shard, shard_name
from hardy.store.mapped import open_reader
from hardy.store.recipe import Profile, Recipe
from hardy.store.seal import seal
from hardy.store.spool import Spool, request_hash
from hardy.store.staging import Entry, Staging, staging_for
from hardy.store.verify import verify


def pack(
    data: Dataset,
    out: Path,
    profile: Profile = "original",
    preprocessing: Preprocessing | None = None,
    progress: Progress = SILENT,
    *,
    recipe: Recipe | None = None,
    wishes: Wishes | None = None,
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
        wishes: for the sides. None keeps those that every row has.

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
    settings = {"recipe": recipe.to_dict(), "wishes": vars(wishes) if wishes else None}
    request = request_hash(data, settings)
    if out.exists():
        already_there(out, data, recipe, request)
        return False
    with staging_for(out, request) as staging:
        if out.exists():  # another process finished it meanwhile
            already_there(out, data, recipe, request)
            return False
        entries = Spool(data, recipe, staging, 0, progress).run()
        _finish(data, recipe, wishes, staging, entries, progress)
        staging.publish(out)
    return True


def _finish(
    data: Dataset, recipe: Recipe, wishes: Wishes | None, staging: Staging, entries: list[Entry], progress: Progress
) -> None:
    """Sides, statistics, checksums and manifest: after this the staged folder is a whole store."""
    folder = staging.store
    refused = tuple(refusal(data, row, reason) for entry in entries for row, reason in entry.refused)
    _say(data, entries, refused, progress)
    shards = tuple(
        Shard(shard_name(number), 0, (folder / shard_name(number)).stat().st_size, "")
        for number in sorted({entry.shard for entry in entries})
    )
    draft = Manifest(
        profile=recipe.profile,
        classes=data.classes,
        preprocessing=recipe.preprocessing,
        resized=recipe.resized,
        decode=recipe.decode,
        quotas={},
        shards=shards,
        found=0,
        accepted=0,
        quarantined=0,
        quarantine_bytes=0,
        quarantine_hash="",
        request=staging.request,
        data_fingerprint="",
    )
    staged = _staged(data, draft, folder, entries, refused)
    with_ = staged if wishes is None else with_sides(staged, wishes, progress)
    preprocessing = recipe.preprocessing
    if preprocessing is not None and preprocessing.mean is None:
        total = with_.split_sizes()["train"]
        preprocessing = with_statistics(with_, preprocessing, lambda rows: progress.advance("measuring", rows, total))
    with output_errors(folder):
        sealed = seal([folder / shard.name for shard in shards], entries, with_.column("split"))
    quarantine = quarantine_lines(with_.refused)
    quarantined = sum(1 for entry in with_.refused if entry.id)
    write_file(folder / QUARANTINE, quarantine)
    manifest = replace(
        draft,
        preprocessing=preprocessing,
        quotas=shares(with_),
        shards=tuple(sealed),
        found=len(with_) + quarantined,
        accepted=len(with_),
        quarantined=quarantined,
        quarantine_bytes=len(quarantine.encode()),
        quarantine_hash=hash_bytes(quarantine.encode()),
        data_fingerprint=with_.fingerprint,
    )
    write_json(folder / MANIFEST, manifest.to_dict())
    checked = verify(folder)
    if checked.problems:
        raise StoreError(f"{folder} did not read back as written: {checked.problems[0]}")


def _staged(
    data: Dataset, draft: Manifest, folder: Path, entries: list[Entry], refused: tuple[Refused, ...]
) -> Dataset:
    """What lies in the staging folder, with the sides that the source gave."""
    accepted = np.array([row for entry in entries for row in entry.accepted()], np.int64)
    if len(accepted) == 0:
        first = "; ".join(f"{entry.uri}: {entry.reason}" for entry in refused[:3])
        raise InputError(f"none of the {len(data)} pictures in {data.location} can be read ({first})")
    reader, table = open_reader(folder, draft)
    sides = data.table.column("split").take(accepted).to_pylist()
    staged = replace(
        data,
        table=table,
        reader=reader,
        rows=np.arange(len(accepted)),
        refused=data.refused + refused,
        preprocessing=None,
    )
    return staged.with_columns(split=sides)


def _say(data: Dataset, entries: list[Entry], refused: tuple[Refused, ...], progress: Progress) -> None:
    several, transparent = sum(entry.several for entry in entries), sum(entry.transparent for entry in entries)
    say_what_was_found(several, transparent, refused, len(data), progress)


def shares(data: Dataset) -> dict[str, float]:
    """The share of the rows on each side that is held out."""
    sizes = data.split_sizes()
    return {side: sizes.get(side, 0) / len(data) for side in SPLITS if side != "train"}


def quarantine_lines(refused: tuple[Refused, ...]) -> str:
    """The quarantine file, a JSON object a line."""
    return "".join(
        json.dumps({"uri": entry.uri, "id": entry.id, "reason": entry.reason}, ensure_ascii=False) + "\n"
        for entry in refused
    )
