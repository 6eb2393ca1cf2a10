"""Which transforms a sample gets. To add one: a file with a `Combination`, and a line in the dict below."""

from hardy.augmentation.combining.combination import Combination
from hardy.augmentation.combining.identity import Identity
from hardy.augmentation.combining.one_of import OneOf
from hardy.augmentation.combining.some_of import SomeOf
from hardy.augmentation.combining.sometimes import Sometimes
from hardy.augmentation.combining.user_function import UserFunction, as_transform
from hardy.augmentation.transform import Transform

COMBINING: dict[str, type[Transform]] = {
    "Identity": Identity,
    "OneOf": OneOf,
    "SomeOf": SomeOf,
    "Sometimes": Sometimes,
}

__all__ = ["COMBINING", "Combination", "Identity", "OneOf", "SomeOf", "Sometimes", "UserFunction", "as_transform"]
