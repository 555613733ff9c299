"""Whose rights the hub has: an account without privileges, also where root starts it.

Everything that the hub starts then belongs to that account: proxy, servers, kernels, files.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from daisy_lab.errors import choices
from daisy_lab.hub._errors import HubError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Account", "become", "choose", "give"]

_OURS: Final = "daisy"
_HOME: Final = Path("/var/lib/daisy")


class Account(NamedTuple):
    """An account of this machine."""

    name: str
    uid: int
    gid: int
    home: Path
    is_new: bool = False
    """It was made just now."""


def choose(named: str = "") -> Account | None:
    """Give the account that a hub started by root runs as; nothing where it is not root who starts it.

    That is the one that is named; else who called `sudo`; else `daisy`, which is made where it is not there.

    Raises
    ------
    HubError
        The named one is not there or is root, another one is named by somebody who is not root, or none can be made.
    """
    if os.geteuid() != 0:
        mine = pwd.getpwuid(os.geteuid()).pw_name
        if named not in {"", mine}:
            raise HubError(
                _("only root can start the hub as '{name}'; you are '{mine}': leave --as away").format(
                    name=named, mine=mine
                )
            )
        return None
    for name in (named, os.environ.get("SUDO_USER", "")):
        if name and (name == named or name != "root"):
            found = _find(name)
            if found is None or found.uid == 0:
                raise HubError(
                    _(
                        "the hub never runs as '{name}': name an account of this machine that is not root"
                    ).format(name=name)
                )
            return found
    return _find(_OURS) or _make()


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, Path(entry.pw_dir))


def _make() -> Account:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    said = "useradd: not found"
    if program is not None:
        options = ["--system", "--user-group", "--create-home", "--home-dir", str(_HOME)]
        shell = ["--shell", "/usr/sbin/nologin"]
        done = subprocess.run(  # noqa: S603 - our own words only
            [program, *options, *shell, _OURS], check=False, capture_output=True, text=True
        )
        said = done.stderr.strip()
    made = _find(_OURS)
    if made is None:
        raise HubError(
            _(
                "root must not run servers, and the account '{name}' cannot be made ({reason}): "
                "name one of this machine with --as NAME"
            ).format(name=_OURS, reason=said)
        )
    return made._replace(is_new=True)


def give(folders: Iterable[Path], account: Account) -> None:
    """Make folders for an account; what is there already keeps its owner.

    Raises
    ------
    HubError
        One cannot be made.
    """
    for folder in folders:
        missing = [part for part in (folder, *folder.parents) if not part.exists()]
        try:
            for part in reversed(missing):
                part.mkdir(mode=0o755)
            if folder in missing:
                os.chown(folder, account.uid, account.gid)
        except OSError as error:
            raise HubError(
                _("the folder {path} cannot be made ({reason}): name another one").format(
                    path=folder, reason=error.strerror
                )
            ) from None


def become(account: Account, needed: Iterable[Path]) -> None:
    """Give up root's rights for those of an account, for good.

    Parameters
    ----------
    account
        Whose.
    needed
        Folders that it must be able to enter.

    Raises
    ------
    HubError
        With its rights this program, or a folder, could not be read.
    """
    os.initgroups(account.name, account.gid)
    os.setgid(account.gid)
    os.setuid(account.uid)
    os.umask(0o077)
    for name in [name for name in os.environ if name.startswith(("SUDO_", "XDG_"))]:
        del os.environ[name]
    os.environ |= {"HOME": str(account.home), "USER": account.name, "LOGNAME": account.name}
    here = Path(__file__).parent
    ours = (here, Path(sys.prefix), Path(sys.base_prefix))
    closed = [path for path in (*ours, *needed) if not os.access(path, os.R_OK | os.X_OK)]
    if closed:
        raise HubError(
            _(
                "the account '{name}' cannot read {paths}, and the hub never runs as root: "
                "move it where others may enter, as below /opt, or name the folder's owner with --as NAME"
            ).format(name=account.name, paths=choices(map(str, closed)))
        )
    os.chdir(account.home if os.access(account.home, os.X_OK) else "/")
