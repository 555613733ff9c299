"""Follows the recorded actions of an earlier process: names, versions and undo come back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab._datastore._journal import Reopen, read_versions
from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from daisy_lab._datastore._history import History
    from daisy_lab._datastore._segments import Segments

__all__ = ["replay"]


def replay(
    records: Iterable[Mapping[str, Any]], history: History, segments: Segments, reopen: Reopen
) -> None:
    """Follow the records in order.

    Parameters
    ----------
    records
        As `DataStore` gave them to its `record`.
    history
        A fresh one.
    segments
        Finds the files.
    reopen
        Opens a dataset by its reference.

    Raises
    ------
    SessionError
        If a record cannot be followed.
    """
    for number, record in enumerate(records, start=1):
        try:
            _follow(record, history, segments, reopen)
        except (KeyError, TypeError, ValueError, AttributeError, SyntaxError) as error:
            raise SessionError(
                _("record {number} of the session's journal cannot be followed ({reason}): {record}").format(
                    number=number, reason=error, record=str(record)[:200]
                )
            ) from error


def _follow(record: Mapping[str, Any], history: History, segments: Segments, reopen: Reopen) -> None:
    match record["action"]:
        case "put":
            step = history.put(read_versions(record, segments, reopen))
            history.push(step, undoable=record.get("undoable", True))
        case "delete":
            # Journals of before wrote one name.
            history.push(history.delete(record["names"] if "names" in record else [record["name"]]))
        case "rename":
            history.push(history.rename(record["old"], record["new"]))
        case "restore":
            history.push(history.restore(record["name"], record["version"]))
        case "undo" if history.can_undo():
            history.undo()
        case "redo" if history.can_redo():
            history.redo()
        case "forget":
            history.forget()
        case action:
            raise ValueError(action)
