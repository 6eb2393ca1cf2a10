"""Transforms that look around each pixel. To add one: a file with a `Barrier`, and a line in the dict below."""

from hardy.augmentation.filters.defocus import Defocus
from hardy.augmentation.filters.edges import Edges
from hardy.augmentation.filters.gaussian_blur import GaussianBlur
from hardy.augmentation.filters.kernel import Kernel
from hardy.augmentation.filters.median_blur import MedianBlur
from hardy.augmentation.filters.motion_blur import MotionBlur
from hardy.augmentation.filters.sharpen import Sharpen
from hardy.augmentation.filters.sharpness import Sharpness
from hardy.augmentation.transform import Transform

_ALL: tuple[type[Transform], ...] = (
    GaussianBlur,
    MotionBlur,
    MedianBlur,
    Defocus,
    Sharpen,
    Sharpness,
    Kernel,
    Edges,
)
FILTERS: dict[str, type[Transform]] = {transform.__name__: transform for transform in _ALL}
