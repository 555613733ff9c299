"""The one gate through which every action changes the store.

Values are taken in without the lock (copied, written, room made); then under the lock the action is recorded,
applied and queued for the listeners; at last, without the lock, it is announced. A refusal changes nothing.
"""

from __future__ import annotations

import time
from threading import RLock
from typing import TYPE_CHECKING

from daisy_lab._datastore._events import Announcement, Announcer, Change, ChangeKind, change_of
from daisy_lab._datastore._history import History, Step, Version
from daisy_lab._datastore._intake import Arriving, Incoming, Intake
from daisy_lab._datastore._journal import Reopen, put_record
from daisy_lab._datastore._memory import Memory
from daisy_lab._datastore._names import check_name
from daisy_lab._datastore._object import DataObject
from daisy_lab._datastore._replay import replay
from daisy_lab._datastore._segments import Segments
from daisy_lab.errors import DataError, SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

    from daisy_lab._datastore._directory import Directory

__all__ = ["Actions"]

_DEVICE = "cpu"


class Actions:
    """What may be done to a store; parameters as those of `DataStore`."""

    def __init__(
        self,
        directory: Directory | None,
        *,
        memory: int | None,
        durable: bool,
        record: Callable[[Mapping[str, object]], None] | None,
    ) -> None:
        self.lock = RLock()
        self.history = History()
        self.segments = Segments(directory)
        self.memory = Memory(memory, self.segments, self.lock)
        self.announcer = Announcer()
        self._durable = durable
        self._record = record
        self._closed = False

    def put(
        self, arriving: Iterable[Arriving], made_by: str, frame: FrameType | None, *, undoable: bool = True
    ) -> list[DataObject]:
        """Store values as one action: all or none."""
        self.check_open()
        intake = Intake(self.memory, self.segments, frame, durable=self._durable)
        try:
            incoming = [intake.take(one) for one in arriving]
            with self.lock:
                now = time.time()
                versions = [self._version(one, made_by, now) for one in incoming]
                record = put_record(versions, undoable=undoable) if self._record else {}
                told = self._commit("put", self.history.put(versions), record, undoable=undoable)
                self.memory.admit(versions)
        except BaseException:
            intake.undo()
            raise
        self.memory.settle()
        self._announce(told)
        return [version.about for version in versions]

    def rename(self, old: str, new: str) -> DataObject:
        """Give an object another name."""
        check_name(new)
        with self.lock:
            if new in self.history.current and old in self.history.current:
                raise DataError(
                    _("cannot rename '{old}' to '{new}': there is a '{new}' already; delete it first").format(
                        old=old, new=new
                    )
                )
            told = self._commit(
                "rename", self.history.rename(old, new), {"action": "rename", "old": old, "new": new}
            )
            about = self.history.find(new).about
        self._announce(told)
        return about

    def delete(self, names: tuple[str, ...]) -> None:
        """Take names away."""
        with self.lock:
            record = {"action": "delete", "names": list(names)}
            told = self._commit("delete", self.history.delete(names), record)
        self._announce(told)

    def restore(self, name: str, version: int) -> DataObject:
        """Make an old version current; nothing happens when it is so already."""
        with self.lock:
            found = self.history.find(name, version)
            if self.history.current.get(name) is found:
                return found.about
            step = self.history.restore(name, version)
            told = self._commit("restore", step, {"action": "restore", "name": name, "version": version})
        self._announce(told)
        return found.about

    def undo(self) -> Change | None:
        """Take the last step back, if there is one."""
        with self.lock:
            self.check_open()
            if not self.history.can_undo():
                return None
            self._note({"action": "undo"})
            change, told = self._queue("undo", self.history.undo())
        self._announce(told)
        return change

    def redo(self) -> Change | None:
        """Take the step undone last again, if there is one."""
        with self.lock:
            self.check_open()
            if not self.history.can_redo():
                return None
            self._note({"action": "redo"})
            change, told = self._queue("redo", self.history.redo())
        self._announce(told)
        return change

    def forget(self) -> None:
        """Free all versions but the current ones."""
        with self.lock:
            self.check_open()
            self._note({"action": "forget"})
            for content in self.history.forget():
                self.memory.release(content)

    def replay(self, records: Iterable[Mapping[str, object]], reopen: Reopen) -> None:
        """Follow the records of an earlier process."""
        with self.lock:
            self.check_open()
            if not self.history.is_fresh():
                raise SessionError(_("only a fresh store can replay a journal; this one holds data already"))
            replay(records, self.history, self.segments, reopen)

    def close(self) -> None:
        """Free everything; later actions are refused."""
        with self.lock:
            if self._closed:
                return
            self._closed = True
            if not self._durable:
                for content in self.history.contents():
                    self.memory.release(content)
            self.history = History()
        self.segments.close()

    def check_open(self) -> None:
        """Refuse what is asked of a closed store."""
        if self._closed:
            raise SessionError(_("the store is closed; make a new one, or open the session again"))

    def _version(self, one: Incoming, made_by: str, now: float) -> Version:
        name, frozen, axes, unit, content = one
        number = self.history.next_number(name)
        kind, _value, shape, dtype, nbytes = frozen
        about = DataObject(name, number, kind, axes, unit, shape, dtype, nbytes, _DEVICE, made_by, now)
        return Version(about, content)

    def _commit(
        self, kind: ChangeKind, step: Step, record: Mapping[str, object], *, undoable: bool = True
    ) -> Announcement | None:
        """Record a step, take it and queue its announcement; called under the lock."""
        self.check_open()
        self._note(record)
        self.history.push(step, undoable=undoable)
        return self._queue(kind, step)[1] if self.announcer.heard else None

    def _queue(self, kind: ChangeKind, step: Step) -> tuple[Change, Announcement | None]:
        change = change_of(kind, step)
        return change, self.announcer.enqueue(change) if self.announcer.heard else None

    def _note(self, record: Mapping[str, object]) -> None:
        if self._record is not None:
            self._record(record)

    def _announce(self, told: Announcement | None) -> None:
        if told is not None:
            self.announcer.announce(told)
