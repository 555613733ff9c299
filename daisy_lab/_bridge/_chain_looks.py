"""Looks through a whole chain: computed beside the session's objects, told while they take long, the newest only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import numpy as np

from daisy_lab import _preview as preview
from daisy_lab._bridge._faults import SupersededError
from daisy_lab._messages import ChainEvent
from daisy_lab._messages import ShelfSpot as Spot
from daisy_lab._workflow import Workflow
from daisy_lab.errors import CancelledError, WorkflowError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._datastore import DataStore
    from daisy_lab._engine import Run
    from daisy_lab._messages import ViewRequest

__all__ = ["levels_of", "look", "part_of", "require_part", "spot_of", "workflow_of"]

_T = TypeVar("_T")
_LONG_SECONDS: Final = 0.2
"""A look that takes longer tells how far it is."""
_PACE_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 0.3
"""A look that is this old when the next one comes is called off; a younger one is let finish, so that pictures follow
a slider that moves all the time."""


class _Asked(Protocol):
    @property
    def workflow(self) -> dict[str, Any]: ...
    @property
    def settings(self) -> dict[str, Any]: ...


def workflow_of(asked: _Asked) -> Workflow:
    """Give the workflow that a request brings, with its settings changed.

    Raises
    ------
    WorkflowError, SettingError
        If it is none, or a setting is not there or out of bounds.
    """
    workflow = Workflow.from_json(asked.workflow, _("the request"))
    if not workflow.steps:
        raise WorkflowError(_("the workflow has no steps"))
    return workflow.with_settings(asked.settings) if asked.settings else workflow


def part_of(want: Mapping[str, tuple[int, int]]) -> dict[str, slice]:
    """Give the wanted part as an engine takes it."""
    return {axis: slice(*ends) for axis, ends in want.items()}


def look(bridge: Bridge, front: Front, asked: ViewRequest, run: Run, compute: Callable[[], _T]) -> _T:
    """Compute for a view: told while it takes long, called off by the next one of the same view.

    Raises
    ------
    SupersededError
        If a newer one took its place.
    """
    view = f"{asked.method} {asked.view}"
    end = run.on_change(_Teller(front, asked.view))
    # Without a view it stands alone; it still ends with its front.
    key = view if asked.view else f"{view} {run.id}"
    bridge.begin_preview(front, key, run, patience=_PATIENCE_SECONDS)
    try:
        return compute()
    except CancelledError:
        raise SupersededError(_("a newer request took its place, or it was stopped")) from None
    finally:
        bridge.end_preview(front, key, run)
        end()


def require_part(workflow: Workflow, target: str, want: Mapping[str, object], store: DataStore) -> None:
    """Refuse to look at all of a volume: that is a run, and no screen shows it.

    Raises
    ------
    WorkflowError
        If a result with more than two axes is asked for whole.
    """
    axes = _axes_of(workflow, target, store)
    if len(axes) > 2 and not want:  # noqa: PLR2004 - a picture
        raise WorkflowError(
            _(
                "'{name}' has the axes {axes}; say which part of it is to be shown, as in {example}, or run the "
                "workflow"
            ).format(name=target, axes=", ".join(axes), example=f'want: {{"{axes[0]}": [0, 1]}}')
        )


def _axes_of(workflow: Workflow, name: str, store: DataStore) -> tuple[str, ...]:
    """Give the axes of a name before it exists, as far as its step and what it reads tell them."""
    makers = {
        output: (call, number) for call in workflow.calls() for number, output in enumerate(call.outputs)
    }
    while name in makers:
        call, number = makers[name]
        axes = call.algorithm.outputs[number].axes
        if not isinstance(axes, SameAxes):
            return axes or ()
        first = next((port.name for port in call.algorithm.inputs if port.name in call.inputs), None)
        if first is None:
            return ()
        name = call.inputs[first].name
    return store.describe(name).axes if name in store else ()


class _Teller:
    """Tells a front how far a look is, now and then, once it takes long."""

    def __init__(self, front: Front, view: str) -> None:
        self._front, self._view = front, view
        self._next = time.monotonic() + _LONG_SECONDS

    def __call__(self, run: Run) -> None:
        now = time.monotonic()
        if now < self._next or run.ended:
            return
        self._next = now + _PACE_SECONDS
        self._front.tell(ChainEvent(view=self._view, fraction=run.fraction, text=run.text))


def spot_of(bridge: Bridge, front: Front, name: str, value: Any, report: Mapping[str, Any]) -> Spot:  # noqa: ANN401 - what a chain gives
    """Lay an array on the shelf and say where it lies; a value without axes is only told of."""
    array = np.asarray(value)
    if not array.ndim or array.dtype.kind not in "buifc":
        return Spot(name="", version=0, axes=(), shape=array.shape, unit="", low=None, high=None)
    axes = preview.axes_of(report.get("axes", ()), array.shape)
    about = bridge.shelf.put(front, name, array, axes, report.get("unit", ""))
    low, high = levels_of(array)
    return Spot(
        name=name, version=about.version, axes=axes, shape=array.shape, unit=about.unit, low=low, high=high
    )


def levels_of(array: np.ndarray[Any, Any]) -> tuple[float | None, float | None]:
    """Give levels that suit the middle plane of an array."""
    while array.ndim > 2 and len(array):  # noqa: PLR2004 - a picture
        array = array[len(array) // 2]
    return preview.value_range(array) if array.size and array.dtype.kind in "buif" else (None, None)
