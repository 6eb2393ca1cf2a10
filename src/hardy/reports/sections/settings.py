"""Everything needed to do it again."""

from collections.abc import Iterator, Mapping
from typing import Any

from hardy.reports.page import Section
from hardy.reports.rendering import render

_WORDS = {True: "true", False: "false", None: "null"}


def flatten(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Nested settings as lines of dotted name and text; lists of plain values stay on one line.

    Example:
        >>> list(flatten({"train": {"epochs": 20, "sizes": [28, 28]}, "augment": None}))
        [('train.epochs', '20'), ('train.sizes', '28, 28'), ('augment', 'null')]
    """
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from flatten(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
        for position, item in enumerate(value):
            yield from flatten(item, f"{name}.{position}" if name else str(position))
    elif isinstance(value, Mapping | list | tuple):
        yield name, ", ".join(_write(item) for item in value) or "none"
    else:
        yield name, _write(value)


def _write(value: Any) -> str:
    return _WORDS[value] if value is None or isinstance(value, bool) else str(value)


def show_settings(config: Mapping[str, Any], environment: Mapping[str, Any]) -> Section:
    """Two tables of two columns: what was asked for, and where it ran.

    Args:
        config: as `config.yaml` holds it; may be nested.
        environment: as `env.json` holds it; may be nested.
    """
    tables = [("Settings", list(flatten(config))), ("Environment", list(flatten(environment)))]
    return Section("To do it again", render("settings.html", tables=tables), "settings")
