"""A policy as a file or a text: YAML or JSON in, YAML or JSON out, and the line where something is wrong."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml

from hardy.errors import InputError, OutputError
from hardy.files import free_name, json_text, write_file

ENDINGS = (".yaml", ".yml", ".json")
"""Of files; everything else is the text itself."""

Policy = TypeVar("Policy")


def read_policy(text_or_path: str | Path, make: Callable[[Any], Policy]) -> Policy:
    """Read plain data and make something of it.

    Args:
        text_or_path: a file that ends in one of `ENDINGS`, or the text itself.
        make: from a list of `{name: arguments}`; called with lists of one as well, to find what it refuses.

    Raises:
        InputError: the file is missing, the text is not YAML, or `make` refuses it; the message says in which line.
    """
    where, text = _text(text_or_path)
    try:
        config = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        try:
            config = json.loads(text)  # JSON may be indented by tabs, which YAML does not know
        except (ValueError, RecursionError):
            raise InputError(f"{where} is not YAML: {_reason(error)}") from error
    try:
        return make(config)
    except InputError as error:
        raise InputError(f"{where}{_line_of(text, make)}: {error}") from error


def to_yaml(config: Any) -> str:
    """The text of a file.

    Example:
        >>> to_yaml([{"Invert": {"p": 0.1}}])
        '- Invert:\\n    p: 0.1\\n'
    """
    return yaml.safe_dump(config, sort_keys=False)


def write_policy(path: Path, config: Any) -> None:
    """Write such a file.

    Raises:
        InputError: its name has another ending.
        OutputError: it holds something else, or cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputError(
            f"{path}: a policy is saved as {', '.join(ENDINGS)}; expected a name with one of these endings"
        )
    text = json_text(config) if path.suffix.lower() == ".json" else to_yaml(config)
    if path.exists():
        if path.is_file() and path.read_bytes() == text.encode():
            return
        raise OutputError(f"{path} exists and holds something else; {free_name(path)} is free")
    write_file(path, text)


def _text(text_or_path: str | Path) -> tuple[str, str]:
    """What to call it, and what it says."""
    text = str(text_or_path)
    if not (isinstance(text_or_path, Path) or text.lower().endswith(ENDINGS)):
        return "the augmentation", text
    try:
        return text, Path(text).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise InputError(f"the augmentation {text} {reason}") from error


def _reason(error: Exception) -> str:
    """What PyYAML says, on one line, without the piece of text that it copies."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if problem is None or mark is None:
        return str(error)
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"


def _line_of(text: str, make: Callable[[Any], Any]) -> str:
    """The line of the innermost transform that is refused, where the text has several; only called for messages."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return ""
    found = _refused(node, make)
    return f", line {found.start_mark.line + 1}" if found is not None and "\n" in text.strip() else ""


def _refused(node: Any, make: Callable[[Any], Any]) -> Any:
    """The first item of a list that is refused by itself, or what is within it."""
    if not isinstance(node, yaml.SequenceNode):
        return None
    for item in node.value:
        try:
            make([yaml.SafeLoader("").construct_document(item)])
        except InputError:
            within = (_refused(inner, make) for inner in _lists_in(item))
            return next((found for found in within if found is not None), item)
        except yaml.YAMLError:
            return item
    return None


def _lists_in(item: Any) -> Iterator[Any]:
    """The transforms of a combination: {OneOf: {transforms: […]}}."""
    if not isinstance(item, yaml.MappingNode):
        return
    for _, arguments in item.value:
        if isinstance(arguments, yaml.MappingNode):
            yield from (value for key, value in arguments.value if key.value == "transforms")
