"""Errors as a browser tells them: what was asked, what is there, what to do."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Final

from daisy_lab._messages import ErrorInfo
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import retold

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = ["BusyError", "SupersededError", "error_info", "malformed"]

_FAULTS: Final = 3
_LONGEST: Final = 4000
_LONGEST_TRACEBACK: Final = 20_000


class SupersededError(DaisyError):
    """A view asked anew before this was begun: only the newest counts."""


class BusyError(DaisyError):
    """A browser asked so much at once that the rest has to wait there."""


def error_info(error: BaseException) -> ErrorInfo:
    """Describe an error in the language that is spoken; one that explains itself comes without a traceback."""
    explained = isinstance(error, DaisyError) and error.__cause__ is None
    return ErrorInfo(
        kind=type(error).__name__,
        message=_short(_words(error) or type(error).__name__, _LONGEST),
        fields={
            name: _short(retold(text), _LONGEST) for name, text in dict(getattr(error, "fields", {})).items()
        },
        traceback="" if explained else _short_traceback(error),
    )


def malformed(what: str, error: ValidationError) -> ErrorInfo:
    """Describe a message that is not what its method takes."""
    faults = [
        f"{_short('.'.join(map(str, fault['loc'])) or what, 100)}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:_FAULTS]
    ]
    text = _("the message {what} is not understood: {faults}").format(what=what, faults="; ".join(faults))
    return ErrorInfo(kind="ValidationError", message=_short(text, _LONGEST))


def _words(error: BaseException) -> str:
    """Give what an error says; one whose words fail, too, says nothing."""
    try:
        return retold(str(error))
    except Exception:  # noqa: BLE001 - the boundary to foreign code: an exception's own text
        return ""


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."


def _short_traceback(error: BaseException) -> str:
    """Give where it happened, the innermost places at any rate."""
    text = "".join(traceback.format_exception(error))
    return text if len(text) <= _LONGEST_TRACEBACK else f"...{text[-_LONGEST_TRACEBACK:]}"
