"""What policies have in common: a choice among operations, each rounded and clamped before the next."""

from abc import abstractmethod
from typing import Any, ClassVar

from hardy.augmentation.combining import Combination
from hardy.augmentation.policies.operations import MOVES
from hardy.augmentation.policies.policy_move import PolicyMove
from hardy.augmentation.policies.policy_tone import PolicyTone
from hardy.augmentation.policies.tables import SIGNED, Scale
from hardy.augmentation.transform import Transform


class Policy(Combination):
    """A published policy. A subclass has the fields `interpolation`, `fill` and `fill_mask`, for its movements."""

    apart: ClassVar[bool] = True
    decides: ClassVar[bool] = True
    interpolation: Any
    fill: Any
    fill_mask: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "transforms", self.operations())
        super().__post_init__()

    @abstractmethod
    def operations(self) -> tuple[Transform, ...]:
        """All that a sample may get, in the order in which it would."""

    def operation(self, name: str, scale: Scale, magnitudes: tuple[float, ...]) -> Transform:
        """One operation with the magnitudes it may have."""
        signed = name in SIGNED
        if name not in MOVES:
            return PolicyTone(name, magnitudes, signed)
        frame = {"interpolation": self.interpolation, "fill": self.fill, "fill_mask": self.fill_mask}
        relative = name.startswith("Translate") and not scale.in_pixels
        return PolicyMove(name, magnitudes, signed, relative, **frame)
