"""What can go wrong, as one tree; each message says what was asked, what is there and what to do.

::

    DaisyError
    ├── MissingObjectError    (KeyError)          a name the store does not hold
    ├── MissingAlgorithmError (KeyError)          no algorithm or workflow of that name
    ├── SettingError          (ValueError)        an unknown setting, or a value out of bounds
    ├── DataError             (ValueError)        data that do not fit: shape, axes, all NaN, no flats
    ├── DefinitionError       (TypeError)         an algorithm declared in a way that cannot work
    ├── WorkflowError         (ValueError)        a workflow that cannot run as written
    ├── BudgetError           (MemoryError)       does not fit the memory given
    ├── FileError             (OSError)           a file that cannot be read or written
    │   ├── MissingFileError  (FileNotFoundError)
    │   ├── FileFormatError                       not what its name promises, truncated, damaged
    │   └── ForbiddenPathError (PermissionError)  leads outside the allowed roots
    ├── SessionError          (RuntimeError)      a session that cannot be opened, or reached
    │   └── InUseError                            held by another process
    ├── RunError              (RuntimeError)      foreign code failed inside a run; the cause is attached
    └── CancelledError        (Exception)         the user said stop

`exit_code` is what the command line returns: 2 wrong words, 3 wrong data or file, 4 does not fit, 5 a failure
inside an algorithm, 130 cancelled.
"""

from __future__ import annotations

import difflib
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Self

from daisy_lab.texts import gettext as _
from daisy_lab.texts import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "BudgetError",
    "CancelledError",
    "DaisyError",
    "DataError",
    "DefinitionError",
    "FileError",
    "FileFormatError",
    "ForbiddenPathError",
    "InUseError",
    "MissingAlgorithmError",
    "MissingFileError",
    "MissingObjectError",
    "RunError",
    "SessionError",
    "SettingError",
    "WorkflowError",
    "choices",
    "suggestion",
]


class DaisyError(Exception):
    """Anything Daisy Lab reports to its user."""

    exit_code: ClassVar[int] = 3

    def __str__(self) -> str:
        # KeyError would show the repr of the message, OSError an errno that is not there.
        # As it is: a text that knows how it was made is told each reader in their language.
        words = self.args[0] if self.args else type(self).__name__
        return words if isinstance(words, str) else str(words)


class MissingObjectError(DaisyError, KeyError):
    """A name the store, or the file, does not hold."""


class MissingAlgorithmError(DaisyError, KeyError):
    """No algorithm or workflow of that name."""

    exit_code = 2


class SettingError(DaisyError, ValueError):
    """An unknown setting, or a value out of its bounds; `fields` tells the fault of each setting."""

    exit_code = 2
    fields: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        """Make the error that tells the faults of several settings at once."""
        error = cls(joined("; ", fields.values()))
        error.fields = MappingProxyType(dict(fields))
        return error


class DataError(DaisyError, ValueError):
    """Data that do not fit the algorithm: shape, axes, all NaN, no flats."""


class DefinitionError(DaisyError, TypeError):
    """An algorithm declared in a way that cannot work."""


class WorkflowError(DaisyError, ValueError):
    """A workflow that cannot run as written."""

    exit_code = 2


class BudgetError(DaisyError, MemoryError):
    """Even the smallest block does not fit the memory given."""

    exit_code = 4


class FileError(DaisyError, OSError):
    """A file that cannot be read or written."""


class MissingFileError(FileError, FileNotFoundError):
    """No file there."""


class FileFormatError(FileError):
    """Not what its name promises: truncated, damaged, another format."""


class ForbiddenPathError(FileError, PermissionError):
    """A path, or a link inside a file, that leads outside the allowed roots."""


class SessionError(DaisyError, RuntimeError):
    """A session that cannot be opened, or reached."""


class InUseError(SessionError):
    """A session that another process holds."""


class RunError(DaisyError, RuntimeError):
    """Foreign code failed inside a run; `__cause__` has the original."""

    exit_code = 5


class CancelledError(DaisyError):
    """The user said stop."""

    exit_code = 130


def suggestion(asked: str, known: Iterable[str]) -> str:
    """Name the nearest known word as a question to append to a message; empty when nothing is near."""
    near = difflib.get_close_matches(asked, list(known), n=1, cutoff=0.5)
    return _("; did you mean '{near}'?").format(near=near[0]) if near else ""


def choices(names: Iterable[str], limit: int = 12) -> str:
    """List what is there for a message; long lists are cut and say how many more there are."""
    known = sorted(names)
    if not known:
        return _("nothing")
    shown = ", ".join(known[:limit])
    more = len(known) - limit
    return shown if more <= 0 else _("{shown} and {more} more").format(shown=shown, more=more)
