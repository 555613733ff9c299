"""Which requests may be asked again when nobody knows whether the session took them: those that change nothing."""

from __future__ import annotations

from typing import Final

__all__ = ["may_be_repeated"]

_FAMILIES: Final = ("view.", "algorithms.")
_SINGLE: Final = frozenset(
    {
        "alive",
        "arrays.file",
        "chain.check",
        "chain.export",
        "chain.plan",
        "chain.show",
        "chain.sweep",
        "files.folder",
        "files.look",
        "files.read",
        "files.space",
        "files.write",
        "objects.compare",
        "objects.lineage",
        "objects.versions",
        "records.get",
        "runs.code",
        "runs.log",
        "session.about",
        "watch",
        "workflow.code",
    }
)


def may_be_repeated(method: str) -> bool:
    """Tell whether asking twice does no more than asking once."""
    return method in _SINGLE or method.startswith(_FAMILIES)
