"""How 8-bit levels become the numbers a network sees: what each kind needs to know, and what it computes.

To add a kind: its name in `Kind`, what it computes in `normalise`, what it measures in `statistics.py`, its row in
`tests/reference/test_normalisation.py` and in `docs/preprocessing.md`.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import safetensors.numpy
from jaxtyping import Float, Shaped, UInt8
from safetensors import SafetensorError

from hardy.errors import InputError
from hardy.files import hash_bytes, write_file

Kind = Literal["channel", "all", "position", "sample", "zca", "0..1", "-1..1"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""channel, all, position: minus the training rows' mean, over their deviation, of each channel, of everything, or of
each pixel position. sample: with each picture's own mean and deviation. zca: whitened. 0..1 and -1..1: the levels."""

FIXED: dict[Kind, tuple[float, float]] = {"0..1": (0.0, 1.0), "-1..1": (0.5, 0.5)}
"""Mean and deviation of the kinds that measure nothing but are a line, too."""

WITH_ARRAYS: dict[Kind, tuple[str, ...]] = {"position": ("mean", "std"), "zca": ("mean", "whitening")}
"""The kinds whose statistics are arrays, and their names."""

ZCA_MOST = 4_096
"""Values of a picture that ZCA whitens at the most: the matrix grows with their square, its making with the cube."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """Statistics that are too long for JSON: equal when their bits are.

    Args:
        named: float32, in units of 0..1; `mean` and `std` (H, W, C), `whitening` (H·W·C, H·W·C).
    """

    named: dict[str, np.ndarray]

    @cached_property
    def hash(self) -> str:
        """xxh3-128 of the names, shapes and bits."""
        return hash_bytes(safetensors.numpy.save(dict(sorted(self.named.items()))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Arrays) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def save(self, path: Path) -> None:
        """Write a safetensors file.

        Raises:
            OutputError: it cannot be written.
        """
        write_file(path, safetensors.numpy.save(dict(sorted(self.named.items()))))

    @classmethod
    def load(cls, path: Path) -> "Arrays":
        """Read a safetensors file.

        Raises:
            InputError: it is missing or damaged; the message names it.
        """
        try:
            return cls(safetensors.numpy.load(path.read_bytes()))
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror}") from error
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise InputError(f"{path} is damaged: {error}") from error


def check_arrays(kind: Kind, arrays: Arrays, shape: tuple[int, int, int]) -> None:
    """Raise unless these are the arrays of that kind, for pictures of that shape.

    Raises:
        InputError: a name, shape, dtype or value is not what it has to be.
    """
    values = int(np.prod(shape))
    expected = {"mean": shape, "std": shape, "whitening": (values, values)}
    names = WITH_ARRAYS.get(kind, ())
    if set(arrays.named) != set(names):
        raise InputError(f"normalise {kind} takes the arrays {', '.join(names) or 'none'}; got {sorted(arrays.named)}")
    for name, array in arrays.named.items():
        if array.shape != expected[name] or array.dtype != np.float32 or not np.isfinite(array).all():
            raise InputError(f"{name} must be finite float32 {expected[name]}, got {array.dtype} {array.shape}")
    if "std" in arrays.named and arrays.named["std"].min() <= 0:
        raise InputError("std must be positive")


def normalise(values: Float[np.ndarray, "n h w c"], kind: Kind, arrays: Arrays | None) -> Float[np.ndarray, "n h w c"]:
    """The kinds that are no line per channel.

    Args:
        values: 0..1; may be overwritten.
        kind: "position", "sample" or "zca".
        arrays: of `position` and `zca`.

    Returns:
        position: (value − mean) / std of its place. sample: (value − mean) / deviation of its picture, the deviation
        at least 1 / √(number of values) levels, so that a nearly plain picture is not blown up. zca: the picture, its
        mean taken off, times the whitening matrix. In the precision of `values`.

    Source: sample as TensorFlow's `tf.image.per_image_standardization`; zca: Bell and Sejnowski 1997, "The
        independent components of natural scenes are edge filters".
    """
    if kind == "sample":
        count = np.prod(values.shape[1:])
        mean = values.mean(axis=(1, 2, 3), keepdims=True, dtype=np.float64)
        deviation = values.std(axis=(1, 2, 3), keepdims=True, dtype=np.float64)
        lowest = 1 / np.sqrt(count) / 255
        values -= mean.astype(values.dtype)
        values /= np.maximum(deviation, lowest).astype(values.dtype)
        return values
    if arrays is None:
        raise InputError(f"normalise {kind} needs its statistics; with_statistics gives them")
    values -= arrays.named["mean"].astype(values.dtype, copy=False)
    if kind == "position":
        values /= arrays.named["std"].astype(values.dtype, copy=False)
        return values
    flat = values.reshape(len(values), len(arrays.named["whitening"])) @ arrays.named["whitening"].astype(
        values.dtype, copy=False
    )
    return flat.reshape(values.shape)


def levels_to_values(
    pixels: UInt8[np.ndarray, "n h w c"],
    kind: Kind,
    mean: tuple[float, ...] | None,
    std: tuple[float, ...] | None,
    arrays: Arrays | None,
    dtype: str,
) -> Shaped[np.ndarray, "n h w c"]:
    """What the network sees, computed in float64 and rounded once; the loader's fused pass is held against it."""
    values = pixels / 255.0
    if kind in WITH_ARRAYS or kind == "sample":
        return normalise(values, kind, arrays).astype(dtype)
    return ((values - np.array(mean)) / np.array(std)).astype(dtype)
