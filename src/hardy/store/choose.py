"""Which recipe a dataset is packed with, where the user leaves it open."""

from dataclasses import replace

from hardy.dataset import Dataset
from hardy.dataset.prepared import DEFAULT_SIZE_HW, GREY_MODES
from hardy.dataset.probe import Facts, examine
from hardy.dataset.reader import BatchReader
from hardy.dataset.ready import Wishes, wished_pixels
from hardy.errors import InputError
from hardy.parallel import map_ordered
from hardy.progress import SILENT, Progress
from hardy.store.recipe import JPEG_QUALITY, PROFILES, Decode, Profile, Recipe, Resized

SMALL_PX = 64
"""Pictures that all have one size, no side longer than this, are packed raw by default."""


def choose_recipe(
    data: Dataset, profile: Profile | None, wishes: Wishes, quality: int | None = None, progress: Progress = SILENT
) -> Recipe:
    """The recipe for a dataset, probed or not.

    Args:
        data: of a picture or two only the size and mode are looked at, unless they leave it open.
        profile: by default "resized" where a quality is given, "raw" where a size is, or where all pictures have one
            size of at most 64×64, and "original" otherwise.
        wishes: size, channels and so on.
        quality: of JPEG, for "resized".
        progress: told what was taken.

    Raises:
        InputError: the wishes do not fit the profile.
    """
    if profile is None:
        profile = _default_profile(data, wishes, quality)
    _check(profile, wishes, quality)
    if profile == "original":
        return Recipe()
    if profile == "resized" and wishes.size_hw is not None:
        given = JPEG_QUALITY if quality is None else quality
        return Recipe("resized", resized=Resized(wishes.size_hw, wishes.fit, given, wishes.filter or "triangle"))
    decode: Decode = "exact" if wishes.exact else "scaled"
    own = data.preprocessing
    if own is not None:
        chosen = wished_pixels(data, wishes, progress)
        is_same = own.is_measured and chosen.same_pixels(own) and chosen.normalise == own.normalise
        return Recipe("raw", own if is_same and own.arrays is None else chosen, decode=decode)
    return Recipe("raw", wished_pixels(data, _completed(data, wishes, progress), progress), decode=decode)


def _default_profile(data: Dataset, wishes: Wishes, quality: int | None) -> Profile:
    if quality is not None:
        return "resized"
    if wishes.size_hw is not None or data.preprocessing is not None:
        return "raw"
    _, sizes = _look(data, may_be_grey=False)
    return "raw" if len(sizes) == 1 and max(max(sizes)) <= SMALL_PX else "original"


def _check(profile: Profile, wishes: Wishes, quality: int | None) -> None:
    if profile not in PROFILES:
        raise InputError(f"profile must be one of {', '.join(PROFILES)}; got {profile!r}")
    given = [name for name in ("channels", "fit", "background", "filter") if getattr(wishes, name) is not None]
    given += ["size"] * (wishes.size_hw is not None) + ["exact"] * wishes.exact + ["quality"] * (quality is not None)
    if profile == "original" and given:
        raise InputError(
            f"an original store keeps the files as they are: leave out {', '.join(given)}, or take another profile"
        )
    if profile == "resized":
        if wishes.size_hw is None:
            raise InputError("a resized store needs a size, such as --size 256 256")
        if refused := [name for name in given if name in ("channels", "background")]:
            raise InputError(f"a resized store keeps picture files: leave out {', '.join(refused)}, or take raw")
    if profile == "raw" and quality is not None:
        raise InputError("a raw store keeps pixels: leave out quality, or take resized")


def _completed(data: Dataset, wishes: Wishes, progress: Progress) -> Wishes:
    """Channels and size, where they follow from the pictures."""
    if wishes.channels is not None and wishes.size_hw is not None:
        return wishes
    is_grey, sizes = _look(data, may_be_grey=wishes.channels is None, may_be_one_size=wishes.size_hw is None)
    size_hw = wishes.size_hw
    if size_hw is None and len(sizes) == 1:
        (size_hw,) = sizes
    elif size_hw is None:
        size_hw = DEFAULT_SIZE_HW
        progress.say(f"pictures have several sizes: {size_hw[0]}×{size_hw[1]} is taken; --size H W changes it")
    return replace(wishes, channels=wishes.channels or (1 if is_grey else 3), size_hw=size_hw)


def _look(data: Dataset, may_be_grey: bool = True, may_be_one_size: bool = True) -> tuple[bool, set[tuple[int, int]]]:
    """Whether every picture is grey, and their sizes; no farther than until that is settled.

    Args:
        data: any.
        may_be_grey: whether the first answer is wanted.
        may_be_one_size: whether the second is; two sizes are as good as many.

    Raises:
        InputError: no picture can be read.
    """
    if data.table.column("content").null_count == 0:
        sizes = data.distinct("height", "width")
        return all(mode in GREY_MODES for (mode,) in data.distinct("mode")), sizes
    if isinstance(data.reader, BatchReader):
        height, width, channels = data.reader.shape
        return channels < 3, {(height, width)}
    is_grey, sizes = True, set()
    reasons: list[str] = []
    for found in map_ordered(lambda row: examine(data, row), range(len(data))):
        if not isinstance(found, Facts):
            reasons.append(f"{found.uri}: {found.reason}")
            continue
        is_grey = is_grey and found.mode in GREY_MODES
        sizes.add((found.height, found.width))
        if not (may_be_grey and is_grey) and not (may_be_one_size and len(sizes) == 1):
            break
    if not sizes:
        first = "; ".join(reasons[:3])
        raise InputError(f"none of the {len(data)} pictures in {data.location} can be read ({first})")
    return is_grey, sizes
