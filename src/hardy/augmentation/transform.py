"""The base of all transforms: what one declares, and how it becomes plain data.

A transform is a frozen value. It draws nothing itself: from uniform numbers it makes parameters, for all samples of a
batch at once. What these mean for a picture, one of the kinds in `hardy.augmentation.kinds` says.
"""

from abc import ABC
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.arguments import number, set_frame
from hardy.errors import InputError

Parameters = dict[str, Shaped[np.ndarray, "n ..."]]


class Transform(ABC):
    """One thing that is done to a picture with probability `p`.

    Subclasses are frozen dataclasses whose last fields are `p` and `key`, and are of one of the kinds. Fields come
    from files as well as from code, so each class checks its own in `__post_init__` and they are annotated `Any`.

    Attributes:
        draws: how many uniform numbers a sample needs besides the one for `p`.
        p: the probability, 0..1.
        key: what the random numbers are drawn under; by default the name and its occurrence.
    """

    draws: ClassVar[int] = 0
    p: Any
    key: Any

    def __post_init__(self) -> None:
        name = type(self).__name__
        p = number(f"{name}(p=…)", self.p)
        if not 0 <= p <= 1:
            raise InputError(f"{name}(p=…): expected a probability between 0 and 1, got {self.p!r}")
        object.__setattr__(self, "p", float(p))
        if self.key is not None and not (isinstance(self.key, str) and self.key):
            raise InputError(f"{name}(key=…): expected a text that is not empty, got {self.key!r}")
        set_frame(self)

    def parameters(
        self,
        uniform: Float64[np.ndarray, "n draws"],  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],  # noqa: ARG002
    ) -> Parameters:
        """Numbers first: what is done to each sample. Each row depends on its own row of the arguments only.

        Args:
            uniform: in [0, 1), `draws` for each sample.
            sizes_hw: height and width of each picture as it comes to this transform.

        Returns:
            Arrays of numbers or flags with a row for each sample, by name; none where there is nothing to choose.
        """
        return {}

    def output_sizes(
        self,
        parameters: Parameters,  # noqa: ARG002
        sizes_hw: Int64[np.ndarray, "n 2"],
    ) -> Int64[np.ndarray, "n 2"]:
        """Height and width of each picture after the transform; as before, by default."""
        return sizes_hw

    def to_config(self) -> dict[str, dict[str, Any]]:
        """Plain data: `{name: arguments}`, without those that are None."""
        arguments = {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
        return {type(self).__name__: {name: _plain(value) for name, value in arguments.items() if value is not None}}


def between(uniform: Float64[np.ndarray, "*n"], extent: tuple[float, float]) -> Float64[np.ndarray, "*n"]:
    """Uniform numbers in [0, 1) spread over a range."""
    return extent[0] + uniform * (extent[1] - extent[0])


def _plain(value: Any) -> Any:
    if isinstance(value, Transform):
        return value.to_config()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value
