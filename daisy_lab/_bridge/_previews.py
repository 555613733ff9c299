"""Previews: one block of a call, computed and shown at once; nothing is stored, and only the newest counts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from daisy_lab import _preview as preview
from daisy_lab._algorithm import registry
from daisy_lab._bridge._calls import bindings_of, has_preview
from daisy_lab._bridge._faults import SupersededError
from daisy_lab._bridge._handlers import handles
from daisy_lab._bridge._views import picture
from daisy_lab._engine import Run
from daisy_lab._messages import PreviewCall
from daisy_lab._workflow import Workflow
from daisy_lab.errors import CancelledError, DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._bridge._handlers import Answer
    from daisy_lab._datastore import DataStore
    from daisy_lab._engine import Call
    from daisy_lab.vocabulary import Array

_NAME = "preview"


@handles(PreviewCall, "preview")
def preview_call(bridge: Bridge, front: Front, asked: PreviewCall) -> Answer:
    """Compute one block of a call and show it; a newer one of the same view stops it."""
    begin = time.perf_counter()
    block, part = _block(bridge, front, asked)
    values = _plane(block, asked.id)
    reply, buffers = picture(values, (0, values.shape[0], 0, values.shape[1]), asked, begin)
    return reply.model_copy(update=part._asdict() if part else {}), buffers


class _Part(NamedTuple):
    """One position of an axis."""

    along: str
    place: int
    length: int


def _block(bridge: Bridge, front: Front, asked: PreviewCall) -> tuple[Any, _Part | None]:
    engine = bridge.engine
    found = registry.get(asked.id)
    if not has_preview(found):
        raise DataError(_no_picture(found.id))
    workflow = Workflow(_NAME)
    outputs = tuple(_NAME if not number else f"{_NAME}.{number}" for number in range(len(found.outputs)))
    workflow.add(found.id, into=outputs, **bindings_of(found, asked.inputs, asked.settings))
    (call,) = workflow.calls()
    part = _part(call, asked.index, engine.store)
    want = {part.along: slice(part.place, part.place + 1)} if part else {}
    job = workflow.job(targets=[_NAME], available=engine.store, want=want)
    run = Run(found.id, engine.workers)
    if not asked.view:
        return engine.block(job, run), part
    bridge.begin_preview(front, asked.view, run)
    try:
        return engine.block(job, run), part
    except CancelledError:
        raise SupersededError(_("a newer preview took its place")) from None
    finally:
        bridge.end_preview(front, asked.view, run)


def _part(call: Call, index: Mapping[str, int], store: DataStore) -> _Part | None:
    """Choose one position along the first axis that the step can be split along: the middle unless asked otherwise."""
    item = next(iter(call.inputs.values()), None)
    if item is None:
        return None
    about = store.describe(item.name)
    axes = preview.axes_of(about.axes, about.shape)
    lengths = dict(zip(axes, about.shape, strict=True))
    if len(axes) <= 2:  # noqa: PLR2004 - a picture already
        return None
    for axis in call.algorithm.windows(call.settings, axes):
        if lengths.get(axis):
            place = min(index.get(axis, lengths[axis] // 2), lengths[axis] - 1)
            return _Part(axis, place, lengths[axis])
    return None


def _plane(block: Any, algorithm: str) -> Array:  # noqa: ANN401 - whatever the algorithm gives
    """Give the middle plane of a block.

    Raises
    ------
    DataError
        If it has none.
    """
    values = np.asarray(block)
    while values.ndim > 2 and len(values):  # noqa: PLR2004 - a picture
        values = values[len(values) // 2]
    if values.ndim != 2 or not values.size or values.dtype.kind not in "buif":  # noqa: PLR2004 - as above
        raise DataError(_no_picture(algorithm))
    return values


def _no_picture(algorithm: str) -> str:
    return _("what {id} gives is no picture; run it, and open the result").format(id=algorithm)
