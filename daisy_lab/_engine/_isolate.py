"""Runs an algorithm in a child process that can be killed at any moment: for code that cannot poll, or holds the lock.

A child is started once and kept warm. While it works, the caller watches the socket and the cancel flag; on cancel
the child is killed and the next job gets a new one. Children are started by one thread that lives as long as this
process, because the system kills them when that thread ends: so not even our own kill -9 leaves one behind.
"""

from __future__ import annotations

import atexit
import select
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import cancel_flag, check_cancelled, monitor
from daisy_lab._engine._pipe import receive, send
from daisy_lab.errors import DaisyError, RunError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._algorithm import Algorithm

__all__ = ["run_isolated"]

_POLL_SECONDS = 0.1


class _Child:
    """One child process and our end of its socket."""

    def __init__(self) -> None:
        self.channel, theirs = socket.socketpair()
        command = [sys.executable, "-m", "daisy_lab._engine._child", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603 - our own module
        send(self.channel, sys.path)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.channel.close()

    def do(self, job: tuple[object, ...]) -> Any:  # noqa: ANN401 - what the algorithm returns
        """Send a job and wait for its answer, passing on what it says meanwhile."""
        send(self.channel, job)
        listener = monitor()
        while True:
            check_cancelled()
            if not select.select([self.channel], [], [], _POLL_SECONDS)[0]:
                continue
            kind, content = receive(self.channel)
            if kind == "done":
                return content
            if kind == "failed":
                error, text = content
                if not isinstance(error, DaisyError):
                    error.add_note(text)
                raise error
            if listener is not None and kind == "log":
                listener.log(content)
            elif listener is not None and kind == "curve":
                listener.curve(*content)
            elif listener is not None:
                listener.advance(*content)


class _Children:
    """The warm children that have nothing to do."""

    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._lock = Lock()
        self._starter = ThreadPoolExecutor(1, "daisy-children")
        atexit.register(self.close)

    def take(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.kill()
        return self._starter.submit(_Child).result()

    def give(self, child: _Child) -> None:
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().kill()


_children = _Children()


def run_isolated(
    algorithm: Algorithm[..., Any], inputs: Mapping[str, Any], settings: Mapping[str, Any]
) -> Any:  # noqa: ANN401 - what the algorithm returns
    """Run an algorithm in a child process and give what it returns.

    Raises
    ------
    CancelledError
        Within a tenth of a second after the flag is set, whatever the algorithm is doing.
    RunError
        If the child dies: killed from outside, out of memory, a crash in native code.
    """
    listener = monitor()
    child = _children.take()
    try:
        answer = child.do((algorithm, dict(inputs), dict(settings), listener.workers if listener else 1))
    except (EOFError, ConnectionError):
        child.kill()
        raise RunError(
            _(
                "{algorithm} ended its process (exit status {status}): a crash in native code, or out of memory"
            ).format(algorithm=algorithm.id, status=child.process.returncode)
        ) from None
    except BaseException:
        _end_or_keep(child)
        raise
    _children.give(child)
    return answer


def _end_or_keep(child: _Child) -> None:
    """Kill a child that is still busy; keep one whose algorithm raised."""
    if cancel_flag()[0]:
        child.kill()
    else:
        _children.give(child)
