"""Compiled loops: the `@kernel` decorator, and a cache on disk that never serves stale code.

Numba's own cache looks at the file that defines a function and at nothing else, so a change in a callee that lives in
another file would go unseen. Ours is keyed by a hash over *all* kernel sources of the package.

The rule that makes this safe: **every function under `@kernel` lives in a file called `*_kernels.py`**, and so does
whatever it calls and whatever constants it reads. The decorator refuses any other file inside a package. The key is a
hash of this file and of every `*_kernels.py` below the package's root (`hardy/`), with Numba's version; Numba adds
the processor's name and features, the Python version and the types of the arguments.

It lies in `kernels/<hash>/` of `hardy.cache.cache_folder()`. A folder that cannot be written, or that another user
could write, is not used: the functions are then compiled in memory, once per process.
"""

import functools
import inspect
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import xxhash
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator

from hardy.cache import cache_folder
from hardy.errors import HardyError

PATTERN = "*_kernels.py"
_SUFFIX = PATTERN[1:]

Function = TypeVar("Function", bound=Callable[..., Any])


def source_hash(root: Path, *others: Path) -> str:
    """One hash over every kernel source below a folder, and over other files.

    Args:
        root: the package's folder; all `*_kernels.py` below it count, with their names.
        others: files that count as well.

    Returns:
        32 hexadecimal digits.
    """
    digest = xxhash.xxh3_128()
    named = {path.relative_to(root).as_posix(): path for path in root.rglob(PATTERN)}
    named |= {f"/{number}": path for number, path in enumerate((Path(__file__), *others))}
    for name, path in sorted(named.items()):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


_package_hash = functools.lru_cache(maxsize=None)(source_hash)


class _Locator(_CacheLocator):
    """Tells Numba where a function's code is kept, and when it is fresh."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        path = Path(file)
        depth = function.__module__.count(".")
        root = path.parents[depth - 1] if depth else path.parent
        self._py_file = file  # Numba's own warnings name it
        self._hash = _package_hash(root) if path.match(PATTERN) else _package_hash(root, path)
        self._folder = cache_folder() / "kernels" / self._hash
        name = f"{function.__module__}:{function.__code__.co_firstlineno}"
        self._disambiguator = xxhash.xxh3_64_hexdigest(name.encode())

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> tuple[str, str]:
        return self._hash, numba.__version__

    def get_disambiguator(self) -> str:
        return self._disambiguator

    def ensure_cache_path(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=self._folder).close()

    def is_private(self) -> bool:
        """Cached code is loaded and run, so nobody else may be able to write it."""
        if sys.platform == "win32":
            return True
        found = self._folder.stat()
        return found.st_uid in (0, os.geteuid()) and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> "_Locator | None":
        try:
            locator = cls(function, file)
            locator.ensure_cache_path()
            return locator if locator.is_private() else None
        except (OSError, RuntimeError):
            return None


class _Implementation(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012  (declared by Numba)


class _KernelCache(FunctionCache):
    """Numba's cache, except that a damaged or full disk costs time and never an error."""

    _impl_class = _Implementation

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever a damaged file makes of unpickling, the source is there to compile
            try:
                self.flush()
            except OSError:
                self.disable()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError:
            self.disable()


def kernel(function: Function) -> Function:
    """Compile a function with Numba: without the GIL, on one thread, IEEE arithmetic, no bounds checks.

    Parallel work is Python threads over kernels; Numba's own threading aborts when several threads call it.

    Args:
        function: lives in a file called `*_kernels.py`; no annotations.

    Returns:
        The dispatcher: compiles at the first call with new types, or loads from disk what an earlier process compiled.

    Raises:
        HardyError: the file's name does not match, so a change in it would not renew the cache.

    Source: Numba's documentation, "Notes on caching" (caches of one file do not see changes in callees elsewhere).
    """
    plain = inspect.unwrap(function)  # the tests' type checker wraps every function; Numba wants the bare one
    file = inspect.getfile(plain)
    if "." in plain.__module__ and not file.endswith(_SUFFIX):
        raise HardyError(f"{plain.__qualname__} in {file}: functions under @kernel live in files named {PATTERN}")
    dispatcher: Any = numba.njit(nogil=True, fastmath=False, boundscheck=False, error_model="numpy")(plain)
    try:
        dispatcher._cache = _KernelCache(plain)
    except RuntimeError:  # "no locator available": nowhere to write
        return cast(Function, dispatcher)
    return cast(Function, dispatcher)
