"""What a fetch may cost, and the kind of failure that is worth another try."""

from dataclasses import dataclass

from hardy.errors import InputError


@dataclass(frozen=True)
class Limits:
    """Bounds on fetching one URL.

    Args:
        connect_s: seconds to connect to one address.
        read_s: seconds to wait for the next bytes.
        total_s: seconds for everything: redirects, tries and the pauses between them. Only the system's own name
            look-up is not cut short by it.
        max_bytes: of the picture, unpacked.
        redirects: how many are followed.
        attempts: how often a failure that may pass is tried.
        backoff_s: pause before the second try; it doubles with each, and half of it is jitter.
    """

    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 60.0
    max_bytes: int = 64 << 20
    redirects: int = 5
    attempts: int = 4
    backoff_s: float = 0.5

    def __post_init__(self) -> None:
        if min(self.connect_s, self.read_s, self.total_s, self.max_bytes, self.attempts) <= 0 or self.redirects < 0:
            raise InputError(f"limits must be positive, got {self}")


DEFAULT_LIMITS = Limits()


class Transient(Exception):
    """A failure that may pass: no answer, an answer cut short, "too many requests".

    Args:
        reason: in a few words.
        wait_s: how long the server asked to be left alone.
        unreachable: no connection came about.
    """

    def __init__(self, reason: str, wait_s: float = 0.0, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.wait_s = wait_s
        self.unreachable = unreachable
