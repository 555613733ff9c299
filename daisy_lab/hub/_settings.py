"""What `daisy hub` was asked for, handed to the hub's own process as a file that only its owner reads."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

from daisy_lab.hub._errors import HubError
from daisy_lab.texts import gettext as _

__all__ = ["VARIABLE", "Settings", "private_folder", "write_private"]

VARIABLE = "DAISY_LAB_HUB"
"""Names the file in the environment of the hub's process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that the hub's process needs to know."""

    state: Path
    """Database, secrets, logs: a folder that only its owner enters."""
    folder: Path | None = None
    """Where servers begin; the user's home by default."""
    host: str = "127.0.0.1"
    port: int = 8000
    hub_port: int = 8081
    proxy_port: int = 8001
    login: Literal["password", "accounts"] = "password"
    """One user with a password, or accounts of this machine."""
    user: str = ""
    """The one who may log in by password."""
    password: str = ""
    """Salt and hash, never the word itself."""
    allowed: tuple[str, ...] = ()
    """Accounts that may log in."""
    allowed_groups: tuple[str, ...] = ()
    idle_minutes: int = 480
    """A server without use for so long is stopped; 0 never."""
    config: Path | None = None
    """Further settings of JupyterHub, read last."""

    @property
    def address(self) -> str:
        """Give what a user types into the browser."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def hub_api(self) -> str:
        """Give the address of the hub's own interface."""
        return f"http://127.0.0.1:{self.hub_port}/hub/api"

    def secret(self, name: str) -> str:
        """Give a secret word of this hub, made on first use."""
        path = self.state / name
        if not path.exists():
            write_private(path, os.urandom(32).hex())
        return path.read_text("ascii").strip()

    def write(self) -> Path:
        """Write all of it into the state folder."""
        path = self.state / "settings.json"
        write_private(path, json.dumps(asdict(self), default=str, indent=1))
        return path

    @classmethod
    def read(cls) -> Self:
        """Read what the environment names.

        Raises
        ------
        HubError
            It names nothing that can be read.
        """
        named = os.environ.get(VARIABLE, "")
        try:
            said = json.loads(Path(named).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise HubError(
                _("{variable} names no settings ({reason}): start the hub with `daisy hub`").format(
                    variable=VARIABLE, reason=error
                )
            ) from None
        for name in ("state", "folder", "config"):
            said[name] = Path(said[name]) if said[name] is not None else None
        for name in ("allowed", "allowed_groups"):
            said[name] = tuple(said[name])
        return cls(**said)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; whoever reads meanwhile sees the old one or the new one."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    made.replace(path)


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner enters, or see that it is one.

    Raises
    ------
    HubError
        It belongs to somebody else, others may enter it, or it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = path.lstat()
        if path.is_symlink() or not path.is_dir() or held.st_uid != os.geteuid():
            raise HubError(
                _("{path} is not a folder of yours: name another one, or take it away").format(path=path)
            )
        if held.st_mode & 0o077:
            path.chmod(0o700)
    except OSError as error:
        raise HubError(
            _("the folder {path} cannot be made ({reason}): name another one").format(
                path=error.filename or path, reason=error.strerror
            )
        ) from None
    return path
