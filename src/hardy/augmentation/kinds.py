"""The kinds of transforms, by what one does to a picture. Each kind is one way through the engine.

    Geometry    moves pixels by a 3×3 matrix; all between two barriers is one resampling
    Distortion  moves pixels by a field: a place of origin for each pixel; ends a pass and begins one
    Colour      values through a matrix over the channels, c × (c + 1); all in a row are one product
    Curve       values through a table, each channel for itself
    Barrier     any function of a picture; what comes before it is finished first

Geometry, Colour and Curve between two barriers are one pass over the pixels ("fused"). In it the picture is resampled
first, then its values are changed, in float and without clamping or rounding; both are done once, at the end. A Curve
takes values outside of the picture's range for the range's ends.
"""

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64, Shaped

from hardy.augmentation.transform import Parameters, Transform

Row = dict[str, Any]  # one sample's parameters: a number, or an array without the leading axis


@dataclass(frozen=True)
class Edge:
    """What lies outside of a picture.

    Args:
        border: "constant", "edge", "reflect", "symmetric" or "wrap".
        fill: the value outside for "constant", in the picture's own units; one number, or one per channel.
        fill_mask: the same for masks.
    """

    border: str
    fill: tuple[float, ...] = (0.0,)
    fill_mask: tuple[float, ...] = (0.0,)


@dataclass(frozen=True)
class Pictures:
    """What a change of colour may know about the pictures of a batch.

    Args:
        channels: how many.
        means: of each channel, in units of 0..1, as the pictures enter the chain (before any transform); zeros unless
            the transform says `needs_means`.
    """

    channels: int
    means: Float64[np.ndarray, "n c"]


class Moving(Transform):
    """What Geometry and Distortion have in common.

    A subclass may have the fields `interpolation` and `mask_interpolation` ("nearest", "linear", "cubic", "area"),
    `border_mode`, `fill` and `fill_mask`; they are checked here.
    """

    @cached_property
    def frame(self) -> tuple[Edge | None, tuple[str, str] | None]:
        """`edge` and `sampling`, worked out once."""
        return self.edge(), self.sampling()

    def edge(self) -> Edge | None:
        """What lies outside; None where nothing can come in from there."""
        if not hasattr(self, "border_mode"):
            return None
        fills = [getattr(self, name, 0) for name in ("fill", "fill_mask")]
        image, mask = (tuple(map(float, fill)) if isinstance(fill, tuple) else (float(fill),) for fill in fills)
        return Edge(self.border_mode, image, mask)

    def sampling(self) -> tuple[str, str] | None:
        """The interpolation of pictures and of masks; None where pixels are copied."""
        if not hasattr(self, "interpolation"):
            return None
        shrinks = getattr(self, "area_for_downscale", None)  # "area" is "linear" where nothing shrinks
        image = "area" if shrinks else self.interpolation
        return image, "area" if shrinks == "image_mask" else getattr(self, "mask_interpolation", "nearest")


class Geometry(Moving):
    """Moves pixels by a matrix."""

    @abstractmethod
    def matrices(self, parameters: Parameters, sizes_hw: Int64[np.ndarray, "n 2"]) -> Float64[np.ndarray, "n 3 3"]:
        """Where each output pixel is taken from: input (x, y, 1) = matrix · output (x, y, 1).

        Pixel centres lie at whole numbers, (0, 0) is the top left one, x points right and y down. The third number is
        above 0 wherever the picture is seen: landmarks where it is not lie behind the horizon, and are nowhere.

        Args:
            parameters: a row for each sample.
            sizes_hw: of the pictures as they come to this transform; `output_sizes` says how large they leave it.
        """


class Distortion(Moving):
    """Moves pixels by a field."""

    @abstractmethod
    def field(
        self, parameters: Row, size_hw: tuple[int, int], generator: np.random.Generator
    ) -> Float64[np.ndarray, "2 h w"]:
        """The place (y, x) in the input that each output pixel is taken from.

        Args:
            parameters: one sample's.
            size_hw: of the picture, before and after.
            generator: of the sample's own; equal at every call for the same sample.
        """


class Colour(Transform):
    """Changes values through a matrix over the channels."""

    needs_means: ClassVar[bool] = False

    @abstractmethod
    def matrix(self, parameters: Parameters, pictures: Pictures) -> Float64[np.ndarray, "n c c1"]:
        """(c, c + 1) for each sample: new = matrix[:, :c] · old + matrix[:, c] · (the picture's maximum).

        Args:
            parameters: a row for each of n samples.
            pictures: their channels and means. Colour proper (saturation, hue) has a meaning for 3 channels; a
                transform that has none for others leaves them as they are (the identity).
        """


class Curve(Transform):
    """Changes values through a table.

    Attributes:
        alike: all channels have the same table, so that `curve` may be asked for one channel in place of all.
    """

    alike: ClassVar[bool] = False

    @abstractmethod
    def curve(
        self, parameters: Parameters, levels: Float64[np.ndarray, "n c k"], maximum: float
    ) -> Float64[np.ndarray, "n c k"]:
        """New values for old ones; between two levels it is taken as a straight line.

        Args:
            parameters: a row for each of n samples.
            levels: 0..maximum, in the picture's own units.
            maximum: 255, 65535 or 1.
        """


class Barrier(Transform):
    """Any function of a picture that leaves its pixels where they are.

    Before it the picture is finished: rounded and clamped to its own dtype, as if it had been saved there.

    Attributes:
        needs_generator: whether `alter` draws numbers of its own. False spares making a generator (8 µs); what `alter`
            is given then is not the sample's.
    """

    needs_generator: ClassVar[bool] = True

    @property
    def stands(self) -> bool:
        """Whether it stands by itself. False: a transform that is a `Colour` as well joins a fused pass."""
        return True

    @abstractmethod
    def alter(
        self, image: Shaped[np.ndarray, "h w c"], parameters: Row, generator: np.random.Generator
    ) -> Shaped[np.ndarray, "h w c"]:
        """A new picture of the same size, channels and dtype; the given one is left as it is.

        Args:
            image: uint8 0..255, uint16 0..65535 or float32 0..1, contiguous.
            parameters: one sample's.
            generator: of the sample's own, a function of (seed, epoch, id, copy, key).
        """

    def alter_mask(
        self,
        mask: Shaped[np.ndarray, "h w *c"],
        parameters: Row,  # noqa: ARG002
        generator: np.random.Generator,  # noqa: ARG002
    ) -> Shaped[np.ndarray, "h w *c"]:
        """The mask that goes with it; the same by default. Erasing overrides it."""
        return mask


def is_barrier(transform: Transform) -> bool:
    """Whether a transform is carried out as a `Barrier`: some are one or a `Colour`, by their arguments."""
    return isinstance(transform, Barrier) and transform.stands
