"""Which requests may be asked again when nobody knows whether the session took them: asked twice, they do no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def may_be_repeated(method: str, params: Mapping[str, Any]) -> bool:
    """Tell whether asking twice does no more than asking once."""
    if method == "records.put":
        # Whoever was faster meanwhile is not overwritten; what was kept already is found as it is.
        return params.get("based_on") is not None
    return method in _SINGLE or method.startswith(_FAMILIES)
