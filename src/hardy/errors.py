"""Every exception that hardy raises on purpose.

    HardyError
    ├── InputError (ValueError)     something the caller passed, or a file the caller named
    │   ├── ShapeError              an array of the wrong shape or dtype
    │   ├── LayoutError             a source whose layout is not one we read, or is broken
    │   └── OutputError             a place that cannot be written, or holds something else
    ├── DecodeError                 bytes that are not a whole picture
    ├── StoreError                  a store on disk
    │   ├── StoreVersionError       written by a newer hardy
    │   └── StoreCorruptError       damaged or incomplete
    └── MissingExtraError           an optional dependency is not installed

Problems in the *data* are values (`hardy.findings.Finding`); only problems in the *call* are exceptions.
A message says what, where, expected, got, and the next step.
"""


class HardyError(Exception):
    """The root of all exceptions raised on purpose."""


class InputError(HardyError, ValueError):
    """What the caller passed cannot be used."""


class ShapeError(InputError):
    """An array has the wrong number of dimensions, size or dtype."""


class LayoutError(InputError):
    """A source is not laid out in a way that hardy reads."""


class OutputError(InputError):
    """The place to write to is taken by something else, or cannot be written."""


class DecodeError(HardyError):
    """Bytes that are not a whole picture of a kind on the allow-list."""


class StoreError(HardyError):
    """A store on disk cannot be used."""


class StoreVersionError(StoreError):
    """The store was written in a format this hardy does not know."""


class StoreCorruptError(StoreError):
    """The store is damaged or was never finished."""


class MissingExtraError(HardyError):
    """An optional dependency is needed and not installed."""
