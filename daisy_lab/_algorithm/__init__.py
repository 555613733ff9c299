"""Algorithms: typed functions, what is known of them, where they are found and how they report."""

from daisy_lab._algorithm._algorithm import Algorithm, algorithm
from daisy_lab._algorithm._progress import (
    Monitor,
    cancel_flag,
    check_cancelled,
    curve,
    log,
    monitor,
    monitored,
    parallel,
    progress,
)
from daisy_lab._algorithm._registry import BrokenPlugin, Registry, registry
from daisy_lab._algorithm._signature import Port, Signature
from daisy_lab._algorithm._windows import EACH, Splits, Window

__all__ = [
    "EACH",
    "Algorithm",
    "BrokenPlugin",
    "Monitor",
    "Port",
    "Registry",
    "Signature",
    "Splits",
    "Window",
    "algorithm",
    "cancel_flag",
    "check_cancelled",
    "curve",
    "log",
    "monitor",
    "monitored",
    "parallel",
    "progress",
    "registry",
]
