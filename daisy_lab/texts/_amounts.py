"""Amounts of bytes as a reader wants them, the same everywhere."""

from __future__ import annotations

__all__ = ["in_bytes"]

_KILO = 999.5
"""From here on three digits are those of the next unit."""


def in_bytes(count: float | None) -> str:
    """Give a number of bytes with three digits and its unit, as in `1.72 GB`; empty where it is not known."""
    if count is None:
        return ""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < _KILO:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB" if abs(count) < _KILO else f"{count:,.0f} TB"
