"""hardy.pack and hardy.verify"""

from pathlib import Path

from hardy import store
from hardy.api.open import open as open_any
from hardy.dataset import Dataset
from hardy.dataset.ready import Wishes, labelled
from hardy.dataset.shares import Share
from hardy.errors import InputError
from hardy.pixels.channels import Background
from hardy.pixels.resize import Filter, Fit
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions
from hardy.store.choose import choose_recipe
from hardy.store.recipe import Profile


def pack(
    source: str | Path | Dataset,
    out: str | Path,
    profile: Profile | None = None,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    fit: Fit | None = None,
    background: Background | None = None,
    filter: Filter | None = None,
    exact: bool = False,
    test: Share | None = None,
    val: Share | None = None,
    seed: int | None = None,
    folds: int | None = None,
    fold: int | None = None,
    quality: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
) -> Dataset:
    """Read every picture, split, and keep the result in one folder of Arrow files.

    Args:
        source: see `hardy.open`.
        out: the store to make, by custom named `….hardy`. It appears when it is whole.
        profile: "original" keeps the files' bytes, "resized" smaller picture files, "raw" 8-bit pixels of one size.
            Resized by default where a quality is given, raw where a size is given or where all pictures have one size
            of at most 64×64.
        size: (height, width), for raw and resized.
        channels: 1 or 3 for raw; grey where every picture is grey.
        fit: how pictures of other proportions are brought to `size`: stretch, pad or crop. By default a raw store pads;
            a resized one keeps the proportions, shrinking until the picture just covers `size`, and enlarges nothing.
        background: grey level or (red, green, blue), 0..255, under transparent parts and in padding; black by default.
        filter: what shrinks: triangle, by default, or area, which is sharper and open to moiré.
        exact: for raw: decode training pictures whole; by default large JPEGs are decoded at 1/2, 1/4 or 1/8 where that
            is enough for `size`. Validation and test rows are decoded whole always.
        test: what to hold out, where the source has no test rows: a fraction (0.2) or a number of rows (500); 20, 10 or
            5% by the rule of thumb.
        val: of the training rows that are left, to validate on; likewise.
        seed: of the split; 0 by default.
        folds: divide the rows into so many parts, each class evenly, groups and equal pictures never parted, and hold
            one out: as test rows, or as validation rows where the source has test rows of its own.
        fold: which one, 1 to `folds`. Over all of them every row is held out once.
        quality: of the JPEGs of a resized store, 1 to 99, 90 by default; 100 writes PNG. Pictures from lossless files,
            or with transparency, are PNG always.
        options: how to read the source, see `hardy.OpenOptions`.
        progress: told how far it is.

    Returns:
        The store, opened and verified. Whenever packing is stopped, the same call goes on where it was.

    Raises:
        InputError: nothing can be read, or there is only one class.
        OutputError: `out` is something else, or cannot be written. The same store: it is left as it is.
    """
    wishes = Wishes(
        channels, size, fit, test, val, seed, background, exact=exact, folds=folds, fold=fold, filter=filter
    )
    data = labelled(open_any(source, options), wishes)
    recipe = choose_recipe(data, profile, wishes, quality, progress)
    path = Path(out)
    if not store.pack(data, path, progress=progress, recipe=recipe, wishes=wishes):
        progress.say(f"{path} is this very store already; nothing to do")
    return store.open_store(path)


def verify(source: str | Path, progress: Progress = SILENT) -> store.Verification:
    """Hash every file of a store again, and say what is damaged.

    Raises:
        InputError: there is no store.
    """
    path = Path(source)
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if not store.is_store(path):
        raise InputError(f"{path} is not a store: it has no manifest.json; hardy pack makes stores")
    return store.verify(path, progress)
