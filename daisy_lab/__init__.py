"""Daisy Lab: web data analysis for X-ray light sources.

>>> from daisy_lab import algorithm, store, engine

Each name is imported when it is first asked for: what a Jupyter server or a file reader needs of this package does not
load the numerics behind the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from daisy_lab._algorithm import (
        EACH,
        Algorithm,
        Window,
        algorithm,
        cancel_flag,
        check_cancelled,
        curve,
        log,
        parallel,
        progress,
    )
    from daisy_lab._datastore import DataStore
    from daisy_lab._engine import Engine, LocalEngine, RecordingEngine, Run, When, ref
    from daisy_lab._engine import Middle as middle  # noqa: N813 - written like a call of a function
    from daisy_lab._session import Session
    from daisy_lab._workflow import Workflow
    from daisy_lab.io import open_file

    engine: LocalEngine
    store: DataStore

__all__ = [
    "EACH",
    "Algorithm",
    "DataStore",
    "Engine",
    "LocalEngine",
    "RecordingEngine",
    "Run",
    "Session",
    "When",
    "Window",
    "Workflow",
    "algorithm",
    "cancel_flag",
    "check_cancelled",
    "curve",
    "engine",
    "log",
    "middle",
    "open_file",
    "parallel",
    "progress",
    "ref",
    "store",
]

_HOMES: Final = {
    "_algorithm": (
        "EACH",
        "Algorithm",
        "Window",
        "algorithm",
        "cancel_flag",
        "check_cancelled",
        "curve",
        "log",
        "parallel",
        "progress",
    ),
    "_datastore": ("DataStore",),
    "_engine": ("Engine", "LocalEngine", "RecordingEngine", "Run", "When", "ref"),
    "_session": ("Session",),
    "_workflow": ("Workflow",),
    "io": ("open_file",),
}
_HOME: Final = {name: home for home, names in _HOMES.items() for name in names}


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where our part of it lies."""
    return [{"src": "_labextension", "dest": "daisy-lab"}]


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401 - IPython has no types
    """Give an IPython shell the magic `%daisy`, and a kernel the comm of the sidebars: `%load_ext daisy_lab`."""
    import_module("daisy_lab._magics").load(shell)


def unload_ipython_extension(shell: Any) -> None:  # noqa: ANN401 - IPython has no types
    """Take the magic away again; the sidebars stay."""
    import_module("daisy_lab._magics").unload(shell)


def __getattr__(name: str) -> object:
    """Import what a name stands for; make the default store and engine when first asked for them."""
    if name in {"engine", "store"}:
        made: LocalEngine = import_module("daisy_lab._engine").default_engine()
        return made if name == "engine" else made.store
    if name == "middle":
        found: object = import_module("daisy_lab._engine").Middle
    elif name in _HOME:
        found = getattr(import_module(f"daisy_lab.{_HOME[name]}"), name)
    else:
        message = f"module 'daisy_lab' has no attribute {name!r}"
        raise AttributeError(message)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
