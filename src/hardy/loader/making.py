"""From rows to a batch: read, prepared, altered, mixed, normalised."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import torch
from jaxtyping import Float32, Int64, UInt8, UInt64

from hardy.augmentation import Compose, apply
from hardy.augmentation.mixing import Mixing
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.normalisation import normalise
from hardy.dataset.prepared import prepared_batch
from hardy.errors import InputError
from hardy.loader.batch import Batch, Drawn
from hardy.loader.buffers import Buffers
from hardy.loader.cropping import Cropping, crops_itself
from hardy.loader.ids import Ids, names
from hardy.loader.skipping import Skipping

Alter: TypeAlias = Callable[[UInt8[np.ndarray, "n h w c"], list[str]], UInt8[np.ndarray, "n h w c"]]

Pixels: TypeAlias = Float32[np.ndarray, "n h w c"] | UInt8[np.ndarray, "n h w c"]

_ANY_ID = "00" * 16

Dtype = Literal["float32", "bfloat16", "uint8"]
Layout = Literal["NCHW", "NHWC"]
Labels = Literal["index", "one-hot"]
Kind = Literal["torch", "numpy"]


@dataclass(frozen=True)
class Form:
    """What batches look like.

    Args:
        kind: "torch" for tensors, "numpy" for arrays.
        dtype: of the images: "float32", "bfloat16" (torch only), or "uint8", which is not normalised.
        layout: shape of the images; in memory they are NHWC always, which torch calls channels-last.
        labels: "index" for class numbers, "one-hot" for rows of shares.

    Raises:
        InputError: one of them is not known, or they do not go together.
    """

    kind: Kind = "torch"
    dtype: Dtype = "float32"
    layout: Layout = "NCHW"
    labels: Labels = "index"

    def __post_init__(self) -> None:
        for name, known in (("kind", Kind), ("dtype", Dtype), ("layout", Layout), ("labels", Labels)):
            if getattr(self, name) not in get_args(known):
                raise InputError(f"{name} must be one of {', '.join(get_args(known))}; got {getattr(self, name)!r}")
        if self.kind == "numpy" and self.dtype == "bfloat16":
            raise InputError("NumPy has no bfloat16: take float32, or torch tensors")


@dataclass(frozen=True, eq=False)
class Maker:
    """Makes batches out of nothing but the samples that they are to have.

    Args:
        data: of the samples.
        preprocessing: with its statistics.
        augment: drawn for each sample; a mixing at its end takes partners from all rows.
        alter: changes pixels before anything else does.
        exact: False decodes large JPEGs at a smaller scale where that is enough.
        form: what batches look like.
        buffers: where they lie.
        skipping: what is done with pictures that cannot be read; None for an error.
    """

    data: Dataset
    preprocessing: Preprocessing
    augment: Compose | None
    alter: Alter | None
    exact: bool
    form: Form
    buffers: Buffers
    skipping: Skipping | None = None
    ids: Ids = field(init=False)
    labels: Int64[np.ndarray, "n"] = field(init=False)
    shown_hw: tuple[int, int] = field(init=False)
    cropping: Cropping | None = field(init=False)

    def __post_init__(self) -> None:
        size, cropping = self.preprocessing.size_hw, None
        if (
            self.augment is not None
            and self.alter is None
            and crops_itself(self.data, self.preprocessing, self.augment)
        ):
            cropping = Cropping(self.data, self.preprocessing, self.augment, self.exact)
        elif self.augment is not None:
            height, width = self.augment.plan([_ANY_ID], 0, size).output_sizes_hw[0].tolist()
            size = (height, width)
        for name, value in (
            ("ids", Ids(self.data.table.column("id"))),
            ("labels", self.data.labels),
            ("shown_hw", size),
            ("cropping", cropping),
        ):
            object.__setattr__(self, name, value)

    def make(self, drawn: Drawn, epoch: int) -> Batch:
        """One batch.

        Raises:
            DecodeError: a row cannot be read; the message names it.
            InputError: the augmentation leaves the pictures with different sizes.
        """
        values, drawn, words = self._values(drawn, epoch)
        labels = self.labels[drawn.rows]
        targets: Any = labels
        if self.augment is not None and self.augment.mixing is not None:
            values, targets = self._mixed(self.augment, self.augment.mixing, drawn, words, epoch, values)
        elif self.form.labels == "one-hot":
            targets = self._one_hot(labels)
        if self.form.kind == "numpy":
            images = values if self.form.layout == "NHWC" else values.transpose(0, 3, 1, 2)
            return Batch(images, targets, labels, drawn, words)
        tensor = torch.from_numpy(values)
        tensor = tensor if self.form.layout == "NHWC" else tensor.permute(0, 3, 1, 2)
        tensor = tensor.to(torch.bfloat16) if self.form.dtype == "bfloat16" else tensor
        own = torch.from_numpy(labels)
        return Batch(tensor, own if targets is labels else torch.from_numpy(targets), own, drawn, words)

    def _values(self, drawn: Drawn, epoch: int) -> tuple[np.ndarray, Drawn, UInt64[np.ndarray, "n 2"]]:
        """Pictures as this epoch alters them, normalised; which they are, where some could not be read; their ids."""
        whole = self.form.dtype == "uint8"
        shape = (len(drawn.rows), *self.shown_hw, self.preprocessing.channels)
        out = self.buffers.take(shape, "uint8" if whole else "float32")
        if self.skipping is None:
            words = self._fill(drawn, epoch, out)
        else:
            drawn = self.skipping.fill(self._fill, drawn, epoch, out, self.ids, len(self.data))
            words = self.ids.words(drawn.rows)
        if self.preprocessing.line is None and not whole:
            return normalise(out, self.preprocessing.normalise, self.preprocessing.arrays), drawn, words
        return out, drawn, words

    def _fill(self, drawn: Drawn, epoch: int, out: Pixels) -> UInt64[np.ndarray, "n 2"]:
        """Altered pictures into `out`; their ids.

        Raises:
            DecodeError: a row cannot be read.
        """
        words = self.ids.words(drawn.rows)
        mean, std = self.preprocessing.line or (None, None)
        options = {"output": "uint8"} if out.dtype == np.uint8 else {"output": "float32", "mean": mean, "std": std}
        if self.cropping is not None:
            self.cropping.fill(drawn, words, epoch, out, options)
            return words
        pixels = prepared_batch(self.data, drawn.rows, self.preprocessing, self.exact)
        if self.alter:
            pixels = self.alter(pixels, names(words))
        plan = None
        if self.augment is not None:
            plan = self.augment.plan(words, epoch, self.preprocessing.size_hw, drawn.copies)
            if (plan.output_sizes_hw != self.shown_hw).any():
                raise InputError(
                    f"the augmentation leaves the pictures of a batch with different sizes: {self.augment!r}"
                )
        apply(plan, pixels, out=out, **options)
        return words

    def _mixed(
        self,
        augment: Compose,
        mixing: Mixing,
        drawn: Drawn,
        words: UInt64[np.ndarray, "n 2"],
        epoch: int,
        values: np.ndarray,
    ) -> tuple[np.ndarray, Float32[np.ndarray, "n k"]]:
        """Pictures with their partners in them, and soft labels. A partner looks as it does in this epoch."""
        height, width = values.shape[1:3]
        mixture = mixing.plan(
            words,
            len(self.data),
            (height, width),
            seed=augment.seed,
            epoch=epoch,
            copies=drawn.copies,
        )
        mixed = np.flatnonzero(mixture.applied)
        partners = mixture.partner.copy()
        others = values.copy()
        if len(mixed):
            nothing = np.zeros(len(mixed), np.int64)
            wanted = Drawn(partners[mixed], nothing, nothing.astype(bool))
            others[mixed], found, _ = self._values(wanted, epoch)
            partners[mixed] = found.rows
        shares = mixture.labels(self.labels[drawn.rows], self.labels[partners], len(self.data.classes))
        return mixing.mix(values, others, mixture), shares

    def _one_hot(self, labels: Int64[np.ndarray, "n"]) -> Float32[np.ndarray, "n k"]:
        if (labels < 0).any():
            raise InputError(f"{self.data.location} has rows without a label, which no class is; take labels='index'")
        return np.eye(len(self.data.classes), dtype=np.float32)[labels]
