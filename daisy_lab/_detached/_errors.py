"""What can go wrong between a page and its session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab.errors import DaisyError, SessionError

if TYPE_CHECKING:
    from daisy_lab._messages import ErrorInfo

__all__ = ["FrameError", "LostError", "RemoteError"]


class RemoteError(DaisyError):
    """The session refused a request; says why in the session's own words.

    Parameters
    ----------
    info
        What the session told.
    """

    def __init__(self, info: ErrorInfo) -> None:
        super().__init__(info.message)
        self.kind = info.kind
        """Name of the exception in the session."""
        self.message = info.message
        self.fields = dict(info.fields)
        """Faults of single settings, by name."""
        self.traceback = info.traceback
        """Where it happened; empty for a mistake that explains itself."""


class LostError(SessionError):
    """The way to the session broke before it answered."""


class FrameError(SessionError):
    """What came through the socket is not what a session or a page says."""
