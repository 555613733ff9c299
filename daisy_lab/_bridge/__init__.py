"""The comm between a kernel and its browsers: store and engine events out, requests in."""

from daisy_lab._bridge import _calls, _files, _objects, _previews, _runs, _views
from daisy_lab._bridge._bridge import Bridge
from daisy_lab._bridge._comm import install

# Each has entered what it answers into the table of handlers.
_HANDLERS = (_calls, _files, _objects, _previews, _runs, _views)

__all__ = ["Bridge", "install"]
