"""How a network is trained: one frozen value, checked once, stored in the run folder."""

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

    def __post_init__(self) -> None:
        for name, low in (("epochs", 1), ("batch_size", 1), ("seed", 0)):
            if getattr(self, name) < low:
                raise InputError(f"{name} must be at least {low}, got {getattr(self, name)}")
        if not self.learning_rate > 0:
            raise InputError(f"learning_rate must be above 0, got {self.learning_rate}")
        if not self.weight_decay >= 0:
            raise InputError(f"weight_decay must be at least 0, got {self.weight_decay}")
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
        unknown = sorted(set(value) - {field.name for field in fields(cls)})
        if unknown:
            raise InputError(f"unknown training settings: {', '.join(unknown)}")
        return cls(**{**value, "augment": tuple(value.get("augment", ()))})
