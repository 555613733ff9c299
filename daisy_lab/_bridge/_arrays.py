"""Where whole arrays are, for programs on this machine that map them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._bridge._handlers import handles
from daisy_lab._bridge._views import bytes_of, shown_object
from daisy_lab._messages import ArrayPlace, AskArray
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._bridge._handlers import Answer


@handles(AskArray, "view")
def place(bridge: Bridge, front: Front, asked: AskArray) -> Answer:
    """Say where an array is; one that is in memory only travels beside the reply."""
    about, value, _axes = shown_object(bridge, front, asked.name, asked.version)
    if about.kind not in {"array", "dataset"}:
        raise DataError(
            _("'{name}' is a {kind}, no array; look at it in a view").format(name=about.name, kind=about.kind)
        )
    told = ArrayPlace(
        name=about.name,
        version=about.version,
        axes=about.axes,
        unit=about.unit,
        shape=about.shape,
        dtype=np.dtype(value.dtype).str,
    )
    if about.kind == "dataset":
        return told.model_copy(update={"reference": dict(value.reference)})
    path = (
        bridge.engine.store.file_of(about.name, about.version) if about.name in bridge.engine.store else None
    )
    if path is not None:
        return told.model_copy(update={"path": os.fspath(path)})
    return told, [bytes_of(value)]
