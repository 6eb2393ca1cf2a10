"""Pictures altered on the way in: `Compose` → `Plan` → one fused pass.

    border, transform            words and indices of borders; what every transform declares
    horizontal_flip, translate,  one transform each
      invert
    compose                      what the user writes; draws all numbers for a batch → Plan
    plan                         the numbers, as plain arrays: saved, loaded, replayed
    tone, fuse                   plan → stages: one matrix and one change of tone each
    reference                    float64 NumPy, slow: the truth
    cpu, pixel_kernels           the same, fast
    apply                        the one way in to both

To add a transform `Blink`: write `blink.py` with a frozen dataclass `Blink(Transform)` (fields end in `p` and `key`;
override `parameters`, and `matrices` or `tone`), give it a line in `TRANSFORMS` below, a test in
`tests/unit/augmentation/test_blink.py` (`check_transform` in `tests/transform_checks.py` picks it up by itself), and a
line in `docs/augmentation.md`.
"""

from hardy.augmentation.apply import apply
from hardy.augmentation.compose import Compose
from hardy.augmentation.horizontal_flip import HorizontalFlip
from hardy.augmentation.invert import Invert
from hardy.augmentation.plan import Plan
from hardy.augmentation.transform import Transform
from hardy.augmentation.translate import Translate

TRANSFORMS: dict[str, type[Transform]] = {
    "HorizontalFlip": HorizontalFlip,
    "Invert": Invert,
    "Translate": Translate,
}

__all__ = ["TRANSFORMS", "Compose", "HorizontalFlip", "Invert", "Plan", "Translate", "apply"]
