"""`daisy hub`: log in, pick an environment, work in the browser."""

from __future__ import annotations

import importlib.util
import os
import pwd
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from daisy_lab.hub import (
    HubError,
    Settings,
    become,
    choose,
    free_port,
    give,
    hashed,
    install,
    new_password,
    private_folder,
    serve,
)
from daisy_lab.texts import gettext as _

__all__ = ["hub"]

_console = Console(highlight=False, soft_wrap=True)


def hub(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help=_("Address to listen on; others than this machine can reach 0.0.0.0."))
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=_("Port to listen on."), min=0, max=65535)] = 8000,
    state: Annotated[
        Path | None,
        typer.Option(help=_("Folder for the hub's database, secrets and logs, its owner's only.")),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help=_("Where servers begin; the home folder by default."))
    ] = None,
    account: Annotated[
        str, typer.Option("--as", metavar="NAME", help=_("Account to run as where root starts it."))
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(
            help=_("Take the password from a file that only you read; else one is made and printed.")
        ),
    ] = None,
    pam: Annotated[
        bool, typer.Option("--pam", help=_("Let accounts of this machine log in; servers run as them."))
    ] = False,
    allow: Annotated[
        list[str], typer.Option(metavar="NAME", help=_("An account that may log in; may be repeated."))
    ] = [],
    allow_group: Annotated[
        list[str], typer.Option(metavar="GROUP", help=_("A group whose members may log in; may be repeated."))
    ] = [],
    idle: Annotated[
        int,
        typer.Option(metavar="MINUTES", help=_("Stop servers that are idle for so long; 0 never."), min=0),
    ] = 480,
    config: Annotated[
        Path | None, typer.Option(help=_("Further settings of JupyterHub, a Python file that is read last."))
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help=_("Lay a sample scan into the folder where there is none."))
    ] = False,
    warm_up: Annotated[
        bool,
        typer.Option(
            "--warm-up", help=_("Compile all loops in the background, so that no first slice waits.")
        ),
    ] = False,
    install_: Annotated[
        bool, typer.Option("--install", help=_("Install the proxy (npm is needed once), and end."))
    ] = False,
) -> None:
    """Serve a page to log in, pick an environment and work in the browser."""
    if context.invoked_subcommand is not None:
        return
    _find_jupyterhub()
    if install_:
        _console.print(_("the proxy is in {path}").format(path=install()), markup=False)
        return
    asked = Settings(
        state=(state or Path.home() / ".local" / "state" / "daisy-lab" / "hub").absolute(),
        folder=folder.absolute() if folder is not None else None,
        host=host,
        port=port or free_port(host),
        login="accounts" if pam else "password",
        allowed=tuple(allow),
        allowed_groups=tuple(allow_group),
        idle_minutes=idle,
        config=config.absolute() if config is not None else None,
    )
    password = _given(password_file) if password_file is not None else new_password()
    if pam:
        _check_accounts(asked)
        settings = asked
    else:
        settings = replace(_as_one(asked, account, given=state is not None), password=hashed(password))
    private_folder(settings.state)
    settings = _with_ports(settings)
    if sample and settings.folder is not None:
        _make_sample(settings.folder / "sample.h5")
    ahead = _compile_ahead() if warm_up else None
    try:
        _start(settings, "" if pam or password_file is not None else password)
    finally:
        if ahead is not None:
            ahead.terminate()
            ahead.wait()


def _find_jupyterhub() -> None:
    missing = [
        name for name in ("jupyterhub", "voila", "jupyterlab") if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise HubError(
            _("the hub needs {missing}, which is not installed: pip install 'daisy-lab[hub]'").format(
                missing=missing[0]
            )
        )


def _given(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise HubError(_("others can read the password in {path}: chmod 600 {path}").format(path=path))
        password = path.read_text("utf-8").strip()
    except OSError as error:
        raise HubError(
            _("the password cannot be read from {path}: {reason}").format(path=path, reason=error.strerror)
        ) from None
    least = 12
    if len(password) < least:
        raise HubError(
            _("the password in {path} is too short: {least} letters at least").format(path=path, least=least)
        )
    return password


def _check_accounts(asked: Settings) -> None:
    if os.geteuid() != 0:
        raise HubError(
            _("only root can start servers as other accounts: start it as root, or leave --pam away")
        )
    if not asked.allowed and not asked.allowed_groups:
        raise HubError(
            _(
                "say who may log in: --allow NAME for an account, --allow-group GROUP for the members of a group"
            )
        )


def _as_one(asked: Settings, name: str, *, given: bool) -> Settings:
    """Become an account without privileges, and have all folders in its hands."""
    account = choose(name)
    if account is None:
        user = pwd.getpwuid(os.geteuid()).pw_name
    else:
        user = account.name
        if account.is_new:
            _console.print(_("made the account '{name}': servers never run as root").format(name=user))
        if not given:
            asked = replace(asked, state=account.home / ".local" / "state" / "daisy-lab" / "hub")
        give([asked.state, *([asked.folder] if asked.folder is not None else [])], account)
        become(account, [asked.state.parent])
    if asked.folder is not None:
        _check_folder(asked.folder, user)
    return replace(asked, user=user)


def _check_folder(folder: Path, user: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise HubError(
            _("'{user}' cannot write into {path}: give it to that account, or name another folder").format(
                user=user, path=folder
            )
        )


def _with_ports(settings: Settings) -> Settings:
    """Give the ports that a hub with this state had before: its servers know them."""
    before = settings.state / "ports"
    ports = [part for part in before.read_text("ascii").split() if part.isdigit()] if before.exists() else []
    if len(ports) != 2:  # noqa: PLR2004 - the hub's and the proxy's
        ports = [str(free_port()), str(free_port())]
        before.write_text(" ".join(ports), "ascii")
    return replace(settings, hub_port=int(ports[0]), proxy_port=int(ports[1]))


def _make_sample(path: Path) -> None:
    if path.exists():
        return
    command = [sys.executable, "-m", "daisy_lab", "sample", "ct", str(path)]
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode != 0:  # noqa: S603 - ourselves
        raise HubError(_("the sample scan {path} could not be made").format(path=path))


def _compile_ahead() -> subprocess.Popen[bytes]:
    """Compile what apps need, as the account that will need it, after everything else."""
    code = "import os; os.nice(15); from daisy_lab.algorithms.ct import warm_up; warm_up()"
    nowhere = subprocess.DEVNULL
    command = [sys.executable, "-c", code]
    return subprocess.Popen(  # noqa: S603 - ourselves
        command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
    )


def _start(settings: Settings, password: str) -> None:
    def tell_address() -> None:
        _console.print(_("The hub is ready: {address}").format(address=settings.address), markup=False)
        if settings.login == "password":
            _console.print(_("  user      {user}").format(user=settings.user), markup=False)
        if password:
            _console.print(_("  password  {password}").format(password=password), markup=False)
        _console.print(_("Ctrl-C stops it, and all servers with it."), markup=False)

    def tell(words: str) -> None:
        _console.print(words, markup=False, style="dim")

    serve(settings, tell_address, tell)
