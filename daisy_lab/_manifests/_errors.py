"""What can be wrong with an app's folder."""

from __future__ import annotations

from daisy_lab.errors import DaisyError

__all__ = ["ManifestError", "MissingAppError"]


class ManifestError(DaisyError, ValueError):
    """An `app.toml` that cannot be used as it is; the message names file, key and what to do."""


class MissingAppError(DaisyError, KeyError):
    """No app of that name."""

    exit_code = 2
