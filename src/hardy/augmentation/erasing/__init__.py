"""Transforms that blank parts of a picture. To add one: a file with an `Erasing`, and a line in the dict below."""

from hardy.augmentation.erasing.coarse_dropout import CoarseDropout
from hardy.augmentation.erasing.grid_dropout import GridDropout
from hardy.augmentation.erasing.random_erasing import RandomErasing
from hardy.augmentation.transform import Transform

_ALL: tuple[type[Transform], ...] = (CoarseDropout, RandomErasing, GridDropout)
ERASING: dict[str, type[Transform]] = {transform.__name__: transform for transform in _ALL}
