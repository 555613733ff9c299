"""The workflow that is being put together, step by step, by the people who look at one kernel."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._workflow import Workflow
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Draft"]

_NAME: Final = "workbench"
_MOST: Final = 1000


class Draft:
    """Steps added so far."""

    def __init__(self) -> None:
        self._workflow = Workflow(_NAME)
        self._lock = Lock()

    def add(self, algorithm: str, bindings: Mapping[str, Any], into: tuple[str, ...]) -> None:
        """Append a step; a call that cannot work is refused and leaves the draft as it was."""
        with self._lock:
            if len(self._workflow.steps) >= _MOST:
                raise WorkflowError(
                    _("the workflow has {count} steps already; save it and begin anew").format(count=_MOST)
                )
            longer = Workflow(_NAME, list(self._workflow.steps))
            longer.add(algorithm, into=into or None, **bindings)
            longer.calls()
            self._workflow = longer

    def clear(self) -> None:
        """Begin anew."""
        with self._lock:
            self._workflow = Workflow(_NAME)

    def workflow(self) -> Workflow:
        """Give what there is."""
        return self._workflow
