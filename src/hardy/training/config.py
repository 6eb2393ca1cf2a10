"""How a network is trained: one frozen value, checked once, stored in the run folder."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from hardy.errors import InputError

Keep = Literal["last", "best"]


@dataclass(frozen=True)
class TrainConfig:
    """The recipe.

    Args:
        model: its name, see `hardy.models`.
        epochs: passes over the training rows.
        batch_size: images a step.
        learning_rate: the highest, which the schedule reaches after a quarter of the steps.
        weight_decay: AdamW's, decoupled.
        dropout: of the model; its own by default.
        augment: transforms as `Compose.to_config` gives them; empty for none.
        seed: of weights, order, dropout and augmentation.
        keep: which epoch's weights become the model: the last, at which the schedule aims, or the one with the best
            validation accuracy.
        exact: decode training pictures whole; False lets large JPEGs be decoded at 1/2, 1/4 or 1/8 where that is
            enough. Validation, evaluation and prediction decode whole always.
    """

    model: str = "conv-16-32"
    epochs: int = 12
    batch_size: int = 128
    learning_rate: float = 0.01
    weight_decay: float = 0.0
    dropout: float | None = None
    augment: tuple[dict[str, Any], ...] = ()
    seed: int = 0
    keep: Keep = "last"
    exact: bool = False

    def __post_init__(self) -> None:
        for name, low in (("epochs", 1), ("batch_size", 1), ("seed", 0)):
            value = getattr(self, name)
            if type(value) is not int or value < low:
                raise InputError(f"{name} must be a whole number of at least {low}, got {value!r}")
        for name in ("learning_rate", "weight_decay"):
            value = getattr(self, name)
            if type(value) not in (int, float) or not math.isfinite(value):
                raise InputError(f"{name} must be a number, got {value!r}")
        if self.learning_rate <= 0:
            raise InputError(f"learning_rate must be above 0, got {self.learning_rate}")
        if self.weight_decay < 0:
            raise InputError(f"weight_decay must be at least 0, got {self.weight_decay}")
        if type(self.model) is not str:
            raise InputError(f"model must be a name, got {self.model!r}")
        if self.dropout is not None and type(self.dropout) not in (int, float):
            raise InputError(f"dropout must be a number, got {self.dropout!r}")
        if type(self.exact) is not bool:
            raise InputError(f"exact must be true or false, got {self.exact!r}")
        if self.keep not in ("last", "best"):
            raise InputError(f"keep must be last or best, got {self.keep!r}")

    def to_dict(self) -> dict[str, Any]:
        """For YAML and JSON."""
        return {**asdict(self), "augment": list(self.augment)}

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> "TrainConfig":
        """Back from YAML or JSON.

        Raises:
            InputError: a field is unknown or out of range.
        """
        if not isinstance(value, dict):
            raise InputError(f"not training settings: {value!r}")
        unknown = sorted(set(value) - {field.name for field in fields(cls)})
        if unknown:
            raise InputError(f"unknown training settings: {', '.join(unknown)}")
        return cls(**{**value, "augment": tuple(value.get("augment", ()))})
