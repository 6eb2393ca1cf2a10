"""How a network is trained: one frozen value, checked once, stored in the run folder."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from hardy.errors import InputError

Freeze = Literal["features"]
Keep = Literal["last", "best"]
OnError = Literal["raise", "skip"]


_LATER = ("weights", "weights_hash", "freeze", "unfreeze_at", "lowest_rate", "balance", "on_error")


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
        weights: a file to begin from, see `hardy.models.weights`; drawn at random by default.
        weights_hash: of that file, so that another under its name is another recipe.
        freeze: "features": only the last layer learns.
        unfreeze_at: the epoch, counted from 1, from which everything learns after all.
        lowest_rate: the first layer's share of the learning rate, above 0 to 1; those between lie evenly.
        balance: "classes" shows every class alike, {"owl": 3} one more often, see `hardy.loader.balance`; by default
            every row comes once an epoch.
        on_error: what a picture does that cannot be read any more while it is trained on: "raise" ends the training;
            "skip" puts another in its place, chosen by the seed.
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
    weights: str | None = None
    weights_hash: str | None = None
    freeze: Freeze | None = None
    unfreeze_at: int | None = None
    lowest_rate: float = 1.0
    balance: Literal["classes"] | dict[str, float] | None = None
    on_error: OnError = "raise"

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
        if self.on_error not in ("raise", "skip"):
            raise InputError(f"on_error must be raise or skip, got {self.on_error!r}")
        self._check_balance()
        self._check_transfer()

    def _check_balance(self) -> None:
        if self.balance is None or self.balance == "classes":
            return
        if not isinstance(self.balance, dict) or not self.balance:
            raise InputError(f"balance must be classes, or weights of classes such as {{owl: 3}}; got {self.balance!r}")
        for name, weight in self.balance.items():
            if type(name) is not str or type(weight) not in (int, float) or not 0 <= weight < math.inf:
                raise InputError(f"balance: the weight of {name!r} must be a number of at least 0, got {weight!r}")

    def _check_transfer(self) -> None:
        for name in ("weights", "weights_hash"):
            if getattr(self, name) is not None and type(getattr(self, name)) is not str:
                raise InputError(f"{name} must be text, got {getattr(self, name)!r}")
        if self.freeze not in (None, "features"):
            raise InputError(f"freeze must be features or nothing, got {self.freeze!r}")
        if self.freeze is not None and self.weights is None:
            raise InputError(
                "freezing the features of a network that knows nothing leaves nothing to learn; add --weights"
            )
        if self.unfreeze_at is not None:
            if self.freeze is None:
                raise InputError("--unfreeze-at needs --freeze features")
            if type(self.unfreeze_at) is not int or not 2 <= self.unfreeze_at <= self.epochs:
                raise InputError(
                    f"unfreeze_at must be an epoch from 2 to the last, {self.epochs}; got {self.unfreeze_at!r}"
                )
        if type(self.lowest_rate) not in (int, float) or not 0 < self.lowest_rate <= 1:
            raise InputError(f"lowest_rate must be above 0 and at most 1, got {self.lowest_rate!r}")

    def to_dict(self) -> dict[str, Any]:
        """For YAML and JSON.

        What came after the first version is left out where it is not used, so that the same recipe has the same
        fingerprint in both.
        """
        later = {field.name: field.default for field in fields(self) if field.name in _LATER}
        values = {name: value for name, value in asdict(self).items() if name not in later or value != later[name]}
        return {**values, "augment": list(self.augment)}

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
