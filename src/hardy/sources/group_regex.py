"""Groups from names: `IMG_001_a.jpg` and `IMG_001_b.jpg` show one object, and belong on one side."""

import re

import pyarrow as pa

from hardy.dataset import Dataset
from hardy.dataset.spill import TableBuilder, starts
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
    groups = TableBuilder(pa.schema([("group", pa.string())]), ["group"])
    for rows in starts(len(data)):
        uris = data.table.column("uri").slice(rows.start, len(rows)).to_pylist()
        groups.add(group=[match.group(1) if (match := compiled.search(uri)) else None for uri in uris])
    column = groups.finish().column("group")
    if len(data) and column.null_count == len(data):
        first = data.table.column("uri")[0].as_py()
        raise InputError(f"the group regex {pattern!r} finds nothing in {data.location}; its first location is {first}")
    return data.with_columns(group=column)
