"""The store's names, schema and manifest: everything that reader, writer and verifier have to agree on."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hardy.dataset import Preprocessing
from hardy.dataset.dataset import DERIVED, SCHEMA
from hardy.errors import InputError, StoreCorruptError, StoreVersionError
from hardy.files import hash_bytes, read_json
from hardy.store.recipe import Decode, Profile, Recipe, Resized

FORMAT_VERSION = 1
MANIFEST = "manifest.json"


def shard_name(number: int, edition: int = 0) -> str:
    """`data-00000.arrow` and so on; `data-00000-1.arrow` for one that was written anew.

    An edition sorts before the file it takes the place of, as other programs that list a folder sort.
    """
    return f"data-{number:05d}-{edition}.arrow" if edition else f"data-{number:05d}.arrow"


def quarantine_name(edition: int = 0) -> str:
    """`quarantine.jsonl`; `quarantine-1.jsonl` for one that was written anew."""
    return f"quarantine-{edition}.jsonl" if edition else "quarantine.jsonl"


_NAMES = re.compile(r"(?:data-(?P<number>\d{5,})|quarantine)(?:-(?P<edition>\d+))?\.(?:arrow|jsonl)")


def is_ours(name: str) -> bool:
    """Whether a store names its files so."""
    return _NAMES.fullmatch(name) is not None


def edition_of(name: str) -> int:
    """Which edition of a file has that name.

    Example:
        >>> edition_of("data-00000.arrow"), edition_of(shard_name(0, 2)), edition_of(quarantine_name(1))
        (0, 2, 1)
    """
    match = _NAMES.fullmatch(name)
    return int((match and match["edition"]) or 0)


def number_of(name: str) -> int:
    """Which shard has that name.

    Example:
        >>> number_of(shard_name(12)), number_of(shard_name(12, 3))
        (12, 12)
    """
    match = _NAMES.fullmatch(name)
    return int((match and match["number"]) or 0)


@dataclass(frozen=True)
class Shard:
    """One file of a store: its name, rows, size in bytes and xxh3-128. The quarantine is one, too."""

    name: str
    rows: int
    bytes: int
    hash: str


@dataclass(frozen=True)
class Manifest:
    """What a store holds.

    Args:
        profile: "original" (the bytes of the picture files), "resized" (smaller ones) or "raw" (8-bit pixels).
        classes: names in the order of their numbers.
        preprocessing: of a raw store, with the statistics of its training rows.
        resized: of a resized store, how its pictures were made.
        decode: "exact", or "scaled" where JPEG was decoded at a smaller scale.
        quotas: the shares of val and test rows when it was packed; what `append` fills up to.
        shards: the files, in order.
        found: rows that the source had; accepted + quarantined.
        accepted: rows in the shards.
        quarantined: lines in the quarantine file that were rows.
        quarantine: that file.
        request: a hash of what was asked for: the listing and the settings.
        data_fingerprint: of the rows: ids, contents, labels, sides.
        augmentation: how altered copies among the rows were made, see `hardy.augmentation.offline`; None without any.
    """

    profile: Profile
    classes: tuple[str, ...]
    preprocessing: Preprocessing | None
    resized: Resized | None
    decode: Decode
    quotas: dict[str, float]
    shards: tuple[Shard, ...]
    found: int
    accepted: int
    quarantined: int
    quarantine: Shard
    request: str
    data_fingerprint: str
    augmentation: dict[str, Any] | None = None
    format_version: int = FORMAT_VERSION

    @property
    def recipe(self) -> Recipe:
        """How its rows were made, and how appended ones are."""
        return Recipe(self.profile, self.preprocessing, self.resized, self.decode)

    def to_dict(self) -> dict[str, Any]:
        """For JSON, with a checksum over everything else."""
        value = {
            name: entry for name, entry in vars(self).items() if name not in ("preprocessing", "resized", "shards")
        }
        if self.augmentation is None:
            del value["augmentation"]
        value["preprocessing"] = self.preprocessing.to_dict() if self.preprocessing else None
        value["resized"] = asdict(self.resized) if self.resized else None
        value["shards"] = [asdict(shard) for shard in self.shards]
        value["quarantine"] = asdict(self.quarantine)
        return {**value, "checksum": _checksum(value)}


def _checksum(value: dict[str, Any]) -> str:
    return hash_bytes(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def is_store(path: Path) -> bool:
    """Whether a folder looks like a store, finished or not."""
    if not path.is_dir():
        return False
    if (path / shard_name(0)).is_file() or (path / shard_name(0, 1)).is_file():
        return True
    try:  # other programs call files so, too
        return (path / MANIFEST).is_file() and '"data_fingerprint"' in (path / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def read_manifest(path: Path) -> Manifest:
    """The manifest of the store at `path`.

    Raises:
        StoreCorruptError: it is missing, damaged or changed by hand.
        StoreVersionError: a newer hardy wrote it.
    """
    where = path / MANIFEST
    try:
        value = read_json(where)
    except InputError as error:
        raise StoreCorruptError(f"{path} is no complete store: {error}; pack it again") from error
    version = value.get("format_version") if isinstance(value, dict) else None
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise StoreVersionError(
            f"{path} has format {version}, this hardy reads up to {FORMAT_VERSION}: pip install --upgrade hardy"
        )
    try:
        checksum = value.pop("checksum")
        if checksum != _checksum(value):
            raise StoreCorruptError(f"{where} does not match its own checksum; pack it again")
        preprocessing, resized = value["preprocessing"], value["resized"]
        value["preprocessing"] = Preprocessing.from_dict(preprocessing) if preprocessing else None
        value["resized"] = Resized(**{**resized, "size_hw": tuple(resized["size_hw"])}) if resized else None
        value["classes"] = tuple(value["classes"])
        value["shards"] = tuple(Shard(**shard) for shard in value["shards"])
        value["quarantine"] = Shard(**value["quarantine"])
        manifest = Manifest(**value)
        _ = manifest.recipe  # its parts must fit each other
        return manifest
    except (KeyError, TypeError, AttributeError, InputError) as error:
        raise StoreCorruptError(f"{where} is damaged ({error}); pack it again") from error


def store_schema(
    profile: Profile, classes: tuple[str, ...], shape: tuple[int, int, int] | None, derived: bool = False
) -> pa.Schema:
    """The Arrow schema, with the features that Hugging Face's `datasets` reads from its metadata.

    Args:
        profile: see `Recipe`.
        classes: names in the order of their numbers.
        shape: (H, W, C) of a raw store.
        derived: whether some rows are altered copies, with the columns of `DERIVED`.

    Source: facts in `docs/decisions/0003-arrow-store.md`; `Image` and `ClassLabel` survive only as
    struct<bytes: binary, path: string> and nullable int64.
    """
    columns = [*SCHEMA, *(DERIVED if derived else ())]
    fields: list[pa.Field] = [pa.field(entry.name, entry.type) for entry in columns]
    features: dict[str, Any] = {entry.name: {"dtype": str(entry.type), "_type": "Value"} for entry in columns}
    features["label"] = {"names": list(classes), "_type": "ClassLabel"}
    fields.append(pa.field("checksum", pa.uint64()))
    features["checksum"] = {"dtype": "uint64", "_type": "Value"}
    if shape is None:
        fields.append(pa.field("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])))
        features["image"] = {"_type": "Image"}
    else:
        length = shape[0] * shape[1] * shape[2]
        fields.append(pa.field("pixels", pa.list_(pa.uint8(), length)))
        features["pixels"] = {"feature": {"dtype": "uint8", "_type": "Value"}, "length": length, "_type": "List"}
    metadata = {
        "huggingface": json.dumps({"info": {"features": features}}),
        "hardy": json.dumps({"format_version": FORMAT_VERSION, "profile": profile, "shape": shape}),
    }
    return pa.schema(fields, metadata=metadata)
