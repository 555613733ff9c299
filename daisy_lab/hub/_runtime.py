"""A short private folder for sockets: a Unix socket's path has room for 107 letters."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from daisy_lab.hub._errors import HubError
from daisy_lab.texts import gettext as _

__all__ = ["runtime_folder"]


def runtime_folder(uid: int, gid: int) -> Path:
    """Give the folder for an account's sockets, 0700, made on first use.

    Below /run where root makes it, since there nobody else can; else what the login made, or one below /tmp.

    Raises
    ------
    HubError
        Somebody else has put something there.
    """
    if os.geteuid() == 0:
        parent = Path("/run/daisy-lab")
        parent.mkdir(mode=0o755, exist_ok=True)
        _check(parent, 0, 0o022)
        return _made(parent / str(uid), uid, gid)
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and os.access(given, os.W_OK | os.X_OK):
        return _made(Path(given) / "daisy-lab", uid, gid)
    return _made(Path("/tmp") / f"daisy-lab-{uid}", uid, gid)  # noqa: S108 - it is checked


def _made(path: Path, uid: int, gid: int) -> Path:
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    except FileExistsError:
        pass
    _check(path, uid, 0o077)
    return path


def _check(path: Path, uid: int, forbidden: int) -> None:
    held = path.lstat()
    if not stat.S_ISDIR(held.st_mode) or held.st_uid != uid or held.st_mode & forbidden:
        raise HubError(
            _("{path} must be a folder that only its owner enters, and is not: take it away").format(
                path=path
            )
        )
