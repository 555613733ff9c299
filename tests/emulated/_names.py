"""What CuPy has: its names and their arguments, kept in `names.json` so that no emulated name is invented.

`python -m emulated._names` in the folder `tests` writes the file anew where CuPy is installed.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["MODULES", "check", "function_of", "names_of", "read_real"]

_FILE = Path(__file__).with_name("names.json")

MODULES = (
    "cupy",
    "cupy.fft",
    "cupy.linalg",
    "cupy.ndarray",
    "cupy.random",
    "cupyx.scipy.fft",
    "cupyx.scipy.ndimage",
    "cupyx.scipy.signal",
    "cupyx.scipy.special",
)
# What no emulation could honour, or NumPy does under the same name differently.
_WITHOUT = {
    "ElementwiseKernel",
    "RawModule",
    "ReductionKernel",
    "fuse",
    "memoize",
    "clear_memo",
    "cuda",
    "show_config",
}


@cache
def _table() -> dict[str, dict[str, list[str] | None]]:
    table: dict[str, dict[str, list[str] | None]] = json.loads(_FILE.read_text("utf-8"))
    return table


def names_of(module: str) -> set[str]:
    """Give the names that CuPy has in a module."""
    return set(_table()[module])


def check(module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise TypeError for arguments that CuPy's function does not take."""
    known = _table()[module].get(name)
    if known is None or "args" in known or "kwargs" in known:
        return
    if unknown := kwargs.keys() - set(known):
        raise TypeError(f"{module}.{name} takes no {', '.join(sorted(unknown))}; it takes {', '.join(known)}")
    if len(args) > len(known):
        raise TypeError(f"{module}.{name} takes {len(known)} arguments, {len(args)} are given")


@cache
def function_of(module: str, where: Any, name: str) -> Any:
    """Give the function of NumPy or SciPy as one of the device, or a type or number as it is."""
    from emulated._array import call, ndarray  # noqa: PLC0415 - arrays find functions, functions give arrays

    if name not in names_of(module):
        raise AttributeError(f"{module} has no {name}: code for a device cannot use it")
    found = getattr(where, name)
    if not callable(found) or isinstance(found, type):
        return found

    def function(*args: Any, **kwargs: Any) -> Any:
        check(module, name, args, kwargs)
        kwargs.pop("plan", None)  # of a Fourier transform: SciPy has none
        return call(found, args, kwargs)

    function.__name__ = name
    if hasattr(found, "reduce"):
        return found_ufunc(found, ndarray)
    return function


class found_ufunc:  # noqa: N801 - stands for NumPy's own
    """An elementwise function, with `reduce` and the like; CuPy's takes no `where`."""

    def __init__(self, ufunc: Any, kind: Any) -> None:
        self._ufunc, self._kind = ufunc, kind
        self.__name__ = ufunc.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._apply("__call__", args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name not in {"reduce", "accumulate", "outer", "at", "reduceat"}:
            raise AttributeError(name)
        return lambda *args, **kwargs: self._apply(name, args, kwargs)

    def _apply(self, method: str, args: Any, kwargs: Any) -> Any:
        return self._kind.__array_ufunc__(None, self._ufunc, method, *args, **kwargs)


def read_real(module: str) -> dict[str, list[str] | None]:
    """Read names and arguments from the installed CuPy."""
    if module == "cupy.ndarray":
        where: Any = importlib.import_module("cupy").ndarray
    else:
        try:
            where = importlib.import_module(module)
        except ImportError:
            return _read_file(module)
    found = {name: _parameters(getattr(where, name)) for name in dir(where) if not name.startswith("_")}
    return {name: found[name] for name in sorted(found.keys() - _WITHOUT)}


def _read_file(module: str) -> dict[str, list[str] | None]:
    """Read the names from the text of a module whose libraries are missing."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ImportError(module)
    tree = ast.parse(Path(spec.origin).read_text("utf-8"))
    names = (alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)
    return dict.fromkeys(sorted(alias.asname or alias.name for alias in names))


def _parameters(function: Any) -> list[str] | None:
    if not callable(function) or isinstance(function, type):
        return None
    try:
        return list(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        # Compiled methods show their arguments in the first line of their text only.
        line = (function.__doc__ or "").partition("\n")[0]
        inner = re.match(r"\w+\.\w+\((.*?)\)(?: ->|$)", line)
        return None if inner is None else re.findall(r"(?:^|, )\*{0,2}(?:[A-Za-z_]+ )?([A-Za-z_]+)", inner[1])


if __name__ == "__main__":
    lines = ",\n".join(
        f"{json.dumps(module)}: {{\n"
        + ",\n".join(
            f"  {json.dumps(name)}: {json.dumps(known)}" for name, known in read_real(module).items()
        )
        + "\n}"
        for module in MODULES
    )
    _FILE.write_text("{\n" + lines + "\n}\n", "utf-8")
