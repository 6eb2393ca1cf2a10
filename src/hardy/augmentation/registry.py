"""From plain data to transforms, by name and without running code."""

import difflib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from hardy.errors import InputError

_DEPTH = 20  # combinations within combinations

Kind = TypeVar("Kind")


def from_config(config: Any, known: Mapping[str, type[Kind]], depth: int = 0) -> Kind:
    """Make a transform from plain data.

    Args:
        config: `{name: arguments}`, `{name: None}` or the name alone. An argument called `transforms` is a list of
            such.
        known: the transforms by name.
        depth: how many combinations it lies in.

    Raises:
        InputError: the name or an argument is not known, or a value is wrong; what is known is listed.
    """
    if isinstance(config, str):
        config = {config: None}
    if not isinstance(config, Mapping) or len(config) != 1:
        raise InputError(f"expected one name with its arguments, as in {{Invert: {{p: 0.1}}}}, got {config!r}")
    if depth > _DEPTH:
        raise InputError(f"expected at most {_DEPTH} combinations within each other")
    name, arguments = next(iter(config.items()))
    if name not in known:
        raise InputError(f"no transform is called {name!r}{_meant(name, known)}; known: {', '.join(sorted(known))}")
    arguments = {} if arguments is None else arguments
    if not isinstance(arguments, Mapping):
        raise InputError(f"{name}: expected arguments by name, as in {{p: 0.5}}, got {arguments!r}")
    kind = known[name]
    possible = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for argument in arguments:
        if argument not in possible:
            raise InputError(
                f"{name} has no argument {argument!r}{_meant(argument, possible)}; known: {', '.join(possible)}"
            )
    if isinstance(arguments.get("transforms"), list | tuple):
        within = [from_config(item, known, depth + 1) for item in arguments["transforms"]]
        arguments = {**arguments, "transforms": within}
    try:
        return kind(**arguments)
    except TypeError as error:  # an argument without a default is missing
        raise InputError(f"{name}: {str(error).removeprefix(f'{name}.__init__() ')}") from error


def _meant(word: Any, known: Any) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
