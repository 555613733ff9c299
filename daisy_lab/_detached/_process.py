"""The process of one session: it opens the session, answers at a socket, and ends when nobody needs it any more."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import time
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._bridge import Bridge, default_roots
from daisy_lab._detached._lifetime import IDLE_SECONDS, Lifetime
from daisy_lab._detached._place import Address, listening, socket_folder, write_address
from daisy_lab._detached._resume import resume
from daisy_lab._detached._server import Server
from daisy_lab._messages import PROTOCOL
from daisy_lab._places import session_folder
from daisy_lab._session import Session
from daisy_lab.errors import DaisyError

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

__all__ = ["ACTIVE", "LOG", "main"]

_log = logging.getLogger("daisy_lab.session")
ACTIVE: Final = "active"
"""File in the session's folder that is touched while a run is active; a server looks at its time."""
LOG: Final = "log.txt"
_OPTIONS: Final = "options.json"
_LONGEST_LOG: Final = 1 << 20
_LOOK_SECONDS: Final = 5.0
_TURN_SECONDS: Final = 1e-3


def main(arguments: Sequence[str]) -> int:
    """Be the process of a session until it is no longer needed.

    Parameters
    ----------
    arguments
        As `arguments_of` understands them.

    Returns
    -------
    code
        0 when it ended as it should, 1 when the session could not be opened.
    """
    options = _options(arguments)
    ended = Event()
    # Whoever started it may close its terminal, or press Ctrl-C there.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    sys.setswitchinterval(min(sys.getswitchinterval(), _TURN_SECONDS))
    with ExitStack() as stack:
        try:
            session, listener = _open(options, stack)
        except Exception as error:
            # The boundary to whoever waits for this process, and has no other way to learn what is wrong.
            _say(options.ready, ok=False, kind=type(error).__name__, message=str(error))
            if isinstance(error, DaisyError):
                return 1
            raise
        _serve(options, session, listener, ended, stack)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("daisy-session")
    parser.add_argument("name")
    parser.add_argument("--root", type=Path, default=None)
    parser.add_argument("--below", type=Path, action="append", default=[])
    parser.add_argument("--idle", type=float, default=None)
    parser.add_argument("--device", default=None)
    parser.add_argument("--ready", type=int, default=-1)
    return parser.parse_args(arguments)


def _open(options: argparse.Namespace, stack: ExitStack) -> tuple[Session, socket.socket]:
    """Make the socket, then open the session: its lock decides which of several processes it is."""
    listener, path = listening(socket_folder())
    stack.callback(partial(path.unlink, missing_ok=True))
    stack.callback(listener.close)
    folder = session_folder(options.name, options.root)
    _complete(options, folder / _OPTIONS)
    session = stack.enter_context(Session(options.name, root=options.root, device=options.device))
    _write_log(folder)
    _keep(options, folder / _OPTIONS)
    write_address(folder, Address(os.getpid(), path))
    stack.callback(partial((folder / "socket").unlink, missing_ok=True))
    stack.callback(partial((folder / ACTIVE).unlink, missing_ok=True))
    return session, listener


def _serve(
    options: argparse.Namespace, session: Session, listener: socket.socket, ended: Event, stack: ExitStack
) -> None:
    folder = session.directory.path
    roots = tuple(options.below)
    bridge = Bridge(session.engine, roots, active=partial(_touch, folder / ACTIVE), session=session)
    stack.callback(bridge.close)
    facts = {"name": options.name, "pid": os.getpid(), "since": time.time(), "protocol": PROTOCOL}
    facts["roots"] = [os.fspath(root) for root in roots]
    server = Server(bridge, lambda: {**facts, "active": _count_active(session)}, ended.set)
    reason = ["stopped"]
    stack.callback(lambda: server.close(reason[0]))
    server.serve(listener)
    _log.info("process %d answers for session '%s'", os.getpid(), options.name)
    _say(options.ready, ok=True)
    resume(session, bridge)
    lifetime = Lifetime(
        options.idle,
        is_used=lambda: bool(server.pages or _count_active(session)),
        is_there=partial(_is_same, folder, folder.stat()),
    )
    while not ended.wait(min(_LOOK_SECONDS, options.idle / 4)):
        verdict = lifetime.verdict()
        if verdict is not None:
            reason[0] = verdict
            break
    _log.info("process %d ends: %s", os.getpid(), reason[0])


def _complete(options: argparse.Namespace, path: Path) -> None:
    """Take what was not said from the process before: whoever starts a killed session anew may know nothing of it."""
    told: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        told = json.loads(path.read_text())
    options.below = options.below or [Path(folder) for folder in told.get("below", ())] or [*default_roots()]
    options.idle = options.idle or float(told.get("idle") or IDLE_SECONDS)
    options.device = options.device or told.get("device") or "auto"


def _keep(options: argparse.Namespace, path: Path) -> None:
    below = [os.fspath(folder) for folder in options.below]
    path.write_text(json.dumps({"below": below, "idle": options.idle, "device": options.device}))


def _count_active(session: Session) -> int:
    return sum(not run.ended for run in tuple(session.engine.runs))


def _write_log(folder: Path) -> None:
    """Let everything that is said, also by libraries not written in Python, go to the session's own file."""
    path = folder / LOG
    with suppress(FileNotFoundError):
        if path.stat().st_size > _LONGEST_LOG:
            path.replace(path.with_suffix(".old.txt"))
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for stream in (1, 2):
        os.dup2(handle, stream)
    os.close(handle)
    level = os.environ.get("DAISY_LAB_LOG", "INFO")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True)


def _touch(path: Path) -> None:
    # Without its folder the session ends in a moment anyway.
    with suppress(OSError):
        path.touch(mode=0o600)


def _is_same(folder: Path, before: os.stat_result) -> bool:
    try:
        return os.path.samestat(folder.stat(), before)
    except OSError:
        return False


def _say(ready: int, **told: object) -> None:
    """Tell whoever started this process how that went, once."""
    if ready < 0:
        return
    with suppress(OSError):
        os.write(ready, json.dumps(told).encode() + b"\n")
        os.close(ready)
