"""The pair a notebook starts with: one store and one engine, made when first asked for."""

from __future__ import annotations

from functools import lru_cache

from daisy_lab._engine._local import LocalEngine

__all__ = ["default_engine"]


@lru_cache(maxsize=1)
def default_engine() -> LocalEngine:
    """Give the engine of this process; its store is the default store."""
    return LocalEngine()
