"""The datastore: named, immutable, versioned objects that announce themselves, and their directory."""

from daisy_lab._datastore._directory import Directory, sessions_root, sweep
from daisy_lab._datastore._events import Change
from daisy_lab._datastore._identity import value_identity
from daisy_lab._datastore._names import check_name
from daisy_lab._datastore._object import DataObject, Kind, Put
from daisy_lab._datastore._segments import release_pages
from daisy_lab._datastore._store import DataStore

__all__ = [
    "Change",
    "DataObject",
    "DataStore",
    "Directory",
    "Kind",
    "Put",
    "check_name",
    "release_pages",
    "sessions_root",
    "sweep",
    "value_identity",
]
