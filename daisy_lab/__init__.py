"""Daisy Lab: web data analysis for X-ray light sources.

>>> from daisy_lab import algorithm, store, engine
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from daisy_lab._engine import Engine, LocalEngine, Middle, RecordingEngine, Run, When, default_engine, ref
from daisy_lab._session import Session
from daisy_lab._workflow import Workflow
from daisy_lab.io import open_file

if TYPE_CHECKING:
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

middle = Middle


def __getattr__(name: str) -> object:
    """Make the default store and engine when first asked for: importing starts nothing."""
    if name == "engine":
        return default_engine()
    if name == "store":
        return default_engine().store
    message = f"module 'daisy_lab' has no attribute {name!r}"
    raise AttributeError(message)
