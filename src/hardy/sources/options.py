"""What a user can say about a source that cannot be seen from its files."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from hardy.errors import InputError
from hardy.sources.group_regex import compile_group_regex


@dataclass(frozen=True)
class OpenOptions:
    """How to read a source; the defaults look for themselves.

    Args:
        label_column, location_column, split_column, group_column: names of a table's columns, or its column numbers
            counted from 0 where it has no header.
        group_regex: a pattern searched in each location (`cats/IMG_001_a.jpg`); rows for which its first group in
            parentheses finds the same text are never parted, as if they had that text as their group.
        allow_outside: follow a table's paths that leave its folder.
        allow_private: fetch URLs whose host has a private or loopback address.
        channels_first: arrays are (N, C, H, W).
        also: paths of more sources, joined to the first; classes are matched by name.
        level: how many parts of a hierarchical label make the class; 1 takes `cats` of `cats/persian`; all by default.
    """

    label_column: str | None = None
    location_column: str | None = None
    split_column: str | None = None
    group_column: str | None = None
    group_regex: str | None = None
    allow_outside: bool = False
    allow_private: bool = False
    channels_first: bool = False
    level: int | None = None
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Kept with a run, which is asked again from anywhere.
        object.__setattr__(self, "also", tuple(str(Path(path).absolute()) for path in self.also))
        if self.level is not None and self.level < 1:
            raise InputError(f"level must be at least 1, got {self.level}")
        if self.group_regex is not None:
            if self.group_column is not None:
                raise InputError("groups come from a column or from a pattern: leave out group_column or group_regex")
            compile_group_regex(self.group_regex)

    def to_dict(self) -> dict[str, Any]:
        """What differs from the defaults, for config.yaml."""
        default = OpenOptions()
        values = {**asdict(self), "also": list(self.also)}
        return {name: value for name, value in values.items() if value and value != getattr(default, name)}

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> "OpenOptions":
        """Back from config.yaml.

        Raises:
            InputError: an option is unknown.
        """
        unknown = sorted(set(value) - {field.name for field in fields(cls)})
        if unknown:
            raise InputError(f"unknown options of a source: {', '.join(unknown)}")
        return cls(**{**value, "also": tuple(value.get("also", ()))})
