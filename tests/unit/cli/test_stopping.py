import signal

import pytest

from hardy.cli import stopping
from hardy.cli.terminal import Reporter


class Finaliser:
    """Goes away while Ctrl-C comes in: Python prints that the exception is ignored."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_a_finaliser_swallowed_is_heard_when_progress_is_told() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        stopping.listen()
        Finaliser()
        with pytest.raises(KeyboardInterrupt):
            Reporter(quiet=True).advance("training", 1, 2)
        Reporter(quiet=True).advance("training", 1, 2)  # once
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_was_heard_stays_heard() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        stopping.listen()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        stopping.listen()
        Reporter(quiet=True).say("on we go")
    finally:
        signal.signal(signal.SIGINT, before)
