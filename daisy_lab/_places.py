"""Folders of this user on this machine: where sessions lie, and whether a folder is nobody else's.

It loads nothing: a server that looks after sessions needs no more than this.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

__all__ = ["named_sessions", "not_private", "session_folder", "sessions_root"]

_NAMED: Final = "session-"
_NAME: Final = re.compile(r"(?!\.)[\w.-]+")


def sessions_root() -> Path:
    """Give the folder of all sessions: DAISY_LAB_SESSIONS, else one below TMPDIR or /var/tmp."""
    asked = os.environ.get("DAISY_LAB_SESSIONS")
    if asked:
        return Path(asked)
    return Path(os.environ.get("TMPDIR") or "/var/tmp") / f"daisy-lab-{os.getuid()}"  # noqa: S108 - checked for its owner


def session_folder(name: str, root: Path | None = None) -> Path:
    """Give the folder of a named session, which need not be there.

    Raises
    ------
    SessionError
        If that is no name for a session.
    """
    if _NAME.fullmatch(name):
        return (sessions_root() if root is None else root) / f"{_NAMED}{name}"
    raise SessionError(
        _("{name!r} cannot name a session; use letters, digits, '_', '-' and '.', not a dot first").format(
            name=name
        )
    )


def named_sessions(root: Path | None = None) -> dict[str, Path]:
    """Give the folders of all named sessions that there are, by name."""
    folder = sessions_root() if root is None else root
    found = sorted(folder.glob(f"{_NAMED}*")) if folder.is_dir() else []
    return {path.name.removeprefix(_NAMED): path for path in found if path.is_dir()}


def not_private(folder: Path) -> str:
    """Say why a folder is not this user's alone; nothing when it is.

    Parameters
    ----------
    folder
        The folder.

    Raises
    ------
    OSError
        If it cannot be looked at.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return _("it is a link")
    if found.st_uid != os.geteuid():
        return _("it belongs to user {uid}").format(uid=found.st_uid)
    if found.st_mode & 0o077:
        return _("others may enter it (mode {mode:o})").format(mode=stat.S_IMODE(found.st_mode))
    return ""
