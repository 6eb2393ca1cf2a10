"""Groups from names: `IMG_001_a.jpg` and `IMG_001_b.jpg` show one object, and belong on one side."""

import re

from hardy.dataset import Dataset
from hardy.errors import InputError


def compile_group_regex(pattern: str) -> re.Pattern[str]:
    """The pattern, which has a group in parentheses.

    Raises:
        InputError: it is no regular expression, or has no group.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise InputError(f"the group regex {pattern!r} is no regular expression: {error}") from error
    if not compiled.groups:
        raise InputError(f"the group regex {pattern!r} has no group in parentheses: put (…) around what rows share")
    return compiled


def with_groups(data: Dataset, pattern: str) -> Dataset:
    """The same rows, in the groups that the pattern finds in their locations; none where it finds nothing.

    Args:
        data: whose `uri` says where each picture lies.
        pattern: searched, not matched from the start; the text of its first group in parentheses is the row's group.

    Raises:
        InputError: the pattern cannot be read, or finds nothing at all.

    Example:
        >>> from hardy.sources.arrays import from_arrays
        >>> import numpy as np
        >>> data = from_arrays(np.zeros((3, 17, 11), np.uint8))
        >>> with_groups(data, "#([01])").column("group")
        ['0', '1', None]
    """
    compiled = compile_group_regex(pattern)
    found = [compiled.search(uri) for uri in data.column("uri")]
    groups = [match.group(1) if match else None for match in found]
    if len(data) and not any(group is not None for group in groups):
        first = data.column("uri")[0]
        raise InputError(f"the group regex {pattern!r} finds nothing in {data.location}; its first location is {first}")
    return data.with_columns(group=groups)
