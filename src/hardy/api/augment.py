"""hardy.augment"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hardy.api.open import open as open_any
from hardy.augmentation import Compose
from hardy.augmentation.offline import Format, Replay, Setting, check_single, enlarge, examples, read_replay, write
from hardy.dataset import Dataset, Refused
from hardy.dataset.prepared import prepared
from hardy.dataset.ready import wished_pixels, with_sides
from hardy.dataset.shares import Share
from hardy.errors import InputError, OutputError
from hardy.files import free_name, write_file
from hardy.pixels.channels import Background
from hardy.pixels.resize import Filter, Fit
from hardy.progress import SILENT, Progress
from hardy.reports.contact_sheet import contact_sheet
from hardy.sources import OpenOptions

TIMES = 4
QUALITY = 90
PICTURES = 6


@dataclass(frozen=True)
class Augmented:
    """What became of a dataset.

    Args:
        out: the folder or store; None where only a sheet was asked for.
        format: "folder" or "store".
        before: rows on each side.
        after: the same, with the copies.
        refused: found, and not among the rows.
    """

    out: Path | None
    format: Format
    before: dict[str, int]
    after: dict[str, int]
    refused: Sequence[Refused] = ()

    @property
    def factor(self) -> float:
        """By how much the training rows became more.

        Example:
            >>> Augmented(None, "folder", {"train": 10, "test": 2}, {"train": 50, "test": 2}).factor
            5.0
        """
        return self.after.get("train", 0) / max(1, self.before.get("train", 0))


def augment(
    source: str | Path | Dataset,
    policy: Compose | str | Path | None = None,
    out: str | Path | None = None,
    times: int | None = None,
    preview: str | Path | None = None,
    replay: str | Path | None = None,
    format: Format | None = None,
    quality: int | None = None,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    fit: Fit | None = None,
    background: Background | None = None,
    filter: Filter | None = None,
    test: Share | None = None,
    val: Share | None = None,
    split_seed: int | None = None,
    seed: int | None = None,
    pictures: int | None = None,
    threads: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> Augmented:
    """Write a dataset with altered copies of its training rows, or a sheet that shows what a policy does.

    Args:
        source: see `hardy.open`.
        policy: what is done to each picture: a `Compose`, a file or a text as `Compose.load` takes them.
        out: the folder or store to make. It appears when it is whole.
        times: how many altered copies of each training row; 4 by default. The row itself stays.
        preview: a PNG to make: pictures in rows, the original first, each copy with its numbers below.
        replay: what was written before: its folder, its record or its store. It is made again, byte for byte with the
            same versions of the libraries that encode pictures.
        format: "folder", a folder per class below the sides; or "store", the default where `out` ends in .hardy.
        quality: of copies of JPEGs, 1 to 99, 90 by default; 100 makes PNG. Other copies are PNG, or a store's pixels.
        size, channels, fit, background, filter: as in `hardy.export_data`; where one is given, pictures are
            brought to one size before they are altered, as training does.
        test, val, split_seed: of the split as in `hardy.pack`, where the source has none.
        seed: of the policy's numbers; that of a `Compose`, or 0, by default.
        pictures: how many the sheet shows; 6 by default.
        threads: that alter pictures; the usable processors by default. They change nothing in the result.
        options: how to read the source, see `hardy.OpenOptions`.
        progress: told how far it is.

    Returns:
        How many rows there were, and are. Rows that are held out are never altered.

    Raises:
        InputError: nothing can be read, the policy cannot be carried out on single pictures, or the replay is of
            another source.
        OutputError: `out` or `preview` is something else, or cannot be written. The same again: it is left as it is.

    Example:
        >>> hardy.augment("tests/nothing", "[HorizontalFlip]", "out")
        Traceback (most recent call last):
        hardy.errors.InputError: tests/nothing does not exist
    """
    if out is None and preview is None:
        raise InputError("nothing to make: name a folder or store with --out, or a sheet with --preview")
    again = None
    if replay is not None:
        asked = {"policy": policy, "times": times, "format": format, "quality": quality, "size": size, "seed": seed}
        more = {"channels": channels, "fit": fit, "background": background, "filter": filter, "test": test, "val": val}
        again = _again(Path(replay), {**asked, **more, "split_seed": split_seed})
        setting = again.setting
        if setting.written_as == "folder" and out is not None and Path(out).suffix == ".hardy":
            raise InputError(f"{replay} is a folder, and so is what is made of it again; {out} is the name of a store")
    else:
        compose = _compose(policy, seed)
        setting = Setting(
            tuple(compose.to_config()),
            compose.seed,
            TIMES if times is None else times,
            format or ("store" if out is not None and Path(out).suffix == ".hardy" else "folder"),
            QUALITY if quality is None else quality,
            test,
            val,
            split_seed,
            size,
            channels,
            fit,
            background,
            filter=filter,
        )
    check_single(setting.compose)
    opened = open_any(source, options)
    if preview is not None:
        sheet = contact_sheet(examples(opened, setting, PICTURES if pictures is None else pictures, progress))
        _write_sheet(Path(preview), sheet)
    if out is None:
        return Augmented(None, setting.written_as, {}, {})
    facts_are_known = opened.table.column("content").null_count > 0
    parents = with_sides(opened, setting.wishes, progress)
    if again is not None:
        again.check(parents)
    setting = replace(setting, fingerprint=parents.fingerprint)
    if setting.changes_pixels:
        parents = prepared(parents, wished_pixels(parents, setting.wishes, progress))
    plans = None if again is None else again.plan
    how = (setting.compose, setting.times, setting.quality, setting.background or 0)
    data = enlarge(parents, *how, plans, facts_are_known, threads, progress)
    if not write(data, parents, setting, Path(out), threads, progress):
        progress.say(f"{out} is this very enlarged dataset already; nothing to do")
    return Augmented(Path(out), setting.written_as, parents.split_sizes(), data.split_sizes(), parents.refused)


def _compose(policy: Compose | str | Path | None, seed: int | None) -> Compose:
    if policy is None:
        raise InputError("name what is done to the pictures with --policy, such as '[HorizontalFlip, Rotate]'")
    if isinstance(policy, Compose):
        return policy if seed is None else Compose(policy.stages, seed)
    return Compose.load(policy, seed or 0)


def _again(replay: Path, asked: dict[str, object]) -> Replay:
    if both := [f"--{name.replace('_', '-')}" for name, value in asked.items() if value is not None]:
        raise InputError(f"--replay makes what {replay} says: leave out {', '.join(both)}")
    return read_replay(replay)


def _write_sheet(path: Path, sheet: bytes) -> None:
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: the sheet is a PNG; expected a name that ends in .png")
    if path.exists():
        if path.is_file() and path.read_bytes() == sheet:
            return
        raise OutputError(f"{path} exists and is another sheet; choose another name, such as {free_name(path)}")
    write_file(path, sheet)
