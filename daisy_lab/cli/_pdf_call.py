"""A run of the workflow `pdf`, or of a series, laid out before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from daisy_lab import io

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from daisy_lab._session import Session
    from daisy_lab._workflow import Workflow

__all__ = ["PdfCall"]

_AXES: Final[Mapping[str, tuple[str, ...]]] = {
    "background": ("background", "column", "point"),
    "patterns": ("frame", "point"),
    "gr": ("frame", "r"),
    "r": ("r",),
}


@dataclass(frozen=True)
class PdfCall:
    """A run of the workflow, laid out: its settings, the arrays it reads, the files they come from."""

    workflow: Workflow
    sample: Path
    background: tuple[Path, ...]
    arrays: Mapping[str, Any]
    notes: tuple[str, ...]
    name: str = ""
    """Of its output, without ending, where there are several."""

    @property
    def files(self) -> list[str]:
        """Give the files that are read."""
        return [str(path) for path in (self.sample, *self.background)]

    def put(self, session: Session) -> None:
        """Put the arrays into a session's store."""
        for name, value in self.arrays.items():
            axes = _AXES.get(name, ("point",))
            if isinstance(value, io.FileArray):
                session.store.put(name, value.labelled(axes))
            else:
                session.store.put(name, value, axes=axes)
