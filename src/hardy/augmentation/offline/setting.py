"""How a dataset was enlarged, and of what: everything but the rows' own numbers, as plain data."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from hardy.augmentation.compose import Compose
from hardy.dataset.ready import Wishes
from hardy.dataset.shares import Share
from hardy.errors import InputError
from hardy.pixels.channels import Background, check_background
from hardy.pixels.resize import Filter, Fit

FORMAT = "hardy-augmentation-1"

Format = Literal["folder", "store"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Setting:
    """What `hardy augment` was asked for.

    Args:
        policy: transforms as `Compose.to_config` gives them.
        seed: of their random numbers.
        times: copies of each training row.
        written_as: "folder" or "store".
        quality: of copies of JPEGs; 100 for PNG.
        test, val, split_seed: of the split, where the source has none.
        size_hw, channels, fit, background, filter: what pictures were brought to before they were altered; None as
            they are.
        fingerprint: of the rows with their sides, from `hardy.dataset.Dataset.fingerprint`.
    """

    policy: tuple[dict[str, Any], ...]
    seed: int = 0
    times: int = 4
    written_as: Format = "folder"
    quality: int = 90
    test: Share | None = None
    val: Share | None = None
    split_seed: int | None = None
    size_hw: tuple[int, int] | None = None
    channels: int | None = None
    fit: Fit | None = None
    background: Background | None = None
    fingerprint: str = ""
    filter: Filter | None = None

    def __post_init__(self) -> None:
        for name, low, high in (("seed", 0, None), ("times", 1, None), ("quality", 1, 100)):
            value = getattr(self, name)
            if type(value) is not int or value < low or (high is not None and value > high):
                limits = f"of at least {low}" if high is None else f"from {low} to {high}"
                raise InputError(f"{name} must be a whole number {limits}, got {value!r}")
        if self.background is not None:
            check_background(self.background)
        if self.written_as not in FORMATS:
            raise InputError(f"format must be one of {', '.join(FORMATS)}; got {self.written_as!r}")

    @property
    def compose(self) -> Compose:
        """The policy."""
        return Compose.from_config(list(self.policy), self.seed)

    @property
    def wishes(self) -> Wishes:
        """What was asked for of sides and pixels."""
        pixels = (self.channels, self.size_hw, self.fit)
        return Wishes(*pixels, self.test, self.val, self.split_seed, self.background, exact=True, filter=self.filter)

    @property
    def changes_pixels(self) -> bool:
        """Whether pictures are brought to one size before anything else."""
        return any(wish is not None for wish in (self.size_hw, self.channels, self.fit, self.background, self.filter))

    def to_dict(self) -> dict[str, Any]:
        """For JSON; without what is None."""
        plain = json.loads(json.dumps(asdict(self)))
        return {"format": FORMAT, **{name: value for name, value in plain.items() if value is not None}}

    @classmethod
    def from_dict(cls, value: Any) -> "Setting":
        """Back from JSON.

        Raises:
            InputError: it is something else, or damaged.
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            found = value.get("format") if isinstance(value, dict) else value
            raise InputError(f"expected the format {FORMAT}, got {str(found)[:40]!r}")
        given = {name: entry for name, entry in value.items() if name != "format"}
        if unknown := sorted(given.keys() - {field.name for field in fields(cls)}):
            raise InputError(f"unknown settings: {', '.join(unknown)}")
        try:
            for name in ("policy", "size_hw", "background"):
                if isinstance(given.get(name), list):
                    given[name] = tuple(given[name])
            return cls(**given)
        except TypeError as error:
            raise InputError(f"damaged settings: {error}") from error
