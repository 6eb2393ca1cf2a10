"""How long work tells whoever waits for it how far it is, without knowing who that is."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Progress(Protocol):
    """Told by the stages that take long; the command line shows it, a library user may pass their own."""

    def say(self, line: str) -> None:
        """Report one thing worth knowing, such as a default that was chosen."""

    def advance(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Report that `done` of `total` steps of a stage are finished."""


class Silent:
    """Tells nobody."""

    def say(self, line: str) -> None:
        """Do nothing."""

    def advance(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Do nothing."""


SILENT = Silent()
