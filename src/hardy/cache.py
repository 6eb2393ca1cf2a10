"""Where hardy keeps what it can make or fetch again.

`$HARDY_CACHE`, else `~/.cache/hardy` (`$XDG_CACHE_HOME` is honoured), `~/Library/Caches/hardy` on a Mac,
`%LOCALAPPDATA%\\hardy` on Windows.
"""

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Where this user's caches of hardy lie; nothing is created.

    Example:
        >>> cache_folder().name.lower().startswith("hardy") or "HARDY_CACHE" in os.environ
        True

    Raises:
        RuntimeError: there is no home folder to be found.
    """
    if chosen := os.environ.get("HARDY_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "hardy"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hardy"
    general = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(general) if Path(general).is_absolute() else Path.home() / ".cache") / "hardy"
