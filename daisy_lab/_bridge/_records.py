"""Records: what a page keeps in the session, as its settings; every change is a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab._bridge._handlers import handles
from daisy_lab._ledger import plain
from daisy_lab._messages import GetRecord, KeptRecord, PutRecord, RecordValue
from daisy_lab.errors import DataError, SessionError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import told

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front


@handles(PutRecord, "record")
def put(bridge: Bridge, _front: Front, asked: PutRecord) -> KeptRecord:
    """Keep a record as a new version, unless it says the same as the current one: so it may be asked twice."""
    store = bridge.engine.store
    current = store.describe(asked.name).version if asked.name in store else 0
    if current and plain(store.get(asked.name, current)) == asked.value:
        return KeptRecord(version=current, changed=False)
    if asked.based_on is not None and asked.based_on != current:
        raise SessionError(
            _(
                "'{name}' was changed in another window, or undone, meanwhile (version {current}, not {seen}); "
                "nothing was overwritten: take over what is there, and change it again"
            ).format(name=asked.name, current=current, seen=asked.based_on)
        )
    about = store.put(asked.name, asked.value, made_by=asked.note)
    return KeptRecord(version=about.version, changed=True)


@handles(GetRecord)
def get(bridge: Bridge, _front: Front, asked: GetRecord) -> RecordValue:
    """Give a record."""
    store = bridge.engine.store
    about = store.describe(asked.name, asked.version)
    if about.kind != "record":
        raise DataError(
            _("'{name}' is a {kind}, not a record; open it as a view").format(
                name=asked.name, kind=about.kind
            )
        )
    return RecordValue(
        value=plain(store.get(asked.name, about.version)), version=about.version, note=told(about.made_by)
    )
