"""Any function of the user's."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped

from hardy.augmentation.kinds import Barrier, Row
from hardy.augmentation.transform import Transform
from hardy.errors import InputError, ShapeError


@dataclass(frozen=True)
class UserFunction(Barrier):
    """Call a function with the picture and a random generator of the sample's own.

    A function in `Compose`, or in a combination of transforms, becomes one, and so does whatever else can be called: a
    method, a `functools.partial`, an object with `__call__`. It cannot be saved in a file, and it does not say what it
    does to masks, boxes and keypoints: with these it is refused, unless `moves=False` says that pixels stay where they
    are.

    Args:
        function: (image, generator) → image; image (H, W, C) of the picture's dtype, which it keeps. What it draws from
            the `numpy.random.Generator` is the same for the same seed, epoch, sample and copy.
        moves: pixels may change their place.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default "UserFunction#0", "UserFunction#1", …

    Raises:
        InputError: it is no function, or not one of an image and a generator.

    Example:
        >>> from hardy.augmentation import Compose
        >>> speckle = lambda image, generator: image + generator.integers(0, 3, image.shape, image.dtype)
        >>> alter, image = Compose([speckle], seed=1), np.zeros((17, 11, 3), np.uint8)
        >>> once, again = (alter(image=image, id="ab" * 16)["image"] for _ in range(2))
        >>> bool((once == again).all()), int(once.max())
        (True, 2)
    """

    function: Callable[..., Any]
    moves: Any = True
    p: Any = 1.0
    key: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(self.function):
            raise InputError(f"UserFunction: expected a function (image, generator) → image, got {self.function!r}")
        if not _takes_two(self.function):
            raise InputError(f"{self.name}: expected a function that takes two arguments, image and generator")

    @property
    def name(self) -> str:
        """The function's own name."""
        return getattr(self.function, "__name__", type(self.function).__name__)

    def alter(self, image: Any, parameters: Row, generator: np.random.Generator) -> Any:  # noqa: ARG002
        found = self.function(image.copy(), generator)
        if not isinstance(found, np.ndarray) or found.shape != image.shape or found.dtype != image.dtype:
            got = f"{found.dtype} {found.shape}" if isinstance(found, np.ndarray) else type(found).__name__
            raise ShapeError(f"{self.name}: expected it to return {image.dtype} {image.shape}, got {got}")
        return found

    def alter_mask(self, mask: Shaped[np.ndarray, "h w *c"], parameters: Row, generator: Any) -> Any:  # noqa: ARG002
        if self.moves:
            raise InputError(
                f"{self.name} does not say what it does to masks; UserFunction({self.name}, moves=False) if nothing"
            )
        return mask

    def to_config(self) -> dict[str, dict[str, Any]]:
        raise InputError(
            f"{self.name} is a function and cannot be saved as plain data; give a transform of hardy's own"
        )


def as_transform(given: Any) -> Any:
    """A `UserFunction` of what can be called and is nothing of hardy's; all else as it is.

    A class can be called, too, but stands there by mistake for one of its objects, as in `Compose([HorizontalFlip])`.
    """
    if isinstance(given, Transform | type) or getattr(given, "partner", False) or not callable(given):
        return given
    return UserFunction(given)


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # written in C, and says nothing about its arguments
        return True
    return True
