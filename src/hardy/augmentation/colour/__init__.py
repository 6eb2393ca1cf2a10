"""Transforms that change values. To add one: a file with a `Colour` or a `Curve`, and a line in the dict below.

matrices, channels          what changes of colour are made of
histogram, luma, hsv        what looks at the whole picture, and at light apart from colour
all others                  the transforms, a file each
"""

from hardy.augmentation.colour.alpha_beta import AlphaBeta
from hardy.augmentation.colour.auto_contrast import AutoContrast
from hardy.augmentation.colour.brightness import Brightness
from hardy.augmentation.colour.brightness_contrast import RandomBrightnessContrast
from hardy.augmentation.colour.channel_dropout import ChannelDropout
from hardy.augmentation.colour.channel_multiply import ChannelMultiply
from hardy.augmentation.colour.channel_shuffle import ChannelShuffle
from hardy.augmentation.colour.clahe import CLAHE
from hardy.augmentation.colour.color_jitter import ColorJitter
from hardy.augmentation.colour.color_temperature import ColorTemperature
from hardy.augmentation.colour.contrast import Contrast
from hardy.augmentation.colour.equalize import Equalize
from hardy.augmentation.colour.gamma import Gamma
from hardy.augmentation.colour.grayscale import Grayscale
from hardy.augmentation.colour.hue_saturation import HueSaturation
from hardy.augmentation.colour.invert import Invert
from hardy.augmentation.colour.posterize import Posterize
from hardy.augmentation.colour.solarize import Solarize
from hardy.augmentation.colour.tone_curve import ToneCurve
from hardy.augmentation.transform import Transform

_ALL: tuple[type[Transform], ...] = (
    Brightness,
    Contrast,
    RandomBrightnessContrast,
    AlphaBeta,
    Gamma,
    ToneCurve,
    Invert,
    Solarize,
    Posterize,
    Equalize,
    AutoContrast,
    CLAHE,
    ColorJitter,
    HueSaturation,
    ColorTemperature,
    Grayscale,
    ChannelMultiply,
    ChannelShuffle,
    ChannelDropout,
)
COLOUR: dict[str, type[Transform]] = {transform.__name__: transform for transform in _ALL}
