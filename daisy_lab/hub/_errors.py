"""What can keep the hub from doing what was asked."""

from __future__ import annotations

from daisy_lab.errors import DaisyError

__all__ = ["HubError"]


class HubError(DaisyError, RuntimeError):
    """The hub cannot start, or not with these settings; the message says what to do."""

    exit_code = 3
