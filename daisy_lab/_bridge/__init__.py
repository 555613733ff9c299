"""The comm between a kernel and its browsers: store and engine events out, requests in."""

from daisy_lab._bridge import (
    _arrays,
    _calls,
    _chain,
    _chain_export,
    _chain_sweep,
    _files,
    _folders,
    _inputs,
    _marks,
    _objects,
    _previews,
    _records,
    _runs,
    _views,
)
from daisy_lab._bridge._bridge import Bridge
from daisy_lab._bridge._comm import bridge_of_kernel, default_roots, install
from daisy_lab._bridge._faults import error_info
from daisy_lab._bridge._front import Channel, Front
from daisy_lab._bridge._views import shown_object

# Each has entered what it answers into the table of handlers.
_HANDLERS = (
    _arrays,
    _calls,
    _chain,
    _chain_export,
    _chain_sweep,
    _files,
    _folders,
    _inputs,
    _marks,
    _objects,
    _previews,
    _records,
    _runs,
    _views,
)

__all__ = [
    "Bridge",
    "Channel",
    "Front",
    "bridge_of_kernel",
    "default_roots",
    "error_info",
    "install",
    "shown_object",
]
