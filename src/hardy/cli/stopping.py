"""Ctrl-C that is not lost.

Python raises KeyboardInterrupt wherever the main thread happens to be. Where that is a finaliser (a generator that is
thrown away at the end of an epoch), it prints "Exception ignored" and goes on. So that it was asked for is kept, and
looked at again whenever progress is told.
"""

import signal
from types import FrameType

_asked: list[bool] = []


def listen() -> None:
    """From now on Ctrl-C is kept until it is heard."""
    _asked.clear()
    signal.signal(signal.SIGINT, _keep)


def check() -> None:
    """Stop here, if it was asked for and not heard.

    Raises:
        KeyboardInterrupt: it was.
    """
    if _asked:
        _asked.clear()
        raise KeyboardInterrupt


def _keep(_number: int, _frame: FrameType | None) -> None:
    _asked.append(True)
    raise KeyboardInterrupt
