"""hardy: from a pile of labelled pictures to a classifier that holds up in the wild, and the proof that it does.

    import hardy

    found = hardy.audit("photos/")
    store = hardy.pack("photos/", "photos.hardy", size=(64, 64))
    run = hardy.train(store, model="conv-16-32", epochs=12)
    card = hardy.challenge(run)
    run.predict("new.jpg")

Names are resolved on first use, so that `import hardy` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "open": "hardy.api.open",
    "audit": "hardy.api.audit",
    "pack": "hardy.api.pack",
    "append": "hardy.api.append",
    "verify": "hardy.api.pack",
    "export_data": "hardy.api.export_data",
    "augment": "hardy.api.augment",
    "concat": "hardy.dataset.concat",
    "from_arrays": "hardy.sources.arrays",
    "train": "hardy.api.train",
    "evaluate": "hardy.api.evaluate",
    "challenge": "hardy.api.challenge",
    "predict": "hardy.api.predict",
    "report": "hardy.api.report",
    **dict.fromkeys(("Batch", "Loader", "TorchDataset"), "hardy.loader"),
    **dict.fromkeys(
        (
            "Affine",
            "AlphaBeta",
            "AugMix",
            "AutoAugment",
            "AutoContrast",
            "Brightness",
            "CLAHE",
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
        ),
        "hardy.augmentation",
    ),
    "OpenOptions": "hardy.sources",
    "Dataset": "hardy.dataset",
    "Preprocessing": "hardy.dataset",
    "Run": "hardy.training.run",
    "Prediction": "hardy.training.prediction",
    "Evaluation": "hardy.training.evaluation",
    "Scorecard": "hardy.challenges",
    "Audit": "hardy.audits",
    "Finding": "hardy.findings",
    "Proportion": "hardy.findings",
    **dict.fromkeys(
        (
            "HardyError",
            "InputError",
            "ShapeError",
            "LayoutError",
            "OutputError",
            "DecodeError",
            "StoreError",
            "StoreVersionError",
            "StoreCorruptError",
            "MissingExtraError",
        ),
        "hardy.errors",
    ),
}

__all__ = sorted(_HOMES)

if TYPE_CHECKING:
    from hardy.api.append import append as append
    from hardy.api.audit import audit as audit
    from hardy.api.augment import augment as augment
    from hardy.api.challenge import challenge as challenge
    from hardy.api.evaluate import evaluate as evaluate
    from hardy.api.export_data import export_data as export_data
    from hardy.api.open import open as open
    from hardy.api.pack import pack as pack
    from hardy.api.pack import verify as verify
    from hardy.api.predict import predict as predict
    from hardy.api.report import report as report
    from hardy.api.train import train as train
    from hardy.audits import Audit as Audit
    from hardy.augmentation import CLAHE as CLAHE
    from hardy.augmentation import Affine as Affine
    from hardy.augmentation import AlphaBeta as AlphaBeta
    from hardy.augmentation import AugMix as AugMix
    from hardy.augmentation import AutoAugment as AutoAugment
    from hardy.augmentation import AutoContrast as AutoContrast
    from hardy.augmentation import Brightness as Brightness
    from hardy.augmentation import CenterCrop as CenterCrop
    from hardy.augmentation import ChannelDropout as ChannelDropout
    from hardy.augmentation import ChannelMultiply as ChannelMultiply
    from hardy.augmentation import ChannelShuffle as ChannelShuffle
    from hardy.augmentation import CoarseDropout as CoarseDropout
    from hardy.augmentation import ColorJitter as ColorJitter
    from hardy.augmentation import ColorTemperature as ColorTemperature
    from hardy.augmentation import Compose as Compose
    from hardy.augmentation import Contrast as Contrast
    from hardy.augmentation import CutMix as CutMix
    from hardy.augmentation import Defocus as Defocus
    from hardy.augmentation import Downscale as Downscale
    from hardy.augmentation import Edges as Edges
    from hardy.augmentation import ElasticTransform as ElasticTransform
    from hardy.augmentation import Equalize as Equalize
    from hardy.augmentation import Gamma as Gamma
    from hardy.augmentation import GaussianBlur as GaussianBlur
    from hardy.augmentation import GaussianNoise as GaussianNoise
    from hardy.augmentation import Grayscale as Grayscale
    from hardy.augmentation import GridDistortion as GridDistortion
    from hardy.augmentation import GridDropout as GridDropout
    from hardy.augmentation import HorizontalFlip as HorizontalFlip
    from hardy.augmentation import HueSaturation as HueSaturation
    from hardy.augmentation import Identity as Identity
    from hardy.augmentation import Invert as Invert
    from hardy.augmentation import JpegCompression as JpegCompression
    from hardy.augmentation import Kernel as Kernel
    from hardy.augmentation import MedianBlur as MedianBlur
    from hardy.augmentation import MixUp as MixUp
    from hardy.augmentation import MotionBlur as MotionBlur
    from hardy.augmentation import OneOf as OneOf
    from hardy.augmentation import PadIfNeeded as PadIfNeeded
    from hardy.augmentation import Perspective as Perspective
    from hardy.augmentation import Plan as Plan
    from hardy.augmentation import PolicyMove as PolicyMove
    from hardy.augmentation import PolicyTone as PolicyTone
    from hardy.augmentation import Posterize as Posterize
    from hardy.augmentation import RandAugment as RandAugment
    from hardy.augmentation import RandomBrightnessContrast as RandomBrightnessContrast
    from hardy.augmentation import RandomCrop as RandomCrop
    from hardy.augmentation import RandomErasing as RandomErasing
    from hardy.augmentation import RandomResizedCrop as RandomResizedCrop
    from hardy.augmentation import RandomRotate90 as RandomRotate90
    from hardy.augmentation import Resize as Resize
    from hardy.augmentation import Rotate as Rotate
    from hardy.augmentation import SaltAndPepper as SaltAndPepper
    from hardy.augmentation import Scale as Scale
    from hardy.augmentation import Sharpen as Sharpen
    from hardy.augmentation import Sharpness as Sharpness
    from hardy.augmentation import Shear as Shear
    from hardy.augmentation import ShotNoise as ShotNoise
    from hardy.augmentation import Solarize as Solarize
    from hardy.augmentation import SomeOf as SomeOf
    from hardy.augmentation import Sometimes as Sometimes
    from hardy.augmentation import SpeckleNoise as SpeckleNoise
    from hardy.augmentation import ToneCurve as ToneCurve
    from hardy.augmentation import Translate as Translate
    from hardy.augmentation import Transpose as Transpose
    from hardy.augmentation import TrivialAugmentWide as TrivialAugmentWide
    from hardy.augmentation import UserFunction as UserFunction
    from hardy.augmentation import VerticalFlip as VerticalFlip
    from hardy.augmentation import Zoom as Zoom
    from hardy.challenges import Scorecard as Scorecard
    from hardy.dataset import Dataset as Dataset
    from hardy.dataset import Preprocessing as Preprocessing
    from hardy.dataset.concat import concat as concat
    from hardy.errors import DecodeError as DecodeError
    from hardy.errors import HardyError as HardyError
    from hardy.errors import InputError as InputError
    from hardy.errors import LayoutError as LayoutError
    from hardy.errors import MissingExtraError as MissingExtraError
    from hardy.errors import OutputError as OutputError
    from hardy.errors import ShapeError as ShapeError
    from hardy.errors import StoreCorruptError as StoreCorruptError
    from hardy.errors import StoreError as StoreError
    from hardy.errors import StoreVersionError as StoreVersionError
    from hardy.findings import Finding as Finding
    from hardy.findings import Proportion as Proportion
    from hardy.loader import Batch as Batch
    from hardy.loader import Loader as Loader
    from hardy.loader import TorchDataset as TorchDataset
    from hardy.sources import OpenOptions as OpenOptions
    from hardy.sources.arrays import from_arrays as from_arrays
    from hardy.training.evaluation import Evaluation as Evaluation
    from hardy.training.prediction import Prediction as Prediction
    from hardy.training.run import Run as Run


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'hardy' has no attribute {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
