"""From what an enlarged dataset says of itself to the same dataset again."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xxhash

from hardy.augmentation.offline.setting import Setting
from hardy.dataset import Dataset
from hardy.errors import InputError, StoreError
from hardy.sources.families import RECORD
from hardy.store import is_store, open_store, verify
from hardy.store.layout import read_manifest


@dataclass(frozen=True, eq=False)
class Replay:
    """What is made again.

    Args:
        path: the record, or the store.
        setting: how the dataset was enlarged.
        texts: what was done to each copy, by its parent's id and its number.
    """

    path: Path
    setting: Setting
    texts: dict[tuple[str, int], str]

    def check(self, parents: Dataset) -> None:
        """Raise unless these are the rows that were enlarged.

        Raises:
            InputError: other pictures, labels, classes or sides.
        """
        if parents.fingerprint != self.setting.fingerprint:
            raise InputError(
                f"{parents.location} is not what {self.path} was made of: other pictures, labels, classes or sides; "
                "name that source, with the options it was opened by"
            )

    def plan(self, parent: str, copy: int) -> str:
        """What was done to a copy.

        Raises:
            InputError: nothing is said of it.
        """
        try:
            return self.texts[parent, copy]
        except KeyError:
            raise InputError(f"{self.path} says nothing of copy {copy} of {parent}; augment again") from None


def read_replay(path: Path) -> Replay:
    """Read the record of an enlarged folder, or an enlarged store. No code is run.

    Args:
        path: `augmentation.jsonl`, the folder it lies in, or the store.

    Raises:
        InputError: there is none, or it was changed after it was written.
    """
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if is_store(path):
        return _from_store(path)
    record = path / RECORD if path.is_dir() else path
    if not record.is_file():
        raise InputError(f"{path} holds no {RECORD}: it is not what hardy augment wrote")
    return _from_record(record)


def _from_record(path: Path) -> Replay:
    try:
        *lines, last = path.read_bytes().splitlines(keepends=True) or [b""]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    values = [_parsed(path, number, line) for number, line in enumerate([*lines, last], 1)]
    if not isinstance(values[0], dict) or "format" not in values[0]:
        raise InputError(f"{path} is no record of hardy augment: expected its settings in the first line")
    if not isinstance(values[-1], dict) or "checksum" not in values[-1]:
        raise InputError(f"{path} is cut off: its last line is missing; augment again")
    if xxhash.xxh3_128_hexdigest(b"".join(lines)) != values[-1]["checksum"] or values[-1].get("rows") != len(lines) - 1:
        raise InputError(f"{path} was changed after it was written: its checksum does not fit; augment again")
    texts = {}
    try:
        for value in values[1:-1]:
            plan = value["plan"]
            texts[value["parent"], plan["copy"]] = json.dumps(plan, ensure_ascii=False, separators=(",", ":"))
        return Replay(path, Setting.from_dict(values[0]), texts)
    except (KeyError, TypeError, InputError) as error:
        raise InputError(f"{path} is damaged: {error}; augment again") from error


def _parsed(path: Path, number: int, line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}, line {number} is not JSON: {error}") from error


def _from_store(path: Path) -> Replay:
    try:
        setting = read_manifest(path).augmentation
        if setting is None:
            raise InputError(f"{path} holds no altered copies: it is not what hardy augment wrote")
        if problems := verify(path).problems:
            raise InputError(f"{path} was changed after it was written: {problems[0]}; augment again")
        data = open_store(path)
        pairs = zip(data.column("parent"), data.column("plan"), strict=True)
        texts = {(parent, json.loads(text)["copy"]): text for parent, text in pairs if parent is not None}
        return Replay(path, Setting.from_dict(setting), texts)
    except StoreError as error:
        raise InputError(f"{path}: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} is damaged: {error}; augment again") from error
