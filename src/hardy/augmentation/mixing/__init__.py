"""Two samples made one, picture and label. To add one: a file with a `Mixing`, and a line in the dict below."""

from hardy.augmentation.mixing.cutmix import CutMix
from hardy.augmentation.mixing.mixing import Mixing, Mixture
from hardy.augmentation.mixing.mixup import MixUp

MIXING: dict[str, type[Mixing]] = {"MixUp": MixUp, "CutMix": CutMix}

__all__ = ["MIXING", "CutMix", "MixUp", "Mixing", "Mixture"]
