"""Pictures altered on the way in: `Compose` → `Plan` → one fused pass.

    arguments, border, registry   what transforms are given, checked; names to transforms
    transform, kinds              what a transform is, and the five kinds
    geometry/ colour/ filters/ noise/ erasing/ policies/ combining/
                                  the transforms, a file for one idea; each folder's `__init__` lists its own
    mixing/                       two samples made one, picture and label: the last of a Compose, for batches
    units, opencv                 what barriers share: 0..1 and back; any number of channels
    compose                       what the user writes; draws all numbers for a batch → Plan
    nodes, samples, policy_file   its parts: transforms with their keys; ids and sizes, checked; YAML and JSON
    plan                          the numbers, as plain arrays: saved, loaded, read, replayed
    fuse                          plan → stages: one matrix and one chain of values each, or one barrier
    values                        a chain of changes of value: matrices and tables; and the last step, the output
    work, apply                   a stage as numbers; the one way in to every backend
    reference, spline             float64 NumPy, slow: the truth
    cpu, *_kernels                the same, fast
    program                       the commonest pipelines in two compiled calls, with the same results
    single                        one pass, or one barrier: the shortest way for bytes, with the same results
    targets, fields, alter        masks, boxes and keypoints; one picture at a time
    offline/                      altered copies of a dataset's training rows, written out and made again

# To add a transform `Blink`

1. **A file** `blink.py` in the folder it belongs to (a new folder has a dict of its own, which `TRANSFORMS` below takes
   in), with a frozen dataclass of one of the kinds in `kinds.py`:

   - `Colour`: `matrix(parameters, pictures)` → (n, c, c + 1). Anything linear: brightness, contrast, channels,
     saturation, hue as a turn about the grey axis.
   - `Curve`: `curve(parameters, levels, maximum)` → new levels. Any table: gamma, posterize, solarize, a multiplier per
     range of values.
   - `Barrier`: `alter(image, parameters, generator)` → image. What looks around (blur, JPEG), at the whole picture
     (equalize), or is another thing for every pixel (noise).
   - `Geometry`: `matrices(parameters, sizes_hw)` → (n, 3, 3), and `output_sizes`. Anything projective.
   - `Distortion`: `field(parameters, size_hw, generator)` → (2, h, w). Any other movement.

   Units: a `Colour` matrix is in units of 0..1 (its last column is a share of the range, `pictures.means` as well);
   `levels` are the picture's own, 0..maximum; `image` is the picture as it is (uint8, uint16, float32; any channels).
   Nothing is rounded or clamped in a `Colour` or a `Curve`: the engine does it once, at the end. `needs_means = True`
   gives a `Colour` the channels' means as the picture enters the chain; `alike = True` asks a `Curve` for one channel
   in place of all; `needs_generator = False` spares a `Barrier` that draws no numbers of its own the generator. A
   `Barrier` that changes masks as well (erasing) overrides `alter_mask`; one that is a `Colour` unless an argument
   asks for the exact way (`hue="hsv"`) has both bases and says by `stands` which it is.
2. **Numbers.** `draws` says how many uniform numbers a sample needs (a class variable, or a property); `parameters
   (uniform, sizes_hw)` makes arrays of them, a row for each sample, vectorised, each from its own row only. `p` is
   drawn by the engine. Everything random is either in `parameters` or comes from the `generator` that a `Barrier` and a
   `Distortion` get (for noise: as many numbers as there are pixels): both functions of (seed, epoch, id, copy, key).
   `transform.between(uniform, extent)` spreads numbers over a range. No other source of randomness.
3. **Arguments.** Fields are the arguments, with Albumentations' names and defaults, the last two `p` and `key`. They
   are plain data: what `to_config` writes, `from_config` reads; nothing else is needed for files. `__post_init__` calls
   `super()` and checks with `arguments.extent`, `number`, `whole`, `axes`, `one_of`, putting in what they return.
   `border_mode`, `fill`, `fill_mask`, `interpolation`, `mask_interpolation` are checked by the base class.
4. **A combination** of transforms (`combining/`, policies) overrides `choose`; `apart = True` rounds and clamps after
   each of its transforms, as published policies do.
5. **A line** in the folder's dict and in `__all__` below, and in `hardy/__init__.py`.
6. **Tests**: a line in `EXAMPLES` in `tests/unit/augmentation/test_transform_checks.py`, by which `check_transform`
   (`tests/transform_checks.py`) asserts what all transforms promise, on four dtypes and numbers of channels; a file
   `tests/unit/augmentation/<folder>/test_blink.py` for what is its own; against the formula's origin in
   `tests/reference/`.
7. **The page**: the class docstring has a line, `Args`, `Raises`, `Example` and `Source` (where we differ, too);
   `docs/transforms.md` is made from it by `python docs/write_transforms.py`.
"""

from hardy.augmentation.apply import apply
from hardy.augmentation.colour import (
    CLAHE,
    COLOUR,
    AlphaBeta,
    AutoContrast,
    Brightness,
    ChannelDropout,
    ChannelMultiply,
    ChannelShuffle,
    ColorJitter,
    ColorTemperature,
    Contrast,
    Equalize,
    Gamma,
    Grayscale,
    HueSaturation,
    Invert,
    Posterize,
    RandomBrightnessContrast,
    Solarize,
    ToneCurve,
)
from hardy.augmentation.combining import COMBINING, Identity, OneOf, SomeOf, Sometimes, UserFunction
from hardy.augmentation.compose import Compose
from hardy.augmentation.erasing import ERASING, CoarseDropout, GridDropout, RandomErasing
from hardy.augmentation.filters import (
    FILTERS,
    Defocus,
    Edges,
    GaussianBlur,
    Kernel,
    MedianBlur,
    MotionBlur,
    Sharpen,
    Sharpness,
)
from hardy.augmentation.geometry import (
    GEOMETRY,
    Affine,
    CenterCrop,
    ElasticTransform,
    GridDistortion,
    HorizontalFlip,
    PadIfNeeded,
    Perspective,
    RandomCrop,
    RandomResizedCrop,
    RandomRotate90,
    Resize,
    Rotate,
    Scale,
    Shear,
    Translate,
    Transpose,
    VerticalFlip,
    Zoom,
)
from hardy.augmentation.mixing import MIXING, CutMix, MixUp
from hardy.augmentation.noise import (
    NOISE,
    Downscale,
    GaussianNoise,
    JpegCompression,
    SaltAndPepper,
    ShotNoise,
    SpeckleNoise,
)
from hardy.augmentation.plan import Plan
from hardy.augmentation.policies import (
    POLICIES,
    AugMix,
    AutoAugment,
    PolicyMove,
    PolicyTone,
    RandAugment,
    TrivialAugmentWide,
)
from hardy.augmentation.transform import Transform

TRANSFORMS: dict[str, type[Transform]] = {**GEOMETRY, **COLOUR, **FILTERS, **NOISE, **ERASING, **POLICIES, **COMBINING}

__all__ = [
    "CLAHE",
    "MIXING",
    "TRANSFORMS",
    "Affine",
    "AlphaBeta",
    "AugMix",
    "AutoAugment",
    "AutoContrast",
    "Brightness",
    "CenterCrop",
    "ChannelDropout",
    "ChannelMultiply",
    "ChannelShuffle",
    "CoarseDropout",
    "ColorJitter",
    "ColorTemperature",
    "Compose",
    "Contrast",
    "CutMix",
    "Defocus",
    "Downscale",
    "Edges",
    "ElasticTransform",
    "Equalize",
    "Gamma",
    "GaussianBlur",
    "GaussianNoise",
    "Grayscale",
    "GridDistortion",
    "GridDropout",
    "HorizontalFlip",
    "HueSaturation",
    "Identity",
    "Invert",
    "JpegCompression",
    "Kernel",
    "MedianBlur",
    "MixUp",
    "MotionBlur",
    "OneOf",
    "PadIfNeeded",
    "Perspective",
    "Plan",
    "PolicyMove",
    "PolicyTone",
    "Posterize",
    "RandAugment",
    "RandomBrightnessContrast",
    "RandomCrop",
    "RandomErasing",
    "RandomResizedCrop",
    "RandomRotate90",
    "Resize",
    "Rotate",
    "SaltAndPepper",
    "Scale",
    "Sharpen",
    "Sharpness",
    "Shear",
    "ShotNoise",
    "Solarize",
    "SomeOf",
    "Sometimes",
    "SpeckleNoise",
    "ToneCurve",
    "Translate",
    "Transpose",
    "TrivialAugmentWide",
    "UserFunction",
    "VerticalFlip",
    "Zoom",
    "apply",
]
