"""Published policies: which operations a picture gets, and how strong. To add one: its table in `tables`, a file with a
`Policy`, and a line in the dict below.

    tables        the papers' figures, as data
    operations    what each operation does to a picture, as Pillow does it
    policy_move, policy_tone    the operations as transforms, with a list of magnitudes
    policy        what policies have in common
"""

from hardy.augmentation.policies.aug_mix import AugMix
from hardy.augmentation.policies.auto_augment import AutoAugment
from hardy.augmentation.policies.policy_move import PolicyMove
from hardy.augmentation.policies.policy_tone import PolicyTone
from hardy.augmentation.policies.rand_augment import RandAugment
from hardy.augmentation.policies.trivial_augment import TrivialAugmentWide
from hardy.augmentation.transform import Transform

_ALL: tuple[type[Transform], ...] = (AutoAugment, RandAugment, TrivialAugmentWide, AugMix, PolicyMove, PolicyTone)
POLICIES: dict[str, type[Transform]] = {transform.__name__: transform for transform in _ALL}
