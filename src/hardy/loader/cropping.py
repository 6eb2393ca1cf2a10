"""Pictures that are cropped and resized by the augmentation itself: from the decoder straight into the one fused pass.

Where a policy begins with `RandomResizedCrop` to the network's size, bringing the picture to that size first would
only lose: it is decoded, and cropped, resized and altered in one pass. The plan is drawn before anything is decoded, so
that a JPEG need not be decoded finer than its crop is shown.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64, UInt8, UInt64

from hardy.augmentation import Compose, Plan, RandomResizedCrop, apply
from hardy.dataset import Dataset, Preprocessing
from hardy.dataset.reader import BatchReader, Payload
from hardy.errors import DecodeError
from hardy.loader.batch import Drawn
from hardy.pixels import Image
from hardy.pixels.channels import to_channels
from hardy.pixels.enough import Enough
from hardy.pixels.formats import jpeg

TOGETHER_BYTES = 4 << 20
"""Decoded pictures that are altered in one call: many small ones, few large ones."""


def crops_itself(data: Dataset, preprocessing: Preprocessing, augment: Compose | None) -> bool:
    """Whether the augmentation takes pictures of any size to the network's."""
    if augment is None or not augment.transforms or isinstance(data.reader, BatchReader):
        return False
    first = augment.transforms[0]
    return isinstance(first, RandomResizedCrop) and first.p >= 1 and tuple(first.size) == preprocessing.size_hw


@dataclass(frozen=True, eq=False)
class Cropping:
    """Fills batches from pictures of any size.

    Args:
        data: of the samples.
        preprocessing: for channels and background; the size is the augmentation's.
        augment: one that `crops_itself`.
        exact: False decodes JPEGs at 1/2, 1/4 or 1/8 where the crop is not shown finer.
    """

    data: Dataset
    preprocessing: Preprocessing
    augment: Compose
    exact: bool

    def fill(
        self,
        drawn: Drawn,
        words: UInt64[np.ndarray, "n 2"],
        epoch: int,
        out: Float32[np.ndarray, "n h w c"] | UInt8[np.ndarray, "n h w c"],
        options: dict[str, Any],
    ) -> None:
        """Altered pictures into `out`.

        Args:
            drawn: which.
            words: their ids.
            epoch: of the augmentation.
            out: where they go.
            options: of `hardy.augmentation.apply`.

        Raises:
            DecodeError: one cannot be read; the message names it.
        """
        contents = [self._content(int(row)) for row in drawn.rows]
        sizes = np.array([size for _, size in contents], np.int64).reshape(-1, 2)
        plan = self.augment.plan(words, epoch, sizes, drawn.copies)
        pictures: list[UInt8[np.ndarray, "_ _ _"]] = []
        scales: list[int] = []
        begin = size = 0
        for place, (content, _) in enumerate(contents):
            picture, scale = self._decoded(int(drawn.rows[place]), content, plan, place)
            pictures.append(picture)
            scales.append(scale)
            size += picture.nbytes
            contents[place] = (b"", (0, 0))  # it is not needed any more
            if size >= TOGETHER_BYTES or place == len(contents) - 1:
                some = _reduced(plan[begin : place + 1], pictures, np.array(scales))
                apply(some, pictures, out=out[begin : place + 1], **options)
                pictures, scales, begin, size = [], [], place + 1, 0

    def _content(self, row: int) -> tuple[Payload, tuple[int, int]]:
        """What the source holds, and (height, width) of the upright picture in it. Only JPEGs tell it at no cost."""
        payload = self.data.payload(row)
        if isinstance(payload, bytes) and payload[:2] == b"\xff\xd8":
            try:
                return payload, jpeg.upright_size(payload)
            except DecodeError as error:
                raise DecodeError(f"{self.data.path(row)}: {error}") from error
        pixels = self._levels(row, self.data.unpacked(row, payload).pixels)
        return pixels, (pixels.shape[0], pixels.shape[1])

    def _decoded(self, row: int, content: Payload, plan: Plan, place: int) -> tuple[UInt8[np.ndarray, "h w c"], int]:
        """The picture, and how far it was reduced."""
        if not isinstance(content, bytes):
            return content, 1
        picture = self.data.unpacked(row, content, None if self.exact else _enough(plan, place))
        return self._levels(row, picture.pixels), picture.reduced

    def _levels(self, row: int, pixels: Image) -> UInt8[np.ndarray, "h w d"]:
        if not 1 <= pixels.shape[2] <= 4:
            raise DecodeError(f"{self.data.path(row)}: pictures of {pixels.shape[2]} channels are not trained on yet")
        return to_channels(pixels, self.preprocessing.channels, self.preprocessing.background)


def _enough(plan: Plan, place: int) -> Enough:
    """The size of the whole picture at which its crop has as many pixels as it is shown with."""
    step = plan.steps[0]
    shown, crop = step.transform.size, step.row(place)  # type: ignore[attr-defined]
    height, width = plan.sizes_hw[place].tolist()
    least = (
        math.ceil(size * min(1.0, wanted / part))
        for size, wanted, part in zip((height, width), shown, (crop["height"], crop["width"]), strict=True)
    )
    return Enough((next(least), next(least)))


def _reduced(plan: Plan, pictures: list[UInt8[np.ndarray, "_ _ _"]], scales: Int64[np.ndarray, "n"]) -> Plan:
    """The plan for pictures that were decoded at 1/scale: the same crop, in their pixels."""
    if (scales == 1).all():
        return plan
    sizes = np.array([picture.shape[:2] for picture in pictures], np.int64)
    step = plan.steps[0]
    parameters = {name: values / scales for name, values in step.parameters.items()}
    first = replace(step, parameters=parameters, sizes_hw=sizes)
    return replace(plan, sizes_hw=sizes, steps=(first, *plan.steps[1:]))
