"""Sessions in processes of their own, which outlive the pages that look at them; and the ways to reach one."""

from daisy_lab._detached._client import Attached, attach
from daisy_lab._detached._errors import LostError, RemoteError
from daisy_lab._detached._link import Answer, Link
from daisy_lab._detached._local import local_link
from daisy_lab._detached._look import SessionFacts, list_sessions, look_at_session, stop_session

__all__ = [
    "Answer",
    "Attached",
    "Link",
    "LostError",
    "RemoteError",
    "SessionFacts",
    "attach",
    "list_sessions",
    "local_link",
    "look_at_session",
    "stop_session",
]
